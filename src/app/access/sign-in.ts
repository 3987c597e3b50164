import { FORGOTTEN_MS, Problem, type Sha256, sha256Of, unfitField } from '../../core/index.ts';
import type { Actor } from '../ports.ts';
import type { AccessStore, JudgeUser, SessionRecord, TryCount, UserRecord } from './access-store.ts';
import type { AccessContext } from './first-user.ts';
import { assertGoodPassword, passwordElsewhere } from './password-rules.ts';

/** Wrong passwords in a row before a user is locked. */
export const FAILURES_MAX = 5;
const LOCK_MS = 15 * 60_000;
const SECRET_BYTES = 32;
const AGENT_LENGTH_MAX = 200;

/** A session as it was opened: what the cookie holds is known to nobody else. */
export interface OpenedSession {
  readonly secret: string;
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

/** Has no password, and is asked for one all the same. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Signs in with a password. The answer takes as long for a name that nobody has as for a wrong password, and says the same, also when
 * it was tried so often that it is locked. Raises `SIGN_IN_REFUSED`, `USER_LOCKED` (both invalid).
 */
export async function signInWithPassword(
  context: AccessContext,
  { name, password, agent }: { readonly name: string; readonly password: string; readonly agent: string },
): Promise<OpenedSession> {
  const { access, passwords } = context;
  const user = await access.findUser(name.trim());
  const hash = await access.passwordHashOf(user?.id ?? NOBODY);
  const { fits, isWeak } = await passwords.verify(password, hash);
  if (!user) throw await refuseStranger(access, name.trim());
  // Costs as much as the check did, so only where the password was right.
  const passwordHash = fits && isWeak ? await passwords.hash(password) : undefined;
  let refusal: Problem | undefined;
  const after = await access.changeUser(user.id, (before, _all, { nowMs }) => {
    const verdict = judgePassword(before, fits && hash !== null, nowMs);
    refusal = verdict.refusal;
    if (refusal || passwordHash === undefined) return verdict;
    return { ...verdict, change: { ...verdict.change, passwordHash } };
  });
  if (refusal) throw refusal;
  return openSession(context, after, agent);
}

/** By the rules for users, so that no answer tells which names there are. */
async function refuseStranger(access: AccessStore, name: string): Promise<Problem> {
  let refusal = refused();
  await access.changeStranger(name, (before, { nowMs }) => {
    const verdict = judgePassword({ ...before, name, disabledAt: null }, false, nowMs);
    refusal = verdict.refusal ?? refusal;
    return { change: verdict.change, why: `a name that no user has: ${verdict.fact.why}` };
  });
  return refusal;
}

type Verdict = NonNullable<ReturnType<JudgeUser>> & { readonly refusal?: Problem };

function judgePassword(
  before: TryCount & Pick<UserRecord, 'name' | 'disabledAt'>,
  fits: boolean,
  nowMs: number,
): Verdict {
  const actor: Actor = { kind: 'user', name: before.name };
  const refuse = (why: string, refusal: Problem, change = {}): Verdict => ({
    change,
    fact: { actor, action: 'sign-in.refuse', why },
    refusal,
  });
  // A right password does not help while the user is locked, so that nobody finds out by trying.
  if (before.lockedUntil !== null && Date.parse(before.lockedUntil) > nowMs)
    return refuse('the user is locked', locked(before.lockedUntil, nowMs));
  if (!fits) {
    const known = rememberedOf(before, nowMs);
    const change = { ...known, failures: known.failures + 1, quietSince: new Date(nowMs).toISOString() };
    if (change.failures < FAILURES_MAX) return refuse('wrong password', refused(), change);
    const lockedUntil = new Date(nowMs + Math.min(LOCK_MS * 2 ** known.lockouts, FORGOTTEN_MS)).toISOString();
    const lock = { ...change, failures: 0, lockouts: known.lockouts + 1, lockedUntil, quietSince: lockedUntil };
    return refuse(`${FAILURES_MAX} wrong passwords: locked until ${lockedUntil}`, locked(lockedUntil, nowMs), lock);
  }
  if (before.disabledAt !== null) return refuse('the user is disabled', refused());
  // The count stays: for a name that nobody has it does, and whoever tried before and after would see the difference.
  return {
    change: { lockedUntil: null, signsIn: true },
    fact: { actor, action: 'sign-in', why: 'with a password' },
  };
}

/** What still counts. Time alone ends it, so that names that nobody has are treated as those of users are. */
function rememberedOf({ failures, lockouts, quietSince }: TryCount, nowMs: number) {
  const isRemembered = quietSince !== null && nowMs - Date.parse(quietSince) < FORGOTTEN_MS;
  return isRemembered ? { failures, lockouts } : { failures: 0, lockouts: 0 };
}

/** A new session with a secret of its own, whatever the browser had before. */
export async function openSession(
  { access, randomness }: AccessContext,
  user: UserRecord,
  agent: string,
): Promise<OpenedSession> {
  const secret = newSecret(randomness);
  const session = await access.addSession({
    userId: user.id,
    secretHash: hashOfSecret(secret),
    agent: agent.slice(0, AGENT_LENGTH_MAX),
  });
  return { secret, session, user };
}

/** 256 random bits as text that fits into a cookie or a header. */
export function newSecret(randomness: AccessContext['randomness']): string {
  return Buffer.from(randomness.bytes(SECRET_BYTES)).toString('base64url');
}

/** What is stored of a secret. A fast hash is enough for what cannot be guessed. */
export function hashOfSecret(secret: string): Sha256 {
  return sha256Of(secret);
}

/**
 * Changes one's own password; every session of the user ends. Raises `PASSWORD_WRONG`, `PASSWORD_WEAK`, `USER_LOCKED`,
 * `PASSWORD_ELSEWHERE` (all invalid).
 */
export async function changeOwnPassword(
  { access, passwords }: AccessContext,
  user: UserRecord,
  { password, newPassword }: { readonly password: string; readonly newPassword: string },
): Promise<UserRecord> {
  if (user.identity) throw passwordElsewhere('change', user);
  assertGoodPassword(newPassword, user.name);
  const { fits } = await passwords.verify(password, await access.passwordHashOf(user.id));
  if (fits && password.normalize('NFC') === newPassword.normalize('NFC')) throw passwordSame();
  const passwordHash = fits ? await passwords.hash(newPassword) : '';
  const actor: Actor = { kind: 'user', name: user.name };
  let refusal: Problem | undefined;
  const after = await access.changeUser(user.id, (before, _all, { nowMs }) => {
    const verdict = judgePassword(before, fits, nowMs);
    refusal = verdict.refusal?.code === 'SIGN_IN_REFUSED' ? passwordWrong() : verdict.refusal;
    if (verdict.refusal) return verdict;
    const change = { passwordHash, mustChangePassword: false, endsSessions: true };
    return { change, fact: { actor, action: 'user.password', why: 'changed by the user' } };
  });
  if (refusal) throw refusal;
  return after;
}

/** Ends one session of a user. Raises `SESSION_UNKNOWN` (invalid). */
export function endSession(
  access: AccessStore,
  session: { readonly id: string; readonly userId: string },
  actor: Actor,
  action: 'sign-out' | 'session.end',
): Promise<void> {
  return access.endSession(session, { actor, action, why: 'asked for by the user' });
}

function refused(): Problem {
  return new Problem({
    code: 'SIGN_IN_REFUSED',
    kind: 'invalid',
    says: 'Name or password is wrong, or the user is disabled.',
    next: 'Try again, or ask an administrator: seller-ledger users reset-password NAME --why TEXT',
  });
}

function locked(until: string, nowMs: number): Problem {
  const minutes = Math.max(1, Math.ceil((Date.parse(until) - nowMs) / 60_000));
  return new Problem({
    code: 'USER_LOCKED',
    kind: 'invalid',
    says: `After ${FAILURES_MAX} wrong passwords nobody signs in as this user for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}.`,
    next: 'Wait, or ask an administrator: seller-ledger users unlock NAME --why TEXT',
    data: until,
  });
}

function passwordWrong(): Problem {
  return new Problem({
    code: 'PASSWORD_WRONG',
    kind: 'invalid',
    says: 'The present password is wrong.',
    fields: [unfitField('password', 'The present password is wrong.')],
    next: 'Type the password with which you signed in.',
  });
}

function passwordSame(): Problem {
  return new Problem({
    code: 'PASSWORD_SAME',
    kind: 'invalid',
    says: 'The new password is the present one.',
    fields: [unfitField('newPassword', 'The new password is the present one.')],
    next: 'Take another one.',
  });
}
