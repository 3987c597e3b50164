import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Activity, inActivity, type LogLevel, newUuid, type Randomness } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Stands in the answer, in every log line and in every audit event of the request. */
    correlationId: string;
  }
}

/** Gives every request its id, and says in the log what became of it. */
export function correlate(app: FastifyInstance, { log, randomness }: Pick<Workspace, 'log' | 'randomness'>): void {
  app.decorateRequest('correlationId', '');
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, randomness);
    void reply.header('x-correlation-id', request.correlationId);
    inActivity(activityOf(request), done);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, correlationId, who } = request;
    const status = reply.statusCode;
    const facts = {
      method,
      route: routeOptions.url ?? 'none',
      status,
      ms: Math.round(reply.elapsedTime),
      correlationId,
    };
    log.write(levelOf(method, status), 'http.answered', { ...facts, ...(who && { user: who.name }) });
  });
}

/** Also for what the HTTP library refuses before any hook. */
export function begin(request: FastifyRequest, randomness: Randomness): void {
  if (!request.correlationId) request.correlationId = newUuid(randomness);
}

/** Reading is asked for every few seconds by every page that is open, so it is told only where it was refused. */
function levelOf(method: string, status: number): LogLevel {
  if (status >= 500) return 'error';
  if (status >= 400) return 'info';
  return method === 'GET' || method === 'HEAD' ? 'debug' : 'info';
}

/** What the work of a request belongs to; after a body was read it has to be entered again. */
export function activityOf({ correlationId, method, routeOptions }: FastifyRequest): Activity {
  return { correlationId, name: `http ${method} ${routeOptions.url ?? ''}` };
}
