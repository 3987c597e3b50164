import { currencyDecimals, type EpochSeconds, formatInstant, formatMinor } from '../../src/core/index.ts';
import type { WorldSettlement } from './close-periods.ts';
import { encodeText } from './encodings.ts';
import { type BusinessEvent, type Leg, TRANSACTION_TYPES } from './events.ts';
import { LEG_KINDS } from './legs.ts';
import type { FileLayout, Marketplace } from './marketplaces.ts';

/** The 24 columns of Amazon's settlement report, version 2, in order. */
export const SETTLEMENT_COLUMNS = [
  'settlement-id',
  'settlement-start-date',
  'settlement-end-date',
  'deposit-date',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'merchant-order-id',
  'adjustment-id',
  'shipment-id',
  'marketplace-name',
  'amount-type',
  'amount-description',
  'amount',
  'fulfillment-id',
  'posted-date',
  'posted-date-time',
  'order-item-code',
  'merchant-order-item-id',
  'merchant-adjustment-item-id',
  'sku',
  'quantity-purchased',
  'promotion-id',
] as const;

type Column = (typeof SETTLEMENT_COLUMNS)[number];

export interface PrintedSettlement {
  /** Uncompressed bytes in the marketplace's encoding, lines ended by LF. */
  readonly bytes: Uint8Array;
  /** As the download's `Content-Type` should say. */
  readonly contentType: string;
}

/** Writes a settlement exactly as Amazon's file of that marketplace looks. The same settlement gives the same bytes. */
export function printSettlement(settlement: WorldSettlement): PrintedSettlement {
  const { layout } = settlement.marketplace;
  const lines = [SETTLEMENT_COLUMNS.join('\t'), printRow(summaryCells(settlement))];
  for (const event of settlement.events) {
    for (const leg of event.legs) lines.push(...printLeg(settlement, event, leg));
  }
  return {
    bytes: encodeText(`${lines.join('\n')}\n`, layout.encoding),
    contentType: `text/plain; charset=${layout.charsetLabel}`,
  };
}

function summaryCells(settlement: WorldSettlement): Partial<Record<Column, string>> {
  const { layout, currency } = settlement.marketplace;
  return {
    'settlement-id': settlement.settlementId,
    'settlement-start-date': printMoment(settlement.startAt, layout),
    'settlement-end-date': printMoment(settlement.endAt, layout),
    'deposit-date': printMoment(settlement.depositAt, layout),
    'total-amount': printAmount(settlement.totalMinor, settlement.marketplace),
    currency,
  };
}

function printLeg(settlement: WorldSettlement, event: BusinessEvent, leg: Leg): string[] {
  const { marketplace } = settlement;
  const words = LEG_KINDS[leg.kind];
  const taxLabel = marketplace.tax.kind === 'withheld' ? marketplace.tax.label : 'Tax';
  // Seen in Canadian files: the row of a card charge has blanks after its amount and an empty line behind it.
  const isSloppy = marketplace.country === 'CA' && leg.kind === 'cardCharged';
  const row = printRow({
    'settlement-id': settlement.settlementId,
    'transaction-type': TRANSACTION_TYPES[event.kind],
    'order-id': event.orderId,
    'merchant-order-id': event.merchantOrderId,
    'adjustment-id': event.adjustmentId,
    'shipment-id': event.shipmentId,
    'marketplace-name': shownMarketplace(event, leg, marketplace),
    'amount-type': words.amountType,
    'amount-description': words.amountDescription.replace('{tax}', taxLabel).replace('{detail}', leg.detail ?? ''),
    amount: `${printAmount(leg.minor, marketplace)}${isSloppy ? '  ' : ''}`,
    'fulfillment-id': event.channel,
    'posted-date': printPostedDate(event, marketplace),
    'posted-date-time': printMoment(event.postedAt, marketplace.layout),
    'order-item-code': leg.orderItemCode,
    'merchant-adjustment-item-id': leg.adjustmentItemId,
    sku: leg.sku,
    'quantity-purchased': leg.quantity?.toString(),
    'promotion-id': leg.promotionId,
  });
  return isSloppy ? [row, ''] : [row];
}

function printRow(cells: Readonly<Partial<Record<Column, string | undefined>>>): string {
  return SETTLEMENT_COLUMNS.map((column) => cells[column] ?? '').join('\t');
}

function shownMarketplace(event: BusinessEvent, leg: Leg, marketplace: Marketplace): string {
  if (event.marketplaceShown === 'none') return '';
  if (event.marketplaceShown === 'other channel') return marketplace.nameForOtherChannels;
  if (event.marketplaceShown === 'product rows only' && !leg.kind.startsWith('product')) return '';
  return marketplace.name;
}

function printAmount(minor: bigint, marketplace: Marketplace): string {
  const text = formatMinor(minor, currencyDecimals(marketplace.currency));
  return marketplace.layout.decimalMark === ',' ? text.replace('.', ',') : text;
}

function printMoment(at: EpochSeconds, layout: FileLayout): string {
  return `${printDay(at, layout)} ${formatInstant(at).slice(11, 19)} UTC`;
}

/** Amazon's habit with advertising in the US: this column alone carries an ISO moment with an offset. */
function printPostedDate(event: BusinessEvent, marketplace: Marketplace): string {
  if (event.kind === 'advertising' && marketplace.country === 'US') {
    return formatInstant(event.postedAt).replace('Z', '+00:00');
  }
  return printDay(event.postedAt, marketplace.layout);
}

function printDay(at: EpochSeconds, layout: FileLayout): string {
  const [year, month, day] = formatInstant(at).slice(0, 10).split('-');
  if (layout.dates === 'dd.MM.yyyy') return `${day}.${month}.${year}`;
  return layout.dates === 'yyyy/MM/dd' ? `${year}/${month}/${day}` : `${year}-${month}-${day}`;
}
