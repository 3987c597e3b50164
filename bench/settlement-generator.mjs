// Writes one large settlement in Amazon's V2 layout, the same bytes for the same seed, for benchmarks. Rows come as
// Amazon writes them: several rows an order that share ids and time, now and then a fee without an order.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const COLUMNS = [
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
];

const SETTLEMENT_ID = '21234567891';
const PERIOD_START = Date.UTC(2026, 8, 20, 22, 7, 18);
const PERIOD_END = Date.UTC(2026, 9, 4, 22, 7, 18);
const ROWS_PER_CHUNK = 4096;

const ORDER_ROWS = [
  ['ItemPrice', 'Principal', 1],
  ['ItemPrice', 'Tax', 1],
  ['ItemPrice', 'Shipping', 1],
  ['ItemPrice', 'ShippingTax', 1],
  ['ItemWithheldTax', 'MarketplaceFacilitatorTax-Principal', -1],
  ['ItemWithheldTax', 'MarketplaceFacilitatorTax-Shipping', -1],
  ['ItemFees', 'Commission', -1],
  ['ItemFees', 'FBAPerUnitFulfillmentFee', -1],
  ['ItemFees', 'ShippingChargeback', -1],
  ['Promotion', 'Shipping', -1],
  ['Promotion', 'Principal', -1],
  ['ItemFees', 'DigitalServicesFee', -1],
];

const ORDER_KINDS = [
  'Order',
  'Refund',
  'Order_Retrocharge',
  'Refund_Retrocharge',
  'Chargeback Refund',
  'A-to-z Guarantee Refund',
];

const FEE_ROWS = Array.from({ length: 38 }, (_, index) => [
  ['other-transaction', 'FBAFees', 'ServiceFee', 'AmazonFees'][index % 4],
  ['other-transaction', 'FBA Inventory Storage Fee', 'Cost of Advertising', 'Vine Enrollment Fee'][index % 4],
  `${['Storage Fee', 'Base fee', 'TransactionTotalAmount', 'Tax on fee', 'Discount on Fee'][index % 5]} ${index}`,
]);

/** mulberry32: small, fast and the same on every machine. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function formatTime(ms) {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function formatCents(cents) {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function pad(value, length) {
  return String(Math.floor(value)).padStart(length, '0');
}

/** The detail rows without their line ends, `[text, cents]`, one after the other. */
function* detailRows(lineCount, seed) {
  const random = randomFrom(seed);
  let written = 0;
  let order = 0;
  while (written < lineCount) {
    const at = PERIOD_START + Math.floor(((PERIOD_END - PERIOD_START) * written) / lineCount / 1000) * 1000;
    const time = formatTime(at);
    const day = time.slice(0, 10);
    if (random() < 0.02) {
      const [type, amountType, description] = FEE_ROWS[Math.floor(random() * FEE_ROWS.length)];
      const cents = -Math.floor(random() * 9000) - 1;
      const id = `${SETTLEMENT_ID}\t\t\t\t\t`;
      yield [
        `${id}\t${type}\t\t\t\t\t\t${amountType}\t${description}\t${formatCents(cents)}\t\t${day}\t${time}\t\t\t\t\t\t`,
        cents,
      ];
      written++;
      continue;
    }
    order++;
    const kind = random() < 0.92 ? 'Order' : ORDER_KINDS[Math.floor(random() * ORDER_KINDS.length)];
    const orderId = `11${Math.floor(random() * 5)}-${pad(random() * 1e7, 7)}-${pad(random() * 1e7, 7)}`;
    const shipment = `D${pad(random() * 1e9, 9)}`;
    const item = pad(random() * 1e14, 14);
    const sku = `SKU-${pad(random() ** 2 * 5000, 5)}-${['S', 'M', 'L', 'XL'][order % 4]}`;
    const channel = random() < 0.85 ? 'AFN' : 'MFN';
    const start = `${SETTLEMENT_ID}\t\t\t\t\t\t${kind}\t${orderId}\t${orderId}\t\t${shipment}\tAmazon.com\t`;
    const end = `\t${channel}\t${day}\t${time}\t${item}\t\t\t${sku}\t`;
    const rows = 3 + Math.floor(random() * (ORDER_ROWS.length - 2));
    for (let i = 0; i < rows && written < lineCount; i++, written++) {
      const [amountType, description, sign] = ORDER_ROWS[i];
      const cents = sign * (kind === 'Order' ? 1 : -1) * (Math.floor(random() * (i === 0 ? 8000 : 900)) + 1);
      yield [`${start}${amountType}\t${description}\t${formatCents(cents)}${end}${i === 0 ? '1' : ''}\t`, cents];
    }
  }
}

function totalOf(lineCount, seed) {
  let total = 0;
  for (const [, cents] of detailRows(lineCount, seed)) total += cents;
  return total;
}

/** The file as text, a few thousand rows a chunk; its total is the sum of its rows. */
export function* settlementChunks(lineCount, seed) {
  const total = formatCents(totalOf(lineCount, seed));
  const dates = [PERIOD_START, PERIOD_END, PERIOD_END + 2 * 86_400_000].map(formatTime).join('\t');
  let chunk = `${COLUMNS.join('\t')}\n${SETTLEMENT_ID}\t${dates}\t${total}\tUSD${'\t'.repeat(18)}\n`;
  let rows = 0;
  for (const [text] of detailRows(lineCount, seed)) {
    chunk += `${text}\n`;
    if (++rows % ROWS_PER_CHUNK === 0) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk) yield chunk;
}

export async function writeSettlement(path, { lineCount, seed }) {
  await pipeline(settlementChunks(lineCount, seed), createGzip(), createWriteStream(path));
}
