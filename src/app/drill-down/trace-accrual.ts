import { type Money, money } from '../../core/index.ts';
import { entryDigest } from '../../ledger/index.ts';
import { type AccountTable, readAccountTable } from '../../mapping/index.ts';
import type { AccrualRecord } from '../accrual-store.ts';
import { type AccrualAmountSource, type RecomputedAccrual, recomputeAccrual } from '../accruals/recompute-accrual.ts';
import { showOrigin } from '../origin.ts';
import type { Books, EntryRecord } from '../ports.ts';
import { COUNT, MONEY, TEXT } from '../reports/columns.ts';
import type { Report, ReportSection } from '../reports/index.ts';
import { sayDocument } from './trace-sections.ts';

const SOURCES_SHOWN_MAX = 500;

type AccrualBooks = Pick<
  Books,
  'listAccruals' | 'getAccrual' | 'listEntries' | 'openEvidence' | 'getMappingText' | 'findAccrualsOfOrders'
>;

/** What is behind one line of an accrual's entry. */
export interface LineBehind {
  readonly record: EntryRecord;
  /** Counts from 1. */
  readonly lineNumber: number;
  readonly sources: readonly AccrualAmountSource[];
  /** 1: the line is the sum of its sources, -1: the sum with the other sign. */
  readonly sign: 1 | -1;
}

/** An accrual worked out anew, with what is behind each line of its entries and of their reversals. */
export interface OpenedAccrual {
  readonly accrual: AccrualRecord;
  /** `false`: its entries do not come out as they were recorded, so nothing is said to be behind their lines. */
  readonly isAsRecorded: (record: EntryRecord) => boolean;
  readonly entries: readonly EntryRecord[];
  readonly linesOf: (record: EntryRecord) => readonly LineBehind[];
}

/** Opens accruals down to what they were computed from; each account table is read once. */
export class AccrualOpener {
  readonly #books: AccrualBooks;
  readonly #tables = new Map<string, Promise<AccountTable>>();

  constructor(books: AccrualBooks) {
    this.#books = books;
  }

  async open(key: string): Promise<OpenedAccrual> {
    const accrual = await this.#books.getAccrual(key);
    const entries = await this.#books.listEntries({ originKey: accrual.key });
    const again = await recomputeAccrual({
      accrual,
      table: await this.#tableOf(accrual.mappingSha256),
      sources: this.#books.openEvidence(accrual.sourcesSha256),
      recorded: entries.flatMap(({ entry }) => (entry.reversal ? [] : [entry])),
    });
    const digests = new Set(again.entries.map(entryDigest));
    const own = new Map(entries.map(({ entry, digest }) => [entry.postingKey, digest]));
    const isAsRecorded = ({ entry, digest }: EntryRecord) =>
      digests.has(entry.reversal ? (own.get(entry.reversal.postingKey) ?? digest) : digest);
    return {
      accrual,
      entries,
      isAsRecorded,
      linesOf: (record) => (isAsRecorded(record) ? linesBehind(again, record) : []),
    };
  }

  #tableOf(sha256: AccrualRecord['mappingSha256']): Promise<AccountTable> {
    const known = this.#tables.get(sha256);
    if (known) return known;
    const table = this.#books
      .getMappingText(sha256)
      .then((text) => readAccountTable({ name: `account table ${sha256.slice(0, 12)}`, text }));
    this.#tables.set(sha256, table);
    return table;
  }
}

function linesBehind(again: RecomputedAccrual, record: EntryRecord): LineBehind[] {
  const { reversal, postingKey } = record.entry;
  const booked = reversal?.postingKey ?? postingKey;
  return again.lineSources
    .filter((line) => line.postingKey === booked && line.sources.length > 0)
    .map(({ lineNumber, sources, sign }) => ({
      record,
      lineNumber,
      sources: sources.flatMap((number) => again.amounts.get(number) ?? []),
      sign: (reversal === undefined) === (sign === 1) ? 1 : -1,
    }));
}

/** One line of an accrual's entry down to the financial events and orders it sums, added up anew from the stored sources. */
export async function traceAccrualLine(books: AccrualBooks, record: EntryRecord, lineNumber: number): Promise<Report> {
  const { entry, origin } = record;
  const opened = await new AccrualOpener(books).open(origin.key);
  const line = entry.lines[lineNumber - 1];
  const behind = opened.linesOf(record).find((each) => each.lineNumber === lineNumber);
  const sources = behind?.sources ?? [];
  const sum = sumOf(entry.currency, sources);
  const isWhole = line !== undefined && behind !== undefined && sum.minor * BigInt(behind.sign) === line.amount.minor;
  return {
    name: 'line-trace',
    title: `Entry ${entry.postingKey}, line ${lineNumber}`,
    facts: [
      { title: 'SAP document', value: sayDocument(record.document) },
      { title: 'state', value: record.state },
      { title: 'kind', value: line?.kind ?? '' },
      { title: 'G/L account', value: line?.glAccount ?? '' },
      { title: 'line', value: line?.amount ?? null },
      { title: 'amounts', value: sources.length },
      { title: 'sum of the amounts', value: sum },
      // A line that only balances the entry has nothing to tie to.
      { title: 'amounts and line are the same', value: behind === undefined ? null : isWhole },
      { title: 'accrual', value: opened.accrual.name },
      { title: 'computed from', value: opened.accrual.sourcesSha256 },
    ],
    sections: [orderSums(entry.currency, sources), sourceSection(sources)],
    notes: [...notesOf(opened, record, behind), `More of the accrual: ${showOrigin(origin)}`],
  };
}

function notesOf(opened: OpenedAccrual, record: EntryRecord, behind: LineBehind | undefined): string[] {
  if (!opened.isAsRecorded(record)) {
    return [
      `This version does not work the entry out as version ${opened.accrual.programVersion} did, so it cannot say what is behind the line.`,
    ];
  }
  if (behind === undefined) return ['The line balances the entry; no event stands behind it.'];
  return behind.sign === 1
    ? ['The line closes the entry: it is the sum of all that is behind the others, in Amazon’s sign.']
    : [];
}

function sumOf(currency: Money['currency'], sources: readonly AccrualAmountSource[]): Money {
  return money(
    currency,
    sources.reduce((total, { amount }) => total + amount.minor, 0n),
  );
}

function orderSums(currency: Money['currency'], sources: readonly AccrualAmountSource[]): ReportSection {
  const sums = new Map<string, { order: string; sku: string; count: number; minor: bigint }>();
  for (const { orderId, sku, amount } of sources) {
    const key = `${orderId ?? ''}\t${sku ?? ''}`;
    const known = sums.get(key) ?? { order: orderId ?? '', sku: sku ?? '', count: 0, minor: 0n };
    sums.set(key, { ...known, count: known.count + 1, minor: known.minor + amount.minor });
  }
  const rows = [...sums.values()].map(({ minor, ...row }) => ({ ...row, amount: money(currency, minor) }));
  return {
    key: 'orders',
    title: 'Orders and SKUs, in Amazon’s sign',
    columns: [TEXT('order', 'order'), TEXT('sku', 'SKU'), COUNT('count', 'amounts'), MONEY('amount', 'amount')],
    rows: rows.slice(0, SOURCES_SHOWN_MAX),
    notes: shownOf(rows.length),
  };
}

function sourceSection(sources: readonly AccrualAmountSource[]): ReportSection {
  return {
    key: 'events',
    title: 'Amounts of finance events, in Amazon’s sign',
    columns: [
      TEXT('event', 'event'),
      TEXT('order', 'order'),
      TEXT('sku', 'SKU'),
      TEXT('kind', 'kind'),
      MONEY('amount', 'amount'),
    ],
    rows: sources
      .slice(0, SOURCES_SHOWN_MAX)
      .map(({ eventKey, orderId, sku, kind, amount }) => ({ event: eventKey, order: orderId, sku, kind, amount })),
    notes: shownOf(sources.length),
  };
}

function shownOf(count: number): string[] {
  return count > SOURCES_SHOWN_MAX ? [`${SOURCES_SHOWN_MAX} of ${count} are shown; sums are of all of them.`] : [];
}

/** Entries of accruals that these orders are in, with the lines and how much of each is theirs. */
export interface AccruedOrders {
  readonly entries: readonly EntryRecord[];
  readonly lines: readonly LineBehind[];
}

/**
 * Where orders were accrued. Those of the orders model are recorded by order; month-end accruals, of which there are twelve in a
 * year, are looked through as they are stored before one of them is opened.
 */
export async function accrualsOf(books: AccrualBooks, orderIds: readonly string[]): Promise<AccruedOrders> {
  const opener = new AccrualOpener(books);
  const keys: string[] = [...(await books.findAccrualsOfOrders(orderIds))];
  const wanted = orderIds.map((orderId) => JSON.stringify(orderId));
  for (const { key, sourcesSha256 } of await books.listAccruals({ kind: 'month-end' })) {
    if (await names(books.openEvidence(sourcesSha256), wanted)) keys.push(key);
  }
  const entries: EntryRecord[] = [];
  const lines: LineBehind[] = [];
  for (const key of keys) {
    const opened = await opener.open(key);
    for (const record of opened.entries) {
      const own = opened.linesOf(record).flatMap((line) => {
        const sources = line.sources.filter(({ orderId }) => orderId !== null && orderIds.includes(orderId));
        return sources.length === 0 ? [] : [{ ...line, sources }];
      });
      if (own.length === 0 && opened.isAsRecorded(record)) continue;
      entries.push(record);
      lines.push(...own);
    }
  }
  return { entries, lines };
}

/** Lines of accruals, with what of each belongs to what was looked for. */
export function accruedLineSection(lines: readonly LineBehind[]): ReportSection {
  return {
    key: 'accrued',
    title: 'Lines of accruals that the order is in',
    columns: [
      TEXT('accrual', 'accrual'),
      TEXT('entry', 'entry'),
      COUNT('line', 'line'),
      TEXT('kind', 'kind'),
      TEXT('companyCode', 'company code'),
      TEXT('glAccount', 'G/L account'),
      TEXT('postingDate', 'posting date'),
      TEXT('document', 'SAP document'),
      TEXT('state', 'state'),
      MONEY('part', 'of the order'),
      MONEY('amount', 'whole line'),
    ],
    rows: lines.map(({ record, lineNumber, sources, sign }) => {
      const { entry, origin, document, state } = record;
      const line = entry.lines[lineNumber - 1];
      const sum = sumOf(entry.currency, sources);
      return {
        accrual: origin.name,
        entry: entry.postingKey,
        line: lineNumber,
        kind: line?.kind ?? '',
        companyCode: entry.companyCode,
        glAccount: line?.glAccount ?? '',
        postingDate: entry.postingDate,
        document: sayDocument(document),
        state,
        part: money(sum.currency, sum.minor * BigInt(sign)),
        amount: line?.amount ?? null,
      };
    }),
    notes: ['Debit positive.'],
  };
}

const DECODER_CARRY = 64;

async function names(bytes: AsyncIterable<Uint8Array>, wanted: readonly string[]): Promise<boolean> {
  // Ids are ASCII, so the bytes may be looked at as Latin-1, chunk by chunk with the end of the one before.
  let carry = '';
  for await (const chunk of bytes) {
    const text = carry + Buffer.from(chunk).toString('latin1');
    if (wanted.some((word) => text.includes(word))) return true;
    carry = text.slice(-DECODER_CARRY);
  }
  return false;
}
