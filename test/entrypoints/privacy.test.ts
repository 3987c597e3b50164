/** The groups `privacy` and `retention` as a person meets them, and the daily work as the service does it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove, type Connection, type FeedBooks } from '../../src/app/index.ts';
import { purgeDaily, retainDaily } from '../../src/entrypoints/daily-privacy.ts';
import {
  createBooks,
  createFeedBooks,
  createPrivacyStore,
  keyFile,
  openVault,
  type Vault,
} from '../../src/store/index.ts';
import { testOptions } from '../store/database.ts';
import { buyer, order } from '../store/feed-samples.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';

/** The vault as the commands open it. */
async function vaultOf({ database, folder }: CommandLine): Promise<Vault> {
  const sources = [keyFile(join(folder, 'vault.key'), { mayMake: false })];
  return (await openVault({ database, sources })).vault;
}

let cli: CommandLine;
let feeds: FeedBooks;
let acme: Connection;
beforeAll(async () => {
  cli = await openCommandLine();
  const { database } = cli;
  const vault = await vaultOf(cli);
  feeds = createFeedBooks({ database, vault });
  const { processes } = await testOptions();
  acme = await createBooks({ database, vault, assertMove, processes }).getConnection('acme');
  await feeds.putOrders(acme.id, [order({ orderId: 'o-1' })], { reportSha256: null });
  const soon = new Date(Date.now() + 9 * 86_400_000).toISOString();
  await feeds.putBuyers(
    acme.id,
    ['o-1', 'o-2'].map((orderId) => buyer({ orderId, deleteAfter: soon })),
  );
  await database.pool.query('update order_buyer set delete_after = now()');
});
afterAll(() => cli.close());

describe('legal holds', () => {
  it('HOLD_SCOPE_UNCLEAR: are added for what is named and nothing else', async () => {
    for (const args of [[], ['--order', 'o-1', '--all-buyers']]) {
      const { problem } = await cli.json('privacy', 'hold', 'add', ...args, '--why', 'lawsuit');
      expect(problem.code).toBe('HOLD_SCOPE_UNCLEAR');
    }
    expect(
      (await cli.run('privacy', 'hold', 'add', '--all-buyers', '--why', 'x', '--until', '2026-02-30')).exitCode,
    ).toBe(2);
    // One that is over would keep nothing.
    const over = await cli.json('privacy', 'hold', 'add', '--all-buyers', '--why', 'x', '--until', '2020-12-31');
    expect(over.problem).toMatchObject({ code: 'HOLD_ENDED', says: expect.stringContaining('2020-12-31') });
    const hold = await cli.json('privacy', 'hold', 'add', '--order', 'o-1', '--order', 'o-9', '--why', 'lawsuit 7');
    expect(hold).toMatchObject({ number: 1, covers: 'orders', orderIds: ['o-1', 'o-9'], placedBy: { name: 'anna' } });
    const { out } = await cli.run('privacy', 'hold', 'list');
    expect(out).toContain('orders o-1, o-9 of all connections');
    expect(out).toContain('lawsuit 7');
  });

  it('a purge says what it would remove, removes it, and says what is held back', async () => {
    const sections = async (...args: string[]) => (await cli.json('privacy', 'purge', ...args)).sections[0].rows;
    const row = { connection: 'acme', removed: 1, held: 1, kept: 0 };
    expect(await sections('--dry-run')).toMatchObject([row]);
    expect(await sections()).toMatchObject([row]);
    expect(await sections()).toMatchObject([{ ...row, removed: 0 }]);
  });

  it('are released, and the daily work removes what they had kept', async () => {
    const before = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await cli.run('privacy', 'hold', 'add', '--connection', 'acme', '--why', 'audit', '--until', before);
    const privacy = createPrivacyStore({ database: cli.database });
    expect(await cli.json('privacy', 'hold', 'release', '1', '--why', 'over')).toMatchObject({ isStanding: false });
    await purgeDaily({ privacy });
    const left = async () => (await cli.database.pool.query('select order_id from order_buyer')).rows;
    expect(await left()).toEqual([{ order_id: 'o-1' }]);
    await cli.run('privacy', 'hold', 'release', '2', '--why', 'over');
    await purgeDaily({ privacy });
    expect(await left()).toEqual([]);
  });
});

describe('retention', () => {
  const settings = (text: string) => {
    const file = join(cli.folder, 'settings.yaml');
    writeFileSync(file, text);
    return cli.run('settings', 'update', '--file', file, '--why', 'policy', '--json');
  };

  it('shows each rule with its default, and what is set takes its place', async () => {
    expect((await settings('retention: { ordersMonths: 7 }')).exitCode).toBe(0);
    const { sections } = await cli.json('retention', 'show');
    const rows = sections[0].rows as { setting: string; value: number; default: number }[];
    expect(rows.find(({ setting }) => setting === 'retention.ordersMonths')).toMatchObject({ value: 7, default: 18 });
    expect(rows.find(({ setting }) => setting === 'retention.auditYears')).toMatchObject({ value: 10, default: 10 });
    expect((await cli.run('retention', 'show')).out).toContain('never removed by a retention run');
  });

  it('SETTINGS_INVALID: a time in which the feeds still read again is refused', async () => {
    const { out, exitCode } = await settings('retention: { ordersMonths: 1, speling: 2 }');
    expect(exitCode).toBe(2);
    expect(JSON.parse(out).problem.data).toContain('retention.ordersMonths: must be at least 6');
    expect(JSON.parse(out).problem.data).toContain('speling');
  });

  it('a run removes what is old, by hand or every day, and a dry run only says so', async () => {
    const age = (months: number) =>
      cli.database.pool.query(`alter table amazon_order disable trigger order_version_never_older;
        update amazon_order set last_updated_at = now() - interval '${months} months';
        alter table amazon_order enable trigger order_version_never_older`);
    const count = async () => (await cli.database.pool.query('select count(*)::int as n from amazon_order')).rows[0].n;
    await age(8);
    expect((await cli.json('retention', 'run', '--dry-run')).sections[0].rows).toMatchObject([
      { connection: 'acme', kind: 'orders', due: 1, removed: 0 },
    ]);
    expect(await count()).toBe(1);
    expect((await cli.json('retention', 'run')).sections[0].rows).toMatchObject([{ kind: 'orders', removed: 1 }]);
    expect(await count()).toBe(0);
    await feeds.putOrders(acme.id, [order({ orderId: 'o-3' })], { reportSha256: null });
    await age(8);
    const { database } = cli;
    const vault = await vaultOf(cli);
    const books = createBooks({ database, vault, assertMove, processes: (await testOptions()).processes });
    await retainDaily({ books, database, privacy: createPrivacyStore({ database }) }, new AbortController().signal);
    expect(await count()).toBe(0);
  });

  it('removes jobs that ended long ago, and none that ended lately or waits', async () => {
    await cli.database.pool.query(`
      insert into job (id, name, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
      select name, 'orders', '{}', name, 'q', 0, now() - days * interval '1 day', now(), state, 1,
        case when state = 'done' then now() - days * interval '1 day' end
      from (values ('old', 91, 'done'), ('fresh', 89, 'done'), ('waits', 91, 'waiting')) as sample (name, days, state)`);
    await cli.json('retention', 'run');
    const left = await cli.database.pool.query('select id from job order by id');
    expect(left.rows.map(({ id }) => id)).toEqual(['fresh', 'waits']);
    await cli.database.pool.query('delete from job');
  });
});

describe('an erasure', () => {
  it('ERASE_NOT_CONFIRMED: needs a reason and the name once more; before, it says what would go and what stays', async () => {
    const refused = [
      ['privacy', 'erase', 'acme'],
      ['privacy', 'erase', 'acme', '--why', 'asked'],
      ['privacy', 'erase', 'acme', '--why', 'asked', '--confirm', 'acne'],
    ];
    for (const args of refused) expect((await cli.json(...args)).problem.code).toBe('ERASE_NOT_CONFIRMED');
    const plan = await cli.json('privacy', 'erase', 'acme', '--dry-run');
    expect(plan.sections[0].rows).toContainEqual(expect.objectContaining({ records: 'secrets', count: 3 }));
    expect((await cli.json('privacy', 'report', 'acme')).sections[0].rows).toContainEqual(
      expect.objectContaining({ records: 'secrets', count: 3, about: 'seller' }),
    );
  });

  it('is told as a report in any format, may be repeated, and ends all work for the seller', async () => {
    const file = join(cli.folder, 'erasure.csv');
    const erase = ['privacy', 'erase', 'acme', '--why', 'the seller asked', '--confirm', 'acme'];
    expect(await cli.run(...erase, '--output', file)).toMatchObject({ exitCode: 0 });
    const { facts, sections } = await cli.json(...erase);
    expect(facts).toContainEqual({ title: 'why', value: 'the seller asked' });
    expect(sections[0].rows).toContainEqual({ records: 'secrets', count: 3 });
    expect(sections[1].rows).toContainEqual(expect.objectContaining({ records: 'versions of the account table' }));
    expect(await cli.json('sync', 'acme')).toMatchObject({ problem: { code: 'CONNECTION_ERASED' } });
    expect(await cli.json('feeds', 'sync', 'acme')).toMatchObject({ problem: { code: 'CONNECTION_ERASED' } });
    expect(await cli.json('connections', 'list')).toMatchObject([{ name: 'acme', erasedAt: expect.any(String) }]);
    const { out } = await cli.run('privacy', 'report', 'acme');
    expect(out).toContain('erased since');
    expect(await cli.json('audit', 'verify')).toMatchObject({ ok: true });
  });
});
