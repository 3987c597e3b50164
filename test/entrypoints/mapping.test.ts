/** The account table as a controlled record, at the command line: versions, impact, what waits, and what goes on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { TABLE_TEXT } from './mapping-table.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-mapping-`);
let database: Database;

interface Ending {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

async function runAs(user: string, ...args: string[]): Promise<Ending> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const options = ['--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: user });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

const run = (...args: string[]) => runAs('anna', ...args);

async function json<Value>(...args: string[]): Promise<Value> {
  return JSON.parse((await run(...args, '--json')).out) as Value;
}

const problemOf = async (...args: string[]) => (await json<{ problem?: unknown }>(...args)).problem;

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const connectionFile = (name: string, more: object = {}) =>
  written(
    `${name}.yaml`,
    JSON.stringify({
      name,
      sellerAccount: `A2${name.toUpperCase()}`,
      amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: `token-of-${name}` },
      sap: {
        baseUrl: 'https://sap.invalid',
        journalEntryUrl: 'https://sap.invalid/post',
        createdByUser: 'TEST',
        authentication: { type: 'basic', user: 'u', password: 'p' },
      },
      posting: { approval: 'review' },
      mapping: written(`${name}-accounts.yaml`, TABLE_TEXT),
      ...more,
    }),
  );

const WORDS_OF_TOMORROW = [
  ...['--transaction-type', 'Order'],
  ...['--amount-type', 'ItemFees'],
  ...['--amount-description', 'FeeOfTomorrow'],
];
const ACCOUNT = '65000000';
const changed = (account: string) => TABLE_TEXT.replace(ACCOUNT, account);
const withoutStorage = (text: string) => text.replace(/ {2}- \{ kind: fba-storage-fee,[^\n]*\n/g, '');

beforeAll(async () => {
  database = await openTestDatabase();
  expect(await run('connections', 'add', '--file', connectionFile('shop'))).toMatchObject({ exitCode: 0 });
  for (const [name, facts] of [
    ['small', smallSettlement(DIALECTS.US)],
    ['unknown', settlementWithUnknownFee(DIALECTS.US)],
  ] as const) {
    const file = written(`${name}.txt`, settlementBytes(facts, DIALECTS.US));
    await run('settlements', 'import', file, '--connection', 'shop');
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('mapping impact', () => {
  it('says in numbers what a table would move, and records nothing', async () => {
    const file = written('changed.yaml', changed('65009999'));
    const { out, exitCode } = await run('mapping', 'impact', 'shop', file);
    expect(exitCode).toBe(0);
    expect(out).toContain('In 1 open settlement this change would move:\n');
    expect(out).toContain(`  18.75 USD debit from ${ACCOUNT} to 65009999 in company code 0001 (referral-fee, 1 row)\n`);
    expect(await json('mapping', 'list', 'shop')).toHaveLength(1);
  });

  it('names the settlements that a table would send to quarantine', async () => {
    const gone = withoutStorage(TABLE_TEXT);
    const { out } = await run('mapping', 'impact', 'shop', written('gone.yaml', gone));
    expect(out).toContain('Settlement 70000000901 would enter quarantine.\n  ACCOUNT_MISSING');
    expect(out).toContain('In 2 open settlements no amount would move.');
  });

  it('control: the same table moves nothing', async () => {
    const { out } = await run('mapping', 'impact', 'shop', '1');
    expect(out).toBe('In 2 open settlements no amount would move.\n');
  });
});

describe('mapping import', () => {
  it('shows what it would change with --dry-run, and records nothing', async () => {
    const { out } = await run('mapping', 'import', 'shop', join(folder, 'changed.yaml'), '--dry-run');
    expect(out).toContain(`  assignments: referral-fee, any marketplace: glAccount ${ACCOUNT} → 65009999\n`);
    expect(out).toContain('Nothing is recorded.');
    expect(await json('mapping', 'list', 'shop')).toHaveLength(1);
  });

  it('records the next version with author and reason, and what is not booked is proposed by it at once', async () => {
    const { out } = await run('mapping', 'import', 'shop', join(folder, 'changed.yaml'), '--reason', 'new chart');
    expect(out).toContain('It is version 2 of the account table of shop.');
    expect(out).toContain('Settlement 70000000901 is proposed.');
    expect(await json('mapping', 'list', 'shop')).toMatchObject([
      { version: 1, name: expect.stringContaining('shop-accounts.yaml'), author: 'anna', inUse: false },
      { version: 2, author: 'anna', reason: 'new chart', approvedBy: 'anna', inUse: true },
    ]);
    const { out: shown } = await run('settlements', 'show', '70000000901');
    expect(shown).toContain('65009999');
  });

  it('MAPPING_UNCHANGED: the version in use is not recorded once more', async () => {
    const file = join(folder, 'changed.yaml');
    expect(await problemOf('mapping', 'import', 'shop', file, '--reason', 'x')).toMatchObject({
      code: 'MAPPING_UNCHANGED',
      kind: 'conflict',
    });
  });

  it('books earlier days as before when the change has a first day', async () => {
    const file = written('dated.yaml', changed('65008888'));
    const args = ['mapping', 'import', 'shop', file, '--reason', 'next year', '--valid-from', '2027-01-01'];
    const { out } = await run(...args);
    expect(out).toContain('assignments: referral-fee, any marketplace, from 2027-01-01 added:');
    expect(out).toContain('no amount would move');
    const { text, validFrom } = await json<{ text: string; validFrom: string }>('mapping', 'show', 'shop');
    expect(validFrom).toBe('2027-01-01');
    expect(text).toContain('glAccount: 65009999');
    expect(text).toContain('validFrom: 2027-01-01, glAccount: 65008888');
  });

  it('MAPPING_CHANGE_NOT_DATED: a change that no first day can say is refused', async () => {
    const file = written('zone.yaml', changed('65009999').replace('America/New_York', 'America/Chicago'));
    const args = ['mapping', 'import', 'shop', file, '--reason', 'x', '--valid-from', '2027-02-01'];
    expect(await problemOf(...args)).toMatchObject({
      code: 'MAPPING_CHANGE_NOT_DATED',
      kind: 'invalid',
      data: expect.stringContaining('companyCodes: company code 0001: timeZone America/New_York → America/Chicago'),
    });
  });
});

describe('mapping diff', () => {
  it('compares versions and files row by row', async () => {
    const { out } = await run('mapping', 'diff', 'shop@1', 'shop@2');
    expect(out).toBe(`  assignments: referral-fee, any marketplace: glAccount ${ACCOUNT} → 65009999\n`);
    const { out: back } = await run('mapping', 'diff', 'shop@2', 'shop@1');
    expect(back).toBe(`  assignments: referral-fee, any marketplace: glAccount 65009999 → ${ACCOUNT}\n`);
    expect((await run('mapping', 'diff', join(folder, 'shop-accounts.yaml'), 'shop@1')).out).toBe(
      'No row is different.\n',
    );
  });

  it('MAPPING_VERSION_UNKNOWN: a version that there is not is refused', async () => {
    expect(await problemOf('mapping', 'diff', 'shop@1', 'shop@99')).toMatchObject({
      code: 'MAPPING_VERSION_UNKNOWN',
      next: 'Look at the ones there are: seller-ledger mapping list shop',
    });
  });
});

describe('mapping export', () => {
  it.each(['xlsx', 'csv', 'yaml'])('as %s reads back as the same rows', async (format) => {
    const file = join(folder, `out.${format}`);
    expect(await run('mapping', 'export', 'shop', '--output', file)).toMatchObject({ exitCode: 0 });
    expect((await run('mapping', 'diff', 'shop@current', file)).out).toBe('No row is different.\n');
    expect((await run('mapping', 'check', file)).exitCode).toBe(0);
  });

  it('a spreadsheet that is imported changes rows only: comments of the table stay', async () => {
    const file = join(folder, 'out.csv');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('65009999', '65005555'));
    await run('mapping', 'import', 'shop', file, '--reason', 'from the accountant');
    const { text } = await json<{ text: string }>('mapping', 'show', 'shop');
    expect(text).toBe(
      (await json<{ text: string }>('mapping', 'show', 'shop', '--version', '3')).text.replace('65009999', '65005555'),
    );
    expect(text).toContain('# Accounts of the shop.');
  });

  it('a spreadsheet can be looked at before anything is recorded: check, preview and impact read it', async () => {
    const file = join(folder, 'looked-at.xlsx');
    await run('mapping', 'export', 'shop', '--output', file);
    expect((await run('mapping', 'check', file)).out).toContain('can be used');
    const settlement = join(folder, 'small.txt');
    const { out: table } = await run('mapping', 'show', 'shop');
    const account = /kind: referral-fee,[^\n]*?glAccount: (\d+)/.exec(table)?.[1] ?? 'none';
    const { out, exitCode } = await run('preview', settlement, '--mapping', file);
    expect({ exitCode, isBooked: out.includes(account) }).toEqual({ exitCode: 0, isBooked: true });
  });

  it('gives the same bytes for the same version', async () => {
    const files = ['a.xlsx', 'b.xlsx'].map((name) => join(folder, name));
    for (const file of files) await run('mapping', 'export', 'shop', '--output', file);
    const [a, b] = files.map((file) => readFileSync(file));
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
  });

  it('TABLE_FORMAT_UNKNOWN: another format is refused', async () => {
    const args = ['mapping', 'export', 'shop', '--output', join(folder, 'x'), '--format', 'pdf'];
    expect(await problemOf(...args)).toMatchObject({ code: 'TABLE_FORMAT_UNKNOWN' });
  });
});

describe('mapping unknown, teach and assign', () => {
  it('lists what holds settlements up, with what it may mean and a command to paste', async () => {
    const { out } = await run('mapping', 'unknown');
    expect(out).toContain('LINE_KIND_UNKNOWN Order | ItemFees | FeeOfTomorrow, Amazon.com\n');
    expect(out).toContain('  2 rows, -1.11 USD; shop since ');
    expect(out).toContain('  1 waiting: 70000000902\n');
    expect(out).toContain(
      'seller-ledger mapping teach shop --transaction-type Order --amount-type ItemFees --amount-description FeeOfTomorrow --kind',
    );
  });

  it('WORDS_KNOWN: what the program knows is not taught', async () => {
    const words = ['--transaction-type', 'Order', '--amount-type', 'ItemFees', '--amount-description', 'Commission'];
    const args = ['mapping', 'teach', 'shop', ...words, '--kind', 'closing-fee', '--reason', 'x'];
    expect(await problemOf(...args)).toMatchObject({ code: 'WORDS_KNOWN', kind: 'conflict' });
  });

  it('a mistyped kind is refused by the table itself, and nothing is recorded', async () => {
    const before = await json<unknown[]>('mapping', 'list', 'shop');
    const args = ['mapping', 'teach', 'shop', '--amount-type', 'ItemFees', '--kind', 'referal-fee', '--reason', 'x'];
    expect(await problemOf(...args)).toMatchObject({
      code: 'MAPPING_INVALID',
      says: expect.stringContaining('referal-fee is not a line kind; did you mean referral-fee'),
      next: 'Nothing was recorded: correct the option that is named, and run the command again.',
    });
    expect(await json('mapping', 'list', 'shop')).toEqual(before);
  });

  it('shows with --dry-run where what is taught would be booked and what still would not, and records nothing', async () => {
    const before = await json<unknown[]>('mapping', 'list', 'shop');
    const teach = (kind: string) => run('mapping', 'teach', 'shop', ...WORDS_OF_TOMORROW, '--kind', kind, '--dry-run');
    const { out } = await teach('closing-fee');
    expect(out).toContain('What the table in use cannot book would be booked:\n');
    expect(out).toContain(
      '  -1.11 USD to 65000100 in company code 0001, cost centre CCUS (closing-fee, 2 rows of 1 settlement)\n',
    );
    expect(out).not.toContain('Still not booked');
    expect(out).toMatch(/Nothing is recorded\.\n$/);
    const { out: without } = await teach('advertising');
    expect(without).not.toContain('would be booked');
    expect(without).toContain(
      'Still not booked:\n  ACCOUNT_MISSING, Order | ItemFees | FeeOfTomorrow, Amazon.com: 2 rows of 1 settlement, -1.11 USD. ',
    );
    expect(await json('mapping', 'list', 'shop')).toEqual(before);
  });

  it('asks for a reason where it records, and not where it only shows', async () => {
    const before = await json<unknown[]>('mapping', 'list', 'shop');
    const changes = [
      ['import', 'shop', join(folder, 'changed.yaml')],
      ['teach', 'shop', ...WORDS_OF_TOMORROW, '--kind', 'closing-fee'],
      ['assign', 'shop', '--kind', 'referral-fee', '--gl-account', '65001234'],
    ];
    for (const change of changes) {
      const { out, exitCode } = await run('mapping', ...change, '--dry-run');
      expect([exitCode, out], change.join(' ')).toEqual([0, expect.stringMatching(/Nothing is recorded\.\n$/)]);
      expect(await problemOf('mapping', ...change), change.join(' ')).toMatchObject({
        code: 'COMMAND_LINE_INVALID',
        says: expect.stringContaining("'--why <text>' not specified"),
      });
      // control: with one that is given it only shows as well.
      expect((await run('mapping', ...change, '--dry-run', '--why', 'x')).out).toBe(out);
    }
    expect(await json('mapping', 'list', 'shop')).toEqual(before);
  });

  it('words that are taught once are booked, and everything that waited for them goes on', async () => {
    const args = [
      'mapping',
      'teach',
      'shop',
      ...WORDS_OF_TOMORROW,
      '--kind',
      'closing-fee',
      '--reason',
      'Amazon’s mail of 1 May',
    ];
    const { out } = await run(...args);
    expect(out).toContain('  vocabulary: Order | ItemFees | FeeOfTomorrow added: kind closing-fee');
    expect(out).toContain('Settlement 70000000902 is proposed.');
    expect((await run('mapping', 'unknown')).out).toBe('Nothing holds a settlement up.\n');
  });

  it('an account that is assigned brings on what waited for it, and the row to paste is offered before', async () => {
    const gone = withoutStorage(changed('65009999'));
    await run('mapping', 'import', 'shop', written('gone2.yaml', gone), '--reason', 'by mistake');
    const { out: queue } = await run('mapping', 'unknown', 'shop');
    expect(queue).toContain('ACCOUNT_MISSING other-transaction | other-transaction | Storage Fee');
    const row = /seller-ledger (mapping assign shop .*) --why TEXT/.exec(queue)?.[1] ?? '';
    expect(row).toContain('--kind fba-storage-fee --marketplace any --gl-account 65');
    const assigned = ['--kind', 'fba-storage-fee', '--gl-account', '65004444', '--cost-center', 'default'];
    const { out } = await run('mapping', 'assign', 'shop', ...assigned, '--reason', 'storage');
    expect(out).toContain('assignments: fba-storage-fee, any marketplace added:');
    expect(out).toContain('Settlement 70000000901 is proposed.');
  });
});

describe('mapping assign', () => {
  it('changes what is named and nothing else, so that a cost centre does not get lost with an account', async () => {
    const { out } = await run(
      'mapping',
      'assign',
      'shop',
      '--kind',
      'referral-fee',
      '--gl-account',
      '65001234',
      '--reason',
      'x',
    );
    expect(out).toContain('  assignments: referral-fee, any marketplace: glAccount 65009999 → 65001234\n');
    expect(out).not.toContain('costCenter');
  });

  it('gives a balancing line its account', async () => {
    const args = ['--purpose', 'tax-residual', '--gl-account', '22008100', '--reason', 'cents'];
    const { out } = await run('mapping', 'assign', 'shop', ...args);
    expect(out).toContain(
      '  balances: tax-residual, any marketplace added: purpose tax-residual, marketplace any, glAccount 22008100',
    );
  });

  it.each([
    ['neither a kind nor a purpose', []],
    ['both', ['--kind', 'referral-fee', '--purpose', 'payout']],
    ['a balancing line by SKU', ['--purpose', 'payout', '--sku', 'ACME-*']],
  ])('ASSIGNMENT_UNCLEAR: %s', async (_, more) => {
    const args = ['mapping', 'assign', 'shop', ...more, '--gl-account', '12509400', '--reason', 'x'];
    expect(await problemOf(...args)).toMatchObject({ code: 'ASSIGNMENT_UNCLEAR', kind: 'invalid' });
  });
});

describe('a connection file whose account table is another one', () => {
  it('MAPPING_FILE_CHANGED: is refused, with the command that takes it on purpose', async () => {
    const table = written('mine.yaml', changed('65007777'));
    const file = connectionFile('shop', { mapping: table });
    const update = ['connections', 'update', 'shop', '--file', file, '--reason', 'x'];
    expect(await problemOf(...update)).toMatchObject({
      code: 'MAPPING_FILE_CHANGED',
      kind: 'conflict',
      next: expect.stringContaining(`seller-ledger mapping import shop ${table} --why TEXT`),
    });
    await run('mapping', 'import', 'shop', table, '--reason', 'ours');
    expect(await run(...update)).toMatchObject({ exitCode: 0 });
    // control: a version that was taken later stays, though the file names the older one.
    await run('mapping', 'import', 'shop', written('later.yaml', changed('65006666')), '--reason', 'later');
    expect(await run(...update)).toMatchObject({ exitCode: 0 });
    expect((await run('mapping', 'diff', 'shop@current', join(folder, 'later.yaml'))).out).toBe(
      'No row is different.\n',
    );
  });
});

describe('mapping approve', () => {
  it('MAPPING_APPROVAL_OWN: where somebody else has to approve, nothing is booked by a version before', async () => {
    const file = connectionFile('careful', { posting: { approval: 'review', mappingApproval: 'other' } });
    await run('connections', 'add', '--file', file);
    const { out } = await run('mapping', 'import', 'careful', join(folder, 'changed.yaml'), '--reason', 'new chart');
    expect(out).toContain('Somebody else has to approve it: seller-ledger mapping approve careful --why TEXT');
    const waits =
      /^Version 2 of the account table of careful by .* \(new chart\) waits .*mapping approve careful --why TEXT$/m;
    const listed = (await run('approvals', 'list', 'careful')).out;
    expect(listed).toMatch(waits);
    expect(listed).not.toContain('Nothing waits');
    expect(await json('mapping', 'list', 'careful')).toMatchObject([
      { inUse: true },
      { inUse: false, approvedBy: null },
    ]);
    expect(await problemOf('mapping', 'approve', 'careful', '--reason', 'x')).toMatchObject({
      code: 'MAPPING_APPROVAL_OWN',
      kind: 'conflict',
    });
    expect(await runAs('bert', 'mapping', 'approve', 'careful', '--reason', 'checked')).toMatchObject({ exitCode: 0 });
    expect(await json('mapping', 'list', 'careful')).toMatchObject([{}, { inUse: true, approvedBy: 'bert' }]);
  });

  it('MAPPING_NOT_WAITING: a version that does not wait is refused', async () => {
    expect(await problemOf('mapping', 'approve', 'careful', '--reason', 'x')).toMatchObject({
      code: 'MAPPING_NOT_WAITING',
      kind: 'conflict',
    });
  });

  it('what is taught while a version waits is added to it, and waits with it', async () => {
    await run('mapping', 'import', 'careful', join(folder, 'later.yaml'), '--reason', 'later');
    const words = ['--amount-type', 'ItemFees', '--amount-description', 'FeeOfTomorrow'];
    await run('mapping', 'teach', 'careful', ...words, '--kind', 'closing-fee', '--reason', 'x');
    const { out } = await run('mapping', 'diff', 'careful@current', 'careful@4');
    expect(out).toContain('glAccount 65009999 → 65006666');
    expect(out).toContain('vocabulary: (blank) | ItemFees | FeeOfTomorrow added');
    const overtaken = ['mapping', 'approve', 'careful', '--version', '3', '--reason', 'x', '--json'];
    expect((await runAs('bert', ...overtaken)).out).toContain('MAPPING_NOT_WAITING');
  });

  it('reject takes the version that waits back: the one in use is the newest again', async () => {
    const { out } = await run('mapping', 'reject', 'careful', '--reason', 'not this year');
    expect(out).toBe(
      'Version 4 of the account table of careful is rejected.\nVersion 2 stays in use, recorded once more as version 5.\n',
    );
    expect((await run('mapping', 'diff', 'careful@2', 'careful@current')).out).toBe('No row is different.\n');
    expect((await runAs('bert', 'mapping', 'approve', 'careful', '--reason', 'x', '--json')).out).toContain(
      'MAPPING_NOT_WAITING',
    );
    // control: then there is nothing to take back.
    expect(await problemOf('mapping', 'reject', 'careful', '--reason', 'x')).toMatchObject({
      code: 'MAPPING_NOT_WAITING',
    });
  });
});
