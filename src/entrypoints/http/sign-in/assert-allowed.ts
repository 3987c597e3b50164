import { permissionsOf } from '../../../app/index.ts';
import { Problem } from '../../../core/index.ts';
import type { Access, SignedIn } from '../route.ts';

/**
 * Raises `SIGN_IN_NEEDED`, `PASSWORD_CHANGE_NEEDED`, `PERMISSION_MISSING` where the person may not, and where the person may and their token
 * may not `TOKEN_SCOPE_MISSING` or, of what no token may, `SESSION_NEEDED` (all invalid).
 */
export function assertAllowed(access: Access, who: SignedIn | undefined): void {
  if (access === 'public') return;
  if (!who) {
    throw new Problem({
      code: 'SIGN_IN_NEEDED',
      kind: 'invalid',
      says: 'Nobody is signed in.',
      next: 'Sign in on the page, or send a token: Authorization: Bearer TOKEN.',
    });
  }
  if (access === 'signed-in') return;
  if (who.mustChangePassword) {
    throw new Problem({
      code: 'PASSWORD_CHANGE_NEEDED',
      kind: 'invalid',
      says: `${who.name} signed in with a password that holds once.`,
      next: 'Choose a password of your own first; the page asks for it.',
    });
  }
  if (who.permissions.has(access)) return;
  if (who.via === 'token' && access === 'own.manage') throw sessionNeeded();
  if (who.via === 'token' && permissionsOf(who.roles).has(access)) {
    throw new Problem({
      code: 'TOKEN_SCOPE_MISSING',
      kind: 'invalid',
      says: `${who.name} may do this, and this token may not: it has no scope ${access}.`,
      next: `Make a token with the scope ${access} on the page, at /account, and send that one. The scopes of a token stay as they are.`,
      data: access,
    });
  }
  throw new Problem({
    code: 'PERMISSION_MISSING',
    kind: 'invalid',
    says: `${who.name} may not do this: it takes ${access}.`,
    next: `Ask an administrator for a role that has it: seller-ledger users list`,
    data: access,
  });
}

/** What no token may. */
export function sessionNeeded(): Problem {
  return new Problem({
    code: 'SESSION_NEEDED',
    kind: 'invalid',
    says: 'A person’s own password, sessions and tokens are for that person in a session, not for a token.',
    next: 'Sign in on the page and change it at /account.',
  });
}
