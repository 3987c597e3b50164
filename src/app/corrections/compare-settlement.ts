import type { CurrencyCode } from '../../core/index.ts';
import type { JournalEntry, JournalLine } from '../../ledger/index.ts';
import {
  isMultiChannelMarketplace,
  type LineKind,
  type LineMeanings,
  type QuarantineItem,
  type SettlementSource,
} from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import { evidenceSource } from '../evidence-source.ts';
import type { SettlementRecord } from '../ports.ts';
import { currentEntries, evaluateRecord } from '../propose-settlement.ts';
import { chooseFile } from './choose-file.ts';
import type { ComparableReader } from './comparable-row.ts';
import { compareRows, type RowComparison, type RowTally } from './compare-rows.ts';
import type { SettlementFile } from './file-store.ts';

/** What a settlement comes to by one of its files. */
export interface ComparedSide {
  readonly file: SettlementFile;
  /** `recorded`: as they stand in the books. `worked out`: what this file comes to with today's account table. */
  readonly entriesAre: 'recorded' | 'worked out';
  readonly entries: readonly JournalEntry[];
  /** Why there are no entries, where it is worked out. */
  readonly quarantine: readonly QuarantineItem[];
}

/** The rows of one kind; `kind` is `null` where the words are not known. */
export interface KindTally {
  readonly kind: LineKind | null;
  readonly words: string;
  readonly before: RowTally;
  readonly after: RowTally;
}

/** What moves on one account: the same company code, month, account, cost object and tax code. */
export interface AccountDifference {
  readonly companyCode: string;
  readonly month: string;
  readonly glAccount: string;
  readonly customer: string | null;
  readonly costObject: string | null;
  readonly taxCode: string | null;
  readonly currency: CurrencyCode;
  /** Minor units, debit positive. */
  readonly before: bigint;
  readonly after: bigint;
}

export interface SettlementComparison {
  readonly settlement: SettlementRecord;
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly rows: RowComparison;
  readonly kinds: readonly KindTally[];
  /** Only accounts whose amount differs. */
  readonly accounts: readonly AccountDifference[];
}

/**
 * Compares the file that a settlement uses with another one that came for it: row by row, by kind, and in what both come to in the
 * books. A file that was replaced stands before the one in use, any other one after it. Records nothing. Raises as `chooseFile`,
 * and the reader's problems.
 */
export async function compareSettlement(
  context: ConnectionContext,
  settlement: SettlementRecord,
  wish: { readonly digest: string | undefined; readonly read: ComparableReader },
): Promise<SettlementComparison> {
  const files = await context.books.listSettlementFiles(settlement.key);
  const other = chooseFile(settlement, files, { digest: wish.digest, isLook: true });
  const used = files.find(({ state }) => state === 'used') ?? other;
  const [first, second] = other.state === 'replaced' ? [other, used] : [used, other];
  const before = await sideOf(context, settlement, first);
  const after = await sideOf(context, settlement, second);
  const source = (file: SettlementFile): Promise<SettlementSource> =>
    evidenceSource(context, file.sha256, `settlement ${settlement.settlementId}, file ${file.sha256.slice(0, 12)}`);
  const rows = await compareRows(wish.read, { before: await source(first), after: await source(second) });
  return {
    settlement,
    before,
    after,
    rows,
    kinds: tallyKinds(rows, context.table),
    accounts: accountDifferences(before.entries, after.entries),
  };
}

async function sideOf(
  context: ConnectionContext,
  settlement: SettlementRecord,
  file: SettlementFile,
): Promise<ComparedSide> {
  if (file.state === 'used' && settlement.state === 'proposed') {
    const entries = (await currentEntries(context, settlement)).map(({ entry }) => entry);
    return { file, entriesAre: 'recorded', entries, quarantine: [] };
  }
  const { proposal } = await evaluateRecord(context, { ...settlement, sha256: file.sha256 });
  return { file, entriesAre: 'worked out', entries: proposal.entries, quarantine: proposal.quarantine };
}

interface GrowingKind extends KindTally {
  before: RowTally;
  after: RowTally;
}

/** By kind, the ones that differ first; words that nobody knows stand for themselves. */
function tallyKinds({ tallies }: RowComparison, table: LineMeanings): KindTally[] {
  const kinds = new Map<string, GrowingKind>();
  const none = { count: 0, minor: 0n };
  const add = (a: RowTally, b: RowTally) => ({ count: a.count + b.count, minor: a.minor + b.minor });
  for (const tally of tallies) {
    const kind = table.kindOf(tally, { isMultiChannel: isMultiChannelMarketplace(tally.marketplace) }) ?? null;
    const words = [tally.transactionType, tally.amountType, tally.amountDescription].join(' | ');
    const key = kind ?? `? ${words}`;
    const known = kinds.get(key) ?? { kind, words, before: none, after: none };
    kinds.set(key, {
      ...known,
      before: add(known.before, tally.before),
      after: add(known.after, tally.after),
    });
  }
  const moves = ({ before, after }: KindTally) =>
    before.minor === after.minor && before.count === after.count ? 1 : 0;
  return [...kinds.entries()].sort(([a, x], [b, y]) => moves(x) - moves(y) || (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** What moves between two sets of entries, account by account; what stays is left out. */
export function accountDifferences(
  before: readonly JournalEntry[],
  after: readonly JournalEntry[],
): AccountDifference[] {
  const found = new Map<string, AccountDifference & { before: bigint; after: bigint }>();
  for (const [side, entries] of [['before', before] as const, ['after', after] as const]) {
    for (const entry of entries) {
      for (const line of entry.lines) {
        const place = placeOf(entry, line);
        const key = Object.values(place).join('\t');
        const known = found.get(key) ?? { ...place, before: 0n, after: 0n };
        found.set(key, { ...known, [side]: known[side] + line.amount.minor });
      }
    }
  }
  return [...found.entries()]
    .filter(([, difference]) => difference.before !== difference.after)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, difference]) => difference);
}

function placeOf(entry: JournalEntry, line: JournalLine): Omit<AccountDifference, 'before' | 'after'> {
  return {
    companyCode: entry.companyCode,
    month: entry.postingDate.slice(0, 7),
    glAccount: line.glAccount,
    customer: line.customer ?? null,
    costObject: line.costCenter ?? line.profitCenter,
    taxCode: line.taxCode,
    currency: entry.currency,
  };
}
