import { formatInstant, money, negateMoney, parseLocalDate, sumMoney, yearMonthOf } from '../../core/index.ts';
import type { JournalLine } from '../../ledger/index.ts';
import { type LineKind, lineKindFacts, lineKinds, NO_BUCKET } from '../../mapping/index.ts';
import type { Payout } from '../amazon-feeds.ts';
import type { PayoutStore } from '../feed-stores.ts';
import type { Books, EntryRecord, SettlementRecord } from '../ports.ts';
import type { DepositMatch, DepositRecord, DepositStore } from '../reconciliation/reconciliation-store.ts';
import { signOff } from './close-pack.ts';
import type { ProposalFacts } from './evidence-store.ts';
import { entriesSection, journalSection } from './journal.ts';
import { kindOf, NATURE_TITLES, NATURES, OPENING_DEBT_GROUP, standingEntries, titleOfKind } from './line-totals.ts';
import type { Report, ReportRow, ReportSection } from './report.ts';

/** All that is recorded of one settlement. */
export interface StatementInput {
  readonly record: SettlementRecord;
  readonly entries: readonly EntryRecord[];
  readonly proposal: ProposalFacts | undefined;
  readonly bucketOfRow: Uint32Array;
  readonly payouts: readonly Payout[];
  /** Movements of bank accounts that are matched with the settlement. */
  readonly deposits: readonly { readonly deposit: DepositRecord; readonly rule: DepositMatch['rule'] }[];
}

/**
 * The page that an accountant prints for one settlement: from the opening to the payout, each kind with its rows, account
 * and amount, the proofs, the journal entries with their SAP documents, what became of the payout, and lines to sign. Made
 * from what is recorded; amounts of rows are in Amazon's sign (positive is for the seller), those of the books debit and
 * credit.
 */
export function settlementStatement(input: StatementInput): Report {
  const { record, proposal } = input;
  const entries = standingEntries(input.entries);
  const lines = entries.flatMap((each) => each.entry.lines.map((line) => ({ record: each, line })));
  const sections = [
    ...(entries.length === 0
      ? []
      : [
          movementSection(
            record,
            lines.map(({ line }) => line),
          ),
          kindsSection(record, lines, input.bucketOfRow),
        ]),
    proofsSection(record),
    ...(record.quarantine.length === 0 ? [] : [quarantineSection(record)]),
    entriesSection(input.entries),
    journalSection(entries),
    payoutSection(input.payouts),
    depositSection(input.deposits),
    signOff(),
  ];
  return {
    name: 'settlement-statement',
    title: `Settlement ${record.settlementId}`,
    facts: factsOf(record, proposal, entries),
    sections,
    notes: [
      ...(record.problem ? [`${record.problem.code}: ${record.problem.says}`] : []),
      'Amounts of rows are Amazon’s: positive is for the seller. In the journal every amount is a debit or a credit.',
    ],
  };
}

function factsOf(
  record: SettlementRecord,
  proposal: ProposalFacts | undefined,
  entries: readonly EntryRecord[],
): Report['facts'] {
  const { header } = record;
  return [
    { title: 'connection', value: record.connectionName },
    { title: 'settlement', value: record.settlementId },
    { title: 'seller account', value: record.sellerAccount },
    { title: 'from', value: formatInstant(header.startAt) },
    { title: 'to', value: formatInstant(header.endAt) },
    { title: 'planned deposit', value: parseLocalDate(formatInstant(header.depositAt).slice(0, 10)) },
    { title: 'total', value: header.total },
    { title: 'rows', value: record.lineCount },
    { title: 'state', value: standingOf(record, entries) },
    { title: 'file, SHA-256', value: record.sha256 },
    { title: 'account table, SHA-256', value: proposal?.mappingSha256 ?? null },
    { title: 'digest of the entries', value: record.digest },
    { title: 'program', value: proposal?.programVersion ?? null },
  ];
}

/** How far its entries are in SAP; the state of the settlement itself while it has none. */
function standingOf({ state }: SettlementRecord, entries: readonly EntryRecord[]): string {
  if (state !== 'proposed' || entries.length === 0) return state;
  const posted = entries.filter((each) => each.state === 'posted').length;
  const reversed = entries.filter((each) => each.state === 'reversed').length;
  return `${posted} of ${entries.length} posted${reversed === 0 ? '' : `, ${reversed} reversed`}`;
}

/** From what was held or owed before, over what the period brought, to what is paid, held or owed after it. */
function movementSection({ header }: SettlementRecord, lines: readonly JournalLine[]): ReportSection {
  const { currency } = header;
  const sumOf = (isWanted: (kind: LineKind) => boolean) =>
    negateMoney(
      sumMoney(
        currency,
        lines.filter((line) => isIn(line, isWanted)).map(({ amount }) => amount),
      ),
    );
  const isOpening = (kind: LineKind) => kind === 'reserve-released' || lineKindFacts(kind).group === OPENING_DEBT_GROUP;
  const isClosing = (kind: LineKind) => kind === 'reserve-held';
  const accrued = lines.filter(({ kind }) => kind === ORDER_RECEIVABLE).map(({ amount }) => amount);
  const rows = [
    { what: 'Reserve of the period before, released', amount: sumOf((kind) => kind === 'reserve-released') },
    { what: 'Debt carried into the period', amount: sumOf((kind) => lineKindFacts(kind).group === OPENING_DEBT_GROUP) },
    ...NATURES.map((nature) => ({
      what: nature === 'balance-sheet' ? 'Other movements of the balance with Amazon' : NATURE_TITLES[nature],
      amount: sumOf((kind) => lineKindFacts(kind).nature === nature && !isOpening(kind) && !isClosing(kind)),
    })),
    ...(accrued.length === 0 ? [] : [{ what: ACCRUED_ORDERS, amount: negateMoney(sumMoney(currency, accrued)) }]),
    { what: 'Reserve held at the end', amount: sumOf(isClosing) },
  ];
  const total = sumMoney(
    currency,
    rows.map(({ amount }) => amount),
  );
  return {
    key: 'movement',
    title: 'From opening to payout',
    columns: [
      { key: 'what', title: 'what', kind: 'text' },
      { key: 'amount', title: 'amount', kind: 'money' },
    ],
    rows,
    total: { what: header.total.minor < 0n ? 'Owed to Amazon' : 'To be paid out', amount: total },
    notes: total.minor === header.total.minor ? [] : ['This is not the total of the settlement; see the proofs.'],
  };
}

function isIn(line: JournalLine, isWanted: (kind: LineKind) => boolean): boolean {
  const kind = kindOf(line);
  return kind !== undefined && isWanted(kind);
}

const KIND_ORDER: ReadonlyMap<string, number> = new Map(lineKinds().map((kind, index) => [kind, index]));

/** In the orders model: rows that pay what was booked as revenue when it was shipped. */
const ORDER_RECEIVABLE = 'order-receivable';
const ACCRUED_ORDERS = 'Orders booked when they were shipped';

interface KindTotal {
  readonly kind: LineKind | typeof ORDER_RECEIVABLE;
  readonly cells: ReportRow;
  count: number;
  minor: bigint;
}

function kindsSection(
  { header }: SettlementRecord,
  lines: readonly { readonly record: EntryRecord; readonly line: JournalLine }[],
  bucketOfRow: Uint32Array,
): ReportSection {
  const counts = countRows(bucketOfRow);
  const totals = new Map<string, KindTotal>();
  for (const { record, line } of lines) {
    const kind = line.kind === ORDER_RECEIVABLE ? line.kind : kindOf(line);
    if (kind === undefined) continue;
    const cells = {
      nature: NATURE_TITLES[kind === ORDER_RECEIVABLE ? 'balance-sheet' : lineKindFacts(kind).nature],
      kind: kind === ORDER_RECEIVABLE ? ACCRUED_ORDERS : titleOfKind(kind),
      companyCode: record.entry.companyCode,
      month: yearMonthOf(record.entry.postingDate),
      glAccount: line.customer === undefined ? line.glAccount : `${line.glAccount} customer ${line.customer}`,
      costObject: costObjectOf(line),
      taxCode: line.taxCode,
    };
    const key = JSON.stringify(cells);
    const total = totals.get(key) ?? { kind, cells, count: 0, minor: 0n };
    totals.set(key, total);
    total.count += line.buckets.reduce((sum, bucket) => sum + (counts.get(bucket) ?? 0), 0);
    total.minor -= line.amount.minor;
  }
  const orderOf = ({ kind }: KindTotal) => KIND_ORDER.get(kind) ?? KIND_ORDER.size;
  const sorted = [...totals.values()].sort((a, b) => orderOf(a) - orderOf(b));
  const rows = sorted.map(({ cells, count, minor }) => ({ ...cells, count, amount: money(header.currency, minor) }));
  return {
    key: 'kinds',
    title: 'By kind',
    columns: [
      { key: 'nature', title: 'nature', kind: 'text' },
      { key: 'kind', title: 'group and kind', kind: 'text' },
      { key: 'companyCode', title: 'company code', kind: 'text' },
      { key: 'month', title: 'month', kind: 'text' },
      { key: 'glAccount', title: 'G/L account', kind: 'text' },
      { key: 'costObject', title: 'cost object', kind: 'text' },
      { key: 'taxCode', title: 'tax code', kind: 'text' },
      { key: 'count', title: 'rows', kind: 'count' },
      { key: 'amount', title: 'amount', kind: 'money' },
    ],
    rows,
    total: {
      kind: 'Total',
      count: rows.reduce((sum, row) => sum + row.count, 0),
      amount: sumMoney(
        header.currency,
        rows.map(({ amount }) => amount),
      ),
    },
  };
}

/** `CC 1` or `PC 2`, as in SAP's dialogs; empty when the line has neither. */
export function costObjectOf({ costCenter, profitCenter }: JournalLine): string | null {
  if (costCenter !== null) return `CC ${costCenter}`;
  return profitCenter === null ? null : `PC ${profitCenter}`;
}

/** How many rows of the file are in each bucket. */
export function countRows(bucketOfRow: Uint32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const bucket of bucketOfRow) if (bucket !== NO_BUCKET) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  return counts;
}

function proofsSection({ proofs }: SettlementRecord): ReportSection {
  return {
    key: 'proofs',
    title: 'Proofs',
    columns: [
      { key: 'name', title: 'proof', kind: 'text' },
      { key: 'ok', title: 'holds', kind: 'flag' },
      { key: 'expected', title: 'expected', kind: 'text' },
      { key: 'actual', title: 'found', kind: 'text' },
      { key: 'says', title: 'what is compared', kind: 'text' },
    ],
    rows: proofs.map(({ name, ok, expected, actual, says }) => ({ name, ok, expected, actual, says })),
  };
}

function quarantineSection({ quarantine }: SettlementRecord): ReportSection {
  return {
    key: 'quarantine',
    title: 'What cannot be booked',
    columns: [
      { key: 'code', title: 'code', kind: 'text' },
      { key: 'words', title: 'Amazon’s words', kind: 'text' },
      { key: 'marketplace', title: 'marketplace', kind: 'text' },
      { key: 'count', title: 'rows', kind: 'count' },
      { key: 'amount', title: 'amount', kind: 'money' },
      { key: 'says', title: 'why', kind: 'text' },
    ],
    rows: quarantine.map((item) => ({
      code: item.code,
      words: [item.transactionType, item.amountType, item.amountDescription].join(' | '),
      marketplace: item.marketplace,
      count: item.count,
      amount: item.amount,
      says: item.says,
    })),
  };
}

function payoutSection(payouts: readonly Payout[]): ReportSection {
  return {
    key: 'payout',
    title: 'Payout',
    columns: [
      { key: 'payoutId', title: 'payout', kind: 'text' },
      { key: 'status', title: 'status', kind: 'text' },
      { key: 'createdAt', title: 'created', kind: 'text' },
      { key: 'traceId', title: 'trace id', kind: 'text' },
      { key: 'accountTail', title: 'bank, last digits', kind: 'text' },
      { key: 'amount', title: 'amount', kind: 'money' },
    ],
    rows: payouts.map(({ payoutId, status, createdAt, traceId, accountTail, amount }) => ({
      payoutId,
      status,
      createdAt,
      traceId,
      accountTail,
      amount,
    })),
    notes: payouts.length === 0 ? ['Amazon has told of no payout for this settlement, or payouts are not read.'] : [],
  };
}

function depositSection(deposits: StatementInput['deposits']): ReportSection {
  return {
    key: 'deposits',
    title: 'In the bank',
    columns: [
      { key: 'bookedOn', title: 'booked on', kind: 'date' },
      { key: 'bankAccount', title: 'bank account', kind: 'text' },
      { key: 'reference', title: 'reference', kind: 'text' },
      { key: 'rule', title: 'matched by', kind: 'text' },
      { key: 'amount', title: 'amount', kind: 'money' },
    ],
    rows: deposits.map(({ deposit, rule }) => ({
      bookedOn: deposit.bookedOn,
      bankAccount: deposit.bankAccount,
      reference: deposit.entryReference,
      rule,
      amount: deposit.amount,
    })),
    notes: deposits.length === 0 ? ['No movement of a bank account is matched with this settlement.'] : [],
  };
}

/** The statement of a recorded settlement. Raises `SETTLEMENT_UNKNOWN` (invalid). */
export async function statementOf(
  stores: Pick<Books, 'getSettlement' | 'listEntries' | 'findProposal' | 'readBucketOfRow'> &
    Pick<PayoutStore, 'listPayouts'> &
    Pick<DepositStore, 'listDeposits' | 'listDepositMatches'>,
  ref: string,
): Promise<Report> {
  const record = await stores.getSettlement(ref);
  const known = new Map((await stores.listDeposits()).map((deposit) => [deposit.id, deposit]));
  const matches = (await stores.listDepositMatches()).filter(
    ({ settlementKey, endedAt }) => settlementKey === record.key && endedAt === null,
  );
  return settlementStatement({
    record,
    entries: await stores.listEntries({ originKey: record.key }),
    proposal: await stores.findProposal(record.key),
    bucketOfRow: await stores.readBucketOfRow(record.key),
    deposits: matches.flatMap(({ depositId, rule }) => {
      const deposit = known.get(depositId);
      return deposit ? [{ deposit, rule }] : [];
    }),
    payouts: await stores.listPayouts({ connectionId: record.connectionId, settlementId: record.settlementId }),
  });
}
