/** What goes wrong, and when: a plan of faults that each fire a number of times or with a seeded probability. */
import { createHash } from 'node:crypto';

/** `odata` is either of the two below it. */
export type FaultTarget = 'journalEntry' | 'odata' | 'odataRead' | 'odataWrite' | 'csrf' | 'token';

/**
 * - `dropRequest`: the connection breaks before anything is done.
 * - `dropReply`, `delayReply`, `truncateReply`, `cutReply`: everything is done, then the reply is lost, late (`delayMs`),
 *   complete as HTTP but cut as XML or JSON, or cut by a broken connection.
 * - `soapFault`, `soapFaultAfterBooking`: HTTP 500 with a SOAP fault, nothing done, or everything done.
 * - `throttle`: 429 with `Retry-After`. `maintenance`: an HTML page, `status` 503 unless given.
 * - `csrfRequired`: 403 with `x-csrf-token: Required`. `sessionLost`: every session is forgotten first.
 * - `tokenExpired`: every OAuth token is forgotten and the request is answered 401.
 * - `periodClosed`, `locked`: the document is refused with F5 201 or MC 601.
 */
export type FaultKind = (typeof faultKinds)[number];

const faultKinds = [
  'dropRequest',
  'dropReply',
  'delayReply',
  'truncateReply',
  'cutReply',
  'soapFault',
  'soapFaultAfterBooking',
  'throttle',
  'maintenance',
  'csrfRequired',
  'sessionLost',
  'tokenExpired',
  'periodClosed',
  'locked',
] as const;
const faultTargets: readonly FaultTarget[] = ['journalEntry', 'odata', 'odataRead', 'odataWrite', 'csrf', 'token'];

export interface Fault {
  readonly kind: FaultKind;
  /** Which requests it may hit. Default `journalEntry`. */
  readonly on?: FaultTarget;
  /** For how many of them. Default 1, or without end when a probability is given. */
  readonly times?: number;
  /** Chance per request, above 0 and at most 1. Default 1. */
  readonly probability?: number;
  readonly delayMs?: number;
  readonly retryAfterS?: number;
  readonly status?: number;
}

/** By kind of request, the chance of each fault; together at most 1. */
export type FaultRates = Readonly<Partial<Record<FaultTarget, Readonly<Partial<Record<FaultKind, number>>>>>>;

export interface FaultPlan {
  /** In order: the first that matches a request and wins its draw fires, and no other. */
  readonly pending: { readonly fault: Fault; remaining: number }[];
  /** At least 0 and below 1, from the seed. */
  readonly draw: () => number;
  /** Faults that come by chance, beside the planned ones. */
  rates: FaultRates;
  /** How often each fault has happened, by `target/kind`. */
  readonly fired: Map<string, number>;
  /** A draw for the rates, counted by kind of request, so that one kind's traffic moves no other's faults. */
  readonly drawFor: (target: FaultTarget) => number;
}

export function createFaultPlan(seed: string, faults: readonly Fault[], rates: FaultRates = {}): FaultPlan {
  const reason = findRateFault(rates);
  if (reason !== undefined) throw new Error(reason);
  const draws = new Map(faultTargets.map((target) => [target, createDraw(`${seed}/${target}`)]));
  const plan: FaultPlan = {
    pending: [],
    draw: createDraw(seed),
    rates,
    fired: new Map(),
    drawFor: (target) => draws.get(target)?.() ?? 1,
  };
  for (const fault of faults) addFault(plan, fault);
  return plan;
}

export function addFault(plan: FaultPlan, fault: Fault): void {
  const remaining = fault.times ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY);
  plan.pending.push({ fault, remaining });
}

/** The fault that hits this request, if any; counts it. */
export function drawFault(plan: FaultPlan, target: FaultTarget): Fault | undefined {
  const fault = drawPlanned(plan, target) ?? drawByChance(plan, target);
  if (fault) plan.fired.set(`${target}/${fault.kind}`, (plan.fired.get(`${target}/${fault.kind}`) ?? 0) + 1);
  return fault;
}

function isHit(on: FaultTarget, target: FaultTarget): boolean {
  return on === target || (on === 'odata' && (target === 'odataRead' || target === 'odataWrite'));
}

function drawPlanned(plan: FaultPlan, target: FaultTarget): Fault | undefined {
  for (const [index, entry] of plan.pending.entries()) {
    if (!isHit(entry.fault.on ?? 'journalEntry', target)) continue;
    if (entry.fault.probability !== undefined && plan.draw() >= entry.fault.probability) continue;
    entry.remaining -= 1;
    if (entry.remaining <= 0) plan.pending.splice(index, 1);
    return entry.fault;
  }
  return undefined;
}

/** Every request that no planned fault hits draws, so that rates set later fall as if they had been there. */
function drawByChance({ rates, drawFor }: FaultPlan, target: FaultTarget): Fault | undefined {
  let rest = drawFor(target);
  const wider = target !== 'odata' && isHit('odata', target) ? rates.odata : undefined;
  for (const [kind, rate] of [...Object.entries(rates[target] ?? {}), ...Object.entries(wider ?? {})]) {
    rest -= rate;
    if (rest < 0) return { kind: kind as FaultKind, on: target };
  }
  return undefined;
}

/** What is wrong with rates that come as JSON. */
export function findRateFault(rates: unknown): string | undefined {
  if (typeof rates !== 'object' || rates === null) return 'rates are an object by target';
  for (const [target, byKind] of Object.entries(rates as Readonly<Record<string, unknown>>)) {
    if (!faultTargets.some((known) => known === target)) return `rates: one of ${faultTargets.join(', ')}`;
    if (typeof byKind !== 'object' || byKind === null) return `rates of ${target} are an object by kind`;
    let sum = 0;
    for (const [kind, rate] of Object.entries(byKind as Readonly<Record<string, unknown>>)) {
      if (!faultKinds.some((known) => known === kind)) return `kind must be one of ${faultKinds.join(', ')}`;
      if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) return `the rate of ${kind} lies between 0 and 1`;
      sum += rate;
    }
    if (sum > 1) return `the rates of ${target} are together above 1`;
  }
  return undefined;
}

/** Reads a fault from JSON. Returns the reason when it is none. */
export function parseFault(value: unknown): Fault | string {
  if (typeof value !== 'object' || value === null) return 'a fault is an object';
  const { kind, on, times, probability, delayMs, retryAfterS, status } = value as Record<string, unknown>;
  if (!faultKinds.some((known) => known === kind)) return `kind must be one of ${faultKinds.join(', ')}`;
  if (on !== undefined && !faultTargets.some((known) => known === on)) return `on: one of ${faultTargets.join(', ')}`;
  if (times !== undefined && !(Number.isInteger(times) && Number(times) >= 1)) return 'times must be at least 1';
  if (probability !== undefined && !(typeof probability === 'number' && probability > 0 && probability <= 1)) {
    return 'probability must be above 0 and at most 1';
  }
  for (const [name, number] of Object.entries({ delayMs, retryAfterS, status })) {
    if (number !== undefined && !(Number.isInteger(number) && Number(number) >= 0)) return `${name} must be a count`;
  }
  return value as Fault;
}

function createDraw(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed}/fault/${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
