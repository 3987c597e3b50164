import { Problem, unfitField } from '../../core/index.ts';
import type { AccessStore, TokenRecord, UserRecord } from './access-store.ts';
import type { AccessContext } from './first-user.ts';
import type { Asked } from './manage-users.ts';
import { isPermission, PERMISSIONS, type Permission, permissionsOf } from './permissions.ts';
import { hashOfSecret, newSecret } from './sign-in.ts';

/** So that whoever finds one, and programs that look for secrets, see what it is. */
export const TOKEN_PREFIX = 'slt_';
export const TOKEN_DAYS_DEFAULT = 90;
export const TOKEN_DAYS_MAX = 366;
const LABEL_LENGTH_MAX = 100;

/**
 * A token for a program, which is shown this once. It never may more than its owner, whatever becomes of the owner's roles. Raises
 * `TOKEN_INVALID` (invalid).
 */
export async function createToken(
  { access, randomness }: AccessContext,
  owner: UserRecord,
  wanted: { readonly label: string; readonly scopes: readonly string[]; readonly days: number },
  { actor, why }: Asked,
): Promise<{ readonly token: TokenRecord; readonly secret: string }> {
  const label = wanted.label.trim();
  if (label === '' || label.length > LABEL_LENGTH_MAX)
    throw invalid('label', `its label has 1 to ${LABEL_LENGTH_MAX} characters`);
  const { days } = wanted;
  if (!Number.isInteger(days) || days < 1 || days > TOKEN_DAYS_MAX)
    throw invalid('days', `it holds for 1 to ${TOKEN_DAYS_MAX} days, not ${days}`);
  const secret = `${TOKEN_PREFIX}${newSecret(randomness)}`;
  const token = await access.addToken(
    { userId: owner.id, label, secretHash: hashOfSecret(secret), scopes: readScopes(wanted.scopes, owner), days },
    { actor, action: 'token.create', why },
  );
  return { token, secret };
}

/** A program has no password and no sessions: what is a person's own is not given to it. */
function readScopes(texts: readonly string[], owner: UserRecord): readonly Permission[] {
  const held = permissionsOf(owner.roles);
  const refused = texts.filter((text) => !isPermission(text) || text === 'own.manage' || !held.has(text));
  if (refused.length > 0) throw invalid('scopes', `you cannot give it ${refused.join(', ')}`);
  if (texts.length === 0) throw invalid('scopes', 'it may nothing');
  return PERMISSIONS.filter((permission) => texts.includes(permission));
}

function invalid(path: 'label' | 'days' | 'scopes', why: string): Problem {
  return new Problem({
    code: 'TOKEN_INVALID',
    kind: 'invalid',
    says: `This is no token: ${why}.`,
    fields: [unfitField(path, `This is no token: ${why}.`)],
    next: 'Give a label, a number of days, and scopes out of your own permissions (docs/sign-in.md).',
  });
}

/** What a token may at this moment. */
export function permissionsOfToken(token: TokenRecord, owner: UserRecord): ReadonlySet<Permission> {
  const held = permissionsOf(owner.roles);
  return new Set(token.scopes.filter((scope) => held.has(scope)));
}

/** Raises `TOKEN_UNKNOWN` (invalid). */
export function revokeToken(
  access: AccessStore,
  token: { readonly id: string; readonly userId?: string },
  { actor, why }: Asked,
): Promise<TokenRecord> {
  return access.revokeToken(token, { actor, action: 'token.revoke', why });
}
