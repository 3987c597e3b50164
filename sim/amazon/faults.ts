import { createRandom, type Random } from '../world/index.ts';
import { API_OPERATIONS, type Operation } from './quotas.ts';

/** What can go wrong with one request. */
export type FaultKind =
  /** The work is done, then the connection is cut without a byte. */
  | 'drop-reply'
  /** The connection is cut in the middle of the body. */
  | 'cut-reply'
  | 'delay'
  | 'server-error'
  | 'unavailable'
  | 'throttle'
  /** The access token is refused as expired although its hour is not over. */
  | 'expired-token'
  | 'expired-secret'
  /** A page without reports that names a next page. */
  | 'empty-page'
  /** The document's address is handed out when its five minutes are over. */
  | 'expired-url'
  | 'truncated-gzip'
  /** The document ends some rows early; its compression is intact. */
  | 'cut-rows'
  /** Content-Type names another charset. A file of plain ASCII does not suffer from it. */
  | 'wrong-charset'
  /** A page token that is still young is refused as expired. Strikes only a request that brings one. */
  | 'expired-page-token'
  /** The report is ordered, then the connection is cut without a byte. */
  | 'lost-create'
  /** The report that is ordered ends as FATAL, with a document that says why. */
  | 'fatal-report'
  /** The report that is ordered takes three hours. */
  | 'slow-report'
  /** The request reaches the quota later by up to `delayMs` of the world's time; later ones may overtake it. */
  | 'latency-jitter'
  /** An answer 200 that is a web page. */
  | 'html-page'
  /** An answer 200 whose JSON ends half way, although the connection is intact. */
  | 'truncated-json'
  /** The first status in the answer is a word that nobody has seen before. */
  | 'unknown-enum'
  /** The first record of the answer lacks a member that it needs: its id, where it has one. */
  | 'missing-field'
  /** The first record of the answer lacks a member that it needs; its id is there. */
  | 'missing-detail';

const API = API_OPERATIONS;
const EVERYWHERE: readonly Operation[] = [...API, 'token', 'download'];
const RECORDS: readonly Operation[] = [
  'getReports',
  'getReport',
  'searchOrders',
  'getOrder',
  'listTransactions',
  'listBalances',
  'listPayouts',
];

/** Where each kind can happen. */
export const FAULT_PLACES: Readonly<Record<FaultKind, readonly Operation[]>> = {
  'drop-reply': EVERYWHERE,
  'cut-reply': EVERYWHERE,
  delay: EVERYWHERE,
  'server-error': EVERYWHERE,
  unavailable: EVERYWHERE,
  throttle: API,
  'expired-token': API,
  'expired-secret': API,
  'empty-page': ['getReports', 'searchOrders', 'listTransactions', 'listPayouts'],
  'expired-url': ['getReportDocument'],
  'truncated-gzip': ['download'],
  'cut-rows': ['download'],
  'wrong-charset': ['download'],
  'expired-page-token': ['searchOrders', 'listTransactions', 'listPayouts'],
  'lost-create': ['createReport'],
  'fatal-report': ['createReport'],
  'slow-report': ['createReport'],
  'latency-jitter': API,
  'html-page': API,
  'truncated-json': API,
  'unknown-enum': RECORDS,
  'missing-field': RECORDS,
  'missing-detail': ['searchOrders', 'getOrder', 'listPayouts'],
};

export const FAULT_KINDS = Object.keys(FAULT_PLACES) as readonly FaultKind[];

/** A fault that waits for its requests. */
export interface PlannedFault {
  readonly kind: FaultKind;
  /** Default: every operation where the kind can happen. */
  readonly operation?: Operation;
  /** How many requests it strikes. Default 1. */
  readonly times?: number;
  /** How many matching requests it lets pass first. Default 0. */
  readonly after?: number;
  /** Of `delay`, real time; of `latency-jitter`, the world's. Default 50. */
  readonly delayMs?: number;
}

/** Faults drawn from a seed: each matching request is struck by each kind with its chance in a thousand. */
export interface FaultPlan {
  readonly seed: string;
  readonly perMille: Readonly<Partial<Record<FaultKind, number>>>;
  /** The most that `latency-jitter` adds. Default 1,000. */
  readonly latencyMsMax?: number;
  /** The world's clock from which no more faults are drawn, so that a run can come to rest. Default: never. */
  readonly untilMs?: number;
}

export interface StruckFault {
  readonly kind: FaultKind;
  readonly delayMs: number;
}

export const delayMsDefault = 50;
const latencyMsMaxDefault = 1_000;

/** Decides for each request whether and how it fails. Planned faults come first, in the order they were added. */
export class Faults {
  readonly #plan: FaultPlan | undefined;
  readonly #random: Random;
  #waiting: { readonly fault: PlannedFault; after: number; times: number }[] = [];

  constructor(plan: FaultPlan | undefined) {
    this.#plan = plan;
    this.#random = createRandom(`faults/${plan?.seed ?? ''}`);
  }

  add(fault: PlannedFault): void {
    this.#waiting.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  /** Forgets what was added; a seeded plan goes on. */
  clear(): void {
    this.#waiting = [];
  }

  strike(operation: Operation, nowMs: number, hasPageToken = false): StruckFault | undefined {
    const canStrike = (kind: FaultKind): boolean =>
      FAULT_PLACES[kind].includes(operation) && (kind !== 'expired-page-token' || hasPageToken);
    return this.#strikePlanned(operation, canStrike) ?? this.#strikeDrawn(nowMs, canStrike);
  }

  #strikePlanned(operation: Operation, canStrike: (kind: FaultKind) => boolean): StruckFault | undefined {
    for (const waiting of this.#waiting) {
      const { fault } = waiting;
      const isHere = canStrike(fault.kind) && (fault.operation ?? operation) === operation;
      if (!isHere) continue;
      if (waiting.after > 0) {
        waiting.after -= 1;
        continue;
      }
      waiting.times -= 1;
      if (waiting.times <= 0) this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return { kind: fault.kind, delayMs: fault.delayMs ?? delayMsDefault };
    }
    return undefined;
  }

  #strikeDrawn(nowMs: number, canStrike: (kind: FaultKind) => boolean): StruckFault | undefined {
    const plan = this.#plan;
    if (!plan || nowMs >= (plan.untilMs ?? Number.POSITIVE_INFINITY)) return undefined;
    for (const kind of FAULT_KINDS) {
      const perMille = plan.perMille[kind] ?? 0;
      if (perMille === 0 || !canStrike(kind)) continue;
      if (!this.#random.chance(perMille)) continue;
      const latencyMsMax = plan.latencyMsMax ?? latencyMsMaxDefault;
      return { kind, delayMs: kind === 'latency-jitter' ? this.#random.between(0, latencyMsMax) : delayMsDefault };
    }
    return undefined;
  }
}
