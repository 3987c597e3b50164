import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import {
  approveEntry,
  approveSettlement,
  type ConnectionContext,
  type EntryRecord,
  type GeneralLedger,
  type LedgerDocument,
  postOneEntry,
  receiveEvidence,
  syncConnection,
} from '../../src/app/index.ts';
import { money, parseTimeZone } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { accountTable, QUIET_PERIOD_MS, startVendors, type Vendors } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

async function open(options: Partial<Parameters<typeof startVendors>[0]> = {}): Promise<void> {
  vendors = await startVendors({ seed: 'rules', ...options });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
}

async function close(): Promise<void> {
  await vendors.close();
  await test.close();
}

const sync = (with_: Partial<ConnectionContext> = {}, waitForUnknown = true) =>
  syncConnection({ ...context, ...with_ }, { waitForUnknown });

const approveSettlementOf = async ({ origin: { key: settlementKey } }: EntryRecord) =>
  approveSettlement(deskOf(test.books), await test.books.getSettlement(settlementKey), person, 'looks right');

const references = () => vendors.ledger().map((document) => document.documentReferenceId);

describe('a sync', () => {
  beforeEach(() => open());
  afterEach(close);

  it('posts what is new, and a second one finds nothing to do', async () => {
    const first = await sync();
    const booked = references();
    const second = await sync();
    expect(first.entries.length).toBeGreaterThan(1);
    expect(first.entries.every((entry) => entry.state === 'posted')).toBe(true);
    expect(new Set(booked).size).toBe(first.entries.length);
    expect(second).toMatchObject({ newDocuments: 0, entries: [], settlements: [], problems: [] });
    expect(references()).toEqual(booked);

    const [entry] = first.entries;
    const history = await test.books.listEvents({ subject: `entry/${entry!.id}` });
    expect(history.map(({ action }) => action)).toEqual(['entry.approved', 'entry.sending', 'entry.posted']);
  });

  it('adopts the document when the answer was lost after SAP had booked', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropReply' });
    const report = await sync();
    const [entry] = report.entries;
    const attempts = await test.books.listAttempts(entry!.id);
    expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
    expect(new Set(references()).size).toBe(references().length);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown']);
  });

  it('control: sends again, after the quiet period and under the same key, when SAP never got the request', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropRequest' });
    const before = vendors.clock.nowMs();
    const report = await sync();
    const [entry] = report.entries;
    const attempts = await test.books.listAttempts(entry!.id);
    expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
    expect(new Set(references()).size).toBe(references().length);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'posted']);
    expect(vendors.clock.nowMs() - before).toBeGreaterThanOrEqual(QUIET_PERIOD_MS);
  });

  it('leaves an unknown outcome to the next sync when it is told not to wait', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropRequest' });
    const report = await sync({}, false);
    const again = await sync({}, false);
    vendors.clock.sleep(QUIET_PERIOD_MS);
    const last = await sync({}, false);
    expect(report.entries.map(({ state }) => state)).toContain('unknown');
    expect(again.entries.map(({ state }) => state)).toEqual(['unknown']);
    expect(last.entries.map(({ state }) => state)).toEqual(['posted']);
    expect(new Set(references()).size).toBe(references().length);
  });

  it.each<[string, Fault]>([
    ['a SOAP fault before booking', { kind: 'soapFault' }],
    ['a SOAP fault after booking', { kind: 'soapFaultAfterBooking' }],
    ['a maintenance page', { kind: 'maintenance' }],
    ['a maintenance page that says 200', { kind: 'maintenance', status: 200 }],
    ['too many requests', { kind: 'throttle', retryAfterS: 1 }],
    ['an answer cut as XML', { kind: 'truncateReply' }],
    ['an answer cut on the wire', { kind: 'cutReply' }],
    ['a lost session', { kind: 'sessionLost' }],
    ['a session token asked for again', { kind: 'csrfRequired' }],
    ['an expired access token', { kind: 'tokenExpired' }],
    ['a locked account', { kind: 'locked' }],
  ])('ends with each document once after %s', async (_, fault) => {
    addFault(vendors.sap.world.faults, fault);
    const report = await sync();
    expect(report.entries.map(({ state, problem }) => [state, problem?.says])).toEqual(
      report.entries.map(() => ['posted', undefined]),
    );
    expect(references().sort()).toEqual(report.entries.map(({ entry }) => entry.postingKey).sort());
  });

  it('keeps a refused entry with SAP’s words, and posts it once its cause is gone and a person approved it again', async () => {
    addFault(vendors.sap.world.faults, { kind: 'periodClosed' });
    const report = await sync();
    const refused = report.entries.find(({ state }) => state === 'rejected')!;
    expect(refused.messages.map(({ typeId }) => typeId)).toContain('201(F5)');
    expect(references()).not.toContain(refused.entry.postingKey);
    await sync();
    expect(references()).not.toContain(refused.entry.postingKey);

    await expect(postOneEntry(context, refused)).rejects.toMatchObject({ code: 'ENTRY_NOT_APPROVED' });
    const approved = await approveEntry(deskOf(test.books), refused, person, 'the period is open again');
    const posted = await postOneEntry(context, approved);
    expect(posted.state).toBe('posted');
    expect(references().filter((reference) => reference === refused.entry.postingKey)).toHaveLength(1);
  });

  it('posts nothing before a person approved it where approval is by review', async () => {
    const posting = { ...context.posting, approval: 'review' as const };
    await sync({ posting });
    const [entry, ...others] = await test.books.listEntries();
    expect(references()).toEqual([]);
    expect(entry!.state).toBe('proposed');
    const approved = await approveSettlementOf(entry!);
    await sync({ posting });
    expect(references().sort()).toEqual(approved.map((each) => each.entry.postingKey).sort());
    expect(others.length).toBeGreaterThanOrEqual(approved.length);
    const again = await test.books.getEntry(entry!.id);
    await expect(approveEntry(deskOf(test.books), again, person, 'again')).rejects.toMatchObject({
      code: 'ENTRY_NOT_OPEN',
    });
  });

  it('keeps settlements that ended before the first day to book, without proposing them', async () => {
    const posting = { ...context.posting, bookFrom: '2026-11-10' };
    await sync({ posting });
    const states = (await test.books.listSettlements()).map(({ state }) => state).sort();
    expect(states).toEqual(['proposed', 'proven']);
    expect((await sync({ posting })).settlements).toEqual([]);
  });

  it('refuses to run beside another sync of the same connection', async () => {
    const lease = await test.books.acquire(`sync:${context.connection.id}`, 60_000);
    await expect(sync()).rejects.toMatchObject({ code: 'SYNC_RUNNING', kind: 'conflict' });
    if ('release' in lease) await lease.release();
    expect((await sync()).entries.length).toBeGreaterThan(0);
  });

  it('does not send when it was paused and another process took its lease', async () => {
    const posting = { ...context.posting, approval: 'review' as const };
    await sync({ posting });
    const [entry] = await test.books.listEntries();
    const [approved, ...siblings] = await approveSettlementOf(entry!);
    const acquire: typeof test.books.acquire = async (name, leaseMs) => {
      const lease = await test.books.acquire(name, leaseMs);
      return 'fence' in lease ? { ...lease, renew: async () => false } : lease;
    };
    const paused = { ...context, books: { ...test.books, acquire } };
    await expect(postOneEntry(paused, approved!)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(references()).toEqual([]);
    // Its intent is on record, so the successor looks it up and, once the quiet period is over, sends it.
    const report = await sync({ posting });
    const sent = [approved!, ...siblings].map((each) => each.entry.postingKey).sort();
    expect(report.entries.map(({ state }) => state)).toEqual(sent.map(() => 'posted'));
    expect(references().sort()).toEqual(sent);
  });

  it('refuses to send an entry whose stored content is not the approved one', async () => {
    const posting = { ...context.posting, approval: 'review' as const };
    await sync({ posting });
    const [entry] = await test.books.listEntries();
    const [approved] = await approveSettlementOf(entry!);
    const tampered = { ...approved!, entry: { ...approved!.entry, headerText: 'another text' } };
    await expect(postOneEntry(context, tampered)).rejects.toMatchObject({ code: 'ENTRY_CHANGED', kind: 'conflict' });
    expect(references()).toEqual([]);
  });
});

describe('an entry whose outcome is unknown', () => {
  beforeEach(() => open());
  afterEach(close);

  const altered = (change: (found: Awaited<ReturnType<GeneralLedger['findByPostingKey']>>) => typeof found) => ({
    ledger: {
      ...context.ledger,
      findByPostingKey: async (query: Parameters<GeneralLedger['findByPostingKey']>[0]) =>
        change(await context.ledger.findByPostingKey(query)),
    },
  });

  it.each([
    [
      'total',
      (found: object) => ({ ...found, debitTotal: money(context.table ? ('USD' as never) : ('USD' as never), 1n) }),
    ],
    ['currency', (found: object) => ({ ...found, currency: 'CAD' })],
    ['number of items', (found: object) => ({ ...found, lineCount: 1 })],
  ])('is left to a person when SAP’s document differs in its %s', async (_, change) => {
    addFault(vendors.sap.world.faults, { kind: 'dropReply' });
    const report = await sync(altered((found) => found.map((document) => change(document) as typeof document)));
    const unclear = report.entries.find(({ state }) => state !== 'posted')!;
    expect(unclear).toMatchObject({ state: 'unknown', problem: { code: 'SAP_DOCUMENT_DIFFERS', kind: 'conflict' } });
    expect(references().filter((reference) => reference === unclear.entry.postingKey)).toHaveLength(1);
    const after = await sync();
    expect(after.entries.map(({ state }) => state)).toEqual(['posted']);
  });

  it('is left to a person when SAP holds two documents under its key', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropReply' });
    const report = await sync(altered((found) => [...found, ...found]));
    expect(report.entries.find(({ state }) => state !== 'posted')).toMatchObject({
      state: 'unknown',
      problem: { code: 'SAP_DOCUMENT_TWICE' },
    });
  });

  it.each([
    ['booked, and reversed, when a document with its content was reversed in SAP', {}, 'reversed', 1],
    ['not booked, and sent again, when the reversed document has another content', { lineCount: 1 }, 'posted', 2],
  ])('is %s', async (_, change, state, count) => {
    addFault(vendors.sap.world.faults, { kind: 'dropReply' });
    const lost = references().length;
    const gone = (document: LedgerDocument, index: number) =>
      index === lost ? { ...document, ...change, isReversed: true } : document;
    const listDocuments: GeneralLedger['listDocuments'] = async function* (query) {
      let index = 0;
      for await (const document of context.ledger.listDocuments(query)) {
        yield gone(document, index);
        index += 1;
      }
    };
    const { ledger } = altered((found) => found.map((document) => gone(document, lost)));
    const report = await sync({ ledger: { ...ledger, listDocuments } });
    const [entry] = report.entries;
    expect(entry!.state).toBe(state);
    expect(references().filter((reference) => reference === entry!.entry.postingKey)).toHaveLength(count);
  });
});

describe('a settlement', () => {
  afterEach(close);

  it('with one unknown row is quarantined whole while the others are posted, and shows value, count and amount', async () => {
    await open({ unknownFeeInPeriod: 0 });
    const report = await sync();
    const quarantined = report.settlements.filter(({ state }) => state === 'quarantined');
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]!.quarantine).toMatchObject([{ code: 'LINE_KIND_UNKNOWN', count: 1 }]);
    expect(await test.books.listEntries({ originKey: quarantined[0]!.key })).toEqual([]);
    expect(references().length).toBeGreaterThan(0);
    // Nothing changed, so nothing is told again.
    expect((await sync()).settlements).toEqual([]);
  });

  it('that waited for an account goes on by itself once the table has it', async () => {
    await open();
    const row = /^ {2}- \{ kind: subscription-fee,.*$/m.exec(accountTable.text)?.[0] ?? '';
    expect(row).toContain('subscription-fee');
    const without = accountTable.text.replace(row, '  - { kind: subscription-fee, marketplace: any }');
    await sync({ table: readAccountTable({ name: 'without', text: without }) });
    const waiting = await test.books.listSettlements({ state: 'quarantined' });
    expect(waiting[0]!.quarantine[0]).toMatchObject({ code: 'ACCOUNT_MISSING' });
    const report = await sync();
    expect(report.settlements.map(({ state }) => state)).toEqual(waiting.map(() => 'proposed'));
    expect(await test.books.listSettlements({ state: 'quarantined' })).toEqual([]);
    expect((await test.books.verifyEverything()).faults).toEqual([]);
  });

  it('that nobody approved yet is proposed anew when its account table changed, and not once it was approved', async () => {
    await open();
    const posting = { ...context.posting, approval: 'review' as const };
    await sync({ posting });
    const before = await test.books.listEntries();
    const table = readAccountTable({ name: 'other', text: accountTable.text.replaceAll('65003400', '65003499') });
    await sync({ posting, table });
    const after = await test.books.listEntries();
    const accounts = after.flatMap(({ entry }) => entry.lines.map(({ glAccount }) => String(glAccount)));
    expect(accounts).toContain('65003499');
    expect(accounts).not.toContain('65003400');
    expect(after.map(({ entry }) => entry.postingKey)).toEqual(before.map(({ entry }) => entry.postingKey));
    expect((await sync({ posting, table })).settlements).toEqual([]);

    await approveEntry(deskOf(test.books), after[0]!, person, 'ok');
    await sync({ posting });
    const same = (await test.books.listEntries()).filter(({ origin }) => origin.key === after[0]!.origin.key);
    expect(same.map(({ digest }) => digest)).toEqual(
      after.filter(({ origin }) => origin.key === after[0]!.origin.key).map(({ digest }) => digest),
    );
    expect((await test.books.verify()).ok).toBe(true);
  });

  it('whose download was cut is kept with its problem, and read again when Amazon delivers it whole', async () => {
    await open();
    vendors.amazon.world.faults.add({ kind: 'truncated-gzip' });
    const report = await sync();
    const cut = (await test.books.listReportDocuments(context.connection.id)).filter(({ problem }) => problem !== null);
    expect(report.problems.map(({ code }) => code)).toEqual(['SETTLEMENT_GZIP_TRUNCATED']);
    expect(cut.map(({ problem }) => problem?.code)).toEqual(['SETTLEMENT_GZIP_TRUNCATED']);
    expect((await test.books.describeEvidence(cut[0]!.sha256)).byteCount).toBeGreaterThan(0);
    const booked = references().length;
    expect(booked).toBeGreaterThan(0);

    // Not at once: Amazon allows one document a minute, and the other settlements need that more.
    expect((await sync()).problems.map(({ code }) => code)).toEqual(['SETTLEMENT_GZIP_TRUNCATED']);
    await vendors.clock.sleep(6 * 3_600_000);
    const again = await sync();
    expect(again.problems).toEqual([]);
    expect(references().length).toBeGreaterThan(booked);
    expect((await test.books.listReportDocuments(context.connection.id)).every(({ problem }) => problem === null)).toBe(
      true,
    );
  });

  it('that comes again compressed otherwise is the same settlement', async () => {
    await open();
    await sync();
    const [settlement] = await test.books.listSettlements();
    const chunks: Uint8Array[] = [];
    for await (const chunk of test.books.openEvidence(settlement!.sha256)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const plain = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    const again = await test.books.putEvidence(
      (async function* () {
        yield gzipSync(plain, { level: 1 });
      })(),
      { origin: 'test', contentType: 'text/plain; charset=UTF-8', headers: {} },
    );
    expect(again.sha256).not.toBe(settlement!.sha256);
    expect((await receiveEvidence(context, again.sha256, 'again')).key).toBe(settlement!.key);
  });

  it('that Amazon issues again with other rows is shown as a conflict, and what was booked stays', async () => {
    await open();
    await sync();
    const booked = references();
    const [settlement] = await test.books.listSettlements();
    expect(vendors.amazon.world.sellers[0]!.reissue(settlement!.settlementId, vendors.clock.nowMs())).toBe(true);
    const report = await sync();
    expect(report.problems.map(({ code }) => code)).toEqual(['SETTLEMENT_REISSUED']);
    expect(references()).toEqual(booked);
  });
});

describe('posting windows', () => {
  beforeEach(() => open());
  afterEach(close);
  // The clock begins at 06:00 UTC.
  const hours = (from: number, to: number) => ({
    timeZone: parseTimeZone('UTC'),
    windows: [{ from: from * 60, to: to * 60, weekdays: null }],
    closedDays: [],
  });

  it('are closed all day on a closed day, and the sync says why and until when', async () => {
    const closedDays = [{ from: '11-20', to: '11-21', why: 'year-end freeze' }];
    const { forWindow } = await sync({ postingHours: { ...hours(5, 10), closedDays } });
    expect(forWindow).toMatchObject({ opensAt: '2026-11-22T05:00:00.000Z', closedFor: 'year-end freeze' });
    expect(references()).toEqual([]);
  });

  it('hold back what is approved, and say until when; what was sent before is looked up all the same', async () => {
    const outside = { postingHours: hours(8, 10) };
    const report = await sync(outside);
    expect(report.settlements.length).toBeGreaterThan(0);
    const entries = await test.books.listEntries();
    expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'approved'));
    expect(report.forWindow).toEqual({ entries: entries.length, opensAt: '2026-11-20T08:00:00.000Z' });
    expect(references()).toEqual([]);

    // Of the first one the answer is lost on a person's word; the sync outside of the window finds it and sends no other.
    addFault(vendors.sap.world.faults, { kind: 'dropReply' });
    expect(await postOneEntry({ ...context, ...outside }, entries[0]!)).toMatchObject({ state: 'unknown' });
    expect((await sync(outside)).entries).toMatchObject([{ id: entries[0]!.id, state: 'posted' }]);
    expect(references()).toHaveLength(1);

    await vendors.clock.sleep(2 * 3_600_000);
    const inside = await sync(outside);
    expect(inside.forWindow).toBeUndefined();
    expect(references().sort()).toEqual(entries.map(({ entry }) => entry.postingKey).sort());
  });

  it('control: a person’s word, or a window that is open, lets the same sync send', async () => {
    const closed = { ...context, postingHours: hours(8, 10) };
    const report = await syncConnection(closed, { waitForUnknown: true, outsideWindows: true });
    expect(report.forWindow).toBeUndefined();
    expect(report.entries.map(({ state }) => state)).toEqual(report.entries.map(() => 'posted'));
  });
});
