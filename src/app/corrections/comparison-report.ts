import { formatInstant, formatMoney, type Money, money } from '../../core/index.ts';
import { lineKindFacts, type SettlementHeader } from '../../mapping/index.ts';
import { COUNT, MONEY, TEXT } from '../reports/columns.ts';
import type { Report, ReportColumn, ReportRow, ReportSection } from '../reports/index.ts';
import type { ComparableRow } from './comparable-row.ts';
import { cellsOf } from './compare-rows.ts';
import type { ComparedSide, SettlementComparison } from './compare-settlement.ts';
import type { RowPair } from './pair-rows.ts';

/** The comparison of two files of a settlement as an accountant reads it before deciding which one is right. */
export function comparisonReport(comparison: SettlementComparison): Report {
  const { settlement, before, after, rows } = comparison;
  const hidden = rows.notShown.removed + rows.notShown.added;
  return {
    name: 'settlement-comparison',
    title: `Settlement ${settlement.settlementId}: two files compared`,
    facts: [
      { title: 'connection', value: settlement.connectionName },
      { title: 'settlement', value: settlement.state },
      { title: 'first file', value: sayFile(before) },
      { title: 'second file', value: sayFile(after) },
      { title: 'rows in both', value: rows.sameCount },
      { title: 'rows changed', value: rows.changed.length },
      { title: 'rows only in the first', value: rows.removed.length + rows.notShown.removed },
      { title: 'rows only in the second', value: rows.added.length + rows.notShown.added },
      { title: 'total moves by', value: difference(before.file.header, after.file.header) },
    ],
    sections: [
      summarySection(before.file.header, after.file.header),
      kindSection(comparison),
      changedSection(rows.changed, comparison),
      rowSection('removed', 'Rows only in the first file', rows.removed, before.file.header),
      rowSection('added', 'Rows only in the second file', rows.added, after.file.header),
      accountSection(comparison),
      ...quarantineSections(comparison),
    ],
    notes: [
      'A row that only stands elsewhere in the file is no difference, and of identical rows each counts.',
      ...(hidden > 0 ? [`${hidden} more rows differ and are counted only.`] : []),
      ...decisionNotes(comparison),
    ],
  };
}

function sayFile({ file, entriesAre }: ComparedSide): string {
  return `${file.sha256}, ${file.state}, received ${file.receivedAt}, entries ${entriesAre}`;
}

/** `null` where the currencies differ: then there is no one number. */
function difference(before: SettlementHeader, after: SettlementHeader): Money | null {
  if (before.currency !== after.currency) return null;
  return money(after.currency, after.total.minor - before.total.minor);
}

function summarySection(before: SettlementHeader, after: SettlementHeader): ReportSection {
  const facts = (header: SettlementHeader) => [
    ['start', formatInstant(header.startAt)],
    ['end', formatInstant(header.endAt)],
    ['deposit', formatInstant(header.depositAt)],
    ['currency', header.currency],
    ['total', formatMoney(header.total)],
  ];
  const own = facts(after);
  return {
    key: 'summary',
    title: 'Summary row',
    columns: [TEXT('what', ''), TEXT('before', 'first'), TEXT('after', 'second'), TEXT('differs', '')],
    rows: facts(before).map(([what = '', value = ''], index) => ({
      what,
      before: value,
      after: own[index]?.[1] ?? '',
      differs: own[index]?.[1] === value ? '' : 'differs',
    })),
  };
}

function kindSection({ kinds, before, after }: SettlementComparison): ReportSection {
  const first = before.file.header.currency;
  const second = after.file.header.currency;
  return {
    key: 'kinds',
    title: 'By kind, in Amazon’s sign',
    columns: [
      TEXT('kind', 'kind'),
      COUNT('countBefore', 'rows first'),
      COUNT('countAfter', 'rows second'),
      MONEY('before', 'first'),
      MONEY('after', 'second'),
      MONEY('difference', 'difference'),
    ],
    rows: kinds.map((tally) => ({
      kind: tally.kind === null ? `not known: ${tally.words}` : lineKindFacts(tally.kind).title,
      countBefore: tally.before.count,
      countAfter: tally.after.count,
      before: money(first, tally.before.minor),
      after: money(second, tally.after.minor),
      difference: first === second ? money(first, tally.after.minor - tally.before.minor) : null,
    })),
    ...(first === second && {
      total: {
        kind: 'all rows',
        countBefore: sum(kinds.map((tally) => tally.before.count)),
        countAfter: sum(kinds.map((tally) => tally.after.count)),
        before: money(
          first,
          kinds.reduce((total, tally) => total + tally.before.minor, 0n),
        ),
        after: money(
          first,
          kinds.reduce((total, tally) => total + tally.after.minor, 0n),
        ),
        difference: money(
          first,
          kinds.reduce((total, tally) => total + tally.after.minor - tally.before.minor, 0n),
        ),
      },
    }),
  };
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

const ROW_COLUMNS: readonly ReportColumn[] = [
  COUNT('row', 'row'),
  TEXT('order', 'order'),
  TEXT('sku', 'SKU'),
  TEXT('what', 'what'),
  TEXT('marketplace', 'marketplace'),
  TEXT('posted', 'posted'),
  MONEY('amount', 'amount'),
];

function rowSection(
  key: string,
  title: string,
  rows: readonly ComparableRow[],
  { currency }: SettlementHeader,
): ReportSection {
  return {
    key,
    title,
    columns: ROW_COLUMNS,
    rows: rows.map((row) => ({ ...rowCells(row), amount: money(currency, row.amountMinor) })),
    ...(rows.length > 0 && {
      total: {
        amount: money(
          currency,
          rows.reduce((total, row) => total + row.amountMinor, 0n),
        ),
      },
    }),
  };
}

function rowCells(row: ComparableRow): ReportRow {
  return {
    row: row.row,
    order: row.orderId,
    sku: row.sku,
    what: [row.transactionType, row.amountType, row.amountDescription].join(' | '),
    marketplace: row.marketplace,
    posted: formatInstant(row.postedAt),
  };
}

function changedSection(pairs: readonly RowPair[], { before, after }: SettlementComparison): ReportSection {
  const first = before.file.header.currency;
  const second = after.file.header.currency;
  return {
    key: 'changed',
    title: 'Rows that changed',
    columns: [
      COUNT('row', 'row first'),
      COUNT('rowAfter', 'row second'),
      ...ROW_COLUMNS.filter(({ key }) => ['order', 'sku', 'what'].includes(key)),
      TEXT('changes', 'other columns'),
      MONEY('amount', 'first'),
      MONEY('amountAfter', 'second'),
    ],
    rows: pairs.map((pair) => ({
      ...rowCells(pair.before),
      rowAfter: pair.after.row,
      changes: sayChanges(pair),
      amount: money(first, pair.before.amountMinor),
      amountAfter: money(second, pair.after.amountMinor),
    })),
  };
}

/** Column by column what is another one, without the amount, which has columns of its own. */
export function sayChanges({ before, after }: RowPair): string {
  const own = new Map(cellsOf(before));
  const other = new Map(cellsOf(after));
  return [...new Set([...own.keys(), ...other.keys()])]
    .filter((name) => name !== 'amount' && (own.get(name) ?? '') !== (other.get(name) ?? ''))
    .map((name) => `${name}: ${own.get(name) || '(blank)'} → ${other.get(name) || '(blank)'}`)
    .join('; ');
}

function accountSection({ accounts, before, after }: SettlementComparison): ReportSection {
  return {
    key: 'accounts',
    title: 'What moves in the books, debit positive',
    columns: [
      TEXT('companyCode', 'company code'),
      TEXT('month', 'month'),
      TEXT('glAccount', 'G/L account'),
      TEXT('costObject', 'cost object'),
      TEXT('taxCode', 'tax code'),
      MONEY('before', 'first'),
      MONEY('after', 'second'),
      MONEY('difference', 'difference'),
    ],
    rows: accounts.map((account) => ({
      companyCode: account.companyCode,
      month: account.month,
      glAccount: account.customer === null ? account.glAccount : `${account.glAccount} customer ${account.customer}`,
      costObject: account.costObject,
      taxCode: account.taxCode,
      before: money(account.currency, account.before),
      after: money(account.currency, account.after),
      difference: money(account.currency, account.after - account.before),
    })),
    notes: [before, after].flatMap((side, index) =>
      side.entries.length === 0 ? [`The ${index === 0 ? 'first' : 'second'} file comes to no entry.`] : [],
    ),
  };
}

function quarantineSections({ before, after }: SettlementComparison): ReportSection[] {
  return [before, after].flatMap(({ quarantine }, index) =>
    quarantine.length === 0
      ? []
      : [
          {
            key: index === 0 ? 'quarantineBefore' : 'quarantineAfter',
            title: `Why the ${index === 0 ? 'first' : 'second'} file cannot be booked`,
            columns: [TEXT('code', 'code'), TEXT('says', 'why'), COUNT('rows', 'rows'), MONEY('amount', 'amount')],
            rows: quarantine.map(({ code, says, count, amount }) => ({ code, says, rows: count, amount })),
          },
        ],
  );
}

function decisionNotes({ settlement, before, after }: SettlementComparison): string[] {
  const other = [before, after].find(({ file }) => file.state !== 'used')?.file;
  if (other?.decision) {
    const { actor, at, why } = other.decision;
    return [`File ${other.sha256.slice(0, 12)} is ${other.state}, by ${actor.name} at ${at}: ${why}`];
  }
  const { settlementId } = settlement;
  return [
    `To stay with the file in use: seller-ledger settlements keep ${settlementId} --why TEXT`,
    `To book the other one instead: seller-ledger settlements replace ${settlementId} --why TEXT (with --reason 01 where it is booked)`,
  ];
}
