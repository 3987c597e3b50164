import { currencyDecimals, formatMinor } from '../../src/core/index.ts';
import { asinOf, createRandom, eventsOf, type Leg, type PlacedEvent, type SellerWorld } from '../world/index.ts';
import { withOffset } from './queries.ts';

/** The columns of the report of FBA reimbursements, in Amazon's order. */
export const REIMBURSEMENT_COLUMNS = [
  'approval-date',
  'reimbursement-id',
  'case-id',
  'amazon-order-id',
  'reason',
  'sku',
  'fnsku',
  'asin',
  'product-name',
  'condition',
  'currency-unit',
  'amount-per-unit',
  'amount-total',
  'quantity-reimbursed-cash',
  'quantity-reimbursed-inventory',
  'quantity-reimbursed-total',
  'original-reimbursement-id',
  'original-reimbursement-type',
] as const;

const REASONS: Readonly<Record<string, string>> = {
  WAREHOUSE_LOST: 'Lost_Warehouse',
  WAREHOUSE_DAMAGE: 'Damaged_Warehouse',
  REVERSAL_REIMBURSEMENT: 'Reimbursement_Reversal',
  MISSING_FROM_INBOUND: 'Lost_Inbound',
};

/** Stock that Amazon paid for or took the money back of, by the moment of approval. */
export function reimbursementRows(
  world: SellerWorld,
  fromMs: number,
  untilMs: number,
  marketplaceIds: readonly string[],
): string[] {
  return eventsOf(world)
    .filter(({ event, marketplace }) => {
      const atMs = event.postedAt * 1000;
      return atMs >= fromMs && atMs < untilMs && marketplaceIds.includes(marketplace.marketplaceId);
    })
    .flatMap((placed) =>
      placed.event.legs
        .filter((leg) => leg.kind === 'reimbursement' || leg.kind === 'reimbursementClawback')
        .map((leg) => ({ placed, leg })),
    )
    .sort((left, right) => left.placed.event.postedAt - right.placed.event.postedAt)
    .map(({ placed, leg }) => printReimbursement(placed, leg));
}

function printReimbursement({ event, marketplace }: PlacedEvent, leg: Leg): string {
  const random = createRandom(`reimbursement/${event.adjustmentId}`);
  const sku = leg.sku ?? '';
  const amount = formatMinor(leg.minor, currencyDecimals(marketplace.currency));
  const isTakenBack = leg.kind === 'reimbursementClawback';
  const cells: Readonly<Record<(typeof REIMBURSEMENT_COLUMNS)[number], string>> = {
    'approval-date': withOffset(event.postedAt * 1000),
    'reimbursement-id': random.text(10, '123456789'),
    'case-id': random.chance(300) ? random.text(10, '123456789') : '',
    'amazon-order-id': event.orderId,
    reason: isTakenBack ? 'Compensated_Clawback' : (REASONS[leg.detail ?? ''] ?? 'Other'),
    sku,
    fnsku: `X00${asinOf(sku).slice(3)}`,
    asin: asinOf(sku),
    'product-name': `The well-known ${sku}`,
    condition: 'NewItem',
    'currency-unit': marketplace.currency,
    'amount-per-unit': amount,
    'amount-total': amount,
    'quantity-reimbursed-cash': '1',
    'quantity-reimbursed-inventory': '0',
    'quantity-reimbursed-total': '1',
    'original-reimbursement-id': '',
    'original-reimbursement-type': '',
  };
  return REIMBURSEMENT_COLUMNS.map((column) => cells[column]).join('\t');
}
