import { currencyDecimals, formatMinor } from '../../src/core/index.ts';
import {
  asinOf,
  buyerOf,
  eventsOf,
  type Leg,
  type Marketplace,
  ordersOf,
  type PlacedEvent,
  regionOf,
  type SellerWorld,
  type WorldBuyer,
} from '../world/index.ts';
import { withOffset } from './queries.ts';

/** A sale or a refund of one item, with the tax inside its price. Nothing was published that says which rows there are. */
export interface VatRow {
  readonly lineType: 'SALE' | 'REFUND';
  readonly placed: PlacedEvent;
  readonly leg: Leg;
  readonly grossMinor: bigint;
  readonly vatMinor: bigint;
  readonly ratePerMille: number;
  readonly buyer: WorldBuyer | undefined;
}

const PRODUCT_LEGS = ['product', 'productReturned', 'claimPaid', 'chargebackPaid'];

/** Of all European marketplaces of the seller, by the moment of the sale or refund. */
export function vatRows(world: SellerWorld, fromMs: number, untilMs: number): VatRow[] {
  const orders = new Map(ordersOf(world).map((order) => [order.orderId, order]));
  return eventsOf(world)
    .filter(({ event, marketplace }) => {
      const atMs = event.postedAt * 1000;
      return regionOf(marketplace) === 'EU' && atMs >= fromMs && atMs < untilMs;
    })
    .flatMap((placed) =>
      placed.event.legs
        .filter((leg) => PRODUCT_LEGS.includes(leg.kind))
        .map((leg): VatRow => {
          const order = orders.get(placed.event.orderId);
          const { tax, feeTaxPerMille } = placed.marketplace;
          const ratePerMille = tax.kind === 'withheld' ? tax.perMille : feeTaxPerMille;
          return {
            lineType: leg.kind === 'product' ? 'SALE' : 'REFUND',
            placed,
            leg,
            grossMinor: leg.minor,
            vatMinor: (leg.minor * BigInt(ratePerMille)) / BigInt(1000 + ratePerMille),
            ratePerMille,
            buyer: order && buyerOf(world, order),
          };
        }),
    )
    .sort((left, right) => left.placed.event.postedAt - right.placed.event.postedAt);
}

/** The report of VAT calculations: comma-separated, every cell in quotes. */
export function printVatCalculation(rows: readonly VatRow[]): string {
  return printTable(rows.map(calculationCells), ',', (cell) => `"${cell.replaceAll('"', '""')}"`);
}

/** The monthly report of VAT events: separated by tabs, without quotes. */
export function printVatEvents(rows: readonly VatRow[]): string {
  return printTable(rows.map(eventCells), '\t', (cell) => cell);
}

function printTable(
  rows: readonly Readonly<Record<string, string>>[],
  separator: string,
  print: (cell: string) => string,
): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns.map(print), ...rows.map((row) => columns.map((column) => print(row[column] ?? '')))];
  return `${lines.map((cells) => cells.join(separator)).join('\n')}\n`;
}

function amountText(minor: bigint, { currency }: Marketplace): string {
  return formatMinor(minor, currencyDecimals(currency));
}

function isCollectedByAmazon({ placed }: VatRow): boolean {
  return placed.marketplace.tax.kind === 'withheld';
}

function countryOf({ country }: Marketplace): string {
  return country === 'UK' ? 'GB' : country;
}

function calculationCells(row: VatRow): Record<string, string> {
  const { placed, leg, buyer } = row;
  const { event, marketplace } = placed;
  const moment = withOffset(event.postedAt * 1000);
  const isSale = row.lineType === 'SALE';
  return {
    'Marketplace ID': marketplace.name,
    'Merchant ID': 'A-PRETEND-MERCHANT',
    'Order Date': moment,
    'Transaction Type': isSale ? 'SHIPMENT' : 'REFUND',
    'Is Invoice Corrected': 'false',
    'Order ID': event.orderId,
    'Shipment Date': moment,
    'Shipment ID': event.shipmentId,
    'Transaction ID': event.shipmentId || event.adjustmentId,
    ASIN: asinOf(leg.sku ?? ''),
    SKU: leg.sku ?? '',
    Quantity: String(leg.quantity ?? 1),
    'Tax Calculation Date': moment,
    'Tax Rate': String(row.ratePerMille / 1000),
    'Product Tax Code': 'A_GEN_STANDARD',
    Currency: marketplace.currency,
    'Tax Type': 'VAT',
    'Tax Calculation Reason Code': 'Taxable',
    'Tax Reporting Scheme': isCollectedByAmazon(row) ? 'DEEMED_RESELLER' : 'REGULAR',
    'Tax Collection Responsibility': isCollectedByAmazon(row) ? 'MARKETPLACE' : 'SELLER',
    'Tax Address Role': 'ShipTo',
    'Jurisdiction Level': 'Country',
    'Jurisdiction Name': countryOf(marketplace),
    ...amountCells('OUR_PRICE', row),
    ...amountCells('SHIPPING', undefined),
    ...amountCells('GIFTWRAP', undefined),
    'Seller Tax Registration': `${countryOf(marketplace)}123456789`,
    'Seller Tax Registration Jurisdiction': countryOf(marketplace),
    'Buyer Tax Registration': buyer?.taxNumber ?? '',
    'Buyer Tax Registration Jurisdiction': buyer?.taxNumber === undefined ? '' : buyer.country,
    'Buyer Tax Registration Type': buyer?.taxNumber === undefined ? '' : 'BusinessReg',
    'Invoice Level Currency Code': marketplace.currency,
    'VAT Invoice Number': `INV-${countryOf(marketplace)}-${event.orderId.slice(-7)}`,
    'Export Outside EU': 'false',
    'Ship From City': 'Anywhere',
    'Ship From Country': countryOf(marketplace),
    'Ship To City': buyer?.city ?? '',
    'Ship To State': buyer?.region ?? '',
    'Ship To Country': buyer?.country ?? '',
    'Ship To Postal Code': buyer?.postalCode ?? '',
    'Buyer Name': buyer?.name ?? '',
    'Bill To City': buyer?.city ?? '',
    'Bill To Postal Code': buyer?.postalCode ?? '',
    'Is Amazon Invoiced': 'true',
  };
}

/** The price with its promotion, of which there is none here. A part that was not charged is there, too, as noughts. */
function amountCells(part: string, row: VatRow | undefined): Record<string, string> {
  const textOf = (minor: bigint) => (row ? amountText(minor, row.placed.marketplace) : '0');
  const { grossMinor = 0n, vatMinor = 0n } = row ?? {};
  return {
    [`${part} Tax Inclusive Selling Price`]: textOf(grossMinor),
    [`${part} Tax Amount`]: textOf(vatMinor),
    [`${part} Tax Exclusive Selling Price`]: textOf(grossMinor - vatMinor),
    [`${part} Tax Inclusive Promo Amount`]: '0',
    [`${part} Tax Amount Promo`]: '0',
    [`${part} Tax Exclusive Promo Amount`]: '0',
  };
}

function eventCells(row: VatRow): Record<string, string> {
  const { placed, leg, buyer } = row;
  const { event, marketplace } = placed;
  const [year, month, day] = withOffset(event.postedAt * 1000)
    .slice(0, 10)
    .split('-');
  const dayText = `${day}-${month}-${year}`;
  const quantity = String(leg.quantity ?? 1);
  return {
    UNIQUE_ACCOUNT_IDENTIFIER: 'A-PRETEND-MERCHANT',
    ACTIVITY_PERIOD: `${year}-${month}`,
    SALES_CHANNEL: 'AFN',
    MARKETPLACE: marketplace.name.toLowerCase(),
    PROGRAM_TYPE: 'Regular',
    TRANSACTION_TYPE: row.lineType,
    TRANSACTION_EVENT_ID: event.orderId,
    ACTIVITY_TRANSACTION_ID: event.shipmentId || event.adjustmentId,
    TAX_CALCULATION_DATE: dayText,
    TRANSACTION_DEPART_DATE: dayText,
    TRANSACTION_ARRIVAL_DATE: dayText,
    TRANSACTION_COMPLETE_DATE: dayText,
    SELLER_SKU: leg.sku ?? '',
    ASIN: asinOf(leg.sku ?? ''),
    ITEM_DESCRIPTION: `The well-known ${leg.sku}`,
    QTY: quantity,
    PRICE_OF_ITEMS_VAT_RATE_PERCENT: String(row.ratePerMille / 1000),
    TOTAL_ACTIVITY_VALUE_AMT_VAT_EXCL: amountText(row.grossMinor - row.vatMinor, marketplace),
    TOTAL_ACTIVITY_VALUE_VAT_AMT: amountText(row.vatMinor, marketplace),
    TOTAL_ACTIVITY_VALUE_AMT_VAT_INCL: amountText(row.grossMinor, marketplace),
    TRANSACTION_CURRENCY_CODE: marketplace.currency,
    SALE_DEPART_COUNTRY: countryOf(marketplace),
    SALE_ARRIVAL_COUNTRY: buyer?.country ?? countryOf(marketplace),
    TRANSACTION_SELLER_VAT_NUMBER_COUNTRY: countryOf(marketplace),
    TRANSACTION_SELLER_VAT_NUMBER: `${countryOf(marketplace)}123456789`,
    BUYER_VAT_NUMBER_COUNTRY: buyer?.taxNumber === undefined ? '' : buyer.country,
    BUYER_VAT_NUMBER: buyer?.taxNumber ?? '',
    TAXABLE_JURISDICTION: countryOf(marketplace),
    VAT_INV_NUMBER: `INV-${countryOf(marketplace)}-${event.orderId.slice(-7)}`,
    EXPORT_OUTSIDE_EU: 'NO',
    ARRIVAL_CITY: buyer?.city ?? '',
    ARRIVAL_COUNTRY: buyer?.country ?? '',
    ARRIVAL_POST_CODE: buyer?.postalCode ?? '',
    BUYER_NAME: buyer?.name ?? '',
    ARRIVAL_ADDRESS: buyer?.street ?? '',
    TAX_REPORTING_SCHEME: isCollectedByAmazon(row) ? 'DEEMED_RESELLER' : 'REGULAR',
    TAX_COLLECTION_RESPONSIBILITY: isCollectedByAmazon(row) ? 'MARKETPLACE' : 'SELLER',
  };
}
