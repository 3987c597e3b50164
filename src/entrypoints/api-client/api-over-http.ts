import { randomUUID } from 'node:crypto';
import { Problem } from '../../core/index.ts';
import { About } from '../http/contract/about.ts';
import { ProblemAnswer } from '../http/contract/problem.ts';
import { type Api, type Asked, assertNamesFit } from './api.ts';
import { readEvents, type ServiceEvent } from './read-events.ts';
import type { ServiceAddress } from './service-address.ts';

const API_ROOT = '/api/v1';
/**
 * A posting waits for SAP, and a report for its whole month. Node waits for the first byte of an answer for five minutes at most. What takes
 * longer, a sync, is a turn of the service that is followed by its events: these have no end but their own.
 */
const ANSWER_MS_MAX = 290_000;
const LOOK_MS_MAX = 20_000;
const PROBLEM_TYPE = 'application/problem+json';

export interface ServiceOptions extends ServiceAddress {
  readonly programVersion: string;
}

/** The API of a service, which also tells what changes while it works. */
export interface ServiceApi extends Api {
  /** Until the signal ends it, or the service does. */
  events(signal: AbortSignal): AsyncIterable<ServiceEvent>;
}

/**
 * The API of a running service. Before the token goes anywhere the service is asked what it is, without it. No redirect is
 * followed, and a write is never sent again. Raises `SERVICE_UNREACHABLE` (unavailable), `SERVICE_NOT_TRUSTED`, `SERVICE_NOT_OURS`,
 * `SERVICE_REDIRECTS`, `SERVICE_VERSION_DIFFERENT` (invalid); and of each call `NAME_IMPOSSIBLE` (invalid), `SERVICE_ANSWER_LOST` (unknown),
 * `SERVICE_ANSWER_UNREADABLE` (unavailable), and whatever problem the service tells.
 */
export async function apiOverHttp(options: ServiceOptions): Promise<ServiceApi> {
  await assertOurs(options);
  const call = async (asked: Asked, signal = AbortSignal.timeout(ANSWER_MS_MAX)): Promise<Response> => {
    assertNamesFit(asked);
    const { method = 'GET', body } = asked;
    const address = `${options.origin}${API_ROOT}${pathOf(asked)}`;
    const isWrite = method !== 'GET';
    const answer = await send(options, address, {
      method,
      signal,
      isWrite,
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        ...(isWrite && { 'idempotency-key': randomUUID() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    // Also with 202: it was sent, and its answer lost.
    if (type.startsWith(PROBLEM_TYPE)) throw await problemOf(answer, options, isWrite);
    if (!answer.ok) throw unreadable(options, answer, isWrite);
    return answer;
  };
  return {
    async ask(ask) {
      const answer = await call(ask);
      const value = answer.status === 204 ? undefined : await jsonOf(answer);
      const read = ask.answer.safeParse(value);
      if (!read.success) throw unreadable(options, answer, (ask.method ?? 'GET') !== 'GET');
      return read.data as never;
    },
    async file(asked) {
      const answer = await call(asked);
      // A file is sent as one; what a proxy says instead is not.
      if (!answer.headers.has('content-disposition')) throw unreadable(options, answer, false);
      const bytes = await answer.arrayBuffer().catch((error: unknown) => {
        throw notAnswered(options.origin, error, false);
      });
      return new Uint8Array(bytes);
    },
    async *events(signal) {
      const { body } = await call({ path: '/events' }, signal);
      if (body) yield* readEvents(body);
    },
  };
}

function pathOf({ path, params = {}, query = {} }: Asked): string {
  const at = path.replace(/:(\w+)|\*/g, (_, name: string | undefined) => {
    const value = params[name ?? '*'] ?? '';
    return name === undefined ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const given = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? at : `${at}?${new URLSearchParams(given)}`;
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly isWrite: boolean;
}

async function send({ origin }: ServiceOptions, address: string, sent: Sent): Promise<Response> {
  const { isWrite, ...init } = sent;
  let answer: Response;
  try {
    answer = await fetch(address, { ...init, redirect: 'manual' });
  } catch (error) {
    throw notAnswered(origin, error, isWrite);
  }
  if (answer.status >= 300 && answer.status < 400) throw redirects(origin, answer);
  return answer;
}

/** The network says by codes that nothing was sent; of any other end of a write nobody knows what came of it. */
const NOT_SENT: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
const NOT_TRUSTED = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH)/;

function notAnswered(origin: string, error: unknown, isWrite: boolean): Problem {
  const code = codeOf(error);
  if (NOT_TRUSTED.test(code)) {
    return new Problem(
      {
        code: 'SERVICE_NOT_TRUSTED',
        kind: 'invalid',
        says: `${origin} shows a certificate that this machine does not trust (${code}).`,
        next: 'Where it is of your company, name its authority: NODE_EXTRA_CA_CERTS=ca.pem. Nothing was sent.',
        data: origin,
      },
      { cause: error },
    );
  }
  if (isWrite && !NOT_SENT.includes(code)) {
    return answerLost(origin, `no answer came (${code})`, error);
  }
  return new Problem(
    {
      code: 'SERVICE_UNREACHABLE',
      kind: 'unavailable',
      says: `${origin} cannot be reached (${code}).`,
      next: 'Look whether it runs, whether the address is right, and whether this machine may reach it: curl --head ADDRESS/health',
      data: origin,
    },
    { cause: error },
  );
}

/** A write of which nobody knows whether it was done. */
function answerLost(origin: string, why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'SERVICE_ANSWER_LOST',
      kind: 'unknown',
      says: `The request was sent to ${origin}, and ${why}: it may have been done or not.`,
      next: 'Look at the record before you ask again, for example: seller-ledger entries list',
      data: origin,
    },
    { cause },
  );
}

/** `fetch` hides what went wrong in the causes of its error. */
function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (each.name === 'TimeoutError') return 'timeout';
  }
  return 'no reason given';
}

function redirects(origin: string, answer: Response): Problem {
  const to = answer.headers.get('location') ?? '';
  const target = URL.canParse(to, origin) ? new URL(to, origin).origin : 'another address';
  return new Problem({
    code: 'SERVICE_REDIRECTS',
    kind: 'invalid',
    says: `${origin} sends the request on to ${target}. It is not followed: the token is for the address that was named.`,
    next: 'Name the address that people open the page by. Where a proxy asks for a sign-in of its own, let it pass /api/.',
    data: target,
  });
}

/** Asked without the token: whatever answers at the address, only a service of this kind gets it. */
async function assertOurs(options: ServiceOptions): Promise<void> {
  const { origin, programVersion } = options;
  const address = `${origin}${API_ROOT}/about`;
  const answer = await send(options, address, {
    method: 'GET',
    headers: {},
    signal: AbortSignal.timeout(LOOK_MS_MAX),
    isWrite: false,
  });
  const value = await jsonOf(answer);
  if (!answer.ok && ProblemAnswer.safeParse(value).success) throw problemFrom(value);
  const about = About.safeParse(value);
  if (!about.success || about.data.program !== 'seller-ledger') {
    throw new Problem({
      code: 'SERVICE_NOT_OURS',
      kind: 'invalid',
      says: `What answers at ${origin} is no seller-ledger (HTTP ${answer.status}). The token was not sent there.`,
      next: 'Give the address that people open the page by; where a proxy stands before it, let it pass /api/.',
      data: origin,
    });
  }
  const { version } = about.data;
  if (lineOf(version) === lineOf(programVersion)) return;
  throw new Problem({
    code: 'SERVICE_VERSION_DIFFERENT',
    kind: 'invalid',
    says: `The service at ${origin} is of version ${version}, this program of ${programVersion}: they may not understand each other.`,
    next: `Use the program of its version: npx seller-ledger@${version}`,
    data: version,
  });
}

/** Versions that differ in the last number understand each other. */
function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

async function problemOf(answer: Response, options: ServiceOptions, isWrite: boolean): Promise<Problem> {
  const value = await jsonOf(answer);
  return ProblemAnswer.safeParse(value).success ? problemFrom(value) : unreadable(options, answer, isWrite);
}

/** As the service tells it, in the same parts. */
function problemFrom(value: unknown): Problem {
  const { code, kind, says, next, where, data, fields } = ProblemAnswer.parse(value);
  const place = where && Object.fromEntries(Object.entries(where).filter(([, part]) => part !== undefined));
  const parts = { ...(place && { where: place }), ...(data !== undefined && { data }), ...(fields && { fields }) };
  return new Problem({ ...parts, code, kind, says, next });
}

async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

/** What answered is not the service: a proxy, or a service of another build. */
function unreadable({ origin }: ServiceOptions, { status }: Response, isWrite: boolean): Problem {
  if (isWrite) return answerLost(origin, `what answered with HTTP ${status} is not what the service says`);
  return new Problem({
    code: 'SERVICE_ANSWER_UNREADABLE',
    kind: 'unavailable',
    says: `${origin} answered HTTP ${status} with something else than the service says.`,
    next: 'A proxy in front may have answered instead of the service; look into its log.',
    data: String(status),
  });
}
