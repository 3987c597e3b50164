import { describe, expect, it } from 'vitest';
import { EUR, testEntry, testLine } from '../../test/property/test-entry.ts';
import { money, parseCurrencyCode } from '../core/index.ts';
import { assertBalanced, debitTotal, entryBalance } from './balance.ts';

describe('assertBalanced', () => {
  it('accepts an entry whose debits equal its credits', () => {
    const entry = testEntry([testLine(-1000n), testLine(250n), testLine(750n)]);
    expect(() => assertBalanced(entry)).not.toThrow();
    expect(entryBalance(entry).minor).toBe(0n);
    expect(debitTotal(entry).minor).toBe(1000n);
  });

  it('refuses an entry that is open by one cent and says by how much', () => {
    const entry = testEntry([testLine(-1000n), testLine(999n)]);
    expect(() => assertBalanced(entry)).toThrow(
      expect.objectContaining({
        code: 'ENTRY_UNBALANCED',
        kind: 'defect',
        says: 'Entry AMZAAAAAAAAAAAAA of company code 1010 does not balance: debits and credits differ by -0.01 EUR.',
      }),
    );
  });

  it('refuses a line whose base and tax are not its amount', () => {
    const tax = { taxCode: 'A1', base: money(EUR, -1000n), amount: money(EUR, -189n) };
    const entry = testEntry([testLine(-1190n, { taxCode: 'A1', tax }), testLine(1190n)]);
    expect(() => assertBalanced(entry)).toThrow(/base and tax of account 41000000 come to -11.89, not to -11.90 EUR/);
  });

  it('refuses a line in another currency, even when the numbers would balance', () => {
    const usd = money(parseCurrencyCode('USD'), 1000n);
    const entry = testEntry([testLine(-1000n), testLine(0n, { amount: usd })]);
    expect(() => assertBalanced(entry)).toThrow(/cannot add EUR to USD|cannot add USD to EUR/);
  });
});
