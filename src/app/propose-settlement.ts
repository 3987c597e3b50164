import {
  epochSecondsOfUtcMidnight,
  type ProblemFacts,
  parseLocalDate,
  sha256Of,
  toProblem,
  traced,
} from '../core/index.ts';
import { hasAmount } from '../ledger/index.ts';
import type { Proposal, QuarantineItem, SettlementSource } from '../mapping/index.ts';
import { accruedOrdersOf } from './accruals/orders-of-settlement.ts';
import type { ConnectionContext } from './context.ts';
import { type EvaluateInput, evaluateSettlement, type SettlementEvaluation } from './evaluate-settlement.ts';
import { evidenceSource } from './evidence-source.ts';
import { assertNothingInSap } from './look-up.ts';
import { closedMonthsOf } from './periods/closed-months.ts';
import type { EntryRecord, OriginKey, SettlementRecord } from './ports.ts';

/** Works out what a recorded settlement comes to, from its stored bytes and with the account table of today. */
export async function evaluateRecord(
  context: ConnectionContext,
  record: SettlementRecord,
): Promise<SettlementEvaluation> {
  const source = await evidenceSource(context, record.sha256, `settlement ${record.settlementId}`);
  return evaluateSource(context, source, { revision: record.revision });
}

/** The same for bytes that need not be recorded as a settlement yet. */
export async function evaluateSource(
  context: ConnectionContext,
  source: SettlementSource,
  options: Pick<EvaluateInput, 'revision' | 'onRows'>,
): Promise<SettlementEvaluation> {
  const { readSettlement, table, connection } = context;
  return evaluateSettlement({
    source,
    readSettlement,
    orders: await accruedOrdersOf(context, { source, readSettlement }),
    table,
    sellerAccount: connection.sellerAccount,
    closedThrough: await closedMonthsOf(context),
    withOrderRuns: true,
    ...options,
  });
}

/** Takes a received or proven settlement to recorded entries, or to quarantine, with its proofs kept either way. */
export async function bookSettlement(
  context: ConnectionContext,
  record: SettlementRecord,
  evaluation: SettlementEvaluation,
): Promise<SettlementRecord> {
  return traced('settlement.propose', { settlementId: record.settlementId }, async (note) => {
    const booked = await bookEvaluated(context, record, evaluation);
    note({ state: booked.state });
    return booked;
  });
}

async function bookEvaluated(
  context: ConnectionContext,
  record: SettlementRecord,
  evaluation: SettlementEvaluation,
): Promise<SettlementRecord> {
  const { books, actor } = context;
  const { proposal } = evaluation;
  const failed = whyNotBooked(record.settlementId, proposal, { isKept: true });
  if (failed) {
    return announce(
      context,
      await books.moveSettlement({
        key: record.key,
        from: record.state,
        to: 'quarantined',
        actor,
        why: failed.says,
        proofs: proposal.proofs,
        quarantine: proposal.quarantine,
        problem: failed,
      }),
    );
  }
  if (record.state === 'proven') return announce(context, await proposeProven(context, record, evaluation));
  const proven = await books.moveSettlement({
    key: record.key,
    from: record.state,
    to: 'proven',
    actor,
    why: 'every proof holds',
    proofs: proposal.proofs,
    quarantine: [],
    problem: null,
  });
  return announce(context, await proposeProven(context, proven, evaluation));
}

async function proposeProven(
  context: ConnectionContext,
  record: SettlementRecord,
  evaluation: SettlementEvaluation,
): Promise<SettlementRecord> {
  const { proposal } = evaluation;
  if (isBeforeStart(context, record) || proposal.digest === null) return record;
  // SAP takes no document without an amount.
  const entries = proposal.entries.filter(hasAmount);
  const count = entries.length;
  return context.books.moveSettlement({
    key: record.key,
    from: 'proven',
    to: 'proposed',
    actor: context.actor,
    why: count === 0 ? 'nothing to book: no amount is left' : `${count} balanced ${count === 1 ? 'entry' : 'entries'}`,
    proposal: {
      digest: proposal.digest,
      mappingSha256: context.table.sha256,
      mappingText: context.table.text,
      programVersion: context.programVersion,
      revision: evaluation.revision,
      ...(evaluation.closedThrough && { closedThrough: evaluation.closedThrough }),
      entries,
      rows: evaluation.rows,
      orders: proposal.orders,
    },
  });
}

export interface ReconsiderHooks {
  readonly onProblem: (problem: ProblemFacts) => void;
  /** Called between settlements: keeps the lease and notices a stop. */
  readonly keepAlive: () => Promise<void>;
}

/**
 * Looks again at settlements that an earlier run left halfway, at quarantined ones, and at proposals of which nothing can
 * be in SAP: an account table that was changed, or a newer program, may book them now, or otherwise. What comes out as
 * before is left alone. One settlement that cannot be looked at is a problem of its own and stops none of the others.
 */
export async function reconsiderSettlements(
  context: ConnectionContext,
  hooks: ReconsiderHooks,
): Promise<SettlementRecord[]> {
  const changed: SettlementRecord[] = [];
  for (const record of await context.books.listSettlements({ connectionId: context.connection.id })) {
    const withdraws = await whatMayChange(context, record);
    if (withdraws === null) continue;
    await hooks.keepAlive();
    try {
      const after = await reconsider(context, record, withdraws);
      if (after) changed.push(after);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === 'LEASE_LOST') throw thrown;
      hooks.onProblem(problem.toJSON());
    }
  }
  return changed;
}

/** What of a settlement may be replaced; `null` when it is not looked at, which is so for most of them. */
export async function whatMayChange(
  context: ConnectionContext,
  record: SettlementRecord,
): Promise<'untouched' | 'unbooked' | null> {
  if (record.state === 'proven' && isBeforeStart(context, record)) return null;
  return record.state === 'proposed' ? replaceable(context, record) : 'untouched';
}

/** The settlement after it was taken further or back; `undefined` when everything stays as it is. */
export async function reconsider(
  context: ConnectionContext,
  record: SettlementRecord,
  withdraws: 'untouched' | 'unbooked',
): Promise<SettlementRecord | undefined> {
  const evaluation = await evaluateRecord(context, record);
  if (record.state === 'proven' || record.state === 'received') return bookSettlement(context, record, evaluation);
  const isAsBefore =
    record.state === 'proposed'
      ? evaluation.proposal.digest === record.digest
      : reasonsOf(evaluation.proposal) === reasonsOf(record);
  if (isAsBefore) return undefined;
  if (withdraws === 'unbooked') await assertNothingInSap(context, await currentEntries(context, record));
  const received = await context.books.moveSettlement({
    key: record.key,
    from: record.state,
    to: 'received',
    actor: context.actor,
    why: isCloseChanged(record, evaluation)
      ? 'it comes out otherwise with the months that are closed now'
      : `it comes out otherwise with mapping ${context.table.name}`,
    withdraws,
  });
  // The new entries travel under keys of their own, because what SAP refused stays on record under the old ones.
  const again = received.revision === record.revision ? evaluation : await evaluateRecord(context, received);
  return bookSettlement(context, received, again);
}

/**
 * Proposes a settlement anew under the posting keys of a later revision, because SAP holds its documents under those.
 * Raises `PROPOSAL_FROZEN` (conflict) when any of its entries may be in SAP and is not reversed there.
 */
export async function proposeAtRevision(
  context: ConnectionContext,
  record: SettlementRecord,
  revision: number,
): Promise<SettlementRecord> {
  const received = await context.books.moveSettlement({
    key: record.key,
    from: record.state,
    to: 'received',
    actor: context.actor,
    why: `SAP holds its documents under the keys of revision ${revision}`,
    withdraws: 'reversed',
  });
  return bookSettlement(context, received, await evaluateRecord(context, { ...received, revision }));
}

/**
 * Whether the proposal may be replaced: while nobody approved any entry, or when SAP refused one and none of the others
 * was sent. What may be in SAP is never replaced, only reversed.
 */
async function replaceable(
  context: ConnectionContext,
  record: SettlementRecord,
): Promise<'untouched' | 'unbooked' | null> {
  const entries = await currentEntries(context, record);
  if (entries.every((entry) => entry.state === 'proposed')) return 'untouched';
  const isRefused = entries.some((entry) => entry.state === 'rejected');
  const isUnsent = entries.every((entry) => ['proposed', 'approved', 'rejected'].includes(entry.state));
  return isRefused && isUnsent ? 'unbooked' : null;
}

/** The entries of the current proposal of a settlement or accrual that are not withdrawn, without reversals. */
export async function currentEntries(
  { books }: Pick<ConnectionContext, 'books'>,
  record: { readonly key: OriginKey },
): Promise<EntryRecord[]> {
  const entries = await books.listEntries({ originKey: record.key });
  return entries.filter(({ entry, state, isCurrent }) => isCurrent && state !== 'withdrawn' && !entry.reversal);
}

function reasonsOf(found: Pick<Proposal, 'proofs' | 'quarantine'>): string {
  const items = found.quarantine.map((item) => [item.code, item.firstRow, item.count, item.amount.minor.toString()]);
  const proofs = found.proofs.map((proof) => [proof.name, proof.ok, proof.expected, proof.actual]);
  return sha256Of(JSON.stringify([items, proofs]));
}

function isCloseChanged(record: SettlementRecord, { closedThrough }: SettlementEvaluation): boolean {
  return JSON.stringify(record.closedThrough ?? {}) !== JSON.stringify(closedThrough ?? {});
}

/** Booked by hand before this program took over: kept and proven, but not proposed. */
export function isBeforeStart(context: ConnectionContext, record: SettlementRecord): boolean {
  const { bookFrom } = context.posting;
  return bookFrom !== null && record.header.endAt < epochSecondsOfUtcMidnight(parseLocalDate(bookFrom));
}

/** The three columns that say what a row is, as one reads them in the file. */
function wordsOf(item: QuarantineItem): string {
  return [item.transactionType, item.amountType, item.amountDescription].map((word) => word || '(blank)').join(' | ');
}

/**
 * Why nothing of a settlement can be booked, and what to do; null where it can. The first reason, where there are several.
 * `isKept`: it is in the books, and can be looked at.
 */
export function whyNotBooked(
  settlementId: string,
  proposal: Pick<Proposal, 'proofs' | 'quarantine'>,
  { isKept }: { readonly isKept: boolean },
): ProblemFacts | null {
  const [item] = proposal.quarantine;
  // The rows are all known; what is left of the tax is a number that does not tie.
  if (item?.code === 'TAX_RESIDUAL') {
    const { code, says, next } = item;
    return {
      code,
      kind: 'unproven',
      says: `Settlement ${settlementId}: ${says}`,
      next,
      where: { row: item.firstRow },
    };
  }
  if (item) {
    const rows = proposal.quarantine.reduce((sum, each) => sum + each.count, 0);
    return {
      code: item.code,
      kind: 'unmapped',
      says: `Settlement ${settlementId}: ${rows} ${rows === 1 ? 'row' : 'rows'} cannot be booked, the first with "${wordsOf(item)}". ${item.says}`,
      next: item.next,
      where: { row: item.firstRow },
    };
  }
  const proof = proposal.proofs.find((each) => !each.ok);
  if (!proof) return null;
  return {
    code: 'PROOF_FAILED',
    kind: 'unproven',
    says: `Settlement ${settlementId}: ${proof.says} Expected ${proof.expected}, found ${proof.actual}.`,
    next: isKept
      ? `Compare the file with Seller Central, and download it again if it is cut: seller-ledger settlements show ${settlementId}`
      : 'Compare the file with Seller Central, and download it again if it is cut.',
  };
}

/** Which proposal it is, of one that is not the first: the posting keys are those of that proposal. */
function sayRevision({ state, revision }: SettlementRecord): string {
  return state === 'proposed' && revision > 0 ? `under the keys of ${sayProposal(revision)}` : '';
}

/** `its 3rd proposal`, by the number of a revision, which counts from 0. */
export function sayProposal(revision: number): string {
  const number = revision + 1;
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `its ${number}${ending} proposal`;
}

function announce(context: ConnectionContext, record: SettlementRecord): SettlementRecord {
  context.onProgress({
    step: 'settlement',
    settlementId: record.settlementId,
    state: record.state,
    says: record.problem?.says ?? sayRevision(record),
  });
  return record;
}
