import { expect, it } from 'vitest';
import type { EntryRecord, SettlementRecord } from '../../app/index.ts';
import { goodEntry } from '../../app/simulation/simulation.fixture.ts';
import { createTerminal } from '../cli/terminal.ts';
import { pathOfOrigin, sayPosted } from './say-result.ts';

const SETTLEMENT = { kind: 'settlement', key: 'settlement-key', name: '11002000300040' };
const ACCRUAL = { kind: 'accrual', key: 'accrual-key', name: '2026-10', accrualKind: 'month' };
const document = { sapDocumentNumber: '0100000004', companyCode: '1710', fiscalYear: '2026' };
const recordOf = (origin: object) => ({ origin, entry: goodEntry(), document }) as unknown as EntryRecord;
const books = {
  getSettlement: async (key: string) => {
    if (key !== SETTLEMENT.key) throw new Error(`There is no settlement ${key}.`);
    const proofs = [{ name: 'rows-equal-total', ok: true, expected: '1.00', actual: '1.00', says: 'The rows.' }];
    return { settlementId: SETTLEMENT.name, proofs } as unknown as SettlementRecord;
  },
};

async function said(origin: object): Promise<string> {
  let text = '';
  const stream = { write: (part: string) => (text += part) };
  await sayPosted(
    createTerminal({ out: stream, err: stream }, { isJson: false, noColor: true }),
    books,
    recordOf(origin),
  );
  return text;
}

// A month was closed in the demo with an accrual; started again, it looked for the settlement of that accrual and ended.
it('a demo in which a month was accrued shows the accrual, of which there is no settlement', async () => {
  const text = await said(ACCRUAL);
  expect(text).toContain('Accrual 2026-10:');
  expect(text).toContain('SAP document 0100000004/1710/2026');
  expect(pathOfOrigin(ACCRUAL as EntryRecord['origin'])).toBe('/accruals/accrual-key');
});

it('control: a settlement is shown with its proofs', async () => {
  expect(await said(SETTLEMENT)).toMatch(/Settlement 11002000300040, proofs:\n.*rows-equal-total/);
  expect(pathOfOrigin(SETTLEMENT as EntryRecord['origin'])).toBe('/settlements/11002000300040');
});
