import type { Report } from '../../src/app/index.ts';
import { type CurrencyCode, money, parseLocalDate } from '../../src/core/index.ts';

const eur = (minor: bigint) => money('EUR' as CurrencyCode, minor);
const jpy = (minor: bigint) => money('JPY' as CurrencyCode, minor);

/** A report with everything that is difficult in some format. */
export const SAMPLE: Report = {
  name: 'sample',
  title: 'Sample: fees, “quoted”',
  facts: [
    { title: 'connection', value: 'acme' },
    { title: 'from', value: parseLocalDate('2026-10-01') },
    { title: 'total', value: eur(123_456_789n) },
    { title: 'open', value: null },
  ],
  sections: [
    {
      key: 'fees',
      title: 'Fees by kind',
      columns: [
        { key: 'sku', title: 'SKU', kind: 'text' },
        { key: 'day', title: 'day', kind: 'date' },
        { key: 'count', title: 'count', kind: 'count' },
        { key: 'share', title: '% of sales', kind: 'percent' },
        { key: 'amount', title: 'amount', kind: 'money' },
        { key: 'isOpen', title: 'open', kind: 'flag' },
      ],
      rows: [
        {
          sku: '=HYPERLINK("x")',
          day: parseLocalDate('2026-10-31'),
          count: 1234,
          share: 1250,
          amount: eur(-1n),
          isOpen: true,
        },
        {
          sku: '-A, "B"\nC',
          day: parseLocalDate('2026-02-28'),
          count: 0,
          share: -5,
          amount: eur(123_456n),
          isOpen: false,
        },
        { sku: 'Größe Ελλάδα 日本', day: null, count: 7, share: 0, amount: jpy(1999n), isOpen: null },
        { sku: '0012', day: null, count: 7, share: 0, amount: eur(1_234_567_890_123_456n), isOpen: null },
      ],
      total: { sku: 'total', count: 1248 },
      notes: ['Without advertising.'],
    },
    {
      key: 'moved',
      title: 'Moved: from/to',
      columns: [
        { key: 'before', title: 'before', kind: 'money' },
        { key: 'after', title: 'after', kind: 'money' },
      ],
      rows: [{ before: eur(100n), after: jpy(7n) }],
    },
    { key: 'none', title: 'Moved: from/to', columns: [{ key: 'a', title: 'a', kind: 'text' }], rows: [] },
  ],
  notes: ['Complete until 2026-10-31.'],
};
