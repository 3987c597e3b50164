/**
 * Reads printed settlements for the tests of the pretend Amazon. It shares nothing with the printer, nor with the
 * product's own reader: a mistake of one of them must show here.
 */
import { printSettlement, type WorldSettlement } from '../../sim/world/index.ts';

export interface ReadRow {
  /** Cells by column name. */
  readonly cells: Readonly<Record<string, string>>;
  readonly line: string;
  readonly minor: bigint;
  /** Seconds since 1970. */
  readonly postedAt: number;
}

export interface ReadFile {
  readonly text: string;
  readonly settlementId: string;
  readonly start: number;
  readonly end: number;
  readonly deposit: number;
  readonly totalMinor: bigint;
  readonly rows: readonly ReadRow[];
}

export function readPrinted(settlement: WorldSettlement): ReadFile {
  const { bytes, contentType } = printSettlement(settlement);
  return readFile(decode(bytes, contentType));
}

export function decode(bytes: Uint8Array, contentType: string): string {
  if (contentType.endsWith('Cp1252')) return Buffer.from(bytes).toString('latin1');
  return new TextDecoder(contentType.endsWith('Shift_JIS') ? 'shift_jis' : 'utf-8', { fatal: true }).decode(bytes);
}

export function readFile(text: string): ReadFile {
  const [header = '', summary = '', ...details] = text.split('\n');
  const columns = header.split('\t');
  const cellsOf = (line: string) =>
    Object.fromEntries(line.split('\t').map((cell, index) => [columns[index] ?? `extra ${index}`, cell]));
  const top = cellsOf(summary);
  const decimals = top.currency === 'JPY' ? 0 : 2;
  return {
    text,
    settlementId: top['settlement-id'] ?? '',
    start: secondsOf(top['settlement-start-date']),
    end: secondsOf(top['settlement-end-date']),
    deposit: secondsOf(top['deposit-date']),
    totalMinor: minorOf(top['total-amount'] ?? '', decimals),
    rows: details
      .filter((line) => line !== '')
      .map((line) => {
        const cells = cellsOf(line);
        const minor = minorOf(cells.amount ?? '', decimals);
        return { cells, line, minor, postedAt: secondsOf(cells['posted-date-time']) };
      }),
  };
}

function minorOf(amount: string, decimals: number): bigint {
  const match = (decimals === 0 ? /^(-?)(\d+)() *$/ : /^(-?)(\d+)[.,](\d\d) *$/).exec(amount);
  if (!match) throw new Error(`not an amount: ${JSON.stringify(amount)}`);
  const size = BigInt(`${match[2]}${match[3]}`);
  return match[1] === '-' ? -size : size;
}

function secondsOf(moment: string | undefined): number {
  const match = /^(?:(\d{4})[-/](\d\d)[-/](\d\d)|(\d\d)\.(\d\d)\.(\d{4})) (\d\d:\d\d:\d\d) UTC$/.exec(moment ?? '');
  if (!match) throw new Error(`not a moment: ${JSON.stringify(moment)}`);
  const day = match[1] ? `${match[1]}-${match[2]}-${match[3]}` : `${match[6]}-${match[5]}-${match[4]}`;
  return Date.parse(`${day}T${match[7]}Z`) / 1000;
}

// What each wording means, written down here a second time on purpose.
const ON_SALE: Readonly<Record<string, string>> = {
  'ItemPrice|Principal': 'product sale',
  'ItemPrice|Shipping': 'shipping charged to buyer',
  'ItemPrice|GiftWrap': 'gift wrap charged to buyer',
  'ItemPrice|Tax': 'sales tax collected',
  'ItemPrice|ShippingTax': 'sales tax collected',
  'ItemPrice|GiftWrapTax': 'sales tax collected',
  'Promotion|Principal': 'promotion on product',
  'Promotion|Shipping': 'promotion on shipping',
  'Promotion|TaxDiscount': 'sales tax spared by a promotion',
  'ItemFees|Commission': 'referral fee',
  'ItemFees|FBAPerUnitFulfillmentFee': 'FBA fulfilment fee',
  'ItemFees|ShippingChargeback': 'shipping kept by Amazon',
  'ItemFees|GiftwrapChargeback': 'gift wrap kept by Amazon',
  'ItemFees|DigitalServicesFee': 'digital services fee',
  'Points|PointsGranted': 'points granted to buyer',
};

const ON_RETURN: Readonly<Record<string, string>> = {
  'ItemPrice|Principal': 'product sale refunded',
  'ItemPrice|Shipping': 'shipping refunded',
  'ItemPrice|GiftWrap': 'gift wrap refunded',
  'ItemPrice|Tax': 'sales tax refunded',
  'ItemPrice|ShippingTax': 'sales tax refunded',
  'ItemPrice|GiftWrapTax': 'sales tax refunded',
  'Promotion|Principal': 'promotion on product taken back',
  'Promotion|Shipping': 'promotion on shipping taken back',
  'Promotion|TaxDiscount': 'sales tax spared by a promotion, taken back',
  'ItemFees|Commission': 'referral fee given back',
  'ItemFees|RefundCommission': 'refund administration fee',
  'ItemFees|ShippingChargeback': 'shipping kept by Amazon, given back',
  'ItemFees|GiftwrapChargeback': 'gift wrap kept by Amazon, given back',
  'ItemFees|DigitalServicesFee': 'digital services fee given back',
  'Points|PointsGranted': 'points taken back from buyer',
};

const ELSEWHERE: Readonly<Record<string, string>> = {
  'FBAFees|FBA Inventory Storage Fee|Base fee': 'FBA storage fee',
  'FBAFees|FBA Long Term Storage Fee|Base fee': 'FBA aged inventory fee',
  'FBAFees|FBA Amazon-Partnered Carrier Shipment Fee|Base fee': 'inbound freight',
  'FBAFees|FBA Amazon-Partnered Carrier Shipment Fee|Discount on Fee': 'inbound freight discount',
  'FBAFees|FBA Removal Order: Return Fee|Base fee': 'removal fee',
  'FBAFees|FBA Removal Order: Disposal Fee|Base fee': 'disposal fee',
  'AmazonFees|Coupon Participation Fee|Base fee': 'coupon fee',
  'AmazonFees|Coupon Performance Based Fee|Base fee': 'coupon fee',
  'AmazonFees|Deal Participation Fee|Base fee': 'deal fee',
  'AmazonFees|Deal Performance Based Fee|Base fee': 'deal fee',
  'AmazonFees|Warehouse Weather Surcharge|Base fee': 'fee of an unknown kind',
  'ServiceFee|Cost of Advertising|TransactionTotalAmount': 'advertising',
  'Liquidations|ItemPrice|Principal': 'liquidation proceeds',
  'Liquidations|ItemFees|LiquidationsBrokerageFee': 'liquidation brokerage fee',
  'Order_Retrocharge|ItemPrice|Tax': 'sales tax charged afterwards',
  'other-transaction|other-transaction|Subscription Fee': 'subscription fee',
  'other-transaction|other-transaction|FBAInboundTransportationFee': 'inbound freight',
  'other-transaction|other-transaction|Current Reserve Amount': 'reserve held back',
  'other-transaction|other-transaction|Previous Reserve Amount Balance': 'reserve released',
  'other-transaction|other-transaction|Payable to Amazon': 'debt carried in',
  'other-transaction|other-transaction|Successful charge': 'debt charged to card',
};

/** The truth class of a row, found from the row alone. */
export function classOfRow({ cells }: ReadRow): string {
  const type = cells['transaction-type'] ?? '';
  const description = cells['amount-description'] ?? '';
  const pair = `${cells['amount-type']}|${description}`;
  const found = classOf(type, pair, description, cells['marketplace-name'] ?? '');
  if (!found) throw new Error(`no class for ${type}|${pair}`);
  return found;
}

function classOf(type: string, pair: string, description: string, marketplace: string): string | undefined {
  const isReturn = type === 'Refund' || type === 'A-to-z Guarantee Refund' || type === 'Chargeback Refund';
  if (/^ItemWithheldTax\|MarketplaceFacilitator(Tax|VAT)-/.test(pair)) {
    if (type === 'Order_Retrocharge') return 'sales tax charged afterwards, withheld';
    return isReturn ? 'withheld sales tax given back' : 'sales tax withheld by Amazon';
  }
  if (type === 'Order' && marketplace.startsWith('Non-Amazon')) {
    if (pair === 'ItemPrice|Principal') return 'product sent for another channel';
    return pair.startsWith('ItemFees') ? 'fulfilment fee for another channel' : 'transport fee for another channel';
  }
  if (type === 'Order') return ON_SALE[pair];
  if (isReturn && pair === 'ItemPrice|Principal' && type !== 'Refund') {
    return type === 'Chargeback Refund' ? 'chargeback paid' : 'A-to-z claim paid';
  }
  if (isReturn) return ON_RETURN[pair];
  if (description === 'Tax on fee') return 'tax on Amazon fees';
  if (description.startsWith('Cross-Account Debt Adjustment against')) return 'debt covered by a sister account';
  if (description.startsWith('Cross-Account Debt Adjustment for')) return 'debt of a sister account covered';
  if (description.startsWith('Transfer of funds unsuccessful: ')) return 'failed payout returned';
  if (description === 'COMPENSATED_CLAWBACK') return 'inventory reimbursement taken back';
  if (pair.startsWith('FBA Inventory Reimbursement|')) return 'inventory reimbursement';
  return ELSEWHERE[`${type}|${pair}`];
}
