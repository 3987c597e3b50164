import type { EpochSeconds, Sha256 } from '../../core/index.ts';
import {
  findMarketplace,
  isMultiChannelMarketplace,
  type LineKind,
  type LineMeanings,
  type LineTriple,
  type SettlementLine,
  type SettlementReading,
  type SettlementSource,
} from '../../mapping/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { EvidenceStore } from '../ports.ts';
import type { SettlementSumsStore } from './reconciliation-store.ts';

/** Rows of one triple beyond this are only in its sum: movements of the balance are few, rows of services may be many. */
const ROWS_KEPT_PER_TRIPLE = 200;

/** What the rows of one triple come to, in Amazon's sign. */
export interface TripleSum {
  readonly triple: LineTriple;
  readonly isMultiChannel: boolean;
  readonly minor: bigint;
  readonly rowCount: number;
  /** Its rows without an order, one by one; `null` when there are too many of them or they belong to orders. */
  readonly rows: readonly MovementRow[] | null;
}

/** A row that belongs to no order, such as a reserve, a charge or a payout that came back. */
export interface MovementRow {
  readonly row: number;
  readonly minor: bigint;
  readonly postedAt: EpochSeconds;
}

/**
 * What a settlement file comes to, without any account table: a pure function of its bytes, so it is worked out once and
 * kept. Kinds are not part of it, because a newer program or a taught table may know more of them.
 */
export interface SettlementFileSums {
  /** Names as in the file with their rows, the most frequent first. */
  readonly marketplaces: readonly { readonly name: string; readonly rowCount: number }[];
  readonly triples: readonly TripleSum[];
}

/** Where the sums of a file come from: kept ones, otherwise its bytes. */
export interface SumsContext {
  readonly books: Pick<EvidenceStore, 'openEvidence' | 'describeEvidence'>;
  readonly reconciliation: SettlementSumsStore;
  readonly readSettlement: SettlementReader;
}

/** The sums of a stored file; read from its bytes the first time, kept from then on. */
export async function obtainSums(
  context: SumsContext,
  settlement: { readonly sha256: Sha256; readonly settlementId: string },
): Promise<SettlementFileSums> {
  const kept = await context.reconciliation.findSums(settlement.sha256);
  if (kept) return kept;
  const facts = await context.books.describeEvidence(settlement.sha256);
  const sums = await sumSettlement(context.readSettlement, {
    name: `settlement ${settlement.settlementId}`,
    contentType: facts.contentType ?? undefined,
    open: () => context.books.openEvidence(settlement.sha256),
  });
  await context.reconciliation.keepSums(settlement.sha256, sums);
  return sums;
}

interface GrowingSum {
  minor: bigint;
  rowCount: number;
  rows: MovementRow[] | null;
}

/** Adds a file up by triple. Memory grows with its distinct triples, not with its rows. */
export async function sumSettlement(
  readSettlement: SettlementReader,
  source: SettlementSource,
): Promise<SettlementFileSums> {
  const sums = new Map<number, GrowingSum>();
  const counts = new Map<number, number>();
  const multiChannel = new Map<number, boolean>();
  let reading: Pick<SettlementReading, 'tables'> | undefined;
  const isMultiChannelAt = (marketplace: number) => {
    let known = multiChannel.get(marketplace);
    if (known === undefined) {
      known = isMultiChannelMarketplace(reading?.tables.marketplaces[marketplace] ?? '');
      multiChannel.set(marketplace, known);
    }
    return known;
  };
  reading = await readSettlement(source, {
    header: (_header, tables) => {
      reading = { tables };
    },
    line: (line) => {
      counts.set(line.marketplace, (counts.get(line.marketplace) ?? 0) + 1);
      addLine(sums, line, isMultiChannelAt(line.marketplace));
    },
  });
  const { triples, marketplaces } = reading.tables;
  return {
    marketplaces: [...counts]
      .map(([index, rowCount]) => ({ name: marketplaces[index] ?? '', rowCount }))
      .sort((a, b) => b.rowCount - a.rowCount || (a.name < b.name ? -1 : 1)),
    triples: [...sums].map(([key, sum]) => ({
      triple: triples[key >> 1] ?? { transactionType: '', amountType: '', amountDescription: '' },
      isMultiChannel: (key & 1) === 1,
      ...sum,
    })),
  };
}

function addLine(sums: Map<number, GrowingSum>, line: SettlementLine, isMultiChannel: boolean): void {
  const key = line.triple * 2 + (isMultiChannel ? 1 : 0);
  let sum = sums.get(key);
  if (!sum) {
    sum = { minor: 0n, rowCount: 0, rows: [] };
    sums.set(key, sum);
  }
  sum.minor += line.amountMinor;
  sum.rowCount += 1;
  if (sum.rows === null) return;
  if (sum.rows.length >= ROWS_KEPT_PER_TRIPLE || line.orderId() !== '') sum.rows = null;
  else sum.rows.push({ row: line.row, minor: line.amountMinor, postedAt: line.postedAt });
}

/** The sum of all rows of these kinds, in Amazon's sign. */
export function sumOfKinds(sums: SettlementFileSums, kinds: readonly LineKind[], meanings: LineMeanings): bigint {
  let minor = 0n;
  for (const each of sums.triples) {
    const kind = kindOf(each, meanings);
    if (kind !== undefined && kinds.includes(kind)) minor += each.minor;
  }
  return minor;
}

/** Rows of these kinds one by one; where they are not kept, one row for their sum. */
export function rowsOfKinds(
  sums: SettlementFileSums,
  kinds: readonly LineKind[],
  meanings: LineMeanings,
): readonly MovementRow[] {
  return sums.triples
    .filter((each) => {
      const kind = kindOf(each, meanings);
      return kind !== undefined && kinds.includes(kind);
    })
    .flatMap((each) => each.rows ?? [{ row: 0, minor: each.minor, postedAt: 0 }])
    .sort((a, b) => a.postedAt - b.postedAt || a.row - b.row);
}

/** What the rows of a triple mean; `undefined` when nobody knows. */
export function kindOf(
  sum: Pick<TripleSum, 'triple' | 'isMultiChannel'>,
  meanings: LineMeanings,
): LineKind | undefined {
  return meanings.kindOf(sum.triple, { isMultiChannel: sum.isMultiChannel });
}

/** The store to which most rows belong that name one; `null` when none does. */
export function mainMarketplaceOf(sums: SettlementFileSums): string | null {
  const named = sums.marketplaces.find(({ name }) => name !== '' && !isMultiChannelMarketplace(name));
  return named ? (findMarketplace(named.name)?.name ?? named.name) : null;
}
