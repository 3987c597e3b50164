import { epochSecondsOfUtcMidnight, type ProblemFacts, parseLocalDate, sha256Of } from '../core/index.ts';
import type { Proposal, QuarantineItem } from '../mapping/index.ts';
import type { ConnectionContext } from './context.ts';
import { evaluateSettlement, type SettlementEvaluation } from './evaluate-settlement.ts';
import { evidenceSource } from './evidence-source.ts';
import type { SettlementRecord } from './ports.ts';

/** Takes a received settlement to recorded entries, or to quarantine, with its proofs kept either way. */
export async function bookSettlement(
  context: ConnectionContext,
  record: SettlementRecord,
  evaluation: SettlementEvaluation,
): Promise<SettlementRecord> {
  const { books, actor } = context;
  const { proposal } = evaluation;
  const failed = whyNot(record, proposal);
  if (failed) {
    return announce(
      context,
      await books.moveSettlement({
        key: record.key,
        from: 'received',
        to: 'quarantined',
        actor,
        why: failed.says,
        proofs: proposal.proofs,
        quarantine: proposal.quarantine,
        problem: failed,
      }),
    );
  }
  const proven = await books.moveSettlement({
    key: record.key,
    from: 'received',
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
  return context.books.moveSettlement({
    key: record.key,
    from: 'proven',
    to: 'proposed',
    actor: context.actor,
    why: `${proposal.entries.length} balanced ${proposal.entries.length === 1 ? 'entry' : 'entries'}`,
    proposal: {
      digest: proposal.digest,
      mappingSha256: context.table.sha256,
      mappingText: context.table.text,
      programVersion: context.programVersion,
      entries: proposal.entries,
      rows: evaluation.rows,
    },
  });
}

/**
 * Looks again at settlements that an earlier run left halfway, at quarantined ones, and at proposals nobody approved yet:
 * an account table that was changed, or a newer program, may book them now, or otherwise. What comes out as before is
 * left alone.
 */
export async function reconsiderSettlements(
  context: ConnectionContext,
  keepAlive: () => Promise<void>,
): Promise<SettlementRecord[]> {
  const { books, connection, actor } = context;
  const changed: SettlementRecord[] = [];
  for (const record of await books.listSettlements({ connectionId: connection.id })) {
    if (record.state === 'proven' && isBeforeStart(context, record)) continue;
    if (record.state === 'proposed' && !(await isUntouched(context, record))) continue;
    await keepAlive();
    const evaluation = await evaluateSettlement({
      source: await evidenceSource(context, record.sha256, `settlement ${record.settlementId}`),
      readSettlement: context.readSettlement,
      table: context.table,
      sellerAccount: record.sellerAccount,
      withOrderRuns: true,
    });
    if (record.state === 'proven') {
      changed.push(announce(context, await proposeProven(context, record, evaluation)));
      continue;
    }
    if (record.state === 'received') {
      changed.push(await bookSettlement(context, record, evaluation));
      continue;
    }
    const isAsBefore =
      record.state === 'proposed'
        ? evaluation.proposal.digest === record.digest
        : reasonsOf(evaluation.proposal) === reasonsOf(record);
    if (isAsBefore) continue;
    const received = await books.moveSettlement({
      key: record.key,
      from: record.state,
      to: 'received',
      actor,
      why: `it comes out otherwise with mapping ${context.table.name}`,
    });
    changed.push(await bookSettlement(context, received, evaluation));
  }
  return changed;
}

/** Nobody has approved any entry of the proposal, so it may still be replaced. */
async function isUntouched(context: ConnectionContext, record: SettlementRecord): Promise<boolean> {
  const entries = await context.books.listEntries({ settlementKey: record.key });
  return entries.every((entry) => entry.state === 'proposed');
}

function reasonsOf(found: Pick<Proposal, 'proofs' | 'quarantine'>): string {
  const items = found.quarantine.map((item) => [item.code, item.firstRow, item.count, item.amount.minor.toString()]);
  const proofs = found.proofs.map((proof) => [proof.name, proof.ok, proof.expected, proof.actual]);
  return sha256Of(JSON.stringify([items, proofs]));
}

/** Booked by hand before this program took over: kept and proven, but not proposed. */
function isBeforeStart(context: ConnectionContext, record: SettlementRecord): boolean {
  const { bookFrom } = context.posting;
  return bookFrom !== null && record.header.endAt < epochSecondsOfUtcMidnight(parseLocalDate(bookFrom));
}

/** The three columns that say what a row is, as one reads them in the file. */
function wordsOf(item: QuarantineItem): string {
  return [item.transactionType, item.amountType, item.amountDescription].map((word) => word || '(blank)').join(' | ');
}

function whyNot(record: SettlementRecord, proposal: Proposal): ProblemFacts | null {
  const [item] = proposal.quarantine;
  if (item) {
    const rows = proposal.quarantine.reduce((sum, each) => sum + each.count, 0);
    return {
      code: item.code,
      kind: 'unmapped',
      says: `Settlement ${record.settlementId}: ${rows} ${rows === 1 ? 'row' : 'rows'} cannot be booked, the first with "${wordsOf(item)}". ${item.says}`,
      next: item.next,
      where: { row: item.firstRow },
    };
  }
  const proof = proposal.proofs.find((each) => !each.ok);
  if (!proof) return null;
  return {
    code: 'PROOF_FAILED',
    kind: 'unproven',
    says: `Settlement ${record.settlementId}: ${proof.says} Expected ${proof.expected}, found ${proof.actual}.`,
    next: `Compare the file with Seller Central, and download it again if it is cut: seller-ledger settlements show ${record.settlementId}`,
  };
}

function announce(context: ConnectionContext, record: SettlementRecord): SettlementRecord {
  context.onProgress({
    step: 'settlement',
    settlementId: record.settlementId,
    state: record.state,
    says: record.problem?.says ?? '',
  });
  return record;
}
