/**
 * The tax that Amazon withholds as marketplace facilitator and pays itself must be the tax that was collected on the same
 * orders. What is left is the seller's question to Amazon: it is booked apart on purpose, or it stops its settlement.
 */
import { formatMoney, type LocalDate, type Money, money, type YearMonth } from '../core/index.ts';
import {
  type JournalEntry,
  type JournalLine,
  type Proof,
  splitIncludedTax,
  textWithReference,
} from '../ledger/index.ts';
import type { AccountAssignment, AccountTable, MarketplaceRule } from './account-table.ts';
import type { QuarantineItem } from './proposal.ts';
import type { PlacedBucket } from './propose-rows.ts';
import type { SettlementHeader } from './settlement.ts';
import type { FacilitatorTax, OrderTaxResidual } from './tax-orders.ts';

/** Kind of the line that takes what is left off the account on which tax is withheld; the other one is `tax-residual`. */
export const RESIDUAL_MOVED = 'tax-residual-moved';
const ORDERS_SHOWN_MAX = 5;

/** What is left of the orders whose withheld tax is in one journal line. */
export interface PlacedResidual {
  readonly companyCode: string;
  readonly month: YearMonth;
  readonly marketplace: MarketplaceRule;
  /** Of the tax that was withheld. */
  readonly assignment: AccountAssignment;
  /** Amazon's sign. */
  readonly minor: bigint;
}

/** Finds where each residual is booked: with the latest withheld tax of its order. */
export function placeResiduals({ residuals }: FacilitatorTax, placed: readonly PlacedBucket[]): PlacedResidual[] {
  if (residuals.length === 0) return [];
  const byNumber = new Map(placed.map((bucket) => [bucket.number, bucket]));
  const sums = new Map<string, PlacedResidual>();
  for (const residual of residuals) {
    const bucket = byNumber.get(residual.bucket);
    if (!bucket) continue;
    const { company, month, marketplace, assignment } = bucket;
    const { companyCode } = company;
    const own = [assignment.glAccount, assignment.customer, assignment.costCenter, assignment.profitCenter];
    const key = [companyCode, month, marketplace.name, ...own, assignment.taxCode].join('\n');
    const minor = leftOf(residual) + (sums.get(key)?.minor ?? 0n);
    sums.set(key, { companyCode, month, marketplace, assignment, minor });
  }
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, residual]) => residual);
}

/**
 * Two lines for each residual: off the account of the withheld tax, onto that of purpose `tax-residual`. `missing` when
 * the table has no account for it.
 */
export function residualLines(
  residuals: readonly PlacedResidual[],
  { header, table, on }: { readonly header: SettlementHeader; readonly table: AccountTable; readonly on: LocalDate },
): { readonly lines: JournalLine[]; readonly isMissing: boolean } {
  const lines: JournalLine[] = [];
  let isMissing = false;
  for (const { marketplace, assignment, minor } of residuals) {
    const target = table.assign('tax-residual', marketplace.name, on);
    if (!target) isMissing = true;
    if (!target || minor === 0n) continue;
    const off = money(header.currency, minor);
    const rule = assignment.taxCode === null ? undefined : table.taxCode(assignment.taxCode, on);
    const { text, ...account } = assignment;
    lines.push(
      {
        kind: RESIDUAL_MOVED,
        ...account,
        // As the rows were booked, so that nothing stays on the account.
        tax: rule ? splitIncludedTax(off, rule) : null,
        amount: off,
        text: textWithReference(text, header.settlementId),
        buckets: [],
      },
      residualLine(target, money(header.currency, -minor), header.settlementId),
    );
  }
  return { lines, isMissing };
}

function residualLine({ text, ...account }: AccountAssignment, amount: Money, reference: string): JournalLine {
  return { kind: 'tax-residual', ...account, tax: null, amount, text: textWithReference(text, reference), buckets: [] };
}

/**
 * Order by order, tax collected and tax withheld are zero together, or what is left is exactly what the entries book as
 * tax residual. Absent where Amazon withheld nothing: then there is nothing to prove.
 */
export function proveFacilitatorTax(
  header: SettlementHeader,
  tax: FacilitatorTax,
  entries: readonly JournalEntry[],
): Proof[] {
  if (tax.orderCount === 0) return [];
  let booked = 0n;
  for (const line of entries.flatMap((entry) => entry.lines)) {
    if (line.kind === 'tax-residual') booked -= line.amount.minor;
  }
  const left = tax.residuals.reduce((sum, residual) => sum + leftOf(residual), 0n);
  const text = (minor: bigint) => formatMoney(money(header.currency, minor));
  const isBooked = tax.residuals.length === 0 || entries.length > 0;
  const orders = tax.orderCount === 1 ? '1 order' : `${tax.orderCount} orders`;
  const numbers = `Tax collected on ${orders}, ${text(tax.collectedMinor)}, and withheld by Amazon, ${text(tax.withheldMinor)}`;
  const says =
    tax.residuals.length === 0
      ? `${numbers}: what is left of any of them, against nothing.`
      : `${numbers}: what is left on ${tax.residuals.length} of them, against what is booked as tax residual.`;
  return [
    {
      name: 'facilitator-tax-residual',
      ok: isBooked && left === booked,
      expected: text(booked),
      actual: text(left),
      says,
    },
  ];
}

/** The settlement stops: what is left has no account on which it would be seen. */
export function taxResidualItem(header: SettlementHeader, tax: FacilitatorTax): QuarantineItem {
  const text = (minor: bigint) => `${formatMoney(money(header.currency, minor))} ${header.currency}`;
  const left = tax.residuals.reduce((sum, residual) => sum + leftOf(residual), 0n);
  const shown = tax.residuals.slice(0, ORDERS_SHOWN_MAX).map((residual) => sayOrder(residual, text));
  const more = tax.residuals.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return {
    code: 'TAX_RESIDUAL',
    transactionType: '',
    amountType: '',
    amountDescription: '',
    marketplace: '',
    count: 0,
    amount: money(header.currency, left),
    firstRow: header.row,
    says: `Amazon withheld another tax than was collected on ${tax.residuals.length} of ${tax.orderCount} orders: ${list}.`,
    next: 'Compare these orders with Seller Central. To book what is left on purpose, give it an account of its own: seller-ledger mapping assign NAME --purpose tax-residual --gl-account ACCOUNT --why TEXT',
  };
}

function sayOrder(residual: OrderTaxResidual, text: (minor: bigint) => string): string {
  const { orderId, transactionType, collectedMinor, withheldMinor } = residual;
  const name = `${orderId === '' ? 'rows without an order' : orderId} (${transactionType})`;
  return `${name} collected ${text(collectedMinor)}, withheld ${text(withheldMinor)}, left ${text(leftOf(residual))}`;
}

function leftOf({ collectedMinor, withheldMinor }: OrderTaxResidual): bigint {
  return collectedMinor + withheldMinor;
}
