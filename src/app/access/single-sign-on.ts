import { isProblem, Problem } from '../../core/index.ts';
import { SYSTEM } from '../context.ts';
import type { UserRecord } from './access-store.ts';
import type { AccessContext } from './first-user.ts';
import { readUserName } from './manage-users.ts';
import { ROLES, type Role } from './permissions.ts';
import { type OpenedSession, openSession } from './sign-in.ts';

/** Somebody as the identity provider tells of them, after its answer was checked. */
export interface IdentityFacts {
  readonly issuer: string;
  /** The one name that never goes to somebody else. */
  readonly subject: string;
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
}

/**
 * Signs in whoever the identity provider says it is: adds them when they come first, and gives them at every sign-in the roles that
 * their groups give now. Raises `SSO_NO_ROLE`, `SSO_NAME_TAKEN`, `SSO_CLAIMS_INVALID`, `SIGN_IN_REFUSED` (all invalid).
 */
export async function signInByIdentity(
  context: AccessContext,
  facts: IdentityFacts,
  agent: string,
): Promise<OpenedSession> {
  const { access } = context;
  const roles = ROLES.filter((role) => facts.roles.includes(role));
  const known = await access.findUserByIdentity(facts);
  if (!known && roles.length === 0) {
    await access.recordStranger('the identity provider let somebody in whose groups give no role');
    throw noRole(facts.name);
  }
  const user = known ?? (await addByIdentity(context, { ...facts, roles }));
  let refusal: Problem | undefined;
  const after = await access.changeUser(user.id, (before) => {
    const actor = { kind: 'user', name: before.name } as const;
    const isOther = before.roles.join() !== roles.join();
    const change = { roles, displayName: facts.displayName, ...(isOther && { endsSessions: true }) };
    if (roles.length === 0) refusal = noRole(before.name);
    if (before.disabledAt !== null) refusal = disabled();
    if (refusal) return { change, fact: { actor, action: 'sign-in.refuse', why: refusal.code } };
    return { change: { ...change, signsIn: true }, fact: { actor, action: 'sign-in', why: `by ${facts.issuer}` } };
  });
  if (refusal) throw refusal;
  return openSession(context, after, agent);
}

async function addByIdentity({ access }: AccessContext, facts: IdentityFacts): Promise<UserRecord> {
  const { issuer, subject, displayName, roles } = facts;
  const name = readUserName(facts.name);
  try {
    return await access.addUser(
      { name, displayName, roles, identity: { issuer, subject } },
      { actor: SYSTEM, action: 'user.add', why: `signed in by ${issuer} for the first time` },
    );
  } catch (error) {
    // Whoever names people there must not become somebody who is a user here already.
    if (isProblem(error) && error.code === 'USER_NAME_TAKEN') throw nameTaken(name);
    throw error;
  }
}

function noRole(name: string): Problem {
  return new Problem({
    code: 'SSO_NO_ROLE',
    kind: 'invalid',
    says: `The identity provider knows ${name}, but none of their groups gives a role here.`,
    next: 'Ask an administrator for a group that does (signIn.singleSignOn.roles in the settings).',
    data: name,
  });
}

function nameTaken(name: string): Problem {
  return new Problem({
    code: 'SSO_NAME_TAKEN',
    kind: 'invalid',
    says: `The identity provider calls somebody ${name}, which is the name of another user here.`,
    next: 'Give them another name there, or another claim as signIn.singleSignOn.nameClaim.',
    data: name,
  });
}

function disabled(): Problem {
  return new Problem({
    code: 'SIGN_IN_REFUSED',
    kind: 'invalid',
    says: 'Name or password is wrong, or the user is disabled.',
    next: 'Ask an administrator.',
  });
}
