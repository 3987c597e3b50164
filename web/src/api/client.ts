import { sessionAgain } from './session-gate.ts';

/** A problem as the service tells it, and where in what was sent it lies. */
export interface ProblemBody {
  readonly code: string;
  readonly kind: string;
  readonly says: string;
  readonly next: string;
  readonly data?: string;
  /** `path`: the posting key of an entry, or a setting. */
  readonly where?: {
    readonly file?: string;
    readonly row?: number;
    readonly column?: string;
    readonly path?: string;
  };
  /** Of a body that was refused: each field with what is wrong with it. */
  readonly fields?: readonly { readonly path: string; readonly code: string; readonly says: string }[];
}

/** What the service answered instead of what was asked for. `status` 0: it did not answer at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: ProblemBody;

  constructor(status: number, problem: ProblemBody) {
    super(`${problem.code}: ${problem.says}`);
    this.status = status;
    this.problem = problem;
  }
}

const NO_ANSWER: ProblemBody = {
  code: 'NO_ANSWER',
  kind: 'unavailable',
  says: 'The service does not answer.',
  next: 'Start it: seller-ledger start. This page goes on by itself.',
};

/** Without a hand at the page for so long, what it asks for by itself keeps no session alive. */
const IDLE_MS = 60_000;
let lastTouchedMs = Date.now();
for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const) {
  const touched = () => {
    lastTouchedMs = Date.now();
  };
  globalThis.addEventListener?.(kind, touched, { passive: true, capture: true });
}

let csrfToken: string | undefined;

/** What the service wants to see with every write of this session. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Reads below `/api/v1`. Raises `ApiProblem`. */
export function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return ask(path, { ...(signal && { signal }) });
}

export interface Writing {
  /** Of one intention, however often the button is pressed; default: a new one. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** A new key for one intention. Not `crypto.randomUUID`, which pages over plain http do not have. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Writes below `/api/v1`. A body is sent as JSON, a `Blob` as it is. Raises `ApiProblem`. */
export function write<Answer>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  { idempotencyKey = newKey(), signal }: Writing = {},
): Promise<Answer> {
  const isBlob = body instanceof Blob;
  return ask(path, {
    method,
    headers: {
      'idempotency-key': idempotencyKey,
      ...(body !== undefined && { 'content-type': isBlob ? 'application/octet-stream' : 'application/json' }),
    },
    ...(body !== undefined && { body: isBlob ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
}

/** What a request is told that the session it was made in is not there any more: nothing of it was done. */
const WITHOUT_SESSION: readonly string[] = ['SIGN_IN_NEEDED', 'CSRF_REFUSED'];
const SESSIONS_MAX = 3;

/** Where the session ended, waits for the same person to sign in again, and then goes on as if it had not. */
async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  for (let sessions = 1; ; sessions += 1) {
    try {
      return await askOnce<Answer>(path, init);
    } catch (error) {
      const isEnded = error instanceof ApiProblem && WITHOUT_SESSION.includes(error.problem.code);
      const again = isEnded && sessions < SESSIONS_MAX ? sessionAgain(init.signal ?? undefined) : undefined;
      if (!again) throw error;
      await again;
    }
  }
}

async function askOnce<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let answer: Response;
  try {
    const isIdle = Date.now() - lastTouchedMs > IDLE_MS;
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(init.method && csrfToken && { 'x-csrf-token': csrfToken }),
      ...(isIdle && { 'x-idle': '1' }),
    };
    answer = await fetch(`/api/v1${path}`, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem(0, NO_ANSWER);
  }
  if (answer.status === 204) return undefined as Answer;
  const body = (await answer.json().catch(() => undefined)) as unknown;
  const type = answer.headers.get('content-type') ?? '';
  if (answer.ok && !type.startsWith('application/problem+json')) return body as Answer;
  throw new ApiProblem(answer.status, isProblemBody(body) ? body : { ...NO_ANSWER, code: `HTTP_${answer.status}` });
}

function isProblemBody(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'says' in body;
}
