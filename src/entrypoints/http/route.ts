import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor, Permission, Role } from '../../app/index.ts';

/** Whoever a request comes from, once that is known. */
export interface SignedIn {
  readonly userId: string;
  /** As it stands in the audit log. */
  readonly name: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  /** A session lives in a cookie, so that what it writes has to prove that the page of this program asked for it. */
  readonly via: 'session' | 'token';
  /** Of a session: what its page sends along with every write. */
  readonly csrfToken?: string;
  /** Nothing else is allowed before. */
  readonly mustChangePassword?: boolean;
  /** Of the session, or of the token. */
  readonly credentialId: string;
}

/** `public`: without sign-in. `signed-in`: whoever is. Else the one permission that it takes. */
export type Access = 'public' | 'signed-in' | Permission;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler gets: checked values, and who asks. */
export interface Call<Params, Query, Body, Who> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly who: Who;
  /** As whom it is written down. */
  readonly actor: Actor;
  /** Ends when the other side has gone. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Shape = z.ZodType | undefined;
type ValueOf<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

interface RouteFacts<P extends Shape, Q extends Shape, B extends Shape, A extends z.ZodType, Who extends Access> {
  readonly method: Method;
  /** Below `/api/v1`, in Fastify's form: `/settlements/:id`. */
  readonly path: `/${string}`;
  readonly access: Who;
  /** The group in the reader of the API. */
  readonly tag: string;
  /** What it does, as a title; more in `description`. */
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The answer; what it does not name is not sent. */
  readonly answer: A;
  /** Of an answer that the handler sends by itself, and that is no file; default JSON. */
  readonly answerType?: string;
  /** Media types of an answer that the handler sends as a file; beside JSON, unless `answer` is `FileAnswer`. */
  readonly fileTypes?: readonly string[];
  /** The body is a file, which the handler reads as it comes. */
  readonly takesFile?: boolean;
  /** `false`: a page asks for it by itself as long as it is open, so it keeps no session alive; default true. */
  readonly isUse?: boolean;
  /** Of success; default 200. */
  readonly status?: 200 | 201 | 202 | 204 | 302;
  /** Bytes at most of the body; default 1 MiB. */
  readonly bodyBytesMax?: number;
  /**
   * Default for writes: a repeated `Idempotency-Key` gets the first answer again. `false` for what only asks, and for signing in, where nobody is
   * known yet whose key it would be.
   */
  readonly isIdempotent?: boolean;
  /** The answer holds a secret that is shown once: it is written down nowhere, also not for a repeated `Idempotency-Key`. */
  readonly answersSecret?: boolean;
  /** Of an answer with a secret: the same without it, which a repeated `Idempotency-Key` gets. Absent: nothing of it. */
  readonly withoutSecret?: (answer: z.input<A>) => z.input<A>;
  /** For the reader of the API; checked against the schemas by a test. */
  readonly example?: { readonly body?: unknown; readonly answer?: unknown };
}

export const JSON_TYPE = 'application/json';
export const FILE_TYPE = 'application/octet-stream';
/** Of a route that answers a file only. */
export const FileAnswer = z.any();

/** `text/csv` of `text/csv; charset=utf-8`. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Every media type in which a route answers what was asked for. */
export function answerTypesOf({ answer, answerType, fileTypes = [] }: Route['facts']): readonly string[] {
  const own = answer === FileAnswer ? [] : [answerType ?? JSON_TYPE];
  return [...own, ...fileTypes].map(mediaTypeOf);
}

type WhoOf<Who extends Access> = Who extends 'public' ? SignedIn | undefined : SignedIn;

/** One route as the registry holds it: facts for the check of rights and the OpenAPI document, and what is done. */
export interface Route {
  readonly facts: RouteFacts<Shape, Shape, Shape, z.ZodType, Access>;
  readonly handle: (call: Call<unknown, unknown, unknown, SignedIn | undefined>) => unknown;
}

/**
 * A parameter with a slip in its name would do the usual thing instead of what is meant, so none is taken that a route does not know. Where others
 * make the address, such as an identity provider, the schema is a loose object.
 */
function strictOf(query: Shape): z.ZodType {
  if (query === undefined) return z.strictObject({});
  return query instanceof z.ZodObject && query.def.catchall === undefined ? query.strict() : query;
}

/** Declares a route with what it takes, answers and asks for. The handler answers a value, or `reply` after it sent by itself. */
export function route<
  A extends z.ZodType,
  Who extends Access,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(
  facts: RouteFacts<P, Q, B, A, Who>,
  handle: (
    call: Call<ValueOf<P>, ValueOf<Q>, ValueOf<B>, WhoOf<Who>>,
  ) => z.input<A> | FastifyReply | Promise<z.input<A> | FastifyReply>,
): Route {
  return { facts: { ...facts, query: strictOf(facts.query) }, handle } as unknown as Route;
}
