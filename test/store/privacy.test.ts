import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ErasureContext, eraseSeller, RETENTION_DEFAULTS, runRetention } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { buyer, event, order } from './feed-samples.ts';
import {
  connectionTables,
  DAY_MS,
  openTestPrivacy,
  rowsOf,
  sellerWithRecords,
  type TestPrivacy,
} from './privacy-kit.ts';
import {
  ANNA,
  addConnection,
  entry,
  line,
  postingKey,
  problemCode,
  proposalOf,
  propose,
  receive,
  SYSTEM_ACTOR,
} from './samples.ts';

let test: TestPrivacy;
beforeAll(async () => {
  test = await openTestPrivacy();
});
afterAll(() => test.close());

const inDays = (days: number) => new Date(test.time.nowMs() + days * DAY_MS).toISOString();
const hold = (facts: object) =>
  test.privacy.placeHold(
    { covers: 'buyers', connectionId: null, orderIds: [], why: 'a lawsuit', endsAt: null, ...facts },
    ANNA,
  );
const purge = (isDryRun = false) => test.privacy.purgeBuyersWithReport(SYSTEM_ACTOR, { isDryRun });
const retain = (isDryRun = false) =>
  runRetention(
    { books: test.books, privacy: test.privacy, rules: RETENTION_DEFAULTS, actor: SYSTEM_ACTOR },
    { isDryRun },
  );
const erasing = (connection: ErasureContext['connection']): ErasureContext => ({
  books: test.books,
  privacy: test.privacy,
  connection,
  actor: ANNA,
  log: silentLog,
});
const query = async (text: string, values: unknown[] = []) => (await test.database.pool.query(text, values)).rows;

describe('a hold', () => {
  it('HOLD_UNKNOWN, HOLD_ENDED: stands until it is released, once, or until its day', async () => {
    const { number } = await hold({ covers: 'orders', orderIds: ['h-2', 'h-1', 'h-1'] });
    const short = await hold({ endsAt: inDays(2) });
    expect(await test.privacy.listHolds()).toMatchObject([
      { number, orderIds: ['h-1', 'h-2'], placedBy: ANNA, isStanding: true, released: null },
      { number: short.number, isStanding: true },
    ]);
    await test.time.sleep(2 * DAY_MS);
    expect(await test.privacy.listHolds()).toMatchObject([{ number }]);
    expect(await problemCode(test.privacy.releaseHold(short.number, ANNA, 'over'))).toBe('HOLD_ENDED');
    expect(await test.privacy.releaseHold(number, ANNA, 'settled')).toMatchObject({ released: { why: 'settled' } });
    expect(await problemCode(test.privacy.releaseHold(number, ANNA, 'again'))).toBe('HOLD_ENDED');
    expect(await problemCode(test.privacy.releaseHold(4_711, ANNA, 'none'))).toBe('HOLD_UNKNOWN');
    expect(await test.privacy.listHolds()).toEqual([]);
    expect(await test.privacy.listHolds({ all: true })).toHaveLength(2);
    const events = await test.books.listEvents({ subject: 'buyers/all' });
    expect(events.map(({ action }) => action)).toEqual(['hold.place', 'hold.place', 'hold.release']);
  });

  it('never changes otherwise, whoever writes to the database', async () => {
    for (const statement of [
      "update privacy_hold set why = 'another'",
      'delete from privacy_hold',
      'delete from privacy_hold_order',
      "update privacy_hold_order set order_id = 'x'",
      'truncate privacy_hold cascade',
    ]) {
      await expect(query(statement), statement).rejects.toThrow(/append-only|never changed/);
    }
  });
});

describe('a purge', () => {
  it('says by connection how many went, how many were held back and which partners are left in SAP, and its event has numbers only', async () => {
    const { connection } = await sellerWithRecords(test, 'purge');
    const orderIds = ['purge-1', 'purge-2', 'purge-3', 'purge-4'];
    await test.feeds.putBuyers(
      connection.id,
      orderIds.map((orderId, index) => buyer({ orderId, deleteAfter: inDays(index === 3 ? 9 : 1) })),
    );
    const { number } = await hold({ covers: 'orders', orderIds: ['purge-2'] });
    await test.time.sleep(DAY_MS);
    const expected = {
      connections: [{ connectionName: connection.name, removedCount: 2, heldCount: 1, keptCount: 1 }],
      partners: [{ connectionName: connection.name, orderId: 'purge-1', partnerNumber: '4711' }],
      partnerCount: 1,
    };
    expect(await purge(true)).toMatchObject({ isDryRun: true, ...expected });
    expect(await purge()).toMatchObject({ isDryRun: false, ...expected });
    expect(await query('select order_id from order_buyer order by 1')).toEqual([
      { order_id: 'purge-2' },
      { order_id: 'purge-4' },
    ]);
    const [last] = (await test.books.listEvents({ subject: 'buyers/all' })).slice(-1);
    expect(last).toMatchObject({ action: 'buyer.purge', after: { count: 2, held: 1, kept: 1, partners: 1 } });
    expect(JSON.stringify(last)).not.toContain('purge-1');
    await test.privacy.releaseHold(number, ANNA, 'over');
    expect(await purge()).toMatchObject({ connections: [{ removedCount: 1, heldCount: 0 }] });
    // A daily run shows that it ran, also where nothing was due.
    await purge();
    expect((await test.books.listEvents({ subject: 'buyers/all' })).at(-1)).toMatchObject({ after: { count: 0 } });
  });

  it('of the feeds leaves what is held as well, and a held buyer is there for persons only and stays as it was', async () => {
    const { id } = await addConnection(test.books, 'SELLER-HELD');
    await test.feeds.putBuyers(id, [buyer({ orderId: 'held-1', deleteAfter: inDays(1) })]);
    const { number } = await hold({ connectionId: id });
    await test.time.sleep(DAY_MS);
    await test.feeds.purgeBuyers(SYSTEM_ACTOR);
    await test.feeds.putBuyers(id, [buyer({ orderId: 'held-1', deleteAfter: inDays(-1), name: null })]);
    await test.feeds.putBuyers(id, [buyer({ orderId: 'held-1', deleteAfter: inDays(5), name: 'CANARY other' })]);
    const open = (actor: typeof ANNA) => test.feeds.openBuyer(id, 'held-1', actor, 'a lawsuit');
    expect((await open(ANNA))?.name).toBe('CANARY Erika Mustermann');
    expect(await open(SYSTEM_ACTOR)).toBeUndefined();
    await test.privacy.releaseHold(number, ANNA, 'over');
    expect(await open(ANNA)).toBeUndefined();
    await test.feeds.purgeBuyers(SYSTEM_ACTOR);
    expect(await query("select from order_buyer where order_id = 'held-1'")).toEqual([]);
  });

  it('a buyer told anew after its date, with a date that still is one, is kept until that', async () => {
    const { id } = await addConnection(test.books, 'SELLER-ANEW');
    await test.feeds.putBuyers(id, [buyer({ orderId: 'anew', deleteAfter: inDays(1) })]);
    await test.time.sleep(DAY_MS);
    await test.feeds.putBuyers(id, [buyer({ orderId: 'anew', deleteAfter: inDays(3) })]);
    await test.time.sleep(2 * DAY_MS);
    expect(await test.feeds.openBuyer(id, 'anew', SYSTEM_ACTOR, 'test')).toBeDefined();
    await test.time.sleep(DAY_MS);
    expect(await test.feeds.openBuyer(id, 'anew', SYSTEM_ACTOR, 'test')).toBeUndefined();
  });
});

describe('a file', () => {
  it('goes only where nothing refers to it, with a record of its digest, size and reason', async () => {
    const unused = await test.evidence('nothing refers to this');
    const { settlement } = await sellerWithRecords(test, 'files');
    const remove = async (sha256: string, before = 'infinity') =>
      (await query('select remove_unused_evidence($1, $2, $3, now()) as bytes', [sha256, before, 'a test']))[0].bytes;
    expect(await remove(settlement.sha256)).toBeNull();
    expect(await remove(unused, inDays(-1))).toBeNull();
    expect(Number(await remove(unused))).toBe(22);
    expect(
      await query('select byte_count::int as bytes, why from evidence_removal where sha256 = $1', [unused]),
    ).toEqual([{ bytes: 22, why: 'a test' }]);
    expect(await problemCode(test.books.describeEvidence(unused))).toBe('EVIDENCE_UNKNOWN');
    // It may come again, and then it is evidence as any other.
    expect(await test.evidence('nothing refers to this')).toBe(unused);
    await expect(query('delete from evidence where sha256 = $1', [unused])).rejects.toThrow('append-only');
    for (const table of ['evidence', 'evidence_chunk', 'evidence_delivery', 'evidence_removal']) {
      await expect(query(`delete from ${table}`), table).rejects.toThrow('append-only');
    }
  });

  it('is known to be used by every table that refers to evidence', async () => {
    const tables = await query(`select distinct conrelid::regclass::text as name from pg_constraint
      where contype = 'f' and confrelid = 'evidence'::regclass order by 1`);
    const [{ text }] = await query("select pg_get_viewdef('used_evidence') as text");
    const goesWithIt = ['evidence_chunk', 'evidence_delivery', 'settlement_sums'];
    const missing = tables.map(({ name }) => name).filter((name) => !goesWithIt.includes(name) && !text.includes(name));
    expect(tables.length).toBeGreaterThan(9);
    expect(missing).toEqual([]);
  });
});

describe('retention', () => {
  it('removes what is older than its time, keeps what is held and what entries rest on, and the books are as before', async () => {
    const { connection, reportFile, taxFile } = await sellerWithRecords(test, 'old');
    const fresh = await sellerWithRecords(test, 'held');
    const { number } = await hold({ covers: 'connection', connectionId: fresh.connection.id });
    const kept = await rowsOf(test, fresh.connection);
    const books = await bookState(connection);
    await test.time.sleep(560 * DAY_MS);
    const dry = await retain(true);
    expect(await rowsOf(test, fresh.connection)).toEqual(kept);
    const run = await retain();
    const sumOf = ({ records }: typeof run, name: string) =>
      Object.fromEntries(
        records
          .filter(({ connectionName }) => connectionName === name)
          .map(({ kind, dueCount, heldCount, restedOnCount }) => [kind, [dueCount, heldCount, restedOnCount]]),
      );
    expect(sumOf(run, connection.name)).toEqual({
      orders: [2, 0, 1],
      events: [1, 0, 1],
      summaries: [1, 0, 0],
      balances: [1, 0, 0],
      payouts: [1, 0, 0],
      reimbursements: [1, 0, 0],
      unreadable: [1, 0, 0],
    });
    expect(sumOf(dry, connection.name)).toEqual(sumOf(run, connection.name));
    expect(sumOf(run, fresh.connection.name)).toMatchObject({ orders: [0, 3, 1], payouts: [0, 1, 0] });
    expect(await rowsOf(test, fresh.connection)).toEqual(kept);
    expect(await query('select order_id from amazon_order where connection_id = $1', [connection.id])).toEqual([
      { order_id: 'old-kept' },
    ]);
    // While a whole connection is held, files that nothing refers to stay too: nobody knows whose they were.
    expect(run.files.count).toBe(0);
    await test.privacy.releaseHold(number, ANNA, 'over');
    expect((await retain()).files.count).toBeGreaterThan(0);
    expect(await problemCode(test.books.describeEvidence(reportFile))).toBe('EVIDENCE_UNKNOWN');
    // control: lines of tax reports are kept for ten years, and their file with them.
    expect(await test.books.describeEvidence(taxFile)).toBeDefined();
    expect(await bookState(connection)).toEqual(books);
    const [last] = await test.books.listEvents({ subject: 'installation/retention' });
    expect(last).toMatchObject({
      action: 'retention.run',
      after: { orders: expect.any(Number), held: expect.any(Number) },
    });
    expect(await test.books.verify()).toMatchObject({ ok: true });
  });

  it('the earlier content of an event goes with the event and never alone', async () => {
    const { id } = test.connection;
    await test.feeds.putFinanceEvents(id, [event('past-1')]);
    await test.feeds.putFinanceEvents(id, [event('past-1', { status: 'deferred' })]);
    await expect(query('delete from finance_event_past')).rejects.toThrow('append-only');
    await test.privacy.removeRecords('events', { connectionId: id, before: null });
    expect(
      await query(`select from finance_event_past p join finance_event e on e.id = p.event_key
      where e.event_key = 'past-1'`),
    ).toEqual([]);
  });
});

/** Everything about the books of a connection that must not move. */
async function bookState(connection: { id: string }) {
  const entries = await query(
    `select e.posting_key, e.digest, e.state, e.sap_document_number,
       (select sum(l.amount_minor)::text from entry_line l where l.entry_id = e.id and l.amount_minor > 0) as debit
     from entry e left join settlement s on s.key = e.settlement_key left join accrual a on a.key = e.accrual_key
     where $1 in (s.connection_id, a.connection_id) order by 1`,
    [connection.id],
  );
  const files = await query(
    `select sha256 from settlement where connection_id = $1 union select sources_sha256 from accrual where connection_id = $1
     order by 1`,
    [connection.id],
  );
  for (const { sha256 } of files) for await (const _ of test.books.openEvidence(sha256));
  return { entries, files };
}

describe('an erasure', () => {
  const STAYS = [
    'accrual',
    'accrued_order',
    'amazon_order',
    'customer',
    'finance_event',
    'mapping_version',
    'seller_erasure',
    'settlement',
  ];

  it('removes everything of a seller that nothing rests on, keeps the books, and nothing comes back', async () => {
    const { connection, reportFile, taxFile } = await sellerWithRecords(test, 'gone');
    const other = await sellerWithRecords(test, 'other');
    const before = await rowsOf(test, other.connection);
    const books = await bookState(connection);
    const report = await eraseSeller(erasing(connection), 'the seller asked');
    expect(report).toMatchObject({ erasure: { finishedAt: expect.any(String), begunBy: ANNA }, unbookedCount: 0 });
    expect(report.partners).toMatchObject([{ orderId: 'gone-1', partnerNumber: '4711' }]);
    expect(report.erasure.counts).toMatchObject({
      secrets: 1,
      buyers: 2,
      'data-keys': 1,
      orders: 2,
      events: 1,
      'tax-lines': 1,
      files: 3,
    });
    const left = await rowsOf(test, connection);
    expect(Object.keys(left).filter((table) => !STAYS.includes(table))).toEqual([]);
    expect(left).toMatchObject({ amazon_order: 1, finance_event: 1, settlement: 1, accrual: 1 });
    expect(await query('select order_id from amazon_order where connection_id = $1', [connection.id])).toEqual([
      { order_id: 'gone-kept' },
    ]);
    for (const sha256 of [reportFile, taxFile]) {
      expect(await problemCode(test.books.describeEvidence(sha256))).toBe('EVIDENCE_UNKNOWN');
    }
    expect(await query('select written::text from customer where connection_id = $1', [connection.id])).toEqual([
      { written: '{}' },
    ]);
    expect(await bookState(connection)).toEqual(books);
    expect(await rowsOf(test, other.connection)).toEqual(before);
    expect(await test.books.verify()).toMatchObject({ ok: true });
    // Again, it says the same and does nothing.
    expect(await eraseSeller(erasing(connection), 'again')).toEqual(report);
  });

  it('waits for whoever is writing for the seller, so that nothing of it is left behind', async () => {
    const connection = await addConnection(test.books, 'SELLER-WRITING');
    const client = await test.database.pool.connect();
    const left = () => query('select from feed_unreadable where connection_id = $1', [connection.id]);
    try {
      await client.query('begin');
      await client.query(
        `insert into feed_unreadable (connection_id, feed, sha256, says, source, seen_at)
         values ($1, 'orders', repeat('a', 64), 'odd', '{}', now())`,
        [connection.id],
      );
      const erased = eraseSeller(erasing(connection), 'the seller asked');
      await vi.waitFor(async () => {
        const waiting = await query(
          'select from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted',
        );
        expect(waiting.length).toBeGreaterThan(0);
      });
      await client.query('commit');
      expect((await erased).erasure.counts).toMatchObject({ unreadable: 1 });
    } finally {
      client.release();
    }
    expect(await left()).toEqual([]);
  });

  it('SELLER_ACCOUNT_ERASED: the seller is not connected again to the books that hold what was booked for it', async () => {
    const settings = { amazon: { region: 'eu' } };
    const add = (name: string) =>
      test.books.addConnection({ name, sellerAccount: 'A2BACK', settings, secrets: {} }, ANNA);
    const connection = await add('back-1');
    expect(await problemCode(add('back-2'))).toBe('SELLER_ACCOUNT_CONNECTED');
    await eraseSeller(erasing(connection), 'the seller asked');
    expect(await problemCode(add('back-2'))).toBe('SELLER_ACCOUNT_ERASED');
  });

  it('CONNECTION_ERASED: nobody works for an erased seller any more, and its books are still to be read', async () => {
    const { connection, settlement } = await sellerWithRecords(test, 'closed');
    await eraseSeller(erasing(connection), 'the seller asked');
    const { id, name, settings } = connection;
    const refused = [
      test.books.openSecrets(id, ANNA, 'to sync'),
      test.books.updateConnection(id, { settings, secrets: { a: 'b' } }, ANNA, 'again'),
      test.feeds.resumeConnection(id, ANNA, 'again'),
      test.feeds.putOrders(id, [order({ orderId: 'late' })], { reportSha256: null }),
      test.feeds.putBuyers(id, [buyer({ orderId: 'late', deleteAfter: inDays(9) })]),
      test.feeds.putFinanceEvents(id, [event('late')]),
      test.database.transaction((session) => test.vault.seal(session, { connectionId: id, name: 'late' }, 'x')),
      receive(test.books, connection, 'S-late'),
    ];
    expect(await Promise.all(refused.map(problemCode))).toEqual(refused.map(() => 'CONNECTION_ERASED'));
    const names = async (withErased: boolean) =>
      (await test.books.listConnections({ withErased })).map((each) => each.name);
    expect(await names(false)).not.toContain(name);
    expect(await names(true)).toContain(name);
    expect((await test.books.getConnection(name)).erasedAt).toBeDefined();
    expect(await test.books.getSettlement(settlement.settlementId)).toMatchObject({ key: settlement.key });
    await expect(query('delete from seller_erasure')).rejects.toThrow('never taken back');
  });

  it('ERASE_HELD, ERASE_UNFINISHED: is refused whole while a hold stands or SAP may hold what is not known', async () => {
    const { connection } = await sellerWithRecords(test, 'held-back');
    const before = await rowsOf(test, connection);
    for (const facts of [{ covers: 'connection', connectionId: connection.id }, { covers: 'buyers' }]) {
      const { number } = await hold(facts);
      expect(await problemCode(eraseSeller(erasing(connection), 'asked'))).toBe('ERASE_HELD');
      await test.privacy.releaseHold(number, ANNA, 'over');
    }
    const received = await receive(test.books, connection, 'S-unknown');
    const { key } = await propose(test.books, received, proposalOf([entry(postingKey(9_001), [line(7n), line(-7n)])]));
    const [sending] = await test.books.listEntries({ originKey: key });
    const base = { id: sending!.id, actor: ANNA, why: 'test' };
    await test.books.moveEntry({ ...base, from: 'proposed', to: 'approved', approvedDigest: sending!.digest });
    await test.books.moveEntry({ ...base, from: 'approved', to: 'sending', messageCreatedAt: '2026-11-02T08:00:00Z' });
    expect(await problemCode(eraseSeller(erasing(connection), 'asked'))).toBe('ERASE_UNFINISHED');
    expect(await rowsOf(test, connection)).toEqual({ ...before, privacy_hold: 1, settlement: 2 });
  });

  it('that is killed after any step is finished by the next call, with the same sums', async () => {
    const whole = await sellerWithRecords(test, 'whole');
    const { counts } = (await eraseSeller(erasing(whole.connection), 'asked')).erasure;
    const { connection } = await sellerWithRecords(test, 'killed');
    let steps = 0;
    let calls = 0;
    for (let isFinished = false; !isFinished; calls += 1) {
      let left = calls;
      const dying = new Proxy(test.privacy, {
        get(target, name: keyof typeof test.privacy) {
          if (!/^(begin|erase|finish)/.test(name)) return target[name];
          return async (...parts: unknown[]) => {
            const result = await (target[name] as (...all: unknown[]) => Promise<unknown>)(...parts);
            steps += 1;
            if (left-- === 0) throw new Error('killed');
            return result;
          };
        },
      });
      const end = await eraseSeller({ ...erasing(connection), privacy: dying }, 'asked').catch((error: Error) => error);
      isFinished = !(end instanceof Error);
      if (end instanceof Error) expect(end.message).toBe('killed');
    }
    expect(calls).toBeGreaterThan(5);
    expect(steps).toBeGreaterThan(20);
    expect((await test.privacy.findErasure(connection.id))?.counts).toEqual(counts);
  });

  it('has a place for every table that names a connection', async () => {
    // Say here what an erasure does with a new table: it goes, or it stays for a reason (docs/decisions, data protection).
    const goes = [
      'alert',
      'alert_mute',
      'amazon_balance',
      'credential_warning',
      'connection_stop',
      'data_key',
      'fba_reimbursement',
      'feed_cursor',
      'feed_run',
      'feed_unreadable',
      'finance_summary',
      'order_buyer',
      'payout',
      'report_document',
      'report_listing',
      'report_request',
      'sap_pause',
      'schedule',
      'secret',
      'seller_erasure_evidence',
      'seller_marketplace',
      'vat_line',
    ];
    // Jobs go with their history after some days; their payloads name nobody.
    const books = [
      'approval',
      'approval_rule_change',
      'job',
      'closed_period',
      'model_period',
      'privacy_hold',
      'settled_order',
    ];
    const placed = new Set([...goes, ...books, ...STAYS]);
    expect((await connectionTables(test.database)).filter((table) => !placed.has(table))).toEqual([]);
  });
});
