/** Lists come in parts, the newest first, and say what they leave out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { openTestBooks, type TestBooks, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import {
  addConnection,
  bytesOf,
  entry,
  line,
  postingKey,
  proposalOf,
  propose,
  reading,
  SYSTEM_ACTOR,
} from '../store/samples.ts';
import { startTestPage, type TestPage } from './test-page.ts';

/** More than one answer of the page's server holds. */
const SETTLEMENTS = 203;
const PART = 200;
const DAY_SECONDS = 86_400;

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-lists-`);
let test: TestBooks;
let page: TestPage;

/** Ids rise with the days on which the periods end, and two connections take turns. */
beforeAll(async () => {
  test = await openTestBooks();
  const connections = [await addConnection(test.books), await addConnection(test.books)];
  const { sha256 } = await test.books.putEvidence(bytesOf('a file'), { origin: 't', contentType: null, headers: {} });
  for (let number = 0; number < SETTLEMENTS; number += 1) {
    const read = reading(String(1_000 + number));
    const header = { ...read.header, endAt: read.header.endAt + number * DAY_SECONDS };
    const { id } = connections[number % 2]!;
    const input = { connectionId: id, sha256, reading: { ...read, header } };
    const settlement = await test.books.receiveSettlement(input, SYSTEM_ACTOR);
    if (number > 0) {
      await propose(test.books, settlement, proposalOf([entry(postingKey(number), [line(100n), line(-100n)])]));
    }
  }
  page = await startTestPage(test);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await page.close();
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

const newestFirst = Array.from({ length: SETTLEMENTS }, (_, index) => String(1_000 + SETTLEMENTS - 1 - index));

interface Body {
  readonly items: readonly { settlementId: string }[];
  readonly nextCursor: string | null;
  readonly code: string;
}

async function get(path: string): Promise<Body> {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`);
  return (await answer.json()) as Body;
}

const idsOf = (rows: readonly { settlementId: string }[]) => rows.map(({ settlementId }) => settlementId);

describe('the API', () => {
  it('gives the newest of each first, and the books count all of them', async () => {
    const settlements = (await get('settlements')).items;
    expect(idsOf(settlements)).toEqual(newestFirst.slice(0, PART));
    expect(idsOf((await get('entries')).items)).toEqual(newestFirst.slice(0, PART));
    expect(await test.books.countRecords()).toEqual({
      accruals: {},
      settlements: { proposed: SETTLEMENTS - 1, received: 1 },
      entries: { proposed: SETTLEMENTS - 1 },
      currentEntries: { proposed: SETTLEMENTS - 1 },
      reversals: {},
    });
    expect(settlements[0]).toMatchObject({ entryCount: 1, postedCount: 0 });
  });

  it('gives them part by part, all of them and each once, the newest first', async () => {
    for (const [name, expected] of [
      ['settlements', newestFirst],
      ['entries', newestFirst.slice(0, -1)],
    ] as const) {
      const first = await get(name);
      const second = await get(`${name}?cursor=${first.nextCursor}`);
      expect([first.items.length, second.nextCursor]).toEqual([PART, null]);
      expect(idsOf([...first.items, ...second.items])).toEqual(expected);
    }
    expect((await get('settlements?text=1000')).items).toMatchObject([{ entryCount: 0, postedCount: 0 }]);
  });

  it('CURSOR_INVALID: does not go on with another filter than the one it began with', async () => {
    const { nextCursor } = await get('settlements?limit=1');
    expect((await get(`settlements?cursor=${nextCursor}&limit=2`)).items).toHaveLength(2);
    for (const filter of ['state=received', 'text=1000']) {
      expect((await get(`settlements?cursor=${nextCursor}&${filter}`)).code, filter).toBe('CURSOR_INVALID');
    }
  });

  it('gives those of a state, of a connection, and those that a text names', async () => {
    expect((await get('settlements?state=received')).items).toHaveLength(1);
    expect(idsOf((await get('settlements?text=1202')).items)).toEqual(['1202']);
    expect(idsOf((await get('entries?text=1202')).items)).toEqual(['1202']);
    expect((await get('entries?state=posted')).items).toEqual([]);
    const [{ connection }] = (await get('settlements?limit=1')).items as unknown as [{ connection: string }];
    const own = (await get(`settlements?connection=${connection}&limit=1000`)).items;
    expect(own.length).toBeGreaterThan(90);
    expect(own.length).toBeLessThan(SETTLEMENTS);
    expect(await get('settlements?connection=nobody')).toMatchObject({ code: 'CONNECTION_UNKNOWN' });
  });

  it.each(['settlements', 'entries'])('CURSOR_INVALID: %s?cursor=1 is refused', async (name) => {
    expect(await get(`${name}?cursor=1`)).toMatchObject({ code: 'CURSOR_INVALID' });
  });
});

describe('a list at the command line', () => {
  async function list(...args: string[]): Promise<{ out: string; err: string }> {
    const text = { out: '', err: '' };
    for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        text[name] += String(chunk);
        return true;
      });
    }
    const key = Buffer.alloc(32, 7).toString('base64');
    const options = ['--home', folder, '--database-url', urlOf(test.database)];
    const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_KEY: key });
    vi.restoreAllMocks();
    expect(exitCode, text.err).toBe(0);
    return text;
  }

  it.each([
    ['settlements', SETTLEMENTS],
    ['entries', SETTLEMENTS - 1],
  ])('of %s shows the newest, and says how many more there are and how to see them', async (name, total) => {
    const { out, err } = await list(name, 'list');
    expect(out.trimEnd().split('\n')).toHaveLength(PART + 1);
    expect(err).toBe(`${total - PART} more, older ones are not shown: seller-ledger ${name} list --limit ${total}\n`);
    const all = await list(name, 'list', '--limit', String(total));
    expect(all.out.trimEnd().split('\n')).toHaveLength(total + 1);
    expect(all.err).toBe('');
  });

  it.each(['settlements', 'entries'])(
    'of %s stays an array with --json, and the rest is said beside it',
    async (name) => {
      const { out, err } = await list(name, 'list', '--limit', '2', '--json');
      expect(idsOf(JSON.parse(out) as { settlementId: string }[])).toEqual(newestFirst.slice(0, 2));
      expect(err).toMatch(/^20[01] more, older ones are not shown/);
    },
  );
});

describe('the books', () => {
  it('list everything, connection by connection and the oldest period first, when no part is asked for', async () => {
    const records = await test.books.listSettlements();
    const ids = [...newestFirst].reverse();
    const ofConnection = (rest: number) => ids.filter((_, index) => index % 2 === rest);
    expect(idsOf(records)).toEqual([...ofConnection(0), ...ofConnection(1)]);
    expect(await test.books.listEntries()).toHaveLength(SETTLEMENTS - 1);
  });
});
