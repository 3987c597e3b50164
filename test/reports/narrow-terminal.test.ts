import { expect, it } from 'vitest';
import type { Report } from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import { renderText } from '../../src/entrypoints/reports/render-text.ts';

const columns = [
  { key: 'balance', title: 'balance', kind: 'text' },
  { key: 'companyCode', title: 'company code', kind: 'text' },
  { key: 'amount', title: 'amount', kind: 'money' },
  { key: 'why', title: 'why it is open', kind: 'text' },
] as const;
const REPORT: Report = {
  name: 'open-items',
  title: 'Open items',
  facts: [],
  sections: [
    {
      key: 'items',
      title: 'Open items',
      columns: [...columns],
      rows: (['USD', 'CAD'] as const).map((currency) => ({
        balance: 'Payouts on their way to the bank',
        companyCode: currency === 'USD' ? '1710' : '1720',
        amount: money(currency as CurrencyCode, 630_971n),
        why: 'Amazon says it was paid; no bank statement of that time is imported.',
      })),
    },
  ],
  notes: [],
};

// Two currencies stood below each other as bare numbers: the column that says which is which gave way like any other text.
it('a table that is short of room says of what each amount is', () => {
  const lines = renderText(REPORT, { width: 40 });
  const rows = lines.filter((line) => line.includes('6,309.71'));
  expect(rows.map((line) => /\b(USD|CAD)\b/.exec(line)?.[0])).toEqual(['USD', 'CAD']);
  expect(lines.join('\n'), 'control: others gave way').toContain(
    'Not shown for want of room: company code, why it is open; --wide',
  );
});
