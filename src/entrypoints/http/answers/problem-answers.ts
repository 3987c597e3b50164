import type { FastifyReply, FastifyRequest } from 'fastify';
import { isProblem, Problem, toProblem } from '../../../core/index.ts';
import { bodyMissing } from './input-problem.ts';

/** Problems that say in HTTP more than the status of their kind does. */
const OWN_STATUS: Readonly<Record<string, number>> = {
  SIGN_IN_NEEDED: 401,
  SIGN_IN_REFUSED: 401,
  SSO_REFUSED: 401,
  TOKEN_REFUSED: 401,
  CSRF_REFUSED: 403,
  ORIGIN_REFUSED: 403,
  PASSWORD_CHANGE_NEEDED: 403,
  PASSWORD_SIGN_IN_OFF: 403,
  PASSWORD_WRONG: 403,
  PERMISSION_MISSING: 403,
  SESSION_NEEDED: 403,
  SSO_NAME_TAKEN: 403,
  SSO_NO_ROLE: 403,
  TOKEN_SCOPE_MISSING: 403,
  USER_IS_SELF: 403,
  PATH_UNKNOWN: 404,
  METHOD_REFUSED: 405,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_REFUSED: 415,
  HOST_REFUSED: 421,
  USER_LOCKED: 423,
  EVENTS_TOO_MANY: 429,
  TOO_MANY_SIGN_INS: 429,
};

/** The status of a problem: that of its kind, but 404 where the address names a record that is not there. */
export function statusOf(problem: Problem, request: Pick<FastifyRequest, 'params'>): number {
  const own = OWN_STATUS[problem.code];
  if (own !== undefined) return own;
  const namesRecord = Object.keys((request.params as object | undefined) ?? {}).length > 0;
  const isNothing = problem.code.endsWith('_UNKNOWN') || problem.code === 'TRACE_NOTHING_FOUND';
  if (problem.kind === 'invalid' && namesRecord && isNothing) return 404;
  return problem.httpStatus;
}

/** Answers with `problem+json`. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const status = statusOf(problem, request);
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="seller-ledger"');
  return reply
    .code(status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem, status, request.correlationId));
}

/** The body of the answer. */
export function problemBody(problem: Problem, status: number, correlationId: string | undefined) {
  return {
    title: problem.code,
    status,
    detail: problem.says,
    ...problem.toJSON(),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/** Whatever was thrown, as a problem: ours, one of the HTTP library, or a defect. */
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  return isProblem(error) ? error : (libraryProblem(error, request) ?? toProblem(error));
}

/** What the HTTP library itself refuses, before any code of ours. */
function libraryProblem(error: unknown, request: FastifyRequest): Problem | undefined {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(request);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return mediaTypeRefused(request);
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return bodyMissing();
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return requestInvalid(error);
}

function bodyTooLarge({ routeOptions }: FastifyRequest): Problem {
  return new Problem({
    code: 'BODY_TOO_LARGE',
    kind: 'invalid',
    says: `The body has more than ${routeOptions.bodyLimit ?? 0} bytes, the most that is taken here.`,
    next: 'Send it in several parts, or bring a large file in at the command line: seller-ledger --help',
  });
}

function mediaTypeRefused({ headers }: FastifyRequest): Problem {
  const type = headers['content-type'];
  return new Problem({
    code: 'MEDIA_TYPE_REFUSED',
    kind: 'invalid',
    says: `A body of the type ${JSON.stringify(type ?? 'none')} is not taken here.`,
    next: 'Send JSON with content-type: application/json, or a file as application/octet-stream where one is taken.',
  });
}

/** A request that cannot be read at all. */
export function requestInvalid(cause?: unknown): Problem {
  return new Problem(
    { code: 'REQUEST_INVALID', kind: 'invalid', says: 'The request cannot be read.', next: 'Check its address.' },
    { cause },
  );
}

/** Nothing is at this address. */
export function pathUnknown({ method, url }: FastifyRequest): Problem {
  return new Problem({
    code: 'PATH_UNKNOWN',
    kind: 'invalid',
    says: `There is nothing at ${method} ${url}.`,
    next: 'The page is at /, the API below /api/v1/, and its description at /api/docs.',
  });
}

/** Something is at this address, for other methods. */
export function methodRefused({ method, url }: FastifyRequest, allowed: readonly string[]): Problem {
  return new Problem({
    code: 'METHOD_REFUSED',
    kind: 'invalid',
    says: `${url} takes ${allowed.join(', ')}, not ${method}.`,
    next: 'What each address takes is described at /api/docs.',
  });
}
