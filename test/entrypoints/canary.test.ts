/**
 * No secret and nothing of a buyer gets to where it does not belong, whatever the other side answers. Words that stand nowhere else
 * are the secrets of a connection; a man in the middle repeats every request in his answer, in every form of an error there is.
 */
import fs, { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { BUYER_CANARY } from '../../sim/world/index.ts';
import { createMemoryQuotas, createTokenCache } from '../../src/amazon/index.ts';
import { syncConnection, syncFeed } from '../../src/app/index.ts';
import { installTracer, type Log, parseLocalDate } from '../../src/core/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { openConnection, openFeeds, openWorkspace, type Workspace } from '../../src/entrypoints/composition.ts';
import { type PretendVendors, startPretendVendors } from '../../src/entrypoints/demo/pretend-vendors.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { type Metrics, startMetrics } from '../../src/entrypoints/telemetry/metrics.ts';
import { createSapSystems } from '../../src/sap/index.ts';
import { readMembers } from '../../src/store/backup/tar.ts';
import type { Database } from '../../src/store/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { type Finding, type Middleman, MOODS, searchDatabase, searchFor, startMiddleman } from './canary-kit.ts';
import { localUser } from './local-user.ts';

const WORDS = [
  'Zk7CanaryClient',
  'Qw3CanaryRefresh',
  'Xy9CanarySapKey',
  'Mn5CanaryHeader',
  'Rt2CanaryVault',
  'Hk4CanaryHook',
  'Sg6CanarySign',
];
const [CLIENT, REFRESH, SAP_KEY, HEADER, VAULT, HOOK, SIGN] = WORDS as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
/** What an operator looks at. */
const UNATTENDED = [
  'connections list',
  'settings show',
  'schedule show',
  'jobs list',
  'workers list',
  'approvals list',
  'alerts check',
  'alerts list',
  'privacy report acme',
  'privacy purge --dry-run',
  'privacy hold list',
  'retention show',
  'retention run --dry-run',
  'backup list',
  'payouts list acme',
];
const DAY_MS = 86_400_000;
const ANNA = { kind: 'user', name: 'anna' } as const;
const day = (daysAgo: number) => parseLocalDate(new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10));

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-canary-`);
const environment = {
  SELLER_LEDGER_USER: 'anna',
  SELLER_LEDGER_LOG: 'debug',
  // 32 bytes with the word in them.
  SELLER_LEDGER_KEY: Buffer.from(VAULT.padEnd(32, '+')).toString('base64'),
};
/** Time that passes only when somebody waits. */
const clock = new TestClock(Date.now());
let metrics: Metrics;
let stopSpans: () => void;
let vendors: PretendVendors;
let workspace: Workspace;
let amazon: Middleman;
let sap: Middleman;
let database: Database;
/** Everything that anybody could read: what commands print, what is logged, and what they write. */
const told: { place: string; text: string }[] = [];

beforeAll(async () => {
  vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: 'canary',
    from: day(20),
    to: day(0),
    folder,
    accounts: [{ marketplace: 'US' }],
    ordersPerDay: 3,
    nowMs: () => clock.nowMs(),
    // Marks that change when they are written as JSON, in an address or in a form.
    secrets: {
      clientSecret: `${CLIENT}"/+%`,
      refreshToken: `Atzr|${REFRESH}`,
      sapClientSecret: `${SAP_KEY}<&"\\+%`,
    },
  });
  [amazon, sap] = await Promise.all([startMiddleman(vendors.amazon.url), startMiddleman(vendors.sap.url)]);
  database = await openTestDatabase();
  const file = JSON.stringify({
    ...vendors.connectionFile('acme'),
    feeds: { since: day(6), buyers: true, orders: { source: 'api' } },
  })
    .replaceAll(vendors.amazon.url, amazon.url)
    .replaceAll(vendors.sap.url, sap.url);
  const content = JSON.parse(file) as { sap: object };
  Object.assign(content.sap, { secretHeaders: { 'x-gateway-key': `${HEADER}=&` } });
  writeFileSync(join(folder, 'acme.json'), JSON.stringify(content));
  const alerts = { webhook: { url: `${sap.url}/hook/${HOOK}`, secret: `${SIGN}${SIGN}` } };
  writeFileSync(join(folder, 'installation.json'), JSON.stringify({ alerts }));
  const opened = await openWorkspace({ environment, home: folder, databaseUrl: urlOf(database) });
  const log: Log = {
    write: (level, event, facts) => told.push({ place: 'log', text: JSON.stringify([level, event, facts]) }),
  };
  workspace = { ...opened, clock, log, quotas: createMemoryQuotas(clock) };
  metrics = startMetrics(workspace);
  const keepSpan = (...facts: unknown[]) => told.push({ place: 'trace', text: JSON.stringify(facts) });
  stopSpans = installTracer({
    start: (name, facts) => ({ end: (ending) => keepSpan(name, facts, ending) }),
    record: (name, facts) => keepSpan(name, facts),
  });
});
afterAll(async () => {
  stopSpans();
  metrics.close();
  await workspace.close();
  await Promise.all([vendors.close(), amazon.close(), sap.close(), database.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command and keeps all that it prints and logs. */
async function run(...args: string[]): Promise<number> {
  const keep = (text: unknown) => {
    told.push({ place: args.join(' '), text: String(text) });
    return true;
  };
  const write = fs.writeSync;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep),
    // The log writes to the descriptor itself.
    vi
      .spyOn(fs, 'writeSync')
      .mockImplementation(((descriptor: number, text: string, ...rest: never[]) =>
        descriptor === 2 && keep(text) ? text.length : write(descriptor, text, ...rest)) as typeof fs.writeSync),
  ];
  const global = ['node', 'seller-ledger', '--home', folder, '--database-url', urlOf(database)];
  try {
    return await runCli([...global, ...args], environment);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Keeps what comes of the work, or everything that is known of the error: its cause, its stack, its members. */
async function keeping(place: string, work: () => Promise<unknown>): Promise<void> {
  const keep = (what: unknown) => {
    told.push({ place, text: inspect(what, { depth: 12, showHidden: true, maxStringLength: null }) });
    told.push({ place, text: JSON.stringify(what, withoutBigints) ?? '' });
  };
  await work().then(keep, keep);
}

const withoutBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** Everything that asks Amazon or SAP. */
async function askBoth(): Promise<void> {
  const use = { actor: ANNA, onProgress: (event: unknown) => told.push({ place: 'progress', text: inspect(event) }) };
  await keeping('connection', async () => {
    const opened = await openConnection(workspace, 'acme', use);
    try {
      await keeping('ping Amazon', () => opened.pingAmazon());
      await keeping('ping SAP', () => opened.pingSap());
      await keeping('sync', async () => {
        const { problems } = await syncConnection(opened.context, { waitForUnknown: false });
        return problems;
      });
    } finally {
      await opened.close();
    }
  });
  await keeping('feeds', async () => {
    const { feedContext, close } = await openFeeds(workspace, 'acme', use);
    try {
      for (const feed of ['orders', 'payouts'] as const) {
        await keeping(feed, async () => (await syncFeed(feedContext, feed, { runMsMax: null })).problems);
      }
    } finally {
      await close();
    }
  });
}

const PAGES_READ = [
  'overview',
  'overview/money',
  'accruals',
  'audit/verify',
  'audit/events?limit=1000',
  'connections',
  'connections/acme',
  'customers',
  'exceptions',
  'jobs',
  'mapping/acme',
  'mapping/unknown',
  'orders?connection=acme',
  'schedules',
  'users',
  'secrets',
  'keys',
];

/** What the page shows, with its headers. */
async function readPage(): Promise<void> {
  const identify = localUser('tester');
  const page = await startHttp({ workspace, identify, port: 0, about: () => ({}) });
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`);
    const text = await answer.text();
    told.push({ place: `page ${path}`, text: `${answer.status} ${JSON.stringify([...answer.headers])} ${text}` });
    return text;
  };
  const itemsOf = async (path: string) => (JSON.parse(await get(path)) as { items: { id: string }[] }).items;
  const settlements = await itemsOf('settlements?limit=1000');
  const entries = await itemsOf('entries?limit=1000');
  // Control: there is something to be read.
  expect(Math.min(settlements.length, entries.length)).toBeGreaterThan(0);
  for (const { id } of settlements) for (const part of ['', '/waterfall']) await get(`settlements/${id}${part}`);
  for (const { id } of entries) await get(`entries/${id}`);
  for (const path of PAGES_READ) await get(path);
  await page.close();
}

const words = () => [...WORDS, BUYER_CANARY, ...amazon.learned, ...sap.learned];
function findings(): Finding[] {
  const search = searchFor(words());
  return told.flatMap(({ place, text }) => search(place, text)).slice(0, 5);
}
const inTables = async () => (await searchDatabase(searchFor(words()), database)).slice(0, 5);

it('the search finds a word that was planted, in each of its forms', () => {
  const planted = [
    'Zk7CanaryClient',
    ...['', 'x', 'xy', 'xyz:'].map((before) => Buffer.from(`${before}Zk7CanaryClient"`).toString('base64')),
    Buffer.from('Zk7CanaryClient').toString('hex').toUpperCase(),
    encodeURIComponent('ü Zk7CanaryClient'),
  ];
  for (const text of planted) expect(searchFor([CLIENT])('planted', `before ${text} after`).length).toBeGreaterThan(0);
  expect(searchFor([CLIENT])('planted', 'Zk7CanaryClien')).toEqual([]);
});

it('nothing is told while everything goes well, in what is printed, logged, recorded, shown and exported', async () => {
  expect(await run('connections', 'add', '--file', join(folder, 'acme.json'))).toBe(0);
  await askBoth();
  const month = String(day(0)).slice(0, 7);
  const endings = new Map<string, number>();
  for (const command of [
    'secrets list acme',
    'settlements list --json',
    'entries list --json',
    'orders list acme --json',
    'audit list --json --limit 10000',
    'keys list --json',
    `audit package --month ${month} --output ${join(folder, 'package')}`,
    `audit export --output ${join(folder, 'package', 'audit.jsonl')}`,
    `audit head acme --output ${join(folder, 'package', 'head.json')}`,
    `reports close acme ${month} --json`,
    `settings update --file ${join(folder, 'installation.json')} --why alerts --json`,
    'alerts test --json',
    ...UNATTENDED.map((command) => `${command} --json`),
    `backup create ${join(folder, 'books.backup')} --json`,
  ]) {
    endings.set(command, await run(...command.split(' ')));
  }
  await readPage();
  await keepMetrics();
  for (const { bytes } of await membersOf(join(folder, 'books.backup'))) {
    told.push({ place: 'backup', text: bytes.toString('latin1') });
  }
  // The page has no way to a secret, not even by name.
  const ofSecrets = told.filter(({ place }) => /^page (secrets|keys)$/.test(place));
  expect(ofSecrets.map(({ text }) => text.slice(0, 3))).toEqual(['404', '404']);
  // control: everything was used, tokens were given out, entries were posted, and buyers are there.
  expect(amazon.learned.size).toBeGreaterThan(0);
  expect(sap.learned.size).toBeGreaterThan(0);
  expect(await countOf("entry where state = 'posted'")).toBeGreaterThan(0);
  expect([await countOf('secret'), (await countOf('order_buyer')) > 3]).toEqual([4, true]);
  expect([...endings].filter(([, ending]) => ending !== 0).map(([command]) => command)).toEqual([
    `reports close acme ${month} --json`,
    'alerts test --json',
  ]);
  for (const place of ['trace', 'metrics', 'backup']) expect(told.some((each) => each.place === place)).toBe(true);
  expect(findings()).toEqual([]);
  expect(await inTables()).toEqual([]);
}, 60_000);

/** Every other one, because each costs a round of all requests; all of them with LOAD=full. */
const moods = MOODS.filter((_, index) => process.env.LOAD === 'full' || index % 2 === 1);

it.each(moods)(
  'nothing is told when the other side repeats what it was asked: %s',
  async (mood) => {
    told.length = 0;
    const before = amazon.repeated + sap.repeated;
    for (const letsLogOn of [true, false]) {
      Object.assign(amazon, { mood, letsLogOn });
      Object.assign(sap, { mood, letsLogOn });
      // What was given out before is not known to what is opened now.
      workspace = { ...workspace, tokenCache: createTokenCache(), sapSystems: createSapSystems() };
      await askBoth();
    }
    // The look comes to alerts from what went wrong, and who is told repeats it all.
    await run('alerts', 'check', '--json');
    await run('alerts', 'test', '--json');
    await keepMetrics();
    for (const each of [amazon, sap]) each.mood = 'honest';
    // control: he was asked.
    expect(amazon.repeated + sap.repeated).toBeGreaterThan(before + 3);
    expect(findings()).toEqual([]);
  },
  60_000,
);

it('nothing of all that is in any table, in the audit log or in a file that was written', async () => {
  await run('audit', 'list', '--json', '--limit', '10000');
  expect(findings()).toEqual([]);
  expect(await inTables()).toEqual([]);
  // control: nothing that the program does by itself looks like a change past it.
  expect(await run('audit', 'verify', '--everything'), told.at(-1)?.text).toBe(0);
  const files = readdirSync(join(folder, 'package'), { recursive: true })
    .map((name) => join(folder, 'package', String(name)))
    .filter((path) => statSync(path).isFile());
  expect(files.length).toBeGreaterThan(3);
  expect(files.flatMap((path) => searchFor(words())(path, readFileSync(path, 'latin1')))).toEqual([]);
});

async function keepMetrics(): Promise<void> {
  told.push({ place: 'metrics', text: await metrics.render() });
}

/** What is in a backup, unpacked. */
async function membersOf(path: string): Promise<{ bytes: Buffer }[]> {
  const members: { bytes: Buffer }[] = [];
  for await (const { bytes } of readMembers(path, createReadStream(path))) {
    members.push({ bytes: bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes });
  }
  return members;
}

async function countOf(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(rows[0]?.n);
}
