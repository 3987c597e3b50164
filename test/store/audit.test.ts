import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, sha256Of } from '../../src/core/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA } from './samples.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
beforeEach(() =>
  tamper('delete from audit_event', "update audit_head set sequence = 0, hash = repeat('0', 64)", RESTORE_HEAD),
);
afterAll(() => test.close());

const RESTORE_HEAD = "insert into audit_head (sequence, hash) values (0, repeat('0', 64)) on conflict do nothing";

async function recordEvents(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await test.books.record({ actor: ANNA, action: 'test', subject: `entry/${number}`, why: `reason ${number}` });
  }
}

/** What somebody with full rights on the database could do. */
async function tamper(...statements: string[]): Promise<void> {
  const client = await test.database.pool.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    for (const statement of statements) await client.query(statement);
    await client.query('reset session_replication_role');
  } finally {
    client.release();
  }
}

/** Computes the hash of an event anew, as a forger would. */
const REHASH = "hash = encode(sha256(convert_to(previous_hash || event, 'UTF8')), 'hex')";

it('an empty chain verifies', async () => {
  expect(await test.books.verify()).toEqual({ ok: true, eventCount: 0, headHash: null, firstBroken: null });
});

it('a chain verifies, and anyone can recompute it from its texts', async () => {
  await recordEvents(5);
  const verified = await test.books.verify();
  expect(verified).toMatchObject({ ok: true, eventCount: 5, firstBroken: null });
  const events = await test.books.listEvents();
  let hash = '0'.repeat(64);
  for (const { previousHash, hash: stored, ...content } of events) {
    expect(previousHash).toBe(hash);
    hash = sha256Of(hash + canonicalJson({ ...content, actor: { ...content.actor }, before: null, after: null }));
    expect(stored).toBe(hash);
  }
  expect(verified.headHash).toBe(hash);
});

it('what an event holds reads back exactly, amounts as decimal text', async () => {
  const after = { minor: 9_007_199_254_740_993n, nested: { list: ['ü', '\u2028', 1, null, true] }, missing: undefined };
  await test.books.record({ actor: ANNA, action: 'test', subject: 'entry/s', why: 'w', after });
  const [event] = await test.books.listEvents();
  expect(event?.after).toEqual({ minor: '9007199254740993', nested: after.nested });
});

it('events by many at once get numbers without gaps, in one chain', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      test.books.record({ actor: ANNA, action: 'test', subject: `entry/${index % 7}`, why: 'race' }),
    ),
  );
  expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 60 });
  expect((await test.books.listEvents()).map((event) => event.sequence)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
});

it('an event that is rolled back leaves no gap', async () => {
  await recordEvents(1);
  await expect(
    test.books.record({ actor: ANNA, action: 'test', subject: 'entry/s', why: 'w', after: { wrong: 0.5 } }),
  ).rejects.toMatchObject({ code: 'DEFECT' });
  await recordEvents(1);
  expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 2 });
});

it('the newest events of a subject are listed in order', async () => {
  await recordEvents(3);
  await recordEvents(3);
  expect((await test.books.listEvents({ subject: 'entry/2' })).map((event) => event.sequence)).toEqual([2, 5]);
  expect((await test.books.listEvents({ limit: 2 })).map((event) => event.sequence)).toEqual([5, 6]);
});

it.each([
  "update audit_event set event = event || ' ' where sequence = 2",
  'delete from audit_event where sequence = 2',
  'truncate audit_event',
  'delete from audit_head',
  'truncate audit_head',
  'update audit_head set sequence = sequence - 1',
  'update audit_head set sequence = sequence + 2',
])('the database itself refuses: %s', async (statement) => {
  await recordEvents(3);
  await expect(test.database.pool.query(statement)).rejects.toMatchObject({ code: '23001' });
  expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 3 });
});

describe('somebody with full rights is found out', () => {
  beforeEach(() => recordEvents(10));

  it.each<[what: string, statements: string[], sequence: number, says: string]>([
    [
      'one byte of a reason',
      ["update audit_event set event = replace(event, 'reason 4', 'reason 9') where sequence = 4"],
      4,
      'changed',
    ],
    ['the stored subject', ["update audit_event set subject = 'thing/5' where sequence = 4"], 4, 'changed'],
    ['the stored action', ["update audit_event set action = 'other' where sequence = 1"], 1, 'changed'],
    ['a hash', ["update audit_event set hash = repeat('a', 64) where sequence = 6"], 6, 'changed'],
    ['a link', ["update audit_event set previous_hash = repeat('a', 64) where sequence = 6"], 6, 'changed'],
    [
      'no JSON any more',
      ["update audit_event set event = 'x' where sequence = 3", `update audit_event set ${REHASH} where sequence = 3`],
      3,
      'changed',
    ],
    [
      'an event with its hash',
      [
        "update audit_event set event = replace(event, 'reason 4', 'reason 9') where sequence = 4",
        `update audit_event set ${REHASH} where sequence = 4`,
      ],
      4,
      'replaced',
    ],
    [
      'the last event with its hash',
      [
        "update audit_event set event = replace(event, 'reason 10', 'reason 99') where sequence = 10",
        `update audit_event set ${REHASH} where sequence = 10`,
      ],
      10,
      'changed',
    ],
    ['the first event removed', ['delete from audit_event where sequence = 1'], 1, 'removed'],
    ['an event in the middle removed', ['delete from audit_event where sequence = 5'], 5, 'removed'],
    ['three events removed', ['delete from audit_event where sequence between 5 and 7'], 5, '5 to 7 were removed'],
    ['the tail cut off', ['delete from audit_event where sequence > 8'], 9, 'up to 10, were removed'],
    ['all events removed', ['delete from audit_event'], 1, 'up to 10, were removed'],
    ['the head removed', ['delete from audit_head'], 11, 'head'],
    [
      'the tail cut off and the head moved back, to a wrong hash',
      ['delete from audit_event where sequence > 8', 'update audit_head set sequence = 8'],
      8,
      'another hash',
    ],
    [
      'an event added at the end without the head',
      [
        `insert into audit_event select 11, action, subject, replace(event, '"sequence":10', '"sequence":11'), hash, repeat('0', 64)
         from audit_event where sequence = 10`,
        `update audit_event set ${REHASH} where sequence = 11`,
      ],
      11,
      'inserted',
    ],
    [
      'an event slipped in between, the later ones renumbered',
      [
        'update audit_event set sequence = sequence + 1000 where sequence >= 5',
        'update audit_event set sequence = sequence - 999 where sequence > 1000',
        `insert into audit_event select 5, action, subject, replace(event, '"sequence":4', '"sequence":5'), hash, repeat('0', 64)
         from audit_event where sequence = 4`,
        `update audit_event set ${REHASH} where sequence = 5`,
      ],
      5,
      'inserted',
    ],
    [
      'two events exchanged',
      [
        'update audit_event set sequence = 100 where sequence = 3',
        'update audit_event set sequence = 3 where sequence = 7',
        'update audit_event set sequence = 7 where sequence = 100',
      ],
      3,
      'changed',
    ],
  ])('%s', async (_what, statements, sequence, says) => {
    expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 10 });
    await tamper(...statements);
    const { ok, firstBroken } = await test.books.verify();
    expect({ ok, firstBroken }).toEqual({ ok: false, firstBroken: { sequence, says: expect.stringContaining(says) } });
  });
});

it('a long chain is verified across batches and its break is named', async () => {
  await test.database.transaction(async (session) => {
    await session.query({ strings: [LONG_CHAIN], values: [] });
  });
  expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 2_500 });
  await tamper("update audit_event set event = replace(event, 'long', 'lang') where sequence = 2400");
  expect((await test.books.verify()).firstBroken?.sequence).toBe(2_400);
});

// The chain built by SQL alone: an independent second way to the same hashes.
const LONG_CHAIN = `
do $$
declare
  previous text := repeat('0', 64);
  content text;
  digest text;
begin
  for number in 1..2500 loop
    content := format('{"action":"test","actor":{"kind":"system","name":"x"},"after":null,"at":"2026-01-01T00:00:00.000Z","before":null,"sequence":%s,"subject":"s","why":"long"}', number);
    digest := encode(sha256(convert_to(previous || content, 'UTF8')), 'hex');
    insert into audit_event (sequence, action, subject, event, previous_hash, hash)
      values (number, 'test', 's', content, previous, digest);
    update audit_head set sequence = number, hash = digest;
    previous := digest;
  end loop;
end $$`;
