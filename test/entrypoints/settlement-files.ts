import { gunzipSync } from 'node:zlib';

/** Settlement files for tests of the whole program, and a second, simple reading of them. All values are invented. */

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
] as const;

type ColumnName = (typeof COLUMNS)[number];
export type Row = Partial<Record<ColumnName, string>>;

/** How a marketplace writes its files. */
export interface Dialect {
  readonly marketplace: string;
  readonly currency: string;
  readonly date: (year: string, month: string, day: string) => string;
  readonly amount: (dotted: string) => string;
  readonly encode: (text: string) => Buffer;
}

const same = (amount: string) => amount;

/** `SKU-茶`: 0x92 0x83 is that character in Shift_JIS. `~` stands for it in the text. */
const shiftJisWithTea = (text: string) =>
  Buffer.concat(
    text
      .split('~')
      .flatMap((part, index) => [Buffer.from(index === 0 ? [] : [0x92, 0x83]), Buffer.from(part, 'ascii')]),
  );

export const DIALECTS = {
  US: {
    marketplace: 'Amazon.com',
    currency: 'USD',
    date: (year, month, day) => `${year}-${month}-${day}`,
    amount: same,
    encode: (text) => Buffer.from(text, 'utf8'),
  },
  DE: {
    marketplace: 'Amazon.de',
    currency: 'EUR',
    date: (year, month, day) => `${day}.${month}.${year}`,
    amount: (amount) => amount.replace('.', ','),
    // In the characters used here windows-1252 is Latin-1.
    encode: (text) => Buffer.from(text, 'latin1'),
  },
  JP: {
    marketplace: 'Amazon.co.jp',
    currency: 'JPY',
    date: (year, month, day) => `${year}/${month}/${day}`,
    amount: same,
    encode: shiftJisWithTea,
  },
} as const satisfies Record<string, Dialect>;

export interface SettlementFacts {
  readonly settlementId: string;
  /** `2026-10-01`; the settlement starts and ends at noon UTC, the deposit follows two days later. */
  readonly start: string;
  readonly end: string;
  readonly deposit: string;
  /** With a decimal point, whatever the dialect. */
  readonly total: string;
  readonly rows: readonly DetailFacts[];
}

export interface DetailFacts {
  readonly type: string;
  readonly amountType: string;
  readonly description: string;
  readonly amount: string;
  readonly day: string;
  readonly order?: string;
  readonly sku?: string;
}

export function settlementBytes(facts: SettlementFacts, dialect: Dialect): Buffer {
  const day = (date: string) => {
    const [year = '', month = '', dayOfMonth = ''] = date.split('-');
    return dialect.date(year, month, dayOfMonth);
  };
  const instant = (date: string) => `${day(date)} 12:00:00 UTC`;
  const summary: Row = {
    'settlement-id': facts.settlementId,
    'settlement-start-date': instant(facts.start),
    'settlement-end-date': instant(facts.end),
    'deposit-date': instant(facts.deposit),
    'total-amount': dialect.amount(facts.total),
    currency: dialect.currency,
  };
  const details = facts.rows.map(
    (row): Row => ({
      'settlement-id': facts.settlementId,
      'transaction-type': row.type,
      'order-id': row.order ?? '',
      'marketplace-name': row.order === undefined ? '' : dialect.marketplace,
      'amount-type': row.amountType,
      'amount-description': row.description,
      amount: dialect.amount(row.amount),
      'fulfillment-id': row.order === undefined ? '' : 'AFN',
      'posted-date': day(row.day),
      'posted-date-time': instant(row.day),
      sku: row.sku ?? '',
    }),
  );
  const lines = [COLUMNS.join('\t'), ...[summary, ...details].map(lineOf)];
  return dialect.encode(`${lines.join('\n')}\n`);
}

function lineOf(row: Row): string {
  return COLUMNS.map((column) => row[column] ?? '').join('\t');
}

/** One order, its fees, a storage fee and a reserve. Sums to 90.05 (9005 without decimals). */
export function smallSettlement(dialect: Dialect, change: Partial<SettlementFacts> = {}): SettlementFacts {
  const isWhole = dialect.currency === 'JPY';
  const amount = (decimal: string) => (isWhole ? String(Math.round(Number(decimal) * 100)) : decimal);
  const order = '302-0000001-0000001';
  const sku = dialect.currency === 'JPY' ? 'SKU-~' : dialect.currency === 'EUR' ? 'SKU-ÄÖ' : 'SKU-1';
  const sold = { type: 'Order', order, sku, day: '2026-10-03' };
  return {
    settlementId: '70000000901',
    start: '2026-10-01',
    end: '2026-10-15',
    deposit: '2026-10-17',
    total: amount('90.05'),
    rows: [
      { ...sold, amountType: 'ItemPrice', description: 'Principal', amount: amount('125.00') },
      { ...sold, amountType: 'ItemFees', description: 'Commission', amount: amount('-18.75') },
      { ...sold, amountType: 'ItemFees', description: 'FBAPerUnitFulfillmentFee', amount: amount('-3.20') },
      // The same row twice is legal: two pieces, two rows.
      { ...sold, amountType: 'ItemPrice', description: 'Shipping', amount: amount('4.50') },
      { ...sold, amountType: 'ItemPrice', description: 'Shipping', amount: amount('4.50') },
      {
        type: 'other-transaction',
        amountType: 'other-transaction',
        description: 'Storage Fee',
        amount: amount('-2.00'),
        day: '2026-10-07',
      },
      {
        type: 'other-transaction',
        amountType: 'other-transaction',
        description: 'Current Reserve Amount',
        amount: amount('-20.00'),
        day: '2026-10-15',
      },
    ],
    ...change,
  };
}

/** Of two months, so of two entries that are posted together. */
export function settlementOfTwoMonths(dialect: Dialect, settlementId: string): SettlementFacts {
  const { rows, ...facts } = smallSettlement(dialect, { settlementId, start: '2026-10-20' });
  const moved = rows.map((row) => ({ ...row, day: row.type === 'Order' ? '2026-10-25' : '2026-11-03' }));
  return { ...facts, end: '2026-11-05', deposit: '2026-11-07', rows: moved };
}

/** As above with a fee that nobody knows, of -1.11 in two rows; still sums to its total. */
export function settlementWithUnknownFee(dialect: Dialect): SettlementFacts {
  const known = smallSettlement(dialect);
  const unknown = {
    type: 'Order',
    amountType: 'ItemFees',
    description: 'FeeOfTomorrow',
    order: '302-0000001-0000001',
    day: '2026-10-04',
  };
  return {
    ...known,
    settlementId: '70000000902',
    total: '88.94',
    rows: [...known.rows, { ...unknown, amount: '-1.00' }, { ...unknown, amount: '-0.11' }],
  };
}

export interface ReadRow {
  /** Physical row, the header being row 1. */
  readonly row: number;
  readonly cells: readonly string[];
  /** In minor units. */
  readonly minor: bigint;
}

/**
 * A reading of a settlement that shares nothing with the program: rows with a transaction type or an amount are detail
 * rows. Works for amounts without thousands separators, which is what the files of these tests have.
 */
export function readDetailRows(bytes: Buffer, decimals: number): ReadRow[] {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const [header = '', ...lines] = plain.toString('latin1').split(/\r?\n/);
  const columns = header.split('\t').map((name) => name.replaceAll('"', ''));
  const at = columns.indexOf('amount');
  const totalAt = columns.indexOf('total-amount');
  return lines.flatMap((line, index) => {
    const cells = line.split('\t').map((cell) => cell.replaceAll('"', ''));
    if (line === '' || cells[totalAt]) return [];
    return [{ row: index + 2, cells, minor: minorOf(cells[at] ?? '', decimals) }];
  });
}

/** `-12.5` or `-12,5` in minor units, by hand. */
export function minorOf(text: string, decimals: number): bigint {
  const match = /^(-?)(\d+)(?:[.,](\d+))?$/.exec(text);
  if (!match) throw new Error(`cannot read ${JSON.stringify(text)}`);
  const [, sign, whole = '', fraction = ''] = match;
  const minor = BigInt(whole + fraction.padEnd(decimals, '0'));
  return sign === '-' ? -minor : minor;
}
