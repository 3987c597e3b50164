import { PROBLEM_KINDS } from '../../../core/index.ts';
import { ProblemAnswer } from '../contract/problem.ts';
import { API_ROOT, isOnceForKey } from '../register-routes.ts';
import { answerTypesOf, FILE_TYPE, JSON_TYPE, mediaTypeOf, type Route } from '../route.ts';

type Json = Record<string, unknown>;

interface Operation extends Json {
  parameters?: Json[];
  responses: Record<string, Json>;
  requestBody?: { content: Record<string, Json> };
}

/** An OpenAPI document as far as it is completed here. */
export interface OpenApiDocument extends Json {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Json> } & Json;
}

const PROBLEM = { $ref: '#/components/schemas/Problem' };
/** The schema of problems has its name from here. */
export const PROBLEM_SCHEMA = ProblemAnswer;

/** What each status of a problem means here, in the words of somebody who calls. */
const MEANINGS: Readonly<Record<number, string>> = {
  202: 'Sent to the other system, and its answer was lost: it is looked up there by itself (kind unknown).',
  400: 'Something impossible was asked for; `fields` names what of the body or query (kind invalid).',
  401: 'Nobody is signed in, or the token is not good.',
  403: 'Whoever is signed in may not do this.',
  404: 'There is no such record.',
  409: 'The state of the record is another one meanwhile, or the key was used for something else (kind conflict).',
  413: 'The body is larger than what is taken here.',
  415: 'The body is of a type that is not taken here.',
  421: 'The server was reached by a name that is not its own.',
  422: 'It cannot be booked, its numbers do not tie, or SAP or Amazon refused it (kinds unmapped, unproven, rejected).',
  429: 'Too much at once; Retry-After says when it may be tried again, where that is known.',
  500: 'A defect of this program (kind defect).',
  503: 'Certainly not done; ask again later (kind unavailable).',
};

/** Adds to what the schemas say: rights, problems, keys of repeated writes, examples. */
export function completeDocument(document: OpenApiDocument, routes: readonly Route[]): OpenApiDocument {
  for (const { facts } of routes) {
    const path = `${API_ROOT}${facts.path}`.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{*}');
    const operation = document.paths[path]?.[facts.method.toLowerCase()];
    if (operation) complete(operation, facts);
  }
  dropUnused(document);
  const problem = document.components.schemas.Problem;
  if (problem) problem.examples = [PROBLEM_EXAMPLE];
  return document;
}

function complete(operation: Operation, facts: Route['facts']): void {
  const { access, status = 200, example } = facts;
  operation.operationId = operationIdOf(facts);
  operation['x-permission'] = access;
  operation.security = access === 'public' ? [] : [{ session: [] }, { token: [] }];
  const success = operation.responses[String(status)];
  if (success) {
    success.description = SUCCESS[status] ?? 'What was asked for.';
    success.headers = {
      'x-correlation-id': { $ref: '#/components/headers/CorrelationId' },
      ...(facts.fileTypes && { 'content-disposition': { $ref: '#/components/headers/FileName' } }),
      ...(status === 302 && { location: { $ref: '#/components/headers/Location' } }),
    };
    if (status === 204 || status === 302) delete success.content;
    else success.content = contentOf(success.content as Record<string, Json>, facts);
    addExample(success.content as Record<string, Json> | undefined, example?.answer);
  }
  if (facts.takesFile) operation.requestBody = { required: true, content: { [FILE_TYPE]: { schema: BYTES } } } as never;
  sentToo(operation.requestBody);
  addExample(operation.requestBody?.content, example?.body);
  if (isOnceForKey(facts)) {
    operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/IdempotencyKey' }];
  }
  for (const code of problemStatusesOf(facts)) {
    const problem = { 'application/problem+json': { schema: PROBLEM } };
    const there = operation.responses[String(code)];
    if (there) {
      there.description = `${there.description as string} Or: ${MEANINGS[code] ?? ''}`;
      there.content = { ...(there.content as Json | undefined), ...problem };
    } else {
      operation.responses[String(code)] = { $ref: `#/components/responses/Problem${code}` };
    }
  }
}

/** With which statuses a route may answer a problem. */
export function problemStatusesOf({ access, method, params, body, takesFile }: Route['facts']): readonly number[] {
  const isWrite = method !== 'GET';
  const { unknown, conflict, rejected, unavailable, defect, invalid } = PROBLEM_KINDS;
  return [
    invalid.httpStatus,
    ...(access === 'public' ? [] : [401, 403]),
    ...(params ? [404] : []),
    ...(isWrite ? [unknown.httpStatus, conflict.httpStatus] : []),
    ...(body || takesFile ? [413, 415] : []),
    421,
    rejected.httpStatus,
    429,
    defect.httpStatus,
    unavailable.httpStatus,
  ].sort((a, b) => a - b);
}

function operationIdOf({ method, path }: Route['facts']): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return [method.toLowerCase(), ...words.map((word) => (word[0] ?? '').toUpperCase() + word.slice(1))].join('');
}

/** That a list is not changed here is no word about who sends it: OpenAPI's `readOnly` would forbid to. */
function sentToo(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  if ('readOnly' in part && part.readOnly === true) delete part.readOnly;
  for (const inner of Object.values(part)) sentToo(inner);
}

function addExample(content: Record<string, Json> | undefined, example: unknown): void {
  const json = content?.['application/json'];
  if (json && example !== undefined) json.example = example;
}

/** By the media types in which the answer really comes; of a file there is nothing more to say. */
function contentOf(described: Record<string, Json>, facts: Route['facts']): Json {
  const files = (facts.fileTypes ?? []).map(mediaTypeOf);
  return Object.fromEntries(
    answerTypesOf(facts).map((type) => [
      type,
      files.includes(type) ? { schema: type.startsWith('text/') ? TEXT : BYTES } : described[JSON_TYPE],
    ]),
  );
}

const SUCCESS: Readonly<Record<number, string>> = {
  204: 'Done; there is nothing to tell.',
  302: 'The browser is led on.',
};
const BYTES = { type: 'string', format: 'binary' };
const TEXT = { type: 'string' };

const EXAMPLE_CODE = 'BODY_INVALID';
const EXAMPLE_FIELD = 'FIELD_MISSING';
const PROBLEM_EXAMPLE = {
  title: EXAMPLE_CODE,
  status: 400,
  detail: 'One field of the body cannot be taken: why.',
  code: EXAMPLE_CODE,
  kind: 'invalid',
  says: 'One field of the body cannot be taken: why.',
  next: 'Correct what is named in `fields`, or at that place, and send it again. What a body may hold: /api/docs',
  fields: [{ path: 'why', code: EXAMPLE_FIELD, says: 'This is needed.' }],
  correlationId: '0b6f1c0e-7c3f-4d4e-9a55-0242ac120002',
};

/** What all routes share. */
export const SHARED_COMPONENTS = {
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'A name of this one intention, 1 to 200 visible characters of ASCII, such as a random UUID. For 24 hours a second request with the same key does nothing and gets the first answer again; one that held a secret is not kept (IDEMPOTENT_ANSWER_NOT_KEPT).',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
      example: '9f0c4a3e-3a52-4f0e-8a44-6d6c3f0b7a11',
    },
  },
  headers: {
    CorrelationId: {
      description: 'Stands in the log lines and audit events of the request.',
      schema: { type: 'string', format: 'uuid' },
    },
    FileName: {
      description: 'Of a file: the name under which it may be kept (RFC 6266).',
      schema: { type: 'string' },
    },
    Location: { description: 'Where the browser goes on.', schema: { type: 'string' } },
  },
  responses: Object.fromEntries(
    Object.entries(MEANINGS).map(([status, description]) => [
      `Problem${status}`,
      { description, content: { 'application/problem+json': { schema: PROBLEM } } },
    ]),
  ),
};

/** Schemas that nothing refers to, such as those of input that only answers use. */
function dropUnused(document: OpenApiDocument): void {
  const { schemas } = document.components;
  for (let isDone = false; !isDone; ) {
    const text = JSON.stringify(document);
    const unused = Object.keys(schemas).filter(
      (name) => name !== 'Problem' && !text.includes(`"#/components/schemas/${name}"`),
    );
    for (const name of unused) delete schemas[name];
    isDone = unused.length === 0;
  }
}
