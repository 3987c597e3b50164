import type { Randomness } from '../../core/index.ts';
import { SYSTEM } from '../context.ts';
import type { AccessStore, Passwords } from './access-store.ts';
import { oneTimePassword } from './password-rules.ts';

/** What the use cases of users and sign-in work with. */
export interface AccessContext {
  readonly access: AccessStore;
  readonly passwords: Passwords;
  readonly randomness: Randomness;
}

export const FIRST_USER = 'admin';

/**
 * Where there is no user yet, adds the first one, who may add all others. Gives the password that signs them in once; nobody can
 * ask for it again. `undefined` where there are users, also where another service added the first one at the same time.
 */
export async function addFirstUser({
  access,
  passwords,
  randomness,
}: AccessContext): Promise<{ readonly name: string; readonly password: string } | undefined> {
  if ((await access.listUsers()).length > 0) return undefined;
  const password = oneTimePassword(randomness);
  const added = await access.addFirstUser(
    {
      name: FIRST_USER,
      displayName: 'Administrator',
      roles: ['administrator'],
      passwordHash: await passwords.hash(password),
      mustChangePassword: true,
    },
    { actor: SYSTEM, action: 'user.add', why: 'there was no user yet' },
  );
  return added && { name: added.name, password };
}
