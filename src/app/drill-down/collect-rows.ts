import type { EpochSeconds } from '../../core/index.ts';
import type { JournalLine } from '../../ledger/index.ts';
import type { SettlementLine, SettlementSource } from '../../mapping/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { Books, EntryRecord, SettlementRecord } from '../ports.ts';

/** Where rows are booked: one line of an entry of the current proposal. */
export interface BookedLine {
  readonly record: EntryRecord;
  /** Counts from 1. */
  readonly lineNumber: number;
  readonly line: JournalLine;
}

/** One row of a settlement file. */
export interface TracedRow {
  readonly row: number;
  readonly orderId: string;
  readonly sku: string;
  /** The three words that say what it is. */
  readonly words: string;
  readonly marketplace: string;
  readonly postedAt: EpochSeconds;
  /** Amazon's sign. */
  readonly amountMinor: bigint;
  /** `null` while the settlement is not proposed. */
  readonly booked: BookedLine | null;
}

/** The rows of one settlement that were looked for. */
export interface TracedSettlement {
  readonly settlement: SettlementRecord;
  /** At most `rowsMax` of them, in the order of the file. */
  readonly rows: readonly TracedRow[];
  readonly rowCount: number;
  readonly sumMinor: bigint;
  /** What of the rows is behind each line, over all of them. */
  readonly lines: readonly { readonly booked: BookedLine; readonly count: number; readonly sumMinor: bigint }[];
}

export interface CollectContext {
  readonly books: Pick<Books, 'bucketColumn' | 'listEntries' | 'describeEvidence' | 'openEvidence'>;
  readonly readSettlement: SettlementReader;
}

/**
 * Reads a settlement's stored bytes from start to end and collects the rows that are wanted, each with the line it is booked by.
 * Sums and counts are over all of them, however many are shown.
 */
export async function collectRows(
  { books, readSettlement }: CollectContext,
  settlement: SettlementRecord,
  { wants, rowsMax }: { readonly wants: (line: SettlementLine) => boolean; readonly rowsMax: number },
): Promise<TracedSettlement> {
  const column = await books.bucketColumn(settlement.key);
  const lineOf = linesByBucket(await books.listEntries({ originKey: settlement.key }));
  const rows: TracedRow[] = [];
  const sums = new Map<BookedLine, { booked: BookedLine; count: number; sumMinor: bigint }>();
  let rowCount = 0;
  let sumMinor = 0n;
  let tables: { triples: readonly Words[]; marketplaces: readonly string[] } = { triples: [], marketplaces: [] };
  await readSettlement(await sourceOf(books, settlement), {
    header: (_header, found) => {
      tables = found;
    },
    line: (line) => {
      if (!wants(line)) return;
      rowCount += 1;
      sumMinor += line.amountMinor;
      const booked = lineOf.get(column[line.row] ?? -1) ?? null;
      if (booked) {
        const known = sums.get(booked) ?? { booked, count: 0, sumMinor: 0n };
        sums.set(booked, { booked, count: known.count + 1, sumMinor: known.sumMinor + line.amountMinor });
      }
      if (rows.length >= rowsMax) return;
      rows.push({
        row: line.row,
        orderId: line.orderId(),
        sku: line.sku(),
        words: sayWords(tables.triples[line.triple]),
        marketplace: tables.marketplaces[line.marketplace] ?? '',
        postedAt: line.postedAt,
        amountMinor: line.amountMinor,
        booked,
      });
    },
  });
  return { settlement, rows, rowCount, sumMinor, lines: [...sums.values()].sort(byPlace) };
}

interface Words {
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
}

function sayWords(words: Words | undefined): string {
  return words ? [words.transactionType, words.amountType, words.amountDescription].join(' | ') : '';
}

function byPlace(a: { booked: BookedLine }, b: { booked: BookedLine }): number {
  const [one, other] = [a.booked, b.booked];
  if (one.record.id !== other.record.id) return one.record.entry.postingKey < other.record.entry.postingKey ? -1 : 1;
  return one.lineNumber - other.lineNumber;
}

/** Only entries of the current proposal have rows behind their lines. */
function linesByBucket(entries: readonly EntryRecord[]): ReadonlyMap<number, BookedLine> {
  const lines = new Map<number, BookedLine>();
  for (const record of entries) {
    if (!record.isCurrent || record.state === 'withdrawn' || record.entry.reversal) continue;
    for (const [index, line] of record.entry.lines.entries()) {
      const booked = { record, lineNumber: index + 1, line };
      for (const bucket of line.buckets) lines.set(bucket, booked);
    }
  }
  return lines;
}

/** The stored bytes of a settlement, with the charset their download declared. */
export async function sourceOf(
  books: Pick<Books, 'describeEvidence' | 'openEvidence'>,
  { settlementId, sha256 }: Pick<SettlementRecord, 'settlementId' | 'sha256'>,
): Promise<SettlementSource> {
  const { contentType } = await books.describeEvidence(sha256);
  return {
    name: `settlement ${settlementId}`,
    contentType: contentType ?? undefined,
    open: () => books.openEvidence(sha256),
  };
}
