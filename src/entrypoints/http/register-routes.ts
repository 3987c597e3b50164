import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Actor } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import type { Access, Route, SignedIn } from './route.ts';

/** Finds out who asks; `undefined` for nobody. Raises a problem where a credential is there and not good. */
export type Identify = (request: FastifyRequest) => Promise<SignedIn | undefined>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before a handler runs. */
    who: SignedIn | undefined;
  }
}

export const API_ROOT = '/api/v1';

/** Adds the routes to the server, each behind the check of its rights. */
export function registerRoutes(server: FastifyInstance, routes: readonly Route[], identify: Identify): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  if (!app.hasRequestDecorator('who')) app.decorateRequest('who', undefined);
  for (const { facts, handle } of routes) {
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
      config: { access: facts.access },
      // Before the values are looked at: who may not ask learns nothing about them.
      preValidation: async (request) => {
        request.who = await identify(request);
        assertAllowed(facts.access, request.who);
      },
      handler: async (request, reply) => {
        const leaving = new AbortController();
        reply.raw.once('close', () => leaving.abort());
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
        if (value === reply) return reply;
        return reply.code(status).send(status === 204 ? undefined : value);
      },
    });
  }
}

function actorOf(who: SignedIn | undefined): Actor {
  return who ? { kind: 'user', name: who.name } : { kind: 'user', name: 'nobody signed in' };
}

/** Raises `SIGN_IN_NEEDED` or `PERMISSION_MISSING` (both invalid). */
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
  throw new Problem({
    code: 'PERMISSION_MISSING',
    kind: 'invalid',
    says: `${who.name} may not do this: it takes ${access}.`,
    next: `Ask an administrator for a role that has it: seller-ledger users list`,
    data: access,
  });
}
