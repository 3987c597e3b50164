import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../../core/index.ts';
import { answerTypesOf, mediaTypeOf } from '../route.ts';

const SHOWN_MAX = 10;

/**
 * Writes answers as their schemas say: what a schema does not name is left out, what it asks for and is not there is a defect.
 * `isStrict`, for tests: what would be left out is a defect too, so that a view and its schema cannot come apart.
 */
export function answerWriter({ isStrict }: { readonly isStrict: boolean }) {
  return ({ schema, method, url }: { schema: unknown; method: string; url: string }) => {
    if (!(schema instanceof z.ZodType)) return (value: unknown) => JSON.stringify(value);
    return (value: unknown): string => {
      const written = z.safeEncode(schema, value as never);
      if (!written.success) throw notAsDescribed(`${method} ${url}`, written.error.issues.map(textOf));
      const dropped = isStrict ? droppedFrom(value, written.data, '') : [];
      if (dropped.length > 0) throw notAsDescribed(`${method} ${url}`, dropped);
      return JSON.stringify(written.data);
    };
  };
}

/** The compiler in the form that the HTTP library takes. */
export type AnswerWriter = FastifySchemaCompiler<unknown>;

/** For tests: an answer of a media type that its description does not name is a defect, too. */
export async function assertDescribedType(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { facts } = request.routeOptions.config;
  const sent = reply.getHeader('content-type');
  if (!facts || sent === undefined || reply.statusCode >= 400) return;
  const type = mediaTypeOf(String(sent));
  if (type === 'application/problem+json' || answerTypesOf(facts).includes(type)) return;
  throw notAsDescribed(`${facts.method} ${facts.path}`, [`${type}: not among its media types`]);
}

function textOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.map(String).join('.')}: ${message}`;
}

/** Members of a value that are not in what is written of it. */
function droppedFrom(value: unknown, written: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || typeof written !== 'object' || written === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (member === undefined) return [];
    if (!(key in written)) return [`${at}: not in the schema`];
    return droppedFrom(member, (written as Record<string, unknown>)[key], at);
  });
}

function notAsDescribed(what: string, faults: readonly string[]): Problem {
  return new Problem({
    code: 'DEFECT',
    kind: 'defect',
    says: `The answer of ${what} is not what its description says: ${faults.slice(0, SHOWN_MAX).join('; ')}`,
    next: 'Report this with the log of the failing command.',
  });
}
