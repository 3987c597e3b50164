import type { ExchangeRecord, SapAway } from '../app/index.ts';
import { assert, type Clock, type Log, type ProblemFacts } from '../core/index.ts';
import {
  awayOf,
  isHtml,
  logOnProblem,
  notAuthorisedProblem,
  REDIRECTS_UNDONE,
  redirectedProblem,
  serviceNotActiveProblem,
  wordsOf,
} from './answer-problem.ts';
import type { HttpAnswer } from './http.ts';
import { etagOf, isRow, type ODataRow, parseJsonKeepingNumbers } from './odata.ts';
import { type ODataError, type ODataErrorDetail, readODataError } from './odata-error.ts';
import type { Redactor } from './redact.ts';
import { logRemarks, readRemarks, type SapRemark } from './sap-message.ts';
import { type SapProblem, shorten } from './sap-problem.ts';
import type { SapSession, Written } from './session.ts';
import { serviceRoot } from './wire.ts';

/** What is written. Decimals and dates are texts in SAP's form; a member that is `undefined` is not sent. */
export interface ODataBody {
  readonly [name: string]: string | boolean | null | ODataBody | readonly ODataBody[] | undefined;
}

/** What is certain after a write. */
export type ODataWriteOutcome =
  /** It is done. */
  | {
      readonly outcome: 'written';
      /** The entity as SAP shows it; `null` where SAP answers a change without one. */
      readonly value: ODataRow | null;
      /** For the next change; `null` when SAP gave none. */
      readonly etag: string | null;
      /** What SAP remarks. With severity `error` part of the entity may be missing: read it again. */
      readonly remarks: readonly SapRemark[];
      readonly exchange: ExchangeRecord;
    }
  /** SAP looked at it and did not do it; unchanged it will not be done later either. */
  | {
      readonly outcome: 'refused';
      /** SAP's code for the whole, for example `R1/286`; blank when the answer has none. */
      readonly code: string;
      readonly details: readonly ODataErrorDetail[];
      readonly problem: ProblemFacts;
      readonly exchange: ExchangeRecord;
    }
  /** Somebody changed the entity after it was read: nothing was done. */
  | { readonly outcome: 'stale'; readonly problem: ProblemFacts; readonly exchange: ExchangeRecord }
  /** Certainly not done, and nothing is wrong with what was to be written. Kind `rejected`: a person has to act first. */
  | {
      readonly outcome: 'unavailable';
      readonly problem: ProblemFacts;
      /** Set when the answer speaks of SAP as a whole. */
      readonly away: SapAway | null;
      /** `null` when the write did not leave. */
      readonly exchange: ExchangeRecord | null;
    }
  /** Nobody knows: look in SAP before anything else. */
  | {
      readonly outcome: 'unknown';
      readonly problem: ProblemFacts;
      readonly away: SapAway | null;
      readonly exchange: ExchangeRecord;
    };

export interface WriteTimes {
  readonly signal?: AbortSignal | undefined;
  /** The write does not leave after this moment; then it is `unavailable`. */
  readonly leaveByMs?: number | undefined;
}

/** Writes to SAP's OData services. Never repeats a write, except when SAP refused the session token. */
export interface ODataWriter {
  /** Makes a new entity in the set, with what hangs on it (deep insert). */
  create(service: string, set: string, body: ODataBody, times?: WriteTimes): Promise<ODataWriteOutcome>;
  /**
   * Changes the named fields of one entity (see `entityOf`), provided that it still is what `etag` stands for; `*` stands
   * for anything. What hangs on the entity is changed by its own key.
   */
  change(
    service: string,
    entity: string,
    body: ODataBody,
    options: WriteTimes & { readonly etag: string },
  ): Promise<ODataWriteOutcome>;
}

export function createODataWriter(input: {
  baseUrl: string;
  session: SapSession;
  clock: Clock;
  log: Log;
  redactor: Redactor;
}): ODataWriter {
  const { clock, log, redactor, session } = input;

  async function write(asked: Asked, body: ODataBody, times: WriteTimes): Promise<ODataWriteOutcome> {
    const root = serviceRoot(input.baseUrl, asked.service);
    const written = await session.write({
      method: asked.method,
      url: `${root}${asked.resource}`,
      tokenUrl: root,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(asked.etag !== null && { 'if-match': asked.etag }),
      },
      body: JSON.stringify(body),
      signal: times.signal,
      leaveByMs: times.leaveByMs,
    });
    if (written.kind === 'not-written') return unavailable(written.problem, written.record);
    if (written.answer.kind === 'answered') logRemarks(log, written.answer);
    return judgeODataWrite(asked, written, clock.nowMs());
  }

  return {
    async create(service, set, body, times = {}) {
      const asked = { method: 'POST', service, resource: set, etag: null } as const;
      return cleaned(await write(asked, body, times), redactor);
    },
    async change(service, entity, body, { etag, ...times }) {
      assert(etag !== '', 'a change names the state it is based on');
      const asked = { method: 'PATCH', service, resource: entity, etag } as const;
      return cleaned(await write(asked, body, times), redactor);
    },
  };
}

interface Asked {
  readonly method: 'POST' | 'PATCH';
  readonly service: string;
  readonly resource: string;
  readonly etag: string | null;
}

const LOOK_UP = 'Nothing to do: it is looked for in SAP before anything is written again.';

/** Certain refusals: SAP's gateway or service says no before, or instead of, doing anything. */
const REFUSING_STATUSES = new Set([400, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431, 501]);

/** The decision table of an OData write. What leaves a doubt is unknown, also 429 and 503: a gateway may send them late. */
function judgeODataWrite(asked: Asked, written: Written, nowMs: number): ODataWriteOutcome {
  const { answer } = written;
  const what = nameOf(asked);
  if (answer.kind === 'lost') {
    return unknown(answer.record, {
      code: 'SAP_ANSWER_LOST',
      says: `${what} was sent, but SAP's answer did not arrive (${answer.reason}).`,
      data: answer.reason,
    });
  }
  const { status, record: exchange } = answer;
  if (status >= 200 && status < 300) return judgeDone(asked, answer, nowMs);
  const data = `HTTP ${status}`;
  if (status === 401) return unavailable(logOnProblem(written.refusal, data), exchange);
  if (REDIRECTS_UNDONE.has(status)) return unavailable(redirectedProblem(answer, 'baseUrl'), exchange);
  const error = readODataError(answer);
  if (error?.code === '/IWFND/MED/170') return unavailable(serviceNotActiveProblem(answer, error, data), exchange);
  if (status === 403) return unavailable(forbidden(asked, error), exchange);
  if (status === 412 && asked.etag !== null) return stale(asked, exchange);
  if (status === 428) return etagMissing(asked, exchange);
  if (REFUSING_STATUSES.has(status)) return refused(asked, answer, error);
  return unknown(
    exchange,
    {
      code: 'SAP_ANSWER_FAILED',
      says: `${what} was sent, but SAP answered HTTP ${status}${wordsOf(error)}.`,
      data,
    },
    awayOf(answer, nowMs),
  );
}

function judgeDone(asked: Asked, answer: HttpAnswer, nowMs: number): ODataWriteOutcome {
  const { record: exchange, status } = answer;
  const what = nameOf(asked);
  if (isHtml(answer)) {
    return unknown(
      exchange,
      {
        code: 'SAP_ANSWER_HTML',
        says: `SAP answered ${what} with a web page (HTTP ${status}).`,
        data: `HTTP ${status}`,
      },
      awayOf(answer, nowMs),
    );
  }
  const body = answer.text === '' ? null : parseJsonKeepingNumbers(answer.text);
  const value = isRow(body ?? undefined) && isRow((body as ODataRow).d) ? ((body as ODataRow).d as ODataRow) : null;
  // Without the entity nobody knows the key SAP gave it; and a text that is no entity may come from a gateway.
  if (value === null && (asked.method === 'POST' || answer.text !== '')) {
    return unknown(exchange, {
      code: 'SAP_ANSWER_UNREADABLE',
      says: `SAP's answer to ${what} cannot be read: it holds no entity.`,
      data: `HTTP ${status}, ${answer.text.length} characters`,
    });
  }
  const etag = answer.headers.etag?.trim() || (value === null ? null : etagOf(value));
  return { outcome: 'written', value, etag, remarks: readRemarks(answer), exchange };
}

function forbidden(asked: Asked, error: ODataError | null): SapProblem {
  const data = `HTTP 403${error === null ? '' : `, ${error.code}`}`;
  return notAuthorisedProblem(`write ${asked.resource} of ${asked.service}${wordsOf(error)}`, data);
}

function refused(asked: Asked, answer: HttpAnswer, error: ODataError | null): ODataWriteOutcome {
  const reasons = error?.messages.length ? shorten(error.messages.join('; '), 600) : 'no reason given';
  const transactionId = error?.transactionId ?? null;
  return {
    outcome: 'refused',
    code: error?.code ?? '',
    details: error?.details ?? [],
    problem: {
      code: 'SAP_WRITE_REFUSED',
      kind: 'rejected',
      says: `SAP did not do it: ${nameOf(asked)} (HTTP ${answer.status}): ${reasons}.`,
      next:
        transactionId === null
          ? 'Look SAP’s message up with the SAP administrator and correct what it names.'
          : `Correct what SAP’s message names; the SAP administrator finds it by transaction id ${transactionId} (transaction /IWFND/ERROR_LOG).`,
      data: [`HTTP ${answer.status}`, error?.code, ...(error?.details.map(({ code }) => code) ?? [])]
        .filter((part, index, all) => part && all.indexOf(part) === index)
        .join(', '),
    },
    exchange: answer.record,
  };
}

function stale(asked: Asked, exchange: ExchangeRecord): ODataWriteOutcome {
  return {
    outcome: 'stale',
    problem: {
      code: 'SAP_RECORD_CHANGED',
      kind: 'conflict',
      says: `Somebody changed ${asked.resource} in SAP meanwhile (HTTP 412), so nothing was written.`,
      next: 'Nothing to do: it is read again and what still has to change is written.',
      data: 'HTTP 412',
    },
    exchange,
  };
}

function etagMissing(asked: Asked, exchange: ExchangeRecord): ODataWriteOutcome {
  return {
    outcome: 'refused',
    code: '',
    details: [],
    problem: {
      code: 'SAP_ETAG_MISSING',
      kind: 'defect',
      says: `SAP misses the state that ${nameOf(asked)} is based on (HTTP 428): ${asked.etag === null ? 'none was sent' : 'it was sent but did not arrive'}.`,
      next: 'If a proxy or gateway stands before SAP, let it pass the header If-Match; otherwise report this with the log.',
      data: 'HTTP 428',
    },
    exchange,
  };
}

function unavailable(problem: SapProblem, exchange: ExchangeRecord | null): ODataWriteOutcome {
  return { outcome: 'unavailable', problem: problem.toJSON(), away: problem.away, exchange };
}

function unknown(
  exchange: ExchangeRecord,
  facts: { code: string; says: string; data: string },
  away: SapAway | null = null,
  next = LOOK_UP,
): ODataWriteOutcome {
  return { outcome: 'unknown', problem: { ...facts, kind: 'unknown', next }, away, exchange };
}

/** The set or entity, without the values of a record. */
function nameOf({ method, resource, service }: Asked): string {
  return `${method === 'POST' ? 'A new entry of' : 'A change of'} ${resource} (${service})`;
}

function cleaned(outcome: ODataWriteOutcome, redactor: Redactor): ODataWriteOutcome {
  switch (outcome.outcome) {
    case 'written':
      return {
        ...outcome,
        remarks: outcome.remarks.map((remark) => ({ ...remark, text: redactor.text(remark.text) })),
      };
    case 'refused':
      return {
        ...outcome,
        details: outcome.details.map((detail) => ({ ...detail, text: redactor.text(detail.text) })),
        problem: redactor.facts(outcome.problem),
      };
    default:
      return { ...outcome, problem: redactor.facts(outcome.problem) };
  }
}
