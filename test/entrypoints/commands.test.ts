/** What commands say to do next, which records a list shows, and how a command line that cannot be read ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const ID = '70000000901';
const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-commands-`);
let database: Database;
let key: string;

interface Ending {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

async function runRaw(...args: string[]): Promise<Ending> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const exitCode = await runCli(['node', 'seller-ledger', ...args], { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

const run = (...args: string[]) => runRaw('--home', folder, '--database-url', urlOf(database), ...args);

async function json<Value>(...args: string[]): Promise<Value> {
  return JSON.parse((await run(...args, '--json')).out) as Value;
}

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const connection = (name: string, approval: string) => ({
  name,
  sellerAccount: `A2${name.toUpperCase()}`,
  amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: `token-of-${name}` },
  sap: {
    baseUrl: 'https://sap.invalid',
    journalEntryUrl: 'https://sap.invalid/post',
    createdByUser: 'TEST',
    authentication: { type: 'basic', user: 'u', password: 'p' },
  },
  posting: { approval },
});

beforeAll(async () => {
  database = await openTestDatabase();
  for (const [name, approval] of [
    ['reviewed', 'review'],
    ['automatic', 'automatic'],
  ] as const) {
    const file = written(`${name}.yaml`, JSON.stringify(connection(name, approval)));
    expect(await run('connections', 'add', '--file', file)).toMatchObject({ exitCode: 0 });
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('settlements import', () => {
  it('with approval by a person says to approve first, and then how to post', async () => {
    const file = written('small.txt', settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
    const { out, exitCode } = await run('settlements', 'import', file, '--connection', 'reviewed');

    expect(out).toContain(
      `1 entry proposed. Approve first: seller-ledger settlements approve ${ID} --why TEXT\nThen post: seller-ledger sync reviewed\n`,
    );
    expect(out).toContain(`Settlement ${ID}  0 of 1 posted`);
    expect(exitCode).toBe(0);
    const entries = await json<{ postingKey: string }[]>('entries', 'list');
    key = entries[0]!.postingKey;
  });

  it('control: without that approval the next step is to post', async () => {
    const facts = { ...smallSettlement(DIALECTS.US), settlementId: '70000000904' };
    const file = written('other.txt', settlementBytes(facts, DIALECTS.US));
    const { out } = await run('settlements', 'import', file, '--connection', 'automatic');
    expect(out).toContain('1 entry to post: seller-ledger sync automatic\n');
    expect(out).not.toContain('approve');
  });

  it('of a settlement in quarantine says neither', async () => {
    const file = written('unknown.txt', settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
    const { out, exitCode } = await run('settlements', 'import', file, '--connection', 'reviewed');

    expect(out).not.toMatch(/entry|entries (proposed|to post)/);
    expect(exitCode).toBe(3);
  });
});

describe('entries post', () => {
  it('ENTRY_NOT_APPROVED: of a proposed entry names the commands that approve it', async () => {
    const { problem } = await json<{ problem: { code: string; next: string } }>('entries', 'post', key);
    expect(problem).toMatchObject({ code: 'ENTRY_NOT_APPROVED', kind: 'conflict' });
    expect(problem.next).toContain(`seller-ledger entries approve ${key}`);
    expect(problem.next).toContain(`seller-ledger settlements approve ${ID}`);
  });
});

describe('a list of one state', () => {
  const states = (rows: readonly { state: string }[]) => [...new Set(rows.map(({ state }) => state))];

  it.each([
    ['settlements', 'quarantined', 1],
    ['settlements', 'proposed', 2],
    ['settlements', 'received', 0],
    ['entries', 'proposed', 2],
    ['entries', 'withdrawn', 0],
  ])('of %s that are %s has %i', async (name, state, count) => {
    const rows = await json<{ state: string }[]>(name, 'list', '--state', state);
    expect(rows).toHaveLength(count);
    expect(states(rows)).toEqual(count === 0 ? [] : [state]);
  });

  it('control: without a state it has all', async () => {
    expect(states(await json('settlements', 'list')).sort()).toEqual(['proposed', 'quarantined']);
  });

  it('says how many more there are in that state, and that there is none', async () => {
    const { err } = await run('settlements', 'list', '--state', 'proposed', '--limit', '1');
    expect(err).toBe('1 more, older ones are not shown: seller-ledger settlements list --state proposed --limit 2\n');
    expect((await run('settlements', 'list', '--state', 'received')).out).toBe('No settlement is received.\n');
    expect((await run('entries', 'list', '--state', 'sending')).out).toBe('No entry is sending.\n');
  });

  it('shows how far each settlement is posted, in the words of the page', async () => {
    const { out } = await run('settlements', 'list');
    expect(out).toMatch(new RegExp(`${ID} .* 0 of 1 posted\n`));
    expect(out).toMatch(/70000000902 .* quarantined\n/);
  });
});

describe('a command line that cannot be read', () => {
  it.each([
    [['nothing'], /unknown command 'nothing'/],
    [['settlements', 'list', '--nothing'], /unknown option '--nothing'/],
    [['settlements', 'show'], /missing required argument 'settlement'/],
    [['settlements', 'list', '--state', 'posted'], /Allowed choices are received, proven, proposed, quarantined/],
    [['entries', 'show', 'a', 'b'], /too many arguments/],
    [['entries'], /a command is missing|unknown option '--json'/],
  ])('COMMAND_LINE_INVALID: %j is a problem with --json, wherever it stands', async (args, says) => {
    for (const line of [
      ['--json', ...args],
      [...args, '--json'],
    ]) {
      const { exitCode, out, err } = await runRaw(...line);
      const { problem } = JSON.parse(out) as { problem: { says: string } };
      expect(problem).toMatchObject({ code: 'COMMAND_LINE_INVALID', kind: 'invalid', next: expect.any(String) });
      expect(problem.says, line.join(' ')).toMatch(says);
      expect(problem.says).not.toMatch(/\n|error:/);
      expect(err).not.toBe('');
      expect(exitCode).toBe(2);
    }
  });

  it.each([
    [['setlements', 'list'], 'seller-ledger settlements?', 'seller-ledger'],
    [['settlements', 'lst'], 'seller-ledger settlements list?', 'seller-ledger settlements'],
    [['settlements', 'list', '--sate', 'proven'], 'Did you mean --state?', 'seller-ledger settlements list'],
    [['settlements', 'list', '--state', 'proposd'], 'Did you mean proposed?', 'seller-ledger settlements list'],
    [['entries', 'show'], 'It is written seller-ledger entries show [options] <entry>.', 'seller-ledger entries show'],
    [['settlements'], 'It is written', 'seller-ledger settlements'],
  ])('says where %j went wrong, what may have been meant, and what to look at', async (args, hint, where) => {
    const { exitCode, err, out } = await runRaw(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    const problem = err.slice(err.indexOf('Problem '));
    expect(problem).toMatch(
      /^Problem COMMAND_LINE_INVALID \(invalid\)\n {2}where {2}.*\n {2}what {3}.*\n {2}next {3}.*\n$/,
    );
    expect(problem).toContain(`  where  ${where}\n`);
    expect(problem).toContain(hint);
    expect(problem).toContain(`What it takes: ${where} --help\n`);
  });

  it('global options may stand anywhere, but behind two dashes nothing is an option', async () => {
    for (const line of [
      ['--home', folder, '--database-url', urlOf(database), '--wide', 'connections', 'list'],
      ['connections', 'list', '--wide', '--database-url', urlOf(database), `--home=${folder}`],
    ]) {
      expect(await runRaw(...line)).toMatchObject({ exitCode: 0, out: expect.stringContaining('automatic') });
    }
    expect((await runRaw('connections', 'list', '--', '--wide')).err).toContain('too many arguments');
  });

  it('without a word the program says the first three things to do', async () => {
    const { exitCode, out, err } = await runRaw();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const told = [...out.matchAll(/^ {5}seller-ledger (.*)$/gm)].map((match) => match[1]);
    expect(told).toEqual([
      'start',
      'preview FILE',
      'connections add --file connection.yaml',
      'connections doctor NAME',
    ]);
  });

  it('control: without --json it says so on standard error only, and --help is no fault', async () => {
    const { exitCode, out, err } = await runRaw('nothing');
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain("unknown command 'nothing'");
    expect(await runRaw('--json', '--help')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Usage/) });
  });
});
