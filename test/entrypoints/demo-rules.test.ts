/** What somebody sees who tries the demo: documents that are posted at once, and an entry that waits for two people. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { printSettlement, type WorldSettlement } from '../../sim/world/index.ts';
import { needsOf } from '../../src/app/index.ts';
import { approvalRulesOf } from '../../src/entrypoints/approval-settings.ts';
import { demoMonth } from '../../src/entrypoints/demo/demo-month.ts';
import { DEMO_ACCOUNTS, DEMO_POSTING, DEMO_SEED } from '../../src/entrypoints/demo/demo-rules.ts';
import { pretendWorld } from '../../src/entrypoints/demo/pretend-vendors.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { previewWithSums } from '../../src/entrypoints/preview.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

/** Months end at another place of the settlements of each. */
const DAYS = ['2026-11-26', '2027-01-01', '2027-02-15', '2027-03-05', '2027-06-03', '2027-08-23'];

const table = loadAccountTable();
const rules = approvalRulesOf(DEMO_POSTING);
const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-demo-rules-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many people each entry of the settlement takes. */
async function peopleFor(settlement: WorldSettlement): Promise<readonly number[]> {
  const { bytes, contentType } = printSettlement(settlement);
  const open = async function* () {
    yield bytes;
  };
  const source = { name: 'settlement', contentType, open };
  const { proposal } = await previewWithSums({ source, table, sellerAccount: 'A2DEMO' });
  return proposal.entries.map((entry) => needsOf(entry, rules).people);
}

describe('a demo', () => {
  it.each(DAYS)(
    'that begins on %s posts what is American by itself, and leaves something Canadian to two people',
    async (day) => {
      const { from, to } = demoMonth(join(folder, day), Date.parse(`${day}T10:00:00Z`) / 1000);
      const { settlements } = pretendWorld({ seed: DEMO_SEED, accounts: DEMO_ACCOUNTS, from, to });
      const people = async (country: string) => {
        const own = settlements.filter(({ marketplace }) => marketplace.country === country);
        return (await Promise.all(own.map(peopleFor))).flat();
      };
      const american = await people('US');
      expect(american.length).toBeGreaterThanOrEqual(2);
      expect(american.filter((needed) => needed > 0)).toEqual([]);
      expect(await people('CA')).toContain(2);
    },
  );
});
