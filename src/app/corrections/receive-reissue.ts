import { Problem, type ProblemFacts, type Sha256 } from '../../core/index.ts';
import type { SettlementReading, SettlementSource } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import { evidenceSource } from '../evidence-source.ts';
import type { SettlementRecord } from '../ports.ts';
import type { SettlementFile } from './file-store.ts';

export interface OtherFile {
  readonly sha256: Sha256;
  readonly source: SettlementSource;
  readonly reading: SettlementReading;
}

/**
 * A known settlement came with other bytes. When they say the same as a file about which it is decided, it is the known
 * settlement. Otherwise they are kept as a file of it that waits for a person, and `SETTLEMENT_REISSUED` (conflict) is raised.
 */
export async function receiveReissue(
  context: ConnectionContext,
  known: SettlementRecord,
  { sha256, source, reading }: OtherFile,
): Promise<SettlementRecord> {
  const { books, actor } = context;
  const contentSha256 = await context.digestContent(source);
  const usedContentSha256 = await context.digestContent(
    await evidenceSource(context, known.sha256, `settlement ${known.settlementId}`),
  );
  // Amazon lists one settlement under several documents and compresses each by itself: other bytes, same rows.
  if (contentSha256 === usedContentSha256) return known;
  const file = await books.recordSettlementFile({
    key: known.key,
    usedContentSha256,
    sha256,
    contentSha256,
    reading,
    actor,
  });
  if (file.state !== 'waiting') return known;
  throw new Problem(reissued(known, file));
}

/** What a person is told until it is decided which file is right. */
export function reissued(record: SettlementRecord, file: SettlementFile): ProblemFacts {
  const { settlementId, sellerAccount, sha256 } = record;
  return {
    code: 'SETTLEMENT_REISSUED',
    kind: 'conflict',
    says: `Settlement ${settlementId} of ${sellerAccount} is known with file ${sha256.slice(0, 12)}, and came again with other content, ${file.sha256.slice(0, 12)}. Nothing is booked from the second file.`,
    next: `Compare them: seller-ledger settlements compare ${settlementId}. Then decide: seller-ledger settlements keep ${settlementId} --why TEXT, or seller-ledger settlements replace ${settlementId} --why TEXT`,
    data: file.sha256,
  };
}

/** Every file of the connection about which nobody has decided yet, as the problem it is. */
export async function waitingFileProblems({
  books,
  connection,
}: Pick<ConnectionContext, 'books' | 'connection'>): Promise<ProblemFacts[]> {
  const problems: ProblemFacts[] = [];
  for (const file of await books.listFilesIn(connection.id, ['waiting'])) {
    problems.push(reissued(await books.getSettlement(file.settlementKey), file));
  }
  return problems;
}
