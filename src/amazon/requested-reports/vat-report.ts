import type { ReadRow, ReportBytes, VatLine } from '../../app/index.ts';
import { type CurrencyCode, type Money, sumMoney } from '../../core/index.ts';
import { RowCells } from '../flat-file/cells.ts';
import type { FlatFileShape } from '../flat-file/header.ts';
import { readFlatFile, unreadableRow } from '../flat-file/read-flat-file.ts';

/** The calculation report has no totals: a line is its price, shipping and gift wrap, each with its promotion. */
const PARTS = ['our_price', 'shipping', 'giftwrap'].flatMap((part) => [
  [`${part} tax exclusive selling price`, `${part} tax amount`, `${part} tax inclusive selling price`],
  [`${part} tax exclusive promo amount`, `${part} tax amount promo`, `${part} tax inclusive promo amount`],
]);
const NET_PARTS = PARTS.map(([net = '']) => net);
const VAT_PARTS = PARTS.map(([, vat = '']) => vat);
const GROSS_PARTS = PARTS.map(([, , gross = '']) => gross);

const NET_TOTAL = 'total_activity_value_amt_vat_excl';
const VAT_TOTAL = 'total_activity_value_vat_amt';
const GROSS_TOTAL = 'total_activity_value_amt_vat_incl';

/** Column names as public programs read them; nobody has compared them with a report of 2026. */
export const VAT_CALCULATION_SHAPE: FlatFileShape = {
  dialect: 'csv',
  isFullWidth: true,
  required: [
    'transaction type',
    'order id',
    'sku',
    'quantity',
    'tax calculation date',
    'tax rate',
    'currency',
    'ship from country',
    'ship to country',
    ...NET_PARTS,
    ...VAT_PARTS,
    ...GROSS_PARTS,
  ],
  amounts: [...NET_PARTS, ...VAT_PARTS, ...GROSS_PARTS],
};

export const VAT_TRANSACTIONS_SHAPE: FlatFileShape = {
  dialect: 'tsv',
  isFullWidth: true,
  required: [
    'transaction_type',
    'transaction_event_id',
    'seller_sku',
    'qty',
    'tax_calculation_date',
    'transaction_currency_code',
    'sale_depart_country',
    'sale_arrival_country',
    NET_TOTAL,
    VAT_TOTAL,
    GROSS_TOTAL,
  ],
  amounts: [NET_TOTAL, VAT_TOTAL, GROSS_TOTAL],
};

/** Line by line, as Amazon computed the tax. Controls; nothing is booked from them. */
export function readVatReport(kind: VatLine['kind'], source: ReportBytes): AsyncIterable<ReadRow<VatLine>> {
  const isCalculation = kind === 'vat-calculation';
  const shape = isCalculation ? VAT_CALCULATION_SHAPE : VAT_TRANSACTIONS_SHAPE;
  const idColumn = isCalculation ? 'order id' : 'transaction_event_id';
  return readFlatFile(source, shape, (record, file): ReadRow<VatLine> => {
    if ('unreadable' in record) return record;
    const cells = new RowCells(record.row, file);
    const item = isCalculation
      ? readVatCalculation(cells, record.row.number)
      : readVatTransaction(cells, record.row.number);
    if (cells.faults.length === 0) return { item };
    return { unreadable: unreadableRow(file, record.row, cells.faults, cells.text(idColumn)) };
  });
}

function readVatCalculation(cells: RowCells, row: number): VatLine {
  const currency = cells.currency('currency');
  return {
    row,
    kind: 'vat-calculation',
    lineType: cells.needText('transaction type'),
    orderId: cells.text('order id'),
    shipmentId: cells.text('shipment id'),
    sku: cells.text('sku'),
    quantity: cells.integer('quantity'),
    taxDay: cells.day('tax calculation date'),
    currency,
    netTotal: sumOf(cells, NET_PARTS, currency),
    vatTotal: sumOf(cells, VAT_PARTS, currency),
    grossTotal: sumOf(cells, GROSS_PARTS, currency),
    vatRateText: cells.text('tax rate'),
    departCountry: cells.text('ship from country'),
    arriveCountry: cells.text('ship to country'),
    taxJurisdiction: cells.text('jurisdiction name'),
    sellerVatNumber: cells.text('seller tax registration'),
    invoiceNumber: cells.text('vat invoice number'),
    reportingScheme: cells.text('tax reporting scheme'),
    isTaxCollectedByAmazon: isCollectedByAmazon(cells.text('tax collection responsibility')),
    marketplaceName: cells.text('marketplace id'),
  };
}

function readVatTransaction(cells: RowCells, row: number): VatLine {
  const currency = cells.currency('transaction_currency_code');
  return {
    row,
    kind: 'vat-transactions',
    lineType: cells.needText('transaction_type'),
    orderId: cells.text('transaction_event_id'),
    shipmentId: cells.text('activity_transaction_id'),
    sku: cells.text('seller_sku'),
    quantity: cells.integer('qty'),
    taxDay: cells.day('tax_calculation_date'),
    currency,
    netTotal: cells.amount(NET_TOTAL, currency),
    vatTotal: cells.amount(VAT_TOTAL, currency),
    grossTotal: cells.amount(GROSS_TOTAL, currency),
    vatRateText: cells.text('price_of_items_vat_rate_percent'),
    departCountry: cells.text('sale_depart_country') ?? cells.text('departure_country'),
    arriveCountry: cells.text('sale_arrival_country') ?? cells.text('arrival_country'),
    taxJurisdiction: cells.text('taxable_jurisdiction'),
    sellerVatNumber: cells.text('transaction_seller_vat_number'),
    invoiceNumber: cells.text('vat_inv_number'),
    reportingScheme: cells.text('tax_reporting_scheme'),
    isTaxCollectedByAmazon: isCollectedByAmazon(cells.text('tax_collection_responsibility')),
    marketplaceName: cells.text('marketplace'),
  };
}

/** `null` when none of the parts is there: absent is not zero. */
function sumOf(cells: RowCells, columns: readonly string[], currency: CurrencyCode | null): Money | null {
  const parts = columns.flatMap((column) => cells.amount(column, currency) ?? []);
  return currency === null || parts.length === 0 ? null : sumMoney(currency, parts);
}

function isCollectedByAmazon(text: string | null): boolean | null {
  if (text === null) return null;
  if (/seller/i.test(text)) return false;
  return /amazon|marketplace/i.test(text) ? true : null;
}
