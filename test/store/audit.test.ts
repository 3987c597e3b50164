import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditSubject, Connection } from '../../src/app/index.ts';
import { canonicalJson, chainHash, NO_HASH, sha256Of, uuidFromName } from '../../src/core/index.ts';
import { appendAuditEvent } from '../../src/store/audit.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, receive } from './samples.ts';

const NOW = '2026-11-01T00:00:00.000Z';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
beforeEach(() =>
  tamper('delete from audit_anchor', 'delete from audit_event', 'delete from audit_head', RESTORE_HEADS),
);
afterAll(() => test.close());

const RESTORE_HEADS =
  "insert into audit_head (chain, sequence, hash) select chain, 0, repeat('0', 64) from unnest(array['founding', 'installation']) chain";

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
  expect(await test.books.verify()).toEqual({ ok: true, eventCount: 0, chains: [], firstBroken: null });
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
  expect(verified.chains).toEqual([
    { chain: 'installation', begin: { sequence: 0, hash: '0'.repeat(64) }, end: { sequence: 5, hash } },
  ]);
});

it('events whose times go backwards, because the clock was set back, are one chain in the order in which they were written', async () => {
  const subject: AuditSubject = 'entry/set back';
  const times = ['2026-11-26T12:00:00.000Z', '2026-11-26T09:00:00.000Z', '2027-11-26T09:00:00.000Z', NOW];
  for (const at of times) {
    const fact = { actor: ANNA, action: 'test', subject, why: `at ${at}` };
    await test.database.transaction((session) => appendAuditEvent(session, fact, at));
  }
  await test.books.checkpoint(ANNA, 'the end is on record');
  expect(await test.books.verify()).toMatchObject({ ok: true, eventCount: 5, firstBroken: null });
  expect((await test.books.listEvents({ subject })).map(({ at }) => at)).toEqual(times);
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
  "update audit_head set sequence = sequence + 1 where chain = 'founding'",
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
    ['the head removed', ["delete from audit_head where chain = 'installation'"], 11, 'head'],
    [
      'the tail cut off and the head moved back, to a wrong hash',
      ['delete from audit_event where sequence > 8', "update audit_head set sequence = 8 where chain = 'installation'"],
      8,
      'another hash',
    ],
    [
      'an event added at the end without the head',
      [
        `insert into audit_event (chain, position, sequence, action, subject, event, previous_hash, hash)
         select chain, position + 5000, 11, action, subject, 
           regexp_replace(replace(event, '"sequence":10', '"sequence":11'), '"position":[0-9]+', '"position":' || (position + 5000)), hash, repeat('0', 64)
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
        `insert into audit_event (chain, position, sequence, action, subject, event, previous_hash, hash)
         select chain, position + 5000, 5, action, subject, 
           regexp_replace(replace(event, '"sequence":4', '"sequence":5'), '"position":[0-9]+', '"position":' || (position + 5000)), hash, repeat('0', 64)
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
    expect({ ok, firstBroken }).toEqual({
      ok: false,
      firstBroken: { chain: 'installation', sequence, says: expect.stringContaining(says) },
    });
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
    content := format('{"action":"test","actor":{"kind":"system","name":"x"},"after":null,"at":"2026-01-01T00:00:00.000Z","before":null,"chain":"installation","position":%s,"sequence":%s,"subject":"s","why":"long"}', number, number);
    digest := encode(sha256(convert_to(previous || content, 'UTF8')), 'hex');
    insert into audit_event (chain, position, sequence, action, subject, event, previous_hash, hash)
      values ('installation', number, number, 'test', 's', content, previous, digest);
    update audit_head set sequence = number, hash = digest where chain = 'installation';
    previous := digest;
  end loop;
end $$`;

describe('a chain for each connection', () => {
  let one: Connection;
  let two: Connection;
  beforeEach(async () => {
    await tamper('truncate audit_event', 'delete from audit_head', RESTORE_HEADS);
    one = await addConnection(test.books);
    two = await addConnection(test.books);
  });
  const act = (connection: Connection, action: string) =>
    test.books.record({ actor: ANNA, action, subject: `connection/${connection.id}`, why: 'w' });

  it('an event is in the chain of the connection that its subject belongs to', async () => {
    const settlement = await receive(test.books, one, '90000000001');
    await test.books.record({ actor: ANNA, action: 'x', subject: `settlement/${settlement.key}`, why: 'w' });
    await test.books.record({ actor: ANNA, action: 'x', subject: 'job/1', why: 'w', connectionId: two.id });
    await test.books.record({ actor: ANNA, action: 'x', subject: 'buyers/all', why: 'w' });
    const chainOf = async (subject: AuditSubject) => (await test.books.listEvents({ subject })).at(-1)?.chain;
    expect(await chainOf(`settlement/${settlement.key}`)).toBe(one.id);
    expect(await chainOf('job/1')).toBe(two.id);
    expect(await chainOf('buyers/all')).toBe('installation');
    expect(await test.books.verify()).toMatchObject({ ok: true });
    expect((await test.books.verify({ chain: one.id })).chains.map(({ chain }) => chain)).toEqual([
      'installation',
      one.id,
    ]);
  });

  it('events of all chains are listed in the order in which they were written', async () => {
    for (const [index, connection] of [one, two, one, two].entries()) await act(connection, `step.${index}`);
    expect((await test.books.listEvents({ limit: 4 })).map(({ action }) => action)).toEqual(
      [0, 1, 2, 3].map((index) => `step.${index}`),
    );
  });

  it('writers of different connections do not wait for each other', async () => {
    await test.database.transaction(async (session) => {
      await appendAuditEvent(session, { actor: ANNA, action: 'x', subject: `connection/${one.id}`, why: 'w' }, NOW);
      // Would wait for ever for the head of a chain that both write.
      await act(two, 'meanwhile');
    });
    expect((await test.books.listEvents({ limit: 2 })).map(({ action }) => action)).toEqual(['x', 'meanwhile']);
  });

  it('a chain that many begin at once begins once', async () => {
    const id = uuidFromName('begun at once');
    await Promise.all(
      Array.from({ length: 12 }, () =>
        test.books.record({ actor: ANNA, action: 'x', subject: `connection/${id}`, why: 'w' }),
      ),
    );
    expect(await test.books.verify()).toMatchObject({ ok: true });
    const begun = (await test.books.listEvents({ subject: 'installation/audit' })).filter(
      ({ after }) => after?.chain === id,
    );
    expect(begun).toHaveLength(1);
  });

  const FORGE_ONE = `event = regexp_replace(event, '"why":"w"', '"why":"v"')`;
  it.each<[what: string, statements: (id: string) => string[], says: string]>([
    [
      'a whole chain removed',
      (id) => [`delete from audit_event where chain = '${id}'`, `delete from audit_head where chain = '${id}'`],
      'The whole chain was removed.',
    ],
    [
      'the tail cut off with its head, in front of a checkpoint',
      (id) => [
        `delete from audit_event where chain = '${id}' and sequence > 1`,
        `update audit_head h set sequence = 1, hash = e.hash from audit_event e where h.chain = '${id}' and e.chain = h.chain`,
      ],
      'a checkpoint of the installation tells of them',
    ],
    [
      'a chain rewritten from some event on, with its head',
      (id) => [
        `update audit_event set ${FORGE_ONE} where chain = '${id}' and sequence = 2`,
        `update audit_event set ${REHASH} where chain = '${id}' and sequence = 2`,
        `update audit_head h set hash = e.hash from audit_event e where h.chain = '${id}' and e.chain = h.chain and e.sequence = 2`,
      ],
      'a checkpoint of the installation tells of another one',
    ],
    [
      'a chain begun elsewhere',
      (id) => [
        `update audit_event set previous_hash = repeat('0', 64) where chain = '${id}' and sequence = 1`,
        `update audit_event set ${REHASH} where chain = '${id}' and sequence = 1`,
      ],
      'it does not begin the chain',
    ],
    [
      'an event moved to another chain',
      (id) => [`update audit_event set chain = 'installation', sequence = 9 where chain = '${id}' and sequence = 2`],
      'inserted',
    ],
  ])('finds out: %s', async (_what, statements, says) => {
    await act(one, 'second');
    await test.books.checkpoint(ANNA, 'test');
    expect(await test.books.verify()).toMatchObject({ ok: true });
    await tamper(...statements(one.id));
    const { ok, firstBroken } = await test.books.verify();
    expect({ ok, says: firstBroken?.says }).toEqual({ ok: false, says: expect.stringContaining(says) });
  });

  it('events from before there were chains stay one, which never grows, and the others hang on it', async () => {
    const text = `{"action":"old","actor":{"kind":"system","name":"x"},"after":null,"at":"2026-01-01T00:00:00.000Z","before":null,"sequence":1,"subject":"connection/${one.id}","why":"old"}`;
    const hash = chainHash(NO_HASH, text);
    await tamper(
      'truncate audit_event',
      'delete from audit_head',
      `insert into audit_event (chain, position, sequence, action, subject, event, previous_hash, hash)
       values ('founding', 1, 1, 'old', 'connection/${one.id}', '${text}', '${NO_HASH}', '${hash}')`,
      `insert into audit_head (chain, sequence, hash) values ('founding', 1, '${hash}'), ('installation', 0, '${hash}')`,
    );
    await act(one, 'new');
    const { ok, chains } = await test.books.verify();
    expect({ ok, chains: chains.map(({ chain, end }) => [chain, end.sequence]) }).toEqual({
      ok: true,
      chains: [
        ['founding', 1],
        ['installation', 1],
        [one.id, 1],
      ],
    });
    const events = await test.books.listEvents({ subject: `connection/${one.id}` });
    expect(events.map(({ chain, sequence, action }) => [chain, sequence, action])).toEqual([
      ['founding', 1, 'old'],
      [one.id, 1, 'new'],
    ]);
    await tamper(
      'update audit_event set event = replace(event, \'"why":"old"\', \'"why":"new"\') where chain = \'founding\'',
    );
    expect((await test.books.verify()).firstBroken).toMatchObject({ chain: 'founding', sequence: 1 });
  });
});
