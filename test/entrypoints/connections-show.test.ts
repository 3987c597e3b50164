/** `connections show`: one connection on one page, and nothing of its secrets. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandLine, openCommandLine, SECRETS } from './command-kit.ts';
import { DIALECTS, smallSettlement } from './settlement-files.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
  await line.importFile(smallSettlement(DIALECTS.US));
});
afterAll(() => line.close());

it('shows settings, schedule, what waits for people and how far the newest settlement came, to people and to programs', async () => {
  const view = await line.json('connections', 'show', 'acme');
  expect(view).toMatchObject({
    name: 'acme',
    settings: { posting: { approval: 'review' }, sap: { baseUrl: 'https://sap.invalid' } },
    stoppedBy: null,
    sapPause: null,
    accountTable: { inUse: 1, waiting: [] },
    approvals: [{ people: 1, missing: 1 }],
    loosenedRules: [],
    feeds: [],
    problem: null,
  });
  expect(view.newestSettlement.progress).toContain('0 of 1 posted');
  expect(view.schedule.map(({ work }: { work: string }) => work)).toContain('posting');
  const { out } = await line.run('connections', 'show', 'acme');
  expect(out).toContain('1 entry or reversal: seller-ledger approvals list acme');
  expect(out).toContain('posting.approval: "review"');
});

it('names its secrets and shows none of them', async () => {
  const { out } = await line.run('connections', 'show', 'acme', '--json');
  expect(JSON.parse(out).secrets).toContainEqual({ name: 'sap.password', storedAt: expect.any(String) });
  for (const secret of Object.values(SECRETS)) expect(out).not.toContain(secret);
});
