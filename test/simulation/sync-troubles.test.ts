/** One thing that is wrong with a connection must neither hide nor stop the rest of it. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import {
  approveEntry,
  approveSettlement,
  type ConnectionContext,
  type GeneralLedger,
  postOneEntry,
  receiveEvidence,
  type SettlementReports,
  SYSTEM,
  type SyncReport,
  syncConnection,
} from '../../src/app/index.ts';
import { sha256Of } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { DIALECTS, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { accountTable, SELLER, startVendors, type Vendors } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

async function open(options: Partial<Parameters<typeof startVendors>[0]> = {}): Promise<void> {
  vendors = await startVendors({ seed: 'troubles', ...options });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
}
afterEach(async () => {
  await vendors.close();
  await test.close();
});

const sync = (with_: Partial<ConnectionContext> = {}) =>
  syncConnection({ ...context, ...with_ }, { waitForUnknown: true });
const review = () => ({ ...context.posting, approval: 'review' as const });
const references = () => vendors.ledger().map((document) => document.documentReferenceId);
const codesOf = (report: SyncReport) => report.problems.map(({ code }) => code);
const tableWithout = (account: string, other: string) =>
  readAccountTable({ name: 'changed', text: accountTable.text.replaceAll(account, other) });

describe('posting', () => {
  beforeEach(() => open());

  it('goes on with the other entries when one stays locked', async () => {
    addFault(vendors.sap.world.faults, { kind: 'locked', times: 3 });
    const report = await sync();
    const states = report.entries.map(({ state }) => state);
    expect(states.filter((state) => state === 'approved')).toHaveLength(1);
    expect(states.filter((state) => state === 'posted').length).toBeGreaterThan(0);
    const locked = report.entries.find(({ state }) => state === 'approved')!;
    expect(locked.problem).toMatchObject({ code: 'SAP_RECORD_LOCKED', kind: 'unavailable' });
    expect((await sync()).entries.map(({ state }) => state)).toEqual(['posted']);
    expect(new Set(references()).size).toBe(references().length);
  });

  it('waits before it tries again at least as long as SAP asks for', async () => {
    addFault(vendors.sap.world.faults, { kind: 'locked' });
    const before = vendors.clock.nowMs();
    await sync();
    expect(vendors.clock.nowMs() - before).toBeGreaterThanOrEqual(45_000);
  });

  it('control: waits for nothing when nothing is locked', async () => {
    const before = vendors.clock.nowMs();
    await sync();
    expect(vendors.clock.nowMs() - before).toBeLessThan(45_000);
  });

  it('stops at a log-on that SAP refuses, asks only once, and goes on by itself when it is mended', async () => {
    let posts = 0;
    const refusing: GeneralLedger = {
      ...context.ledger,
      post: async () => {
        posts += 1;
        return {
          outcome: 'unavailable',
          scope: 'system',
          problem: { code: 'SAP_LOGIN_REFUSED', kind: 'rejected', says: 'Refused.', next: 'Check the password.' },
          retryAfterMs: null,
          exchange: { requestSha256: sha256Of(''), httpStatus: 401, responseSha256: null, durationMs: 1 },
        };
      },
    };
    const report = await sync({ ledger: refusing });
    expect(posts).toBe(1);
    expect(codesOf(report)).toEqual(['SAP_LOGIN_REFUSED']);
    expect((await test.books.listEntries()).every(({ state }) => state === 'approved')).toBe(true);
    expect((await sync()).entries.every(({ state }) => state === 'posted')).toBe(true);
  });

  it('goes on with the other entries when one is not what was approved', async () => {
    await sync({ posting: review() });
    for (const settlement of await test.books.listSettlements()) {
      await approveSettlement(deskOf(test.books), settlement, person, 'ok');
    }
    const listEntries: typeof test.books.listEntries = async (filter) => {
      const entries = await test.books.listEntries(filter);
      return entries.map((record, index) =>
        index === 0 ? { ...record, entry: { ...record.entry, headerText: 'changed' } } : record,
      );
    };
    const report = await sync({ posting: review(), books: { ...test.books, listEntries } });
    expect(codesOf(report)).toContain('ENTRY_CHANGED');
    expect(references().length).toBe((await test.books.listEntries()).length - 1);
  });
});

describe('a settlement', () => {
  it('is not sent by half: its entries wait for each other’s approval', async () => {
    await open();
    await sync({ posting: review() });
    const entries = await test.books.listEntries();
    const first = entries.find((one) => entries.filter(({ origin }) => origin.key === one.origin.key).length > 1)!;
    const approved = await approveEntry(deskOf(test.books), first, person, 'only this one');
    await sync({ posting: review() });
    expect(references()).toEqual([]);
    await expect(postOneEntry(context, approved)).rejects.toMatchObject({
      code: 'SETTLEMENT_HELD_BACK',
      kind: 'conflict',
    });
    const settlement = await test.books.getSettlement(first.origin.key);
    const others = await approveSettlement(deskOf(test.books), settlement, person, 'the rest');
    await sync({ posting: review() });
    expect(references().sort()).toEqual([first, ...others].map(({ entry }) => entry.postingKey).sort());
    await expect(approveSettlement(deskOf(test.books), settlement, person, 'again')).rejects.toMatchObject({
      code: 'NOTHING_TO_APPROVE',
      says: expect.stringMatching(/no entry waits for approval: [2-9] posted\.$/),
    });
  });

  it('that cannot be evaluated any more does not stop the others from being posted', async () => {
    await open({ unknownFeeInPeriod: 0 });
    const first = await sync();
    expect(first.settlements.map(({ state }) => state)).toContain('quarantined');
    const [damaged] = await test.books.listSettlements({ state: 'quarantined' });
    const booked = references().length;
    const openEvidence: typeof test.books.openEvidence = (sha256) => {
      if (sha256 === damaged!.sha256) throw new TypeError('a defect of ours');
      return test.books.openEvidence(sha256);
    };
    // Later settlements appear; only the damaged one is told as a problem.
    await vendors.clock.sleep(20 * 86_400_000);
    const report = await sync({ books: { ...test.books, openEvidence } });
    expect(codesOf(report)).toContain('DEFECT');
    expect(report.problems.map(({ code }) => code)).toContain(damaged!.problem!.code);
    expect(references().length).toBeGreaterThanOrEqual(booked);
    expect((await test.books.listSettlements({ state: 'quarantined' })).map(({ key }) => key)).toEqual([damaged!.key]);
  });

  it('that waits in quarantine is told by every sync until somebody mends it', async () => {
    await open({ unknownFeeInPeriod: 1 });
    const first = await sync();
    const [problem] = first.settlements.flatMap((record) => (record.problem ? [record.problem] : []));
    const second = await sync();
    expect(second.settlements).toEqual([]);
    expect(second.problems).toEqual([problem]);
  });

  it('that was proven but not proposed goes to quarantine when it no longer comes out', async () => {
    await open();
    await sync({ posting: { ...context.posting, bookFrom: '2027-01-01' } });
    const proven = await test.books.listSettlements({ state: 'proven' });
    expect(proven.length).toBeGreaterThan(0);
    const row = /^ {2}- \{ kind: subscription-fee,.*$/m.exec(accountTable.text)?.[0] ?? '';
    const text = accountTable.text.replace(row, '  - { kind: subscription-fee, marketplace: any }');
    const report = await sync({ table: readAccountTable({ name: 'without', text }) });
    const states = (await test.books.listSettlements()).map(({ state }) => state);
    expect(states).not.toContain('proven');
    expect(
      report.settlements.filter(({ state }) => state === 'quarantined').map(({ problem }) => problem?.code),
    ).toEqual(states.filter((state) => state === 'quarantined').map(() => 'ACCOUNT_MISSING'));
    expect(states).toContain('quarantined');
  });

  it('whose amounts all cancel out is proven and proposed without an entry, and nothing is sent', async () => {
    await open();
    const [sale] = smallSettlement(DIALECTS.US).rows;
    const rows = [sale!, { ...sale!, amount: `-${sale!.amount}` }];
    const bytes = settlementBytes(smallSettlement(DIALECTS.US, { total: '0.00', rows }), DIALECTS.US);
    const evidence = await test.books.putEvidence(oneChunk(bytes), { origin: 'test', contentType: null, headers: {} });
    const record = await receiveEvidence(context, evidence.sha256, 'zero');
    expect(record.proofs.every(({ ok }) => ok)).toBe(true);
    expect(record.state).toBe('proposed');
    expect(await test.books.listEntries({ originKey: record.key })).toEqual([]);
    expect(codesOf(await sync())).toEqual([]);
  });
});

describe('an entry that SAP refused', () => {
  beforeEach(() => open());

  async function refuseFirst(): Promise<void> {
    addFault(vendors.sap.world.faults, { kind: 'periodClosed' });
    const report = await sync();
    expect(report.entries.map(({ state }) => state)).toContain('rejected');
  }

  it('holds back the entries of its settlement that were not sent', async () => {
    await refuseFirst();
    const entries = await test.books.listEntries();
    const refused = entries.find(({ state }) => state === 'rejected')!;
    const siblings = entries.filter(({ id, origin }) => origin.key === refused.origin.key && id !== refused.id);
    expect(siblings.length).toBeGreaterThan(0);
    expect(siblings.map(({ state }) => state)).toEqual(siblings.map(() => 'approved'));
    // control: another settlement does not wait for it.
    expect(entries.some(({ state }) => state === 'posted')).toBe(true);
  });

  it('is proposed anew under another key once the account table changed, and what was refused stays on record', async () => {
    await refuseFirst();
    const before = await test.books.listEntries();
    const refused = before.find(({ state }) => state === 'rejected')!;
    const old = before.filter(({ origin }) => origin.key === refused.origin.key);
    const report = await sync({ table: tableWithout('65003400', '65003300') });
    const after = await test.books.listEntries({ originKey: refused.origin.key });
    expect(after.filter(({ state }) => state === 'withdrawn').map(({ id }) => id)).toEqual(old.map(({ id }) => id));
    const fresh = after.filter(({ state }) => state !== 'withdrawn');
    expect(fresh.map(({ state }) => state)).toEqual(old.map(() => 'posted'));
    for (const { entry } of fresh) expect(old.map((one) => one.entry.postingKey)).not.toContain(entry.postingKey);
    expect(report.problems).toEqual([]);
    expect(references().filter((reference) => old.some(({ entry }) => entry.postingKey === reference))).toEqual([]);
    const history = await test.books.listEvents({ subject: `entry/${refused.id}` });
    expect(history.map(({ action }) => action)).toEqual([
      'entry.approved',
      'entry.sending',
      'entry.rejected',
      'entry.withdrawn',
    ]);
    expect((await test.books.verify()).ok).toBe(true);
    // Nothing changed since, so nothing moves.
    expect(await sync({ table: tableWithout('65003400', '65003300') })).toMatchObject({ entries: [], settlements: [] });
  });

  it('control: stays as it is while the account table is the same', async () => {
    await refuseFirst();
    const before = await test.books.listEntries();
    const report = await sync();
    expect((await test.books.listEntries()).map(({ id, state }) => [id, state])).toEqual(
      before.map(({ id, state }) => [id, state]),
    );
    expect(codesOf(report)).toEqual(['SAP_ENTRY_REJECTED']);
  });

  it('is not proposed anew when SAP holds a document under its key after all', async () => {
    await refuseFirst();
    const refused = (await test.books.listEntries()).find(({ state }) => state === 'rejected')!;
    const [booked] = (await test.books.listEntries()).filter(({ state }) => state === 'posted');
    const findByPostingKey: typeof context.ledger.findByPostingKey = (query) =>
      context.ledger.findByPostingKey({ ...query, postingKey: booked!.entry.postingKey });
    const report = await sync({
      table: tableWithout('65003400', '65003300'),
      ledger: { ...context.ledger, findByPostingKey },
    });
    expect(codesOf(report)).toContain('SAP_DOCUMENT_OF_REJECTED');
    expect((await test.books.getEntry(refused.id)).state).toBe('rejected');
  });

  it('is not replaced once another entry of its settlement is in SAP', async () => {
    const faults = vendors.sap.world.faults;
    await sync({ posting: review() });
    const entries = await test.books.listEntries();
    const many = entries.find((one) => entries.filter(({ origin }) => origin.key === one.origin.key).length > 1)!;
    const settlement = await test.books.getSettlement(many.origin.key);
    await approveSettlement(deskOf(test.books), settlement, person, 'ok');
    let posts = 0;
    const ledger: typeof context.ledger = {
      ...context.ledger,
      post: (message, options) => {
        posts += 1;
        if (posts === 2) addFault(faults, { kind: 'periodClosed' });
        return context.ledger.post(message, options);
      },
    };
    await sync({ posting: review(), ledger });
    const states = async () => (await test.books.listEntries({ originKey: many.origin.key })).map(({ state }) => state);
    expect(await states()).toEqual(['posted', 'rejected']);
    await sync({ posting: review(), table: tableWithout('65003400', '65003300') });
    expect(await states()).toEqual(['posted', 'rejected']);
  });
});

describe('a document of Amazon', () => {
  it('that could not be read is read again from its stored bytes, also after Amazon stopped listing it', async () => {
    await open();
    vendors.amazon.world.faults.add({ kind: 'truncated-gzip' });
    expect(codesOf(await sync())).toEqual(['SETTLEMENT_GZIP_TRUNCATED']);
    const unlisted: SettlementReports = { ...context.reports, list: async function* () {} };
    const again = await sync({ reports: unlisted });
    expect(codesOf(again)).toEqual(['SETTLEMENT_GZIP_TRUNCATED']);
    expect(again.newDocuments).toBe(0);

    // A newer program understands it.
    const whole = settlementBytes(smallSettlement(DIALECTS.US, { settlementId: '70000000002' }), DIALECTS.US);
    const stored = await test.books.putEvidence(oneChunk(gzipSync(whole)), {
      origin: 'test',
      contentType: null,
      headers: {},
    });
    const [unread] = (await test.books.listReportDocuments(context.connection.id)).filter(({ problem }) => problem);
    const openEvidence: typeof test.books.openEvidence = (sha256) =>
      test.books.openEvidence(sha256 === unread!.sha256 ? stored.sha256 : sha256);
    const last = await sync({ reports: unlisted, books: { ...test.books, openEvidence } });
    expect(last.problems).toEqual([]);
    expect(last.settlements.map(({ settlementId }) => settlementId)).toEqual(['70000000002']);
    expect((await test.books.listReportDocuments(context.connection.id)).every(({ problem }) => !problem)).toBe(true);
  });

  it('whose settlement another connection received is told as a conflict, and booked once', async () => {
    await open();
    await sync();
    const booked = references();
    const second = await test.books.addConnection(
      { name: 'second', sellerAccount: SELLER, settings: {}, secrets: {} },
      SYSTEM,
    );
    const report = await sync({ connection: second });
    expect(new Set(codesOf(report))).toEqual(new Set(['SETTLEMENT_OF_OTHER_CONNECTION']));
    expect(report.problems.length).toBe((await test.books.listSettlements()).length);
    expect(report.settlements).toEqual([]);
    expect(references()).toEqual(booked);
    expect(new Set(codesOf(await sync({ connection: second })))).toEqual(new Set(['SETTLEMENT_OF_OTHER_CONNECTION']));
  });
});

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
