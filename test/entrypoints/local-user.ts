import { permissionsOf, ROLES } from '../../src/app/index.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';

/** Whoever reaches the loopback interface, as the user of the operating system that runs the service, with every right. */
export function localUser(name: string): Identify {
  const who = {
    userId: 'local',
    name,
    displayName: name,
    roles: ROLES,
    permissions: permissionsOf(ROLES),
    via: 'token',
    credentialId: 'local',
  } as const;
  return async () => who;
}
