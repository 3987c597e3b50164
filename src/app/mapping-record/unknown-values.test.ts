import { expect, it } from 'vitest';
import { TABLE_TEXT } from '../../../test/entrypoints/mapping-table.ts';
import { type CurrencyCode, money } from '../../core/index.ts';
import { type QuarantineItem, readAccountTable } from '../../mapping/index.ts';
import type { SettlementRecord } from '../ports.ts';
import { listUnknownValues } from './unknown-values.ts';

const table = readAccountTable({ name: 'test', text: TABLE_TEXT });
const item = (code: string, words: string, currency: string, more: Partial<QuarantineItem> = {}): QuarantineItem => {
  const [transactionType = '', amountType = '', amountDescription = ''] = words.split('|');
  const facts = {
    code,
    transactionType,
    amountType,
    amountDescription,
    marketplace: 'Amazon.com',
    count: 2,
    firstRow: 3,
  };
  return { ...facts, amount: money(currency as CurrencyCode, -100n), says: code, next: '', ...more };
};
const settlement = (settlementId: string, receivedAt: string, ...quarantine: QuarantineItem[]) =>
  ({ settlementId, receivedAt, quarantine, connectionName: 'shop' }) as unknown as SettlementRecord;

const NEW = 'Order|ItemFees|Fee of tomorrow';
const found = listUnknownValues(
  [
    settlement('1', '2026-10-02', item('LINE_KIND_UNKNOWN', NEW, 'USD')),
    settlement(
      '2',
      '2026-10-01',
      item('LINE_KIND_UNKNOWN', NEW, 'EUR'),
      item('ACCOUNT_MISSING', 'Order|ItemFees|DigitalServicesFee', 'USD'),
    ),
    settlement('3', '2026-10-03', item('LINE_KIND_UNKNOWN', NEW, 'USD')),
    settlement('4', '2026-10-03', item('MARKETPLACE_UNASSIGNED', NEW, 'USD', { marketplace: 'Amazon.se' })),
  ],
  () => table,
);

it('one value that stops several settlements is one row, with its sum in each currency, and the most wanted comes first', () => {
  expect(found.map(({ code, settlements }) => [code, settlements])).toEqual([
    ['LINE_KIND_UNKNOWN', ['1', '2', '3']],
    ['ACCOUNT_MISSING', ['2']],
    ['MARKETPLACE_UNASSIGNED', ['4']],
  ]);
  expect(found[0]).toMatchObject({
    rowCount: 6,
    firstSeenAt: '2026-10-01',
    amounts: [money('USD' as CurrencyCode, -200n), money('EUR' as CurrencyCode, -100n)],
  });
});

it('a missing account is proposed as the accounts of its kin are, and a table takes the row', () => {
  const row = found[1]?.proposal.row;
  expect(found[1]?.proposal.kind).toBe('digital-services-fee');
  expect(row?.text).toContain('kind: digital-services-fee, marketplace: any, glAccount: 65000');
  const text = TABLE_TEXT.replace('  # Fees\n', `  ${row?.text}\n`);
  expect(
    readAccountTable({ name: 'test', text }).assign('digital-services-fee', 'Amazon.com', '2026-10-01' as never),
  ).toBeDefined();
});

it('a marketplace is proposed where only one company code can be meant', () => {
  expect(found[2]?.proposal.row).toMatchObject({
    section: 'marketplaces',
    text: '- { name: Amazon.se, companyCode: 0001 }',
  });
});
