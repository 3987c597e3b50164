import type { z } from 'zod';
import { Problem, type ProblemField } from '../../../core/index.ts';
import { findJsonFault } from './json-fault.ts';
import { placesUnwritable } from './plain-text.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** Fields named in one sentence; all of them are in `fields`. */
const NAMED_MAX = 5;
const FIELDS_MAX = 100;
const UNKNOWN_FIELD = 'FIELD_UNKNOWN';
const MALFORMED_FIELD = 'FIELD_MALFORMED';

/** A part of a request in words. */
interface PartWords {
  readonly whole: string;
  readonly part: string;
  readonly make: (facts: InputFacts) => Problem;
}

const OTHER_PART: PartWords = { whole: 'request', part: 'part', make: queryInvalid };
const PARTS: Readonly<Record<string, PartWords>> = {
  body: { whole: 'body', part: 'field', make: bodyInvalid },
  querystring: { whole: 'query', part: 'parameter', make: queryInvalid },
  params: { whole: 'address', part: 'part', make: queryInvalid },
};

interface InputFacts {
  readonly says: string;
  readonly fields: readonly ProblemField[];
}

/** Checks one part of a request against its schema: the value as the schema makes it, or a problem that names each field. */
export function readInput(
  schema: z.ZodType,
  part: string | undefined,
  value: unknown,
): { readonly value: unknown } | { readonly error: Problem } {
  const words = PARTS[part ?? ''] ?? OTHER_PART;
  const { make } = words;
  const unwritable = fieldsUnwritable(value);
  if (unwritable.length > 0) return { error: make({ says: sentence(words, unwritable), fields: unwritable }) };
  const read = schema.safeParse(value, { error: wordsOf });
  if (read.success) return { value: read.data };
  const fields = read.error.issues.flatMap((issue) => fieldsOf(issue, value)).slice(0, FIELDS_MAX);
  return { error: make({ says: sentence(words, fields), fields }) };
}

/** Texts that hold what no text of the books can hold, or what a terminal would act upon when it is shown. */
function fieldsUnwritable(value: unknown): readonly ProblemField[] {
  const says = 'This holds a character that is no text, such as a control character.';
  return placesUnwritable(value, FIELDS_MAX).map((path) => ({ path, code: MALFORMED_FIELD, says }));
}

function sentence({ whole, part }: PartWords, fields: readonly ProblemField[]): string {
  const names = [...new Set(fields.map(({ path }) => path).filter((path) => path !== ''))];
  if (names.length === 0) return `The ${whole} cannot be taken. ${fields[0]?.says ?? ''}`.trim();
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
  const count = names.length === 1 ? `One ${part}` : `${names.length} ${part}s`;
  return `${count} of the ${whole} cannot be taken: ${names.slice(0, NAMED_MAX).join(', ')}${more}.`;
}

/** A body that is no JSON, with the place where it ends to be. */
export function jsonProblem(text: string): Problem {
  const fault = findJsonFault(text);
  const says = fault
    ? `The body is no JSON at line ${fault.line}, character ${fault.character}.`
    : 'The body is no JSON.';
  return bodyInvalid({ says, fields: [] }, fault && { row: fault.line, column: String(fault.character) });
}

/** A body of lists in lists, deeper than anything here is. */
export function bodyTooDeep(depthMax: number): Problem {
  return bodyInvalid({ says: `The body has more than ${depthMax} groups and lists inside each other.`, fields: [] });
}

/** A body where one is needed and none came. */
export function bodyMissing(): Problem {
  return bodyInvalid({ says: 'The body is empty.', fields: [] });
}

function bodyInvalid({ says, fields }: InputFacts, where?: { row: number; column: string }): Problem {
  return new Problem({
    code: 'BODY_INVALID',
    kind: 'invalid',
    says,
    next: 'Correct what is named in `fields`, or at that place, and send it again. What a body may hold: /api/docs',
    ...(fields.length > 0 && { fields }),
    ...(where && { where }),
  });
}

function queryInvalid({ says, fields }: InputFacts): Problem {
  return new Problem({
    code: 'QUERY_INVALID',
    kind: 'invalid',
    says,
    next: 'Correct what is named in `fields` and ask again. What an address may hold: /api/docs',
    ...(fields.length > 0 && { fields }),
  });
}

function fieldsOf(issue: Issue, value: unknown): readonly ProblemField[] {
  const at = (path: readonly PropertyKey[]) => path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: at([...issue.path, key]), code: UNKNOWN_FIELD, says: issue.message }));
  }
  return [{ path: at(issue.path), code: codeOf(issue, valueAt(value, issue.path)), says: issue.message }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

const CODES: Readonly<Record<string, string>> = {
  too_small: 'FIELD_TOO_SMALL',
  too_big: 'FIELD_TOO_LARGE',
  invalid_format: MALFORMED_FIELD,
  invalid_value: 'FIELD_NOT_OFFERED',
};

function codeOf({ code }: Issue, value: unknown): string {
  return value === undefined ? 'FIELD_MISSING' : (CODES[code] ?? 'FIELD_INVALID');
}

/** Our words for what the schemas refuse, unless a schema has words of its own. The value itself is in none of them. */
function wordsOf(issue: RawIssue): string {
  if (issue.input === undefined) return 'This is needed.';
  switch (issue.code) {
    case 'invalid_type':
      return `This has to be ${TYPES[issue.expected] ?? `of the type ${issue.expected}`}.`;
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'too_big':
      return `At most ${issue.maximum}${UNITS[issue.origin] ?? ''} can be taken.`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'This is not in the form that is expected here.';
    case 'invalid_value':
      return `One of these is expected: ${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return 'There is no such field.';
    case 'not_multiple_of':
      return `A multiple of ${issue.divisor} is expected.`;
    default:
      return 'This cannot be taken.';
  }
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'string' && minimum === 1) return 'This must not be empty.';
  return `At least ${minimum}${UNITS[origin] ?? ''} ${minimum === 1 ? 'is' : 'are'} needed.`;
}

const UNITS: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' of them',
  set: ' of them',
  file: ' bytes',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
  date: 'a moment',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: 'A day is expected, for example 2026-11-26.',
  datetime: 'A moment is expected, for example 2026-11-26T06:00:00Z.',
  email: 'An address for e-mail is expected.',
  url: 'A web address is expected.',
  uuid: 'An id is expected, of the form 0b6f1c0e-7c3f-5d4e-9a55-0242ac120002.',
};
