/** A document is recognised as ours whichever rows SAP makes of its tax; its total and currency stay exact. */
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningPretendSap, startPretendSap } from '../../sim/sap/index.ts';
import { differenceOf } from '../../src/app/compare-document.ts';
import { money } from '../../src/core/index.ts';
import type { GlAccount, JournalLine } from '../../src/ledger/index.ts';
import { exampleMessage, ledgerFor, line } from './sap-stand-in.ts';
import { masterData, startMs } from './sim-sap-kit.ts';

const running: RunningPretendSap[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

const REVENUE = '41000000' as GlAccount;
const taxed = (minor: bigint, taxCode: string, tax: bigint): JournalLine => {
  const { amount, ...rest } = line({ minor, glAccount: REVENUE, profitCenter: 'YB101' });
  const part = (of: bigint) => money(amount.currency, of);
  return { ...rest, amount, taxCode, tax: { taxCode, base: part(minor - tax), amount: part(tax) } };
};
/** Two of one tax code at 19 %, and one at 0 %. */
const message = exampleMessage({
  lines: [
    line({ minor: 33800n }),
    taxed(-11900n, 'A1', -1900n),
    taxed(-11900n, 'A1', -1900n),
    taxed(-10000n, 'A0', 0n),
  ],
});

async function bookedWith(taxRows: 'each' | 'withAmount' | 'summarised') {
  const sap = await startPretendSap({
    ...masterData,
    taxRows,
    users: [{ user: 'AMZ_POST', password: 'password-canary' }],
    nowMs: () => startMs,
  });
  running.push(sap);
  const { ledger } = ledgerFor(sap.url, { taxDirectionOf: () => 'output' });
  expect(await ledger.post(message)).toMatchObject({ outcome: 'posted' });
  const [document] = await ledger.findByPostingKey(message.entry);
  return document!;
}

describe('a document in SAP', () => {
  it.each([
    ['every tax item', 'each', 7],
    ['the tax items with an amount', 'withAmount', 6],
    ['one tax item for each tax code', 'summarised', 6],
  ] as const)('is the entry that was sent, also when it shows %s', async (_, taxRows, lineCount) => {
    const document = await bookedWith(taxRows);
    expect(document.lineCount).toBe(lineCount);
    expect(differenceOf(message.entry, document)).toBeNull();
  });

  it('control: is another one with fewer rows than lines, with more than lines and tax items, or with another total', async () => {
    const document = await bookedWith('each');
    const other = (change: object) => differenceOf(message.entry, { ...document, ...change });
    expect(other({ lineCount: 4 })).toBeNull();
    expect(other({ lineCount: 3 })).toBe('3 items instead of 4 to 7');
    expect(other({ lineCount: 8 })).toBe('8 items instead of 4 to 7');
    expect(other({ debitTotal: money(document.currency, 33799n) })).toContain('debit total');
  });

  it('control: without tax has exactly as many rows as the entry has lines', async () => {
    const { entry } = exampleMessage({ lines: [line({ minor: 1n }), line({ minor: -1n })] });
    const document = { ...(await bookedWith('each')), debitTotal: money(entry.currency, 1n) };
    expect(differenceOf(entry, { ...document, lineCount: 2 })).toBeNull();
    expect(differenceOf(entry, { ...document, lineCount: 1 })).toBe('1 items instead of 2');
  });
});
