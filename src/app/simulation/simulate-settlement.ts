import { type LocalDate, Problem, type ProblemFacts, parseLocalDate } from '../../core/index.ts';
import type { JournalEntry } from '../../ledger/index.ts';
import type { AccrualRecord } from '../accrual-store.ts';
import type { ConnectionContext } from '../context.ts';
import type { MasterDataPart, MasterDataSource, MasterDataStore } from '../master-data.ts';
import { accrualName, type OriginKey, simulateCommandOf } from '../origin.ts';
import type { EntryId, EntryRecord, SettlementRecord } from '../ports.ts';
import { unlessMoved } from '../unless-moved.ts';
import type { SimulationRules } from './check-use.ts';
import { type Finding, sayFinding } from './finding.ts';
import { MasterDataLoader, type Wanted } from './load-master-data.ts';
import type { MasterDataView } from './master-data-view.ts';
import { simulateEntries } from './simulate-entries.ts';

/**
 * How a connection checks entries before SAP does. `when-possible`: an entry with a fault is not approved by the system;
 * what cannot be read stays unchecked, and a person may approve all the same. `required`: what can be read but was not
 * holds an entry as well, and no entry with a fault is sent, whoever approved it.
 */
export interface SimulationSettings extends MasterDataAccess {
  readonly mode: 'when-possible' | 'required';
}

/** Where a connection has its master data from. */
export interface MasterDataAccess extends SimulationRules {
  /** What is older than this is read again. */
  readonly maxAgeMs: number;
  readonly source: MasterDataSource;
  readonly store: MasterDataStore;
}

const OWN_CODES: ReadonlySet<string> = new Set(['SIMULATION_FAILED', 'SIMULATION_INCOMPLETE']);

/** Where simulated entries come from, and what is needed to ask SAP about them. */
export type SimulationContext = Pick<ConnectionContext, 'books' | 'clock' | 'log'> & {
  readonly masterData: MasterDataAccess;
};

export interface SimulationOptions {
  /** Read the master data anew, however young it is. */
  readonly isForced?: boolean;
  readonly keepAlive?: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface SimulationResult {
  /** In the order of the entries (or of the file), then what is out of date. */
  readonly findings: readonly Finding[];
  /** What it rests on, with its age. */
  readonly parts: readonly MasterDataPart[];
}

/** Everything at once: no fault is an error. */
export function isBookable({ findings }: Pick<SimulationResult, 'findings'>): boolean {
  return !findings.some(({ severity }) => severity === 'error');
}

/** Gathers the master data, checks, and checks once more with fresh data when a fault may be out of date. */
export async function simulateWith(
  context: SimulationContext,
  input: {
    readonly wanted: (today: LocalDate) => Wanted;
    readonly check: (data: MasterDataView, today: LocalDate) => readonly Finding[];
  },
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  const { source, store, maxAgeMs } = context.masterData;
  const loader = await MasterDataLoader.open({
    source,
    store,
    maxAgeMs,
    nowMs: () => context.books.sharedNowMs(),
    log: context.log,
    ...options,
  });
  const today = parseLocalDate(new Date(context.clock.nowMs()).toISOString().slice(0, 10));
  const wanted = input.wanted(today);
  await loader.load(wanted);
  let findings = input.check(loader.view(), today);
  if (await loader.readAgain(findings)) {
    await loader.load(wanted);
    findings = input.check(loader.view(), today);
  }
  return { findings: [...findings, ...loader.outdated()], parts: loader.parts() };
}

/**
 * What SAP would say to the entries of a settlement that may still be sent. Changes nothing. Raises `NOTHING_TO_SIMULATE`
 * (conflict) when it has none.
 */
export async function simulateSettlement(
  context: SimulationContext,
  settlement: Pick<SettlementRecord, 'key' | 'settlementId' | 'state'>,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  const result = await simulateOrigin(context, settlement.key, options);
  if (result) return result;
  throw new Problem({
    code: 'NOTHING_TO_SIMULATE',
    kind: 'conflict',
    says: `Settlement ${settlement.settlementId} is ${settlement.state} and has no entry that is still to be sent.`,
    next: `Look at it: seller-ledger settlements show ${settlement.settlementId}`,
  });
}

/** The same for the entries of an accrual. Raises `NOTHING_TO_SIMULATE` (conflict) when it has none. */
export async function simulateAccrual(
  context: SimulationContext,
  accrual: Pick<AccrualRecord, 'key' | 'name'>,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  const result = await simulateOrigin(context, accrual.key, options);
  if (result) return result;
  throw new Problem({
    code: 'NOTHING_TO_SIMULATE',
    kind: 'conflict',
    says: `Accrual ${accrual.name} has no entry that is still to be sent.`,
    next: `Look at it: seller-ledger accruals show ${accrualName(accrual.name)}`,
  });
}

async function simulateOrigin(
  context: SimulationContext,
  originKey: OriginKey,
  options: SimulationOptions,
): Promise<SimulationResult | undefined> {
  const records = await context.books.listEntries({ originKey });
  const entries = records.filter(isStillToSend).map(({ entry }) => entry);
  return entries.length > 0 ? simulate(context, entries, options) : undefined;
}

/**
 * Simulates proposed entries and keeps with each what SAP would refuse, or takes it away when that was put right. Gives the
 * settlements that the system must not approve: a settlement is booked whole or not at all.
 */
export async function heldBySimulation(
  context: ConnectionContext,
  proposed: readonly EntryRecord[],
  options: SimulationOptions = {},
): Promise<ReadonlySet<OriginKey>> {
  const problems = await problemsBySimulation(context, proposed, options);
  for (const record of proposed) await annotate(context, record, problems.get(record.id) ?? null);
  return originsOf(proposed, problems);
}

/** SAP's answer to what is in its books already is known, and a reversal repeats what is in the books. */
function isStillToSend({ state, entry }: EntryRecord): boolean {
  return entry.reversal === undefined && ['proposed', 'approved', 'rejected'].includes(state);
}

/**
 * The same for approved entries, where the connection requires it: settlements of which nothing is sent. Reversals are not
 * among them: an account that was blocked since is no reason to leave a wrong document in the books.
 */
export async function withheldBySimulation(
  context: ConnectionContext,
  approved: readonly EntryRecord[],
  options: SimulationOptions = {},
): Promise<ReadonlySet<OriginKey>> {
  const entries = approved.filter(({ entry }) => entry.reversal === undefined);
  return context.simulation?.mode === 'required' ? heldBySimulation(context, entries, options) : new Set();
}

/** Raises `SIMULATION_FAILED` (rejected) or `SIMULATION_INCOMPLETE` (unavailable) where no entry is sent without. */
export async function assertPassesSimulation(context: ConnectionContext, record: EntryRecord): Promise<void> {
  if (context.simulation?.mode !== 'required' || record.entry.reversal) return;
  const problem = (await problemsBySimulation(context, [record])).get(record.id);
  if (problem) throw new Problem(problem);
}

/** Whether it says what SAP would refuse, not what SAP has refused. */
export function isOfSimulation(problem: ProblemFacts | null): boolean {
  return problem !== null && OWN_CODES.has(problem.code);
}

async function problemsBySimulation(
  context: ConnectionContext,
  records: readonly EntryRecord[],
  options: SimulationOptions = {},
): Promise<ReadonlyMap<EntryId, ProblemFacts>> {
  const { simulation } = context;
  if (!simulation || records.length === 0) return new Map();
  const entries = records.map(({ entry }) => entry);
  const { findings } = await simulate({ ...context, masterData: simulation }, entries, options);
  const unread = simulation.mode === 'required' ? findings.filter(({ code }) => code === 'SIMULATION_NOT_READ') : [];
  const errors = findings.filter(({ severity }) => severity === 'error');
  return new Map(
    records.flatMap((record): [EntryId, ProblemFacts][] => {
      const own = errors.filter(({ place }) => isOf(record.entry, place));
      const problem = own.length > 0 ? failed(record, own) : unread.length > 0 ? incomplete(record, unread) : null;
      return problem ? [[record.id, problem]] : [];
    }),
  );
}

function simulate(
  context: SimulationContext,
  entries: readonly JournalEntry[],
  options: SimulationOptions,
): Promise<SimulationResult> {
  const check = (data: MasterDataView, today: LocalDate) => simulateEntries(entries, data, context.masterData, today);
  return simulateWith(context, { wanted: () => wantedBy(entries), check }, options);
}

function wantedBy(entries: readonly JournalEntry[]): Wanted {
  return {
    companyCodes: unique(entries.map(({ companyCode }) => companyCode)),
    documentTypes: unique(entries.map(({ documentType }) => documentType)),
    uses: entries.flatMap(({ companyCode, lines }) =>
      lines
        .filter(({ amount }) => amount.minor !== 0n)
        .map((line) => ({ ...line, companyCode, customer: line.customer ?? null })),
    ),
    withPeriods: true,
  };
}

async function annotate(context: ConnectionContext, record: EntryRecord, problem: ProblemFacts | null): Promise<void> {
  const before = record.problem;
  const isSame = before?.code === problem?.code && before?.says === problem?.says && before?.data === problem?.data;
  if (problem === null ? !isOfSimulation(before) : isSame) return;
  const { books, actor, onProgress } = context;
  const after = await unlessMoved(() => books.annotateEntry({ id: record.id, state: record.state, actor, problem }));
  if (problem === null || !after) return;
  const { entry, state, document } = record;
  onProgress({ step: 'entry', postingKey: entry.postingKey, state, document, isLinked: false, problem });
}

function originsOf(
  records: readonly EntryRecord[],
  problems: ReadonlyMap<EntryId, ProblemFacts>,
): ReadonlySet<OriginKey> {
  return new Set(records.filter(({ id }) => problems.has(id)).map(({ origin }) => origin.key));
}

function isOf(entry: JournalEntry, place: Finding['place']): boolean {
  return place !== null && 'postingKey' in place && place.postingKey === entry.postingKey;
}

function failed({ entry, origin, connectionName }: EntryRecord, errors: readonly Finding[]): ProblemFacts {
  const [first] = errors;
  const line = first?.place && 'line' in first.place && first.place.line !== null ? ` in line ${first.place.line}` : '';
  const count = errors.length === 1 ? `1 fault${line}` : `${errors.length} faults, the first${line}`;
  const all = errors.length === 1 ? '' : `; all of them: ${simulateCommandOf(origin)}`;
  return {
    code: 'SIMULATION_FAILED',
    kind: 'rejected',
    says: `SAP would refuse entry ${entry.postingKey} for ${count}: ${first?.says ?? ''}`,
    next: `Put ${errors.length === 1 ? 'it' : 'them'} right in the account table or in SAP, then sync again: seller-ledger sync ${connectionName}${all}`,
    data: errors.map(sayFinding).join('\n'),
  };
}

function incomplete({ entry, origin }: EntryRecord, unread: readonly Finding[]): ProblemFacts {
  return {
    code: 'SIMULATION_INCOMPLETE',
    kind: 'unavailable',
    says: `Entry ${entry.postingKey} waits, because this connection sends nothing that was not checked and SAP did not give ${unread.length === 1 ? 'one part' : `${unread.length} parts`} of its master data.`,
    next: `It is tried again by each sync. See what is missing: ${simulateCommandOf(origin)}`,
    data: unread.map(sayFinding).join('\n'),
  };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
