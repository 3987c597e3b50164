/** Changes that one person made and another one has to accept: told when they wait too long, and over once they are accepted. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { QUIET } from '../../src/app/alerts/alert.fixture.ts';
import { findAlerts } from '../../src/app/index.ts';
import { looserRulesOf } from '../../src/entrypoints/alerts/approval-facts.ts';
import { openWorkspace, type Workspace } from '../../src/entrypoints/composition.ts';
import { createAlertStore } from '../../src/store/index.ts';
import { urlOf } from '../store/database.ts';
import { type CommandLine, connection, openCommandLine } from './command-kit.ts';

const TWO = { approval: 'review', mappingApproval: 'other', fourEyesAbove: { EUR: '100.00' } };
const LOOSER = { approval: 'review', mappingApproval: 'other', fourEyesAbove: { EUR: '90000.00' } };

let line: CommandLine;
let workspace: Workspace;
beforeAll(async () => {
  line = await openCommandLine();
  const options = { environment: { SELLER_LEDGER_LOG: 'silent' }, home: line.folder };
  workspace = await openWorkspace({ ...options, databaseUrl: urlOf(line.database) });
  const added = await line.run('connections', 'add', '--file', fileWith(TWO));
  expect(added, added.err).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await workspace.close();
  await line.close();
});
beforeEach(() => {
  line.environment.SELLER_LEDGER_USER = 'anna';
});

function fileWith(posting: object): string {
  const path = join(line.folder, 'two.yaml');
  writeFileSync(path, JSON.stringify({ ...connection('second'), posting }));
  return path;
}

/** What is told once so many hours went by. */
async function toldAfter(hours: number): Promise<string[]> {
  const { nowMs, waitingTables, changedRules } = await createAlertStore(line.database).readAlertFacts(QUIET.limits);
  const looserRules = await looserRulesOf(workspace, { changedRules });
  const later = nowMs + hours * 3_600_000;
  return findAlerts({ ...QUIET, waitingTables, looserRules, nowMs: later }).map(({ says }) => says);
}

it('rules of approval that one person loosened are accepted by another, and told while they wait', async () => {
  expect(await toldAfter(25)).toEqual([]);
  const updated = await line.run(
    'connections',
    'update',
    'second',
    '--file',
    fileWith(LOOSER),
    '--reason',
    'limit of the year',
  );
  expect(updated.out).toContain('seller-ledger approvals accept-rules second');
  expect(await toldAfter(25)).toEqual([expect.stringContaining('The approval rules of second were loosened at ')]);
  // control: not before its time.
  expect(await toldAfter(23)).toEqual([]);
  const own = await line.run('approvals', 'accept-rules', 'second', '--why', 'fine');
  expect(own).toMatchObject({ exitCode: 7, err: expect.stringContaining('APPROVAL_RULES_OWN') });
  line.environment.SELLER_LEDGER_USER = 'bert';
  expect((await line.run('approvals', 'accept-rules', 'second', '--why', 'agreed')).out).toBe(
    'The approval rules of second hold as they are set.\n',
  );
  expect(await toldAfter(25)).toEqual([]);
  const again = await line.run('approvals', 'accept-rules', 'second', '--why', 'agreed', '--json');
  expect(again.out + again.err).toContain('APPROVAL_RULES_NOT_WAITING');
});

it('a version of the account table that waits for another person is told until it is approved or overtaken', async () => {
  const table = join(line.folder, 'changed.yaml');
  await line.run('mapping', 'export', 'second', '--output', table);
  writeFileSync(table, readFileSync(table, 'utf8').replace(/\b6500\d{4}\b/, '65019999'));
  const imported = await line.run('mapping', 'import', 'second', table, '--reason', 'new chart');
  expect(imported, imported.err).toMatchObject({ exitCode: 0 });
  expect(await toldAfter(25)).toEqual([
    expect.stringMatching(/^Version 2 of the account table of second, by anna, waits/),
  ]);
  // control: not before its time.
  expect(await toldAfter(23)).toEqual([]);
  line.environment.SELLER_LEDGER_USER = 'bert';
  expect(await line.run('mapping', 'approve', 'second', '--reason', 'checked')).toMatchObject({ exitCode: 0 });
  expect(await toldAfter(25)).toEqual([]);
});
