/** The key that signs the audit log is replaced while others sign, and whoever forges that is found. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuditChain,
  assertMove,
  type Books,
  type ConnectionId,
  chainsToExport,
  compareWithHead,
  exportLines,
  type SignedHead,
  signedHeadOf,
  verifyAuditExport,
} from '../../src/app/index.ts';
import { isSignedBy, type KeyHandOver, leadsTo, signedText } from '../../src/core/index.ts';
import { createBooks } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection } from './samples.ts';

let test: TestBooks;
let other: Books;
/** Signed by the first key. */
let kept: SignedHead;
let connection: ConnectionId;

beforeAll(async () => {
  test = await openTestBooks();
  const { database, vault, processes } = test;
  other = createBooks({ database, vault, processes, assertMove });
  await test.books.record({ actor: ANNA, action: 'test', subject: 'entry/1', why: 'something happened' });
  connection = (await addConnection(test.books)).id;
  kept = await headNow();
});
afterAll(() => test.close());

const headNow = () => signedHeadOf(test.books, { chain: 'installation', connection: null, programVersion: 'test' });

async function exported(): Promise<string[]> {
  const input = { books: test.books, programVersion: 'test' };
  const lines: string[] = [];
  for await (const text of exportLines(input, await chainsToExport(input))) lines.push(text.trimEnd());
  return lines;
}

async function* linesIn(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

/** How many wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await test.database.pool.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}

const faultsOf = async (lines: readonly string[], known: { heads?: SignedHead[]; publicKey?: string } = {}) =>
  (await verifyAuditExport(linesIn(lines), { heads: [], ...known })).faults;

/** What somebody with full rights on the database could do, while `look` runs. */
async function withTampering(statement: string, values: unknown[], look: () => Promise<void>): Promise<void> {
  const client = await test.database.pool.connect();
  try {
    await client.query('create table kept_keys as table audit_key');
    await client.query('create table kept_events as table audit_event');
    await client.query("set session_replication_role = 'replica'");
    await client.query(statement, values);
    await look();
  } finally {
    for (const [table, copy] of [
      ['audit_key', 'kept_keys'],
      ['audit_event', 'kept_events'],
    ]) {
      await client.query(`delete from ${table}`);
      await client.query(`insert into ${table} select * from ${copy}`);
      await client.query(`drop table ${copy}`);
    }
    await client.query('reset session_replication_role');
    client.release();
  }
}

it('control: the first key was handed over by none, and the log verifies', async () => {
  expect(await test.books.listAuditKeys()).toMatchObject([{ number: 1, until: null, handOver: null }]);
  expect(await test.books.verify()).toMatchObject({ ok: true });
});

it('others sign while the key is replaced, and none of them with the old key afterwards', async () => {
  const { database, processes } = test;
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const vault = { ...test.vault };
  // Signs with what it has read before the other one replaces it, and is done after that began.
  const begun = new Promise<void>((resolve) => {
    vault.open = async (...given) => {
      const opened = await test.vault.open(...given);
      resolve();
      await gate;
      return opened;
    };
  });
  const slow = createBooks({ database, vault, processes, assertMove });
  const signing = slow.signAudit((key) => signedText({ key }));
  await begun;
  let isRotated = false;
  const rotated = other.rotateAuditKey(ANNA, 'its time is over').finally(() => {
    isRotated = true;
  });
  await expect.poll(async () => isRotated || (await waiting()) > 0, { timeout: 20_000 }).toBe(true);
  expect(isRotated).toBe(false);
  expect(await test.books.listAuditKeys()).toHaveLength(1);
  goOn();
  const { publicKey, signature } = await signing;
  expect(publicKey).toBe(kept.publicKey);
  expect(isSignedBy(publicKey, { key: publicKey, signature } as { signature: string })).toBe(true);
  await rotated;
  const after = await test.books.signAudit(() => 'afterwards');
  expect(after.publicKey).toBe((await rotated).publicKey);
  expect(await test.books.listAuditKeys()).toMatchObject([
    { number: 1, publicKey: kept.publicKey, until: (await rotated).since },
    { number: 2, until: null, handOver: { previousKey: kept.publicKey } },
  ]);
  expect(await test.books.verify()).toMatchObject({ ok: true });
});

it('whoever replaces the key waits for whoever signs', async () => {
  const client = await test.database.pool.connect();
  await client.query('begin');
  await client.query("select from installation_secret where name = 'audit.signingKey' for share");
  const rotating = other.rotateAuditKey(ANNA, 'again');
  await expect.poll(waiting, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await test.books.listAuditKeys()).toHaveLength(2);
  await client.query('commit');
  client.release();
  expect(await rotating).toMatchObject({ number: 3 });
});

it('a head that was signed before is still what the books have, and so is one that is signed now', async () => {
  expect(await compareWithHead(test.books, kept)).toBeNull();
  expect(await compareWithHead(test.books, await headNow())).toBeNull();
  expect((await headNow()).publicKey).not.toBe(kept.publicKey);
});

it('an export leads from the key that an auditor knows to the one that signed it, without a database', async () => {
  const lines = await exported();
  const keys = await test.books.listAuditKeys();
  expect(keys).toHaveLength(3);
  for (const { publicKey } of keys) expect(await faultsOf(lines, { publicKey, heads: [kept] })).toEqual([]);
  const foreign = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  expect(await faultsOf(lines, { publicKey: foreign })).toEqual([
    'It is signed by another key than the one you named, and no hand-over leads from yours to it.',
  ]);
});

it('a byte that is flipped in the hand-overs of an export is found', async () => {
  const lines = await exported();
  const last = lines.at(-1) as string;
  expect(last).toContain('handOvers');
  expect(await faultsOf(lines)).toEqual([]);
  for (let at = 0; at < last.length; at += process.env.LOAD === 'full' ? 1 : 7) {
    const flipped = last.slice(0, at) + String.fromCharCode(last.charCodeAt(at) ^ 1) + last.slice(at + 1);
    expect(await faultsOf([...lines.slice(0, -1), flipped]), `byte ${at}`).not.toEqual([]);
  }
  expect(await faultsOf(lines.slice(0, -1))).toEqual(['The line of hand-overs is missing.']);
  const older = lines.with(0, lines[0]!.replace('export 2', 'export 1'));
  expect(await faultsOf(older)).toEqual(['A line of hand-overs is in an export of a form that has none.']);
});

describe('a hand-over that the key before it did not sign', () => {
  const forger = generateKeyPairSync('ed25519');
  const publicKey = forger.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  async function forged(): Promise<KeyHandOver> {
    const [, real] = await test.books.listAuditKeys();
    const { signature: _, ...facts } = real!.handOver as KeyHandOver;
    const made = { ...facts, publicKey };
    return { ...made, signature: sign(null, Buffer.from(signedText(made)), forger.privateKey).toString('base64') };
  }

  it('is found in an export, and leads nowhere', async () => {
    const made = await forged();
    const lines = [...(await exported()).slice(0, -1), JSON.stringify({ handOvers: [made] })];
    expect(leadsTo([made], kept.publicKey, publicKey)).toBe(false);
    expect(await faultsOf(lines, { publicKey: kept.publicKey })).toEqual(
      expect.arrayContaining([
        'The hand-over to signing key 2 was forged: signing key 1 did not sign it.',
        expect.stringContaining('no hand-over leads from yours to it'),
      ]),
    );
  });

  it('is found on record', async () => {
    const made = await forged();
    const change = 'update audit_key set public_key = $1, hand_over = $2 where number = 2';
    await withTampering(change, [publicKey, signedText(made)], async () => {
      expect((await test.books.verify()).firstBroken).toMatchObject({
        chain: 'installation',
        says: expect.stringMatching(/signing key/i),
      });
      expect(await compareWithHead(test.books, kept)).toMatch(/signing key 2 was forged/);
    });
  });

  it.each([
    ['a key that nobody tells of', "insert into audit_key values (4, 'AAAA', now(), null)", /no event tells of it/],
    ['a hand-over taken away', 'update audit_key set hand_over = null where number = 2', /was removed/],
    [
      'a hand-over changed',
      "update audit_key set hand_over = replace(hand_over, 'its', 'the') where number = 2",
      /forged/,
    ],
    ['a hand-over that is no JSON', "update audit_key set hand_over = '{' where number = 2", /forged/],
    ['a key removed', 'delete from audit_key where number = 2', /is not on record any more/],
    ['the event of a key', "delete from audit_event where action = 'audit.key-rotate'", /removed/],
  ])('so is %s', async (_what, change, says) => {
    await withTampering(change, [], async () => {
      const { faults } = await test.books.verifyEverything();
      expect((await test.books.verify()).firstBroken?.says).toMatch(says);
      expect(faults.map((fault) => fault.says).join('\n')).toMatch(says);
    });
    expect(await test.books.verify()).toMatchObject({ ok: true });
  });
});

it('what an old key signs after it was replaced is found', async () => {
  const later = { ...(await headNow()), publicKey: kept.publicKey };
  // Whoever has the old key signs; here nobody has, so its signature is left as it was.
  expect(await compareWithHead(test.books, later)).toMatch(/by a key that had been replaced/);
  const early = { ...later, at: kept.at };
  expect(await compareWithHead(test.books, early)).toMatch(/by a key that had been replaced/);
});

it('so is it in the chain of a connection, and in one that was not there yet', async () => {
  const headOf = (chain: AuditChain) => signedHeadOf(test.books, { chain, connection: null, programVersion: 'test' });
  const oldKey = { publicKey: kept.publicKey, at: kept.at };
  // control: what was there already is what the older key could say of it.
  expect(await compareWithHead(test.books, { ...(await headOf(connection)), ...oldKey })).toBeNull();
  const subject = `connection/${connection}` as const;
  await test.books.record({ actor: ANNA, action: 'test', subject, why: 'later' });
  expect(await compareWithHead(test.books, { ...(await headOf(connection)), ...oldKey })).toMatch(/had been replaced/);
  const { id: young } = await addConnection(test.books);
  expect(await compareWithHead(test.books, { ...(await headOf(young)), ...oldKey })).toMatch(/had been replaced/);
});

it('a head that was signed while a clock was ahead is still what the books have', async () => {
  expect(await compareWithHead(test.books, { ...kept, at: '2099-01-01T00:00:00.000Z' })).toBeNull();
});

describe('the line of hand-overs and the events in the same export', () => {
  it('tell of the same ones', async () => {
    const lines = await exported();
    const { handOvers } = JSON.parse(lines.at(-1) as string) as { handOvers: KeyHandOver[] };
    expect(handOvers).toHaveLength(2);
    const withHandOvers = (changed: readonly KeyHandOver[]) => [
      ...lines.slice(0, -1),
      JSON.stringify({ handOvers: changed }),
    ];
    expect(await faultsOf(withHandOvers(handOvers))).toEqual([]);
    expect(await faultsOf(withHandOvers(handOvers.slice(0, 1)))).toEqual([
      expect.stringContaining('tells of another hand-over than the line'),
    ]);
  });

  it('one that a stolen key signed for a key of the thief is found by the event that there is none of', async () => {
    const thief = generateKeyPairSync('ed25519');
    const lines = await exported();
    const { handOvers } = JSON.parse(lines.at(-1) as string) as { handOvers: KeyHandOver[] };
    const keyOf = (pair: typeof thief) => pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const stolen = generateKeyPairSync('ed25519');
    const { signature: _, ...facts } = handOvers[0] as KeyHandOver;
    const made = { ...facts, previousKey: keyOf(stolen), publicKey: keyOf(thief) };
    const signature = sign(null, Buffer.from(signedText(made)), stolen.privateKey).toString('base64');
    const forged = [...lines.slice(0, -1), JSON.stringify({ handOvers: [{ ...made, signature }] })];
    expect(await faultsOf(forged)).toContain('No event at its place tells of the hand-over to signing key 2.');
  });
});

it('a head is compared in books whose key is not on record yet, and the event says that it was there before', async () => {
  const own = await openTestBooks();
  try {
    const input = { chain: 'installation', connection: null, programVersion: 'test' } as const;
    const head = await signedHeadOf(own.books, input);
    const client = await own.database.pool.connect();
    // As books are that an older program made and whose event of the key was archived.
    await client.query("set session_replication_role = 'replica'");
    await client.query('delete from audit_key');
    await client.query('reset session_replication_role');
    client.release();
    expect(await compareWithHead(own.books, head)).toBeNull();
    const told = await own.books.listEvents({ subject: 'installation/audit' });
    expect(told.findLast(({ action }) => action === 'audit.key')?.why).toMatch(/was put on record: it has been there/);
  } finally {
    await own.close();
  }
});

it('a key that came because the one before it was lost is on record without a hand-over, and the heads before it still verify', async () => {
  await test.database.pool.query("delete from installation_secret where name = 'audit.signingKey'");
  const head = await headNow();
  expect(await test.books.listAuditKeys()).toMatchObject([
    {},
    {},
    { until: expect.any(String) },
    { number: 4, handOver: null },
  ]);
  expect(await test.books.verify()).toMatchObject({ ok: true });
  expect(await compareWithHead(test.books, kept)).toBeNull();
  expect(await faultsOf(await exported(), { publicKey: kept.publicKey })).toEqual([
    expect.stringContaining('no hand-over leads from yours to it'),
  ]);
  expect(await faultsOf(await exported(), { publicKey: head.publicKey })).toEqual([]);
});
