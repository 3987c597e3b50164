import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeptAnswer, RequestClaim, RequestStore } from '../../app/index.ts';
import { isProblem, type Log, Problem, type ProblemKind, type Sha256, sha256Of } from '../../core/index.ts';
import { problemBody, statusOf } from './answers/problem-answers.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;
const LEASE_MS = 60_000;
const RENEW_MS = 20_000;
/** Larger answers are not kept; who asks again is told that the work was done. */
const ANSWER_CHARS_MAX = 1_000_000;
/** What was refused or certainly not done leaves nothing behind: the same key may be tried again. */
const NOTHING_DONE: readonly ProblemKind[] = ['invalid', 'conflict', 'unavailable', 'defect'];

export interface IdempotentWork {
  readonly requests: RequestStore;
  readonly log: Log;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly userId: string;
  /** Does the work. */
  readonly run: () => Promise<DoneWork>;
}

/** What came of a write. */
export interface DoneWork {
  readonly status: number;
  /** The answer; `null` where the handler sent it by itself. */
  readonly text: string | null;
  /** What whoever asks again gets of it; `null`: nothing, because it holds a secret, which is not written down anywhere. */
  readonly kept: string | null;
}

/** The caller's key of a write. Raises `IDEMPOTENCY_KEY_INVALID` (invalid). */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new Problem({
    code: 'IDEMPOTENCY_KEY_INVALID',
    kind: 'invalid',
    says: 'The header Idempotency-Key holds something else than 1 to 200 visible characters of ASCII.',
    next: 'Send a new random UUID for each intention, and the same one when you ask again.',
  });
}

/**
 * What a write is known by besides its key: the body as it was read, before its schema made anything of it. A body may hold a password, so the
 * digest says nothing to whoever has not the key, which is stored as a digest only.
 */
export function bodyDigestOf(body: unknown, key: string): Sha256 {
  const content = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return createHmac('sha256', key).update(content).digest('hex') as Sha256;
}

/**
 * Does a write once for each key: a second request with the same key gets the first answer again. Raises
 * `IDEMPOTENT_REQUEST_RUNS`, `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENT_ANSWER_NOT_KEPT` (conflict).
 */
export async function onceForKey(key: string, work: IdempotentWork): Promise<KeptAnswer | null> {
  const { requests, request, userId } = work;
  const result = await requests.claimRequest(
    { userId, key: sha256Of(key), route: `${request.method} ${request.url}`, bodySha256: request.bodySha256 as Sha256 },
    LEASE_MS,
  );
  if (result.kind === 'runs') throw requestRuns();
  if (result.kind === 'other-request') throw keyReused();
  if (result.kind === 'claimed') return doneAs(result.claim, work);
  if (result.answer.body === null && result.answer.status !== 204) throw answerNotKept(result.finishedAt);
  void work.reply.header('idempotency-replayed', 'true');
  return result.answer;
}

async function doneAs(claim: RequestClaim, work: IdempotentWork): Promise<KeptAnswer | null> {
  const { requests, log, request, run } = work;
  const renewing = setInterval(() => void requests.renewRequest(claim, LEASE_MS).catch(() => {}), RENEW_MS);
  // What was done was done, also when it cannot be written down: then the claim runs out.
  const keep = (writing: Promise<void>) =>
    writing.catch(() => log.write('warn', 'http.answer-not-kept', { correlationId: request.correlationId }));
  try {
    const { status, text, kept } = await run();
    const body = kept !== null && kept.length <= ANSWER_CHARS_MAX ? kept : null;
    await keep(requests.finishRequest(claim, { status, isProblem: false, body }));
    return text === null ? null : { status, isProblem: false, body: text };
  } catch (error) {
    if (!isProblem(error) || NOTHING_DONE.includes(error.kind)) {
      await keep(requests.releaseRequest(claim));
    } else {
      const status = statusOf(error, request);
      const body = JSON.stringify(problemBody(error, status, request.correlationId));
      await keep(requests.finishRequest(claim, { status, isProblem: true, body }));
    }
    throw error;
  } finally {
    clearInterval(renewing);
  }
}

function requestRuns(): Problem {
  return new Problem({
    code: 'IDEMPOTENT_REQUEST_RUNS',
    kind: 'conflict',
    says: 'The first request with this Idempotency-Key still runs.',
    next: 'Ask again in a moment with the same key: its answer comes then.',
  });
}

function keyReused(): Problem {
  return new Problem({
    code: 'IDEMPOTENCY_KEY_REUSED',
    kind: 'conflict',
    says: 'This Idempotency-Key was used for another request within the last 24 hours.',
    next: 'Send a new key for each intention; the same one only with the same address and body.',
  });
}

function answerNotKept(finishedAt: string): Problem {
  return new Problem({
    code: 'IDEMPOTENT_ANSWER_NOT_KEPT',
    kind: 'conflict',
    says: `The first request with this Idempotency-Key was done at ${finishedAt}; its answer is not kept, because it held a secret or was large.`,
    next: 'Look at what it made. A secret that is lost is made anew with a new key.',
  });
}
