import type { LineKind } from '../../src/mapping/index.ts';
import type { EvaluatedCase } from './evaluate-case.ts';

/** A movement of money between Amazon and the seller that accountants ask about, and what shows that a case has it. */
export interface SpecialMovement {
  readonly number: number;
  readonly title: string;
  /** What a case of it must hold, so that claiming it is not enough. */
  readonly isIn: (evaluated: EvaluatedCase) => boolean;
}

const rowsOf = ({ settlements }: EvaluatedCase) => settlements.flatMap(({ rowsRead }) => rowsRead);
const headersOf = ({ settlements }: EvaluatedCase) => settlements.map(({ reading }) => reading.header);

/** Sum of the rows of some kinds, in Amazon's sign; `undefined` when there is none. */
function sumOf(evaluated: EvaluatedCase, ...kinds: LineKind[]): bigint | undefined {
  const rows = rowsOf(evaluated).filter(({ kind }) => kind !== undefined && kinds.includes(kind));
  return rows.length === 0 ? undefined : rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

const countOf = (evaluated: EvaluatedCase, kind: LineKind) =>
  rowsOf(evaluated).filter((row) => row.kind === kind).length;

const monthsOf = ({ settlements }: EvaluatedCase, at: number) =>
  (settlements[at]?.proposal.entries ?? []).map(({ postingDate }) => postingDate.slice(0, 7));

/** Rows whose time lies before their settlement begins. */
const hasRowBeforePeriod = ({ settlements }: EvaluatedCase) =>
  settlements.some(({ rowsRead, reading }) => rowsRead.some(({ postedAt }) => postedAt < reading.header.startAt));

const arrivals = ({ settlements }: EvaluatedCase) => settlements.map(({ arrival }) => arrival);

/** The special movements, numbered as accountants quote them. */
export const SPECIAL_MOVEMENTS: readonly SpecialMovement[] = [
  {
    number: 1,
    title: 'The reserve grows and shrinks, and takes a whole settlement',
    isIn: (one) =>
      countOf(one, 'reserve-held') > 1 &&
      sumOf(one, 'reserve-held', 'reserve-released') === 0n &&
      headersOf(one).some(({ total }) => total.minor === 0n),
  },
  {
    number: 2,
    title: 'A negative settlement, its debt in the next, paid by card in several charges',
    isIn: (one) => {
      const [first] = headersOf(one);
      return (
        first !== undefined &&
        first.total.minor < 0n &&
        countOf(one, 'card-charge') > 1 &&
        sumOf(one, 'opening-debt') === first.total.minor
      );
    },
  },
  {
    number: 3,
    title: 'A bank transfer fails and is restored in the next settlement',
    isIn: (one) => sumOf(one, 'payout-returned') === headersOf(one)[0]?.total.minor,
  },
  {
    number: 4,
    title: 'Amazon cancels the payout and rolls it over',
    isIn: (one) => headersOf(one).length > 2 && countOf(one, 'payout-returned') === headersOf(one).length - 1,
  },
  {
    number: 5,
    title: 'A debt is set off between stores: two legs in two settlements',
    isIn: (one) => countOf(one, 'cross-marketplace-debt') === 2 && sumOf(one, 'cross-marketplace-debt') === 0n,
  },
  {
    number: 6,
    title: 'A requested transfer closes a settlement early',
    isIn: (one) => {
      const [first, second] = headersOf(one);
      return first !== undefined && first.endAt === second?.startAt && first.endAt - first.startAt < 7 * 86_400;
    },
  },
  {
    number: 7,
    title: 'Facilitator tax cancels on orders and refunds',
    isIn: (one) =>
      countOf(one, 'facilitator-tax-withheld') > 1 &&
      sumOf(one, 'sales-tax-collected', 'facilitator-tax-withheld') === 0n,
  },
  {
    number: 8,
    title: 'A refund returns the commission and keeps an administration fee',
    isIn: (one) =>
      rowsOf(one).some((row) => row.kind === 'referral-fee' && row.amountMinor > 0n) &&
      (sumOf(one, 'refund-administration-fee') ?? 0n) < 0n,
  },
  {
    number: 9,
    title: 'A liquidation in two rows without an order number of Amazon',
    isIn: (one) =>
      countOf(one, 'liquidation-proceeds') === 1 &&
      countOf(one, 'liquidation-fee') === 1 &&
      rowsOf(one).every(({ orderId }) => orderId === ''),
  },
  {
    number: 10,
    title: 'A reimbursement is clawed back later',
    isIn: (one) => headersOf(one).length > 1 && sumOf(one, 'inventory-reimbursement', 'reimbursement-clawback') === 0n,
  },
  {
    number: 11,
    title: 'A loan is advanced, repaid and refunded',
    isIn: (one) => countOf(one, 'amazon-loan') > 2 && sumOf(one, 'amazon-loan') === 0n,
  },
  {
    number: 12,
    title: 'Tax is retrocharged',
    isIn: (one) =>
      countOf(one, 'retrocharge-tax') > 0 && sumOf(one, 'retrocharge-tax', 'retrocharge-tax-withheld') === 0n,
  },
  {
    number: 13,
    title: 'Identical twin rows',
    isIn: (one) => {
      const texts = rowsOf(one).map(({ row: _row, amountMinor, ...rest }) => JSON.stringify([rest, `${amountMinor}`]));
      return new Set(texts).size < texts.length;
    },
  },
  {
    number: 14,
    title: 'Files of several locales and currencies in one listing',
    isIn: (one) =>
      ['EUR', 'CAD', 'MXN'].every((currency) => headersOf(one).some((header) => header.currency === currency)) &&
      one.settlements.some(({ reading }) => reading.format.decimalMark === ','),
  },
  {
    number: 15,
    title: 'No row names a marketplace',
    isIn: ({ settlements }) =>
      settlements.some(
        ({ rowsRead, proposal }) =>
          rowsRead.every(({ marketplace }) => marketplace === '') && proposal.entries.length > 0,
      ),
  },
  {
    number: 16,
    title: 'A fee whose order number is that of a shipment',
    isIn: (one) => rowsOf(one).some((row) => row.transactionType === 'FBAFees' && /^FBA/.test(row.orderId)),
  },
  {
    number: 17,
    title: 'An unknown fee stops its settlement and no other',
    isIn: ({ settlements }) =>
      settlements.some(({ proposal }) => proposal.quarantine.some(({ code }) => code === 'LINE_KIND_UNKNOWN')),
  },
  {
    number: 18,
    title: 'A settlement is issued again with other content',
    isIn: (one) => arrivals(one).includes('reissued'),
  },
  {
    number: 19,
    title: 'The same settlement in two documents of one fetch',
    isIn: (one) => arrivals(one).includes('again'),
  },
  {
    number: 20,
    title: 'An invoice that is paid thirty days after delivery',
    isIn: (one) =>
      hasRowBeforePeriod(one) && monthsOf(one, 0).join() === '2026-10' && monthsOf(one, 1).join() === '2026-11',
  },
  { number: 21, title: 'Rows dated before the settlement begins', isIn: hasRowBeforePeriod },
  {
    number: 22,
    title: 'An order of another channel has fees and no price',
    isIn: (one) => countOf(one, 'mcf-fulfilment-fee') > 0 && (sumOf(one, 'mcf-order-value') ?? 0n) === 0n,
  },
  {
    number: 23,
    title: 'Advertising with its tax',
    isIn: (one) => countOf(one, 'advertising') > 0 && countOf(one, 'amazon-fee-tax') > 0,
  },
  {
    number: 24,
    title: 'A storage fee is charged in the month after the service',
    isIn: (one) => countOf(one, 'fba-storage-fee') > 0 && new Set(monthsOf(one, 0)).size === 2,
  },
  {
    number: 25,
    title: 'The end of a month, a quarter and a year within one settlement',
    isIn: (one) =>
      monthsOf(one, 0).some((month) => month.endsWith('-12')) && monthsOf(one, 0).some((m) => m.endsWith('-01')),
  },
];
