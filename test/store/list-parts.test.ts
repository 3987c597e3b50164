/** Lists part by part: going through one gives each record once, whatever is added meanwhile. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditEvent,
  type Connection,
  type EntryPlace,
  type EventPlace,
  type EventsWanted,
  type OrderPlace,
  type OrderRecord,
  type PartOf,
  progressOf,
  type SettlementPlace,
  type SettlementRecord,
  traceDocument,
} from '../../src/app/index.ts';
import { silentLog, uuidFromName } from '../../src/core/index.ts';
import { heldFaults } from '../../src/entrypoints/http/views.ts';
import { graphileEngine, type JobPlace, prepareQueue } from '../../src/jobs/index.ts';
import { appendAuditEvent } from '../../src/store/audit.ts';
import { createFeedBooks, createJobHistory, createJobRecords, sql } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { order } from './feed-samples.ts';
import {
  addConnection,
  bytesOf,
  entry,
  line,
  postingKey,
  proposalOf,
  propose,
  reading,
  receive,
  SYSTEM_ACTOR,
} from './samples.ts';

const DAY_SECONDS = 86_400;

let test: TestBooks;
let connection: Connection;
let added = 0;

beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
  await prepareQueue(test.database.pool, silentLog);
  for (let day = 0; day < 8; day += 1) await addSettlement(day);
});
afterAll(() => test.close());

/** A settlement whose period ends some days later than the first; every second one with two entries. */
async function addSettlement(day: number): Promise<SettlementRecord> {
  added += 1;
  const { books } = test;
  const { sha256 } = await books.putEvidence(bytesOf('a file'), { origin: 't', contentType: null, headers: {} });
  const read = reading(String(7_000_000 + added));
  const header = { ...read.header, endAt: read.header.endAt + day * DAY_SECONDS };
  const settlement = await books.receiveSettlement(
    { connectionId: connection.id, sha256, reading: { ...read, header } },
    SYSTEM_ACTOR,
  );
  if (added % 2 === 0) return settlement;
  const entries = [0, 1].map((part) => entry(postingKey(added * 10 + part), [line(100n), line(-100n)]));
  return propose(books, settlement, proposalOf(entries));
}

/** Goes through a list, and does something between its parts. */
async function walk<Item, Place>(
  read: (after: Place | undefined) => Promise<PartOf<Item, Place>>,
  between: () => Promise<unknown>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let after: Place | undefined; ; ) {
    const { items, next } = await read(after);
    all.push(...items);
    if (next === null) return all;
    after = next;
    await between();
  }
}

/** Each list, with what names a record, and with what adds one anywhere in it. */
function lists() {
  const { books, database } = test;
  const jobs = createJobRecords({ database, engine: graphileEngine });
  const feeds = createFeedBooks(test);
  const history = createJobHistory({ database, engine: graphileEngine });
  const addJob = (day: number) => {
    added += 1;
    const id = `job-${added}`;
    const job = { id, name: 'sync', connectionId: null, payload: {}, key: id, queue: 'q', priority: 0, delayMs: day };
    return history.request(job);
  };
  return [
    {
      name: 'settlements',
      walk: (limit: number, between: () => Promise<unknown>) =>
        walk((after?: SettlementPlace) => books.partOfSettlements({ limit, after }), between).then((all) =>
          all.map(({ key }) => key),
        ),
      add: addSettlement,
    },
    {
      name: 'entries',
      walk: (limit: number, between: () => Promise<unknown>) =>
        walk((after?: EntryPlace) => books.partOfEntries({ limit, after }), between).then((all) =>
          all.map(({ id }) => id),
        ),
      add: addSettlement,
    },
    {
      name: 'events',
      walk: (limit: number, between: () => Promise<unknown>) =>
        walk((after?: EventPlace) => books.partOfEvents({ limit, after }), between).then((all) =>
          all.map(({ hash }) => hash),
        ),
      add: () => books.checkpoint(SYSTEM_ACTOR, 'a test'),
    },
    {
      name: 'jobs',
      walk: (limit: number, between: () => Promise<unknown>) =>
        walk((after?: JobPlace) => jobs.partOfJobs({ limit, after }), between).then((all) => all.map(({ id }) => id)),
      add: addJob,
    },
    {
      name: 'orders',
      walk: (limit: number, between: () => Promise<unknown>) =>
        walk<OrderRecord, OrderPlace>(
          (after) => feeds.partOfOrders({ connectionId: connection.id, limit, after }),
          between,
        ).then((all) => all.map((record) => record.order.orderId)),
      // Two of one day are told apart by their numbers.
      add: (day: number) => {
        added += 1;
        const createdAt = new Date(Date.UTC(2026, 10, 10 + day)).toISOString();
        return feeds.putOrders(connection.id, [order({ orderId: `order-${added}`, createdAt })], {
          reportSha256: null,
        });
      },
    },
  ] as const;
}

describe('going through a list part by part', () => {
  it.each([0, 1, 2, 3, 4])(
    'gives each record that was there once, while records are added (list %d)',
    async (number) => {
      const { walk: go, add, name } = lists()[number]!;
      for (let day = 0; day < 5; day += 1) await add(day);
      const nothing = () => Promise.resolve();
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 9 }),
          fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 3 }),
          async (limit, days) => {
            const before = await go(1_000, nothing);
            const rest = [...days];
            const seen = await go(limit, async () => {
              const day = rest.pop();
              if (day !== undefined) await add(day);
            });
            expect(new Set(seen).size, name).toBe(seen.length);
            expect(seen.filter((id) => before.includes(id as never))).toEqual(before);
          },
        ),
        { numRuns: 8 },
      );
    },
  );

  it('control: by counting from the beginning, a record that is added is between two parts', async () => {
    const first = await test.books.listSettlements({ limit: 3 });
    await addSettlement(400);
    const second = await test.books.listSettlements({ limit: 3, skip: 3 });
    expect(second[0]?.key).toBe(first[2]?.key);
  });
});

describe('a list', () => {
  it('finds settlements by what people know of them', async () => {
    const { books } = test;
    const settlement = await propose(
      books,
      await addUnproposed(),
      proposalOf([entry(postingKey(999_001), [line(5n), line(-5n)])], {
        rows: {
          bucketOfRow: new Uint32Array(),
          runs: [{ orderId: '302-1234567-1234567', sku: 'A', firstRow: 3, rowCount: 1 }],
        },
      }),
    );
    const found = async (text: string) =>
      (await books.partOfSettlements({ limit: 9, text })).items.map(({ key }) => key);
    expect(await found(settlement.settlementId)).toEqual([settlement.key]);
    expect(await found(postingKey(999_001).toLowerCase())).toEqual([settlement.key]);
    expect(await found('302-1234567-1234567')).toEqual([settlement.key]);
    expect(await found('302-1234567-7654321')).toEqual([]);
    expect(await found("' or true --")).toEqual([]);
    const entries = await books.partOfEntries({ limit: 9, text: settlement.settlementId });
    expect(entries.items.map(({ entry: { postingKey: key } }) => key)).toEqual([postingKey(999_001)]);
  });

  async function addUnproposed(): Promise<SettlementRecord> {
    if (added % 2 === 0) added += 1;
    return addSettlement(1);
  }

  it('keeps to its filters', async () => {
    const { books } = test;
    const other = await addConnection(books);
    expect((await books.partOfSettlements({ limit: 9, connectionId: other.id })).items).toEqual([]);
    const received = await books.partOfSettlements({ limit: 1_000, states: ['received'], currency: 'EUR' });
    expect(new Set(received.items.map(({ state }) => state))).toEqual(new Set(['received']));
    expect((await books.partOfSettlements({ limit: 9, currency: 'JPY' })).items).toEqual([]);
    const entries = { limit: 1_000, states: ['proposed'], companyCode: '1710', isCurrent: true } as const;
    const dated = { ...entries, from: '2026-10-31', to: '2026-10-31' };
    expect((await books.partOfEntries(dated)).items.length).toBeGreaterThan(4);
    expect((await books.partOfEntries({ ...dated, to: '2026-10-30', from: '2026-01-01' })).items).toEqual([]);
    expect((await books.partOfEntries({ ...entries, isCurrent: false })).items).toEqual([]);
  });

  it('of events finds by subject, action, actor, time and text', async () => {
    const { books } = test;
    const { items } = await books.partOfEvents({ limit: 1_000, action: 'settlement.', actor: SYSTEM_ACTOR.name });
    expect(new Set(items.map(({ action }) => action))).toEqual(
      new Set(['settlement.receive', 'settlement.proven', 'settlement.proposed']),
    );
    const [newest] = items;
    const { subject, at, chain } = newest!;
    const same = await books.partOfEvents({ limit: 1_000, subject, chain, from: at, to: at, text: 'MAPPED' });
    expect(same.items).toEqual([newest]);
    expect((await books.partOfEvents({ limit: 9, subject: 'entry/' })).items).toEqual([]);
    expect((await books.partOfEvents({ limit: 9, correlationId: uuidFromName('none') })).items).toEqual([]);
  });

  it('of the audit log finds by time what was written while a clock was set back, and a number as a whole', async () => {
    const times = ['10:00', '11:00', '08:30', '12:00', '08:40', '13:00'].map((time) => `2031-01-01T${time}:00.000Z`);
    for (const [index, at] of times.entries()) {
      const why = `order 111-222222${index}-3333333, document 49000000${index}7`;
      const fact = { actor: SYSTEM_ACTOR, action: 'clock.test', subject: `job/${index}` as const, why };
      await test.database.transaction((session) => appendAuditEvent(session, fact, at));
    }
    const found = async (wanted: Partial<EventsWanted>) =>
      (await test.books.partOfEvents({ limit: 100, action: 'clock.test', ...wanted })).items.map(({ at }) => at);
    for (const from of [undefined, '2031-01-01T08:35', '2031-01-01T10:30', '2032-01-01']) {
      for (const to of [undefined, '2030-01-01', '2031-01-01T08:35', '2031-01-01T11:30', '2031-01-01T12:59']) {
        const within = times.filter((at) => (from === undefined || at >= from) && (to === undefined || at <= to));
        expect(await found({ from, to }), `${from} to ${to}`).toEqual(within.toReversed());
      }
    }
    expect(await found({ text: '111-2222224-3333333' })).toEqual([times[4]]);
    expect(await found({ text: '4900000027' })).toEqual([times[2]]);
    // control: a part of a number, and a word, are found as well.
    expect(await found({ text: '2222224-33' })).toEqual([times[4]]);
    expect(await found({ text: 'DOCUMENT 49000' })).toHaveLength(times.length);
    expect(await found({ text: '4900000099' })).toEqual([]);
  });

  it('a number that stands whole in other events than those that are wanted is looked for within longer ones', async () => {
    const texts = { 'job/81': 'document 7700000012', 'job/82': 'document 7700000012345' } as const;
    for (const [subject, why] of Object.entries(texts)) {
      const fact = { actor: SYSTEM_ACTOR, action: 'whole.test', subject: subject as keyof typeof texts, why };
      await test.books.record(fact);
    }
    const found = async (wanted: Partial<EventsWanted>) =>
      (await test.books.partOfEvents({ limit: 1, text: '7700000012', ...wanted })).items.map(({ subject }) => subject);
    expect(await found({ subject: 'job/82' })).toEqual(['job/82']);
    expect(await found({ subject: 'job/81' })).toEqual(['job/81']);
    // Where one has it whole, the further parts of the list are of those that have it whole, too.
    const first = await test.books.partOfEvents({ limit: 1, text: '7700000012', action: 'whole.test' });
    expect(first.items.map(({ subject }) => subject)).toEqual(['job/81']);
    const [{ position }] = first.items as [AuditEvent];
    expect(await found({ action: 'whole.test', after: { position } })).toEqual([]);
  });

  it('of settlements counts the faults that hold them, by one question for all of them', async () => {
    const { books } = test;
    const settlement = await receive(books, connection, 'held');
    const entries = [901, 902].map((number) => entry(postingKey(number), [line(5n), line(-5n)]));
    await propose(books, settlement, proposalOf(entries));
    const [first, second] = await books.listEntries({ originKey: settlement.key });
    const fault = { code: 'SIMULATION_FAILED', kind: 'conflict', says: 'it would be refused', next: 'look' } as const;
    const note = { state: 'proposed', actor: SYSTEM_ACTOR } as const;
    await books.annotateEntry({ ...note, id: first!.id, problem: { ...fault, data: 'one\ntwo' } });
    await books.annotateEntry({ ...note, id: second!.id, problem: fault });
    const keys = (await books.listSettlements()).map(({ key }) => key);
    expect([...(await books.countHeldFaults(keys))]).toEqual([[settlement.key, 3]]);
    // control: by the entries themselves.
    expect([...heldFaults(await books.listEntries())]).toEqual([[settlement.key, 3]]);
  });

  it('of jobs finds by cause, and counts the causes', async () => {
    const { database } = test;
    const jobs = createJobRecords({ database, engine: graphileEngine });
    await database.query(sql`
      insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
      values ('failed-1', 'orders', null, '{}', 'failed-1', 'q', 0, now(), now(), 'failed', 1, now())`);
    await database.query(sql`
      insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at, ended_at, outcome, problem)
      values ('failed-1', 1, 'w', 'h', 1, ${uuidFromName('a')}, now(), now(), 'failed',
        '{"code":"AMAZON_REFUSED","kind":"rejected","says":"No.","next":"Ask."}')`);
    const { items } = await jobs.partOfJobs({ limit: 9, cause: 'AMAZON_REFUSED', text: 'failed' });
    expect(items).toMatchObject([{ id: 'failed-1', lastAttempt: { problem: { code: 'AMAZON_REFUSED' } } }]);
    expect(await jobs.listCauses()).toEqual([
      { code: 'AMAZON_REFUSED', name: 'orders', state: 'failed', count: 1, says: 'No.' },
    ]);
    expect((await jobs.partOfJobs({ limit: 9, cause: 'OTHER' })).items).toEqual([]);
  });
});

it('finds settlements by how far they are in SAP: not, partly or fully posted, as their progress says', async () => {
  const { books } = test;
  const own = await addConnection(books);
  const keys = [1, 2].map((part) => postingKey(888_000 + part));
  const entries = keys.map((key) => entry(key, [line(5n), line(-5n)]));
  const settlement = await propose(books, await receive(books, own, '7999001'), proposalOf(entries));
  await propose(books, await receive(books, own, '7999002'), proposalOf([]));
  const found = async (posted: 'not' | 'partly' | 'fully') =>
    (await books.partOfSettlements({ limit: 9, connectionId: own.id, posted })).items.map(({ key }) => key);
  const states = async () => Promise.all((['not', 'partly', 'fully'] as const).map(found));
  const progress = async () => (await progressOf(books, [settlement])).get(settlement.key);
  // control: the one that has nothing to post is never found.
  expect(await states()).toEqual([[settlement.key], [], []]);
  for (const [index, fiscalYear] of ['2026', '2027'].entries()) {
    const record = await books.getEntry(keys[index]!);
    await books.moveEntry({
      id: record.id,
      from: 'proposed',
      to: 'posted',
      actor: SYSTEM_ACTOR,
      why: 'its document is in SAP',
      document: { companyCode: record.entry.companyCode, fiscalYear, sapDocumentNumber: '0100000777' },
      approvedDigest: record.digest,
      isFoundInSap: true,
    });
    expect(await states()).toEqual(index === 0 ? [[], [settlement.key], []] : [[], [], [settlement.key]]);
    expect(await progress()).toBe(`${index + 1} of 2 posted`);
  }
  const trace = await traceDocument({ books, feeds: { listPayouts: async () => [] } } as never, '100000777');
  const heads = new Map(trace.facts.map(({ title, value }) => [title, value]));
  expect(heads.get('document')).toBe('0100000777/1710/2026, 0100000777/1710/2027');
  expect(heads.get('entry')).toBe(keys.join(', '));
  expect(heads.get('state')).toBe('posted');
});
