import { type LocalDate, Problem, toProblem } from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import { endsWork } from '../loaded-settings.ts';
import { assertNothingInSap } from '../look-up.ts';
import type { EntryRecord, SettlementRecord } from '../ports.ts';
import { bookSettlement, currentEntries, evaluateRecord } from '../propose-settlement.ts';
import { assertReason } from '../reverse-entry.ts';
import { type SettlementReversal, type TakeBackHooks, takeBackForNew } from '../reverse-settlement.ts';
import { keepSyncLease, underSyncLease } from '../sync-lease.ts';
import { assertSettled, openReversalsOf } from '../take-back.ts';
import { chooseFile, undecidedFiles } from './choose-file.ts';
import type { SettlementFile } from './file-store.ts';
import { startOver } from './start-over.ts';

export interface FileWish {
  /** The beginning of the other file's digest; absent: the one about which nobody has decided. */
  readonly digest?: string | undefined;
  /** For the audit log. */
  readonly why: string;
}

export interface ReplacementWish extends FileWish {
  /** SAP's reversal reason, needed when entries of the settlement are booked. */
  readonly reason: string | null;
  /** Of the reversals; `null`: that of each entry. */
  readonly postingDate: LocalDate | null;
}

/**
 * The settlement stays with the file it was read from; the other one is evidence and nothing else. Of several the one that is
 * named, otherwise all about which nobody has decided. A replacement that has begun ends: what it reversed already is told by
 * the next sync. Raises as `chooseFile`.
 */
export async function keepSettlement(
  { books, actor }: Pick<ConnectionContext, 'books' | 'actor'>,
  settlement: SettlementRecord,
  { digest, why }: FileWish,
): Promise<readonly SettlementFile[]> {
  const { key } = settlement;
  const files = await books.listSettlementFiles(key);
  const undecided = undecidedFiles(files);
  const meant =
    digest === undefined && undecided.length > 1
      ? undecided
      : [chooseFile(settlement, files, { digest, isLook: false })];
  const decided: SettlementFile[] = [];
  for (const { sha256, state } of meant) {
    decided.push(await books.decideSettlementFile({ key, sha256, to: 'left-out', actor, why }));
    const isUnderWay = state === 'wanted' && (await books.getSettlement(key)).state === 'proposed';
    if (isUnderWay) await books.decideTakeBack({ settlementKey: key, decision: null, actor, why });
  }
  return decided;
}

/**
 * The other file takes the place of the one that the settlement was read from, and the settlement is worked out anew. What is
 * booked of it is reversed first; what is not is withdrawn. The wish is on record before anything else happens, and what a call
 * leaves open of it the next sync goes on with. Both files stay as evidence. Safe to call again.
 *
 * Raises `REPLACEMENT_NEEDS_REASON`, `REVERSAL_REASON_INVALID` (invalid), `SETTLEMENT_UNSETTLED`, `SYNC_RUNNING` (conflict), and as
 * `chooseFile`.
 */
export async function replaceSettlement(
  ungated: ConnectionContext,
  settlement: SettlementRecord,
  wish: ReplacementWish,
): Promise<SettlementReversal> {
  const { reason, postingDate, why } = wish;
  if (reason !== null) assertReason(reason);
  return underSyncLease(ungated, async (lease, context) => {
    const { books, actor } = context;
    const record = await books.getSettlement(settlement.key);
    const files = await books.listSettlementFiles(record.key);
    const { sha256 } = chooseFile(record, files, { digest: wish.digest, isLook: false });
    const entries = await currentEntries(context, record);
    assertSettled(record, [...entries, ...(await openReversalsOf(context, entries))]);
    if (reason === null && isBooked(entries)) throw reasonMissing(record, entries);
    await books.decideSettlementFile({ key: record.key, sha256, to: 'wanted', reason, postingDate, actor, why });
    const hooks = { keepAlive: () => keepSyncLease(context, lease), stillMine: () => lease.renew() };
    if (reason === null || !isBooked(entries)) return workOutAnew(context, { record, entries, why });
    const booked = { reason, postingDate, why, proposeAgain: true };
    return takeBackForNew(context, { settlement: record, entries, wish: booked }, hooks);
  });
}

/**
 * Goes on with replacements that an earlier call left open: for a sync, which holds the lease. Where entries are booked, the wish
 * to have them taken back is put on record again, and taking back is what follows (`finishTakeBacks`).
 */
export async function finishReplacements(
  context: ConnectionContext,
  hooks: TakeBackHooks,
): Promise<readonly SettlementReversal[]> {
  const { books, connection } = context;
  const finished: SettlementReversal[] = [];
  for (const file of await books.listFilesIn(connection.id, ['wanted'])) {
    await hooks.keepAlive();
    const record = await books.getSettlement(file.settlementKey);
    const entries = await currentEntries(context, record);
    const reversals = await openReversalsOf(context, entries);
    if ([...entries, ...reversals].some(({ state }) => state === 'unknown' || state === 'sending')) continue;
    try {
      const done = await goOn({ ...context, actor: file.decision?.actor ?? context.actor }, { record, entries, file });
      if (done) finished.push(done);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (!['conflict', 'invalid'].includes(problem.kind) || endsWork(problem)) throw thrown;
      finished.push({ settlement: record, entries: [], problems: [problem.toJSON()], isProposedAgain: false });
    }
  }
  return finished;
}

async function goOn(
  context: ConnectionContext,
  { record, entries, file }: { record: SettlementRecord; entries: readonly EntryRecord[]; file: SettlementFile },
): Promise<SettlementReversal | undefined> {
  const { why = 'another file takes its place', reason = null, postingDate = null } = file.decision ?? {};
  if (!isBooked(entries)) return workOutAnew(context, { record, entries, why });
  if (reason === null) throw reasonMissing(record, entries);
  const { books, actor, connection } = context;
  const decided = (await books.listTakeBacks(connection.id)).some((each) => each.settlementKey === record.key);
  if (decided) return undefined;
  const decision = { outcome: 'propose-again', reason, postingDate } as const;
  await books.decideTakeBack({ settlementKey: record.key, decision, actor, why });
  return undefined;
}

function isBooked(entries: readonly EntryRecord[]): boolean {
  return entries.some(({ state }) => state === 'posted' || state === 'reversed');
}

async function workOutAnew(
  context: ConnectionContext,
  { record, entries, why }: { record: SettlementRecord; entries: readonly EntryRecord[]; why: string },
): Promise<SettlementReversal> {
  await assertNothingInSap(context, entries);
  const received = await startOver(context, record, { why, withdraws: 'unbooked' });
  const settlement = await bookSettlement(context, received, await evaluateRecord(context, received));
  return { settlement, entries: [], problems: [], isProposedAgain: true };
}

function reasonMissing({ settlementId }: SettlementRecord, entries: readonly EntryRecord[]): Problem {
  const booked = entries.flatMap(({ document }) => (document ? [document.sapDocumentNumber] : []));
  return new Problem({
    code: 'REPLACEMENT_NEEDS_REASON',
    kind: 'invalid',
    says: `Settlement ${settlementId} is booked (SAP ${booked.length === 1 ? 'document' : 'documents'} ${booked.join(', ')}), so it is reversed before another file takes its place, and SAP asks for a reason.`,
    next: `Name one that SAP’s customizing has: seller-ledger settlements replace ${settlementId} --reason 01 --why TEXT`,
  });
}
