import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor, RequestStore } from '../../app/index.ts';
import { inActivity, type Log, traced } from '../../core/index.ts';
import { activityOf } from './correlation.ts';
import { bodyDigestOf, idempotencyKeyOf, onceForKey } from './idempotency.ts';
import type { Route, SignedIn } from './route.ts';
import { assertAllowed } from './sign-in/assert-allowed.ts';

/**
 * Finds out who asks; `undefined` for nobody. Without `isUse` a session is no less idle than before. Raises a problem where a
 * credential is there and not good.
 */
export type Identify = (request: FastifyRequest, how?: { readonly isUse: boolean }) => Promise<SignedIn | undefined>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before a handler runs. */
    who: SignedIn | undefined;
    /** Of a write with a key: digest of the body as it came. */
    bodySha256: string;
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route of the API. */
    facts?: Route['facts'];
  }
}

export const API_ROOT = '/api/v1';

export interface RegisterOptions {
  readonly identify: Identify;
  readonly requests: RequestStore;
  readonly log: Log;
}

/** Adds the routes to the server, each behind the check of its rights. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], options: RegisterOptions): void {
  if (!app.hasRequestDecorator('who')) app.decorateRequest('who', undefined);
  app.decorateRequest('bodySha256', '');
  for (const route of routes) addRoute(app, route, options);
}

function addRoute(app: FastifyInstance, route: Route, options: RegisterOptions): void {
  const { facts } = route;
  const { params, query, body, answer, status = 200 } = facts;
  app.route({
    method: facts.method,
    url: `${API_ROOT}${facts.path}`,
    ...(facts.bodyBytesMax && { bodyLimit: facts.bodyBytesMax }),
    schema: {
      tags: [facts.tag],
      summary: facts.summary,
      ...(facts.description && { description: facts.description }),
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      response: { [status]: status === 204 ? z.undefined() : answer },
    },
    config: { facts },
    // Before the values are looked at: who may not ask learns nothing about them.
    preValidation: (request) =>
      inActivity(activityOf(request), async () => {
        request.who = await options.identify(request, { isUse: facts.isUse ?? true });
        assertAllowed(facts.access, request.who);
        const key = isOnceForKey(facts) ? idempotencyKeyOf(request) : undefined;
        if (key !== undefined) request.bodySha256 = bodyDigestOf(request.body, key);
      }),
    handler: (request, reply) => inActivity(activityOf(request), () => answerTo(route, request, reply, options)),
  });
}

/** Whether a repeated `Idempotency-Key` gets the first answer again. */
export function isOnceForKey({ method, isIdempotent = true }: Route['facts']): boolean {
  return method !== 'GET' && isIdempotent;
}

async function answerTo(
  { facts, handle }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { requests, log }: RegisterOptions,
): Promise<FastifyReply> {
  const { status = 200 } = facts;
  const leaving = new AbortController();
  reply.raw.once('close', () => leaving.abort());
  const perform = () =>
    traced('http', { method: facts.method, route: `${API_ROOT}${facts.path}` }, async (note) => {
      const value = await handle({
        params: request.params,
        query: request.query,
        body: request.body,
        who: request.who,
        actor: actorOf(request.who),
        signal: leaving.signal,
        request,
        reply,
      });
      note({ status });
      return value;
    });
  const key = isOnceForKey(facts) ? idempotencyKeyOf(request) : undefined;
  if (key === undefined || !request.who) {
    const value = await perform();
    return value === reply ? reply : reply.code(status).send(status === 204 ? undefined : value);
  }
  const run = async () => {
    const value = await perform();
    if (value === reply) return { status, text: null, kept: null };
    // By the schema of the answer, as it is sent otherwise: what is kept is what the first caller got.
    const textOf = (answer: unknown) => (status === 204 ? '' : String(reply.code(status).serialize(answer)));
    return { status, text: textOf(value), kept: keptText(facts, value, textOf) };
  };
  const { userId } = request.who;
  const kept = await onceForKey(key, { requests, log, request, reply, userId, run });
  if (kept === null) return reply;
  if (kept.status === 204) return reply.code(204).send();
  return (
    reply
      .code(kept.status)
      .type(kept.isProblem ? 'application/problem+json' : 'application/json; charset=utf-8')
      // As bytes, so that nothing is made of it on its way.
      .send(Buffer.from(kept.body ?? ''))
  );
}

function keptText(
  { answersSecret = false, withoutSecret }: Route['facts'],
  value: unknown,
  textOf: (answer: unknown) => string,
): string | null {
  if (withoutSecret) return textOf(withoutSecret(value as never));
  return answersSecret ? null : textOf(value);
}

function actorOf(who: SignedIn | undefined): Actor {
  return who ? { kind: 'user', name: who.name } : { kind: 'user', name: 'nobody signed in' };
}
