import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../../core/index.ts';
import { API_ROOT } from '../register-routes.ts';

const PER_MINUTE = 20;
/** What costs as much as a password does, or begins something that waits. */
const LIMITED: readonly string[] = ['/sign-in', '/sign-in/sso', '/session/password'].map((path) => API_ROOT + path);

/** So many tries in a minute from one address, whatever names they are for. More get `TOO_MANY_SIGN_INS` (invalid). */
export async function limitSignIns(app: FastifyInstance, perMinute = PER_MINUTE): Promise<void> {
  await app.register(fastifyRateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    allowList: (request) => !LIMITED.includes(request.routeOptions.url ?? ''),
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem({
        code: 'TOO_MANY_SIGN_INS',
        kind: 'invalid',
        says: `From this address came more than ${perMinute} sign-ins in a minute.`,
        next: `Try again in ${Math.ceil(ttl / 1_000)} seconds.`,
      }),
  });
}
