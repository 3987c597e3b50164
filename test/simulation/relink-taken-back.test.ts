/** What people and predecessors did in SAP meanwhile is seen before the rest of a settlement is sent. */
import { afterEach, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import {
  approveEntry,
  type ConnectionContext,
  type EntryRecord,
  type GeneralLedger,
  receiveEvidence,
  relinkConnection,
  reverseEntry,
  syncConnection,
} from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { DIALECTS, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { awayFor, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { accountTable, QUIET_PERIOD_MS } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

let world: ReversalWorld;
const opened: TestBooks[] = [];
afterEach(async () => {
  for (const test of opened.splice(0)) await test.close();
  await world.close();
});

const codesOf = ({ problems }: { problems: readonly { code: string }[] }) => problems.map(({ code }) => code);
const statesOf = async ({ origin: { key: settlementKey } }: EntryRecord) =>
  (await world.test.books.listEntries({ originKey: settlementKey })).map(({ state }) => state);
const inSap = ({ origin: { name: settlementId } }: EntryRecord) =>
  world.vendors.ledger().filter(({ reference1 }) => reference1 === settlementId);
const review = () => ({ posting: { ...world.context.posting, approval: 'review' as const } });

/** The database is lost; a new one has received the settlement of this entry. */
async function newDatabase({ origin: { name: settlementId } }: EntryRecord, change: Partial<ConnectionContext> = {}) {
  const test = await openTestBooks({ clock: world.vendors.clock });
  opened.push(test);
  const whole = await world.vendors.context(test);
  const reports = { ...whole.reports, list: async function* () {} };
  const context: ConnectionContext = { ...whole, reports, ...change };
  const bytes = settlementBytes(smallSettlement(DIALECTS.US, { settlementId }), DIALECTS.US);
  const chunks = (async function* () {
    yield bytes;
  })();
  const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType: null, headers: {} });
  await receiveEvidence(context, sha256, 'settlement.txt');
  const sync = (later: Partial<ConnectionContext> = {}) =>
    syncConnection({ ...context, ...later }, { waitForUnknown: false });
  return { books: test.books, context, sync };
}

/** SAP, with every document changed on the way. */
function altered(ledger: GeneralLedger, change: () => { lineCount: number } | null): GeneralLedger {
  return {
    ...ledger,
    listDocuments: async function* (query) {
      for await (const document of ledger.listDocuments(query)) yield { ...document, ...change() };
    },
  };
}

describe('a settlement of which one entry is booked and the other waits', () => {
  /** The second one is not taken by SAP, or refused. */
  async function halfBooked(how: 'away' | 'refused'): Promise<readonly [EntryRecord, EntryRecord]> {
    world = await openReversalWorld();
    const [first, second] = await world.received(2);
    const { ledger } = world.context;
    const post: GeneralLedger['post'] = (message, options) => {
      if (message.entry.postingKey !== second!.entry.postingKey) return ledger.post(message, options);
      if (how === 'away') return awayFor(ledger).post(message, options);
      addFault(world.vendors.sap.world.faults, { kind: 'periodClosed' });
      return ledger.post(message, options);
    };
    await world.sync({ ledger: { ...ledger, post } });
    const { getEntry } = world.test.books;
    return [await getEntry(first!.id), await getEntry(second!.id)];
  }

  it('is not completed when a person took the booked one back in SAP', async () => {
    const [first, second] = await halfBooked('away');
    expect([first.state, second.state]).toEqual(['posted', 'approved']);
    world.reverseInSap(first);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const report = await world.sync();
    expect(codesOf(report)).toContain('SETTLEMENT_TAKEN_BACK');
    expect(await statesOf(first)).toEqual(['reversed', 'approved']);
    expect(inSap(first)).toHaveLength(2);
    // And neither does the next one send it, which finds the entry reversed on record.
    expect(codesOf(await world.sync())).not.toEqual([]);
    expect(inSap(first)).toHaveLength(2);
  });

  it('control: it is completed when the booked one stands', async () => {
    const [first] = await halfBooked('away');
    await world.sync();
    expect(await statesOf(first)).toEqual(['posted', 'posted']);
  });

  it('is not completed either when the other one was refused and a person approved it again', async () => {
    const [first, second] = await halfBooked('refused');
    expect([first.state, second.state]).toEqual(['posted', 'rejected']);
    world.reverseInSap(first);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await approveEntry(deskOf(world.test.books), second, person, 'the period is open now');
    expect(codesOf(await world.sync(review()))).toContain('SETTLEMENT_TAKEN_BACK');
    expect(await statesOf(first)).toEqual(['reversed', 'approved']);
    expect(inSap(first)).toHaveLength(2);
  });
});

describe('an entry whose answer was lost and whose document a person reversed', () => {
  it.each([
    ['in one run', false],
    ['by two runs, of which the first stops after the look-up', true],
  ])('is recorded as reversed and not booked again %s', async (_, stops) => {
    world = await openReversalWorld();
    const [entry] = await world.received();
    addFault(world.vendors.sap.world.faults, { kind: 'dropReply' });
    await world.sync({}, false);
    const unknown = await world.test.books.getEntry(entry!.id);
    expect(unknown.state).toBe('unknown');
    const { accountingDocument: sapDocumentNumber, fiscalYear } = inSap(unknown)[0]!;
    const { companyCode } = unknown.entry;
    world.reverseInSap({ ...unknown, document: { companyCode, fiscalYear, sapDocumentNumber } });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS + 1_000);
    const listDocuments: GeneralLedger['listDocuments'] = () => {
      throw new Error('the process is gone');
    };
    if (stops) await world.sync({ ledger: { ...world.context.ledger, listDocuments } }, false).catch(() => {});
    await world.sync({}, false);
    expect(await world.test.books.getEntry(entry!.id)).toMatchObject({
      state: 'reversed',
      document: { sapDocumentNumber },
    });
    expect(inSap(entry!)).toHaveLength(2);
    expect((await world.test.books.verify()).ok).toBe(true);
  });

  it('control: until the quiet period is over it stays unknown, as ours may still be booked', async () => {
    world = await openReversalWorld();
    const [entry] = await world.received();
    addFault(world.vendors.sap.world.faults, { kind: 'dropReply' });
    await world.sync({}, false);
    const unknown = await world.test.books.getEntry(entry!.id);
    const { accountingDocument: sapDocumentNumber, fiscalYear } = inSap(unknown)[0]!;
    world.reverseInSap({
      ...unknown,
      document: { companyCode: unknown.entry.companyCode, fiscalYear, sapDocumentNumber },
    });
    await world.sync({}, false);
    expect(await statesOf(entry!)).toEqual(['unknown']);
  });
});

describe('a company code that left the account table', () => {
  const moved = () => {
    const text = accountTable.text
      .split('\n')
      .filter((line) => !/companyCode: 1710, timeZone/.test(line))
      .join('\n')
      .replaceAll('1710', '1720');
    return readAccountTable({ name: 'moved', text });
  };

  it('is read all the same after the loss of the database, in whatever company codes SAP shows', async () => {
    world = await openReversalWorld();
    const [entry] = await world.posted();
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const { sync } = await newDatabase(entry!, { table: moved(), simulation: undefined });
    expect(entry!.entry.companyCode).toBe('1710');
    for (const report of [await sync(), await sync()]) {
      expect(codesOf(report)).toEqual(['SAP_DOCUMENT_OF_SETTLEMENT']);
    }
    expect(inSap(entry!)).toHaveLength(1);
  });

  it('is read for ever by a database that proposed with the former table', async () => {
    world = await openReversalWorld();
    await world.received();
    // As a database that is older than the settlements it compares.
    const connection = { ...world.context.connection, createdAt: '2026-01-01T00:00:00.000Z' };
    const asked = new Set<string | null>();
    const listDocuments: GeneralLedger['listDocuments'] = (query) => {
      asked.add(query.companyCode);
      return world.context.ledger.listDocuments(query);
    };
    const ledger = { ...world.context.ledger, listDocuments };
    await world.sync({ connection, ledger, table: moved(), simulation: undefined });
    expect([...asked]).toEqual(expect.arrayContaining(['1710', '1720']));
    expect(asked).not.toContain(null);
  });
});

describe('a mirror that is dated in another month', () => {
  it('takes its document back all the same, after the loss of the database', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    await reverseEntry({ ...world.context, actor: person }, entry!, {
      ...WISH,
      postingDate: parseLocalDate('2026-12-15'),
    });
    const mirror = inSap(entry!).at(-1)!;
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const { sync, books } = await newDatabase(entry!);
    await sync();
    expect(await books.listEntries()).toMatchObject([
      { state: 'reversed', reversedBy: { sapDocumentNumber: mirror.accountingDocument } },
    ]);
    expect(inSap(entry!)).toHaveLength(2);
  });
});

describe('a person who approves while a sync reads SAP', () => {
  it('does not stop it: that settlement is looked at in the next run', async () => {
    world = await openReversalWorld();
    const [entry] = await world.posted();
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const { sync, books, context } = await newDatabase(entry!);
    const listDocuments: GeneralLedger['listDocuments'] = async function* (query) {
      for (const each of await books.listEntries({ states: ['proposed'] })) {
        await approveEntry(deskOf(books), each, person, 'looks right');
      }
      yield* context.ledger.listDocuments(query);
    };
    expect(await sync({ ledger: { ...context.ledger, listDocuments } })).toMatchObject({ problems: [] });
    expect((await books.listEntries()).map(({ state }) => state)).toEqual(['approved']);
    expect(inSap(entry!)).toHaveLength(1);
    await sync();
    expect((await books.listEntries()).map(({ state }) => state)).toEqual(['posted']);
    expect(inSap(entry!)).toHaveLength(1);
  });

  it('does not stop it either while the master data is read', async () => {
    world = await openReversalWorld();
    const [entry] = await world.received();
    const accounts = world.vendors.sap.world.glAccounts;
    const account = accounts.get('YCOA/0041000000')!;
    accounts.set('YCOA/0041000000', { ...account, blockedForPosting: true });
    const simulation = world.context.simulation!;
    let isDone = false;
    const read: typeof simulation.source.read = async (question, signal) => {
      if (!isDone) {
        isDone = true;
        await approveEntry(deskOf(world.test.books), await world.test.books.getEntry(entry!.id), person, 'looks right');
      }
      return simulation.source.read(question, signal);
    };
    const source = { system: simulation.source.system, kinds: simulation.source.kinds, read };
    await world.sync({ ...review(), simulation: { ...simulation, source } });
    expect(isDone).toBe(true);
    expect(['approved', 'rejected']).toContain((await world.test.books.getEntry(entry!.id)).state);
  });
});

describe('a problem of the comparison', () => {
  it('leaves an entry under review once it is put right in SAP, and a sync looks for that', async () => {
    world = await openReversalWorld();
    const [entry] = await world.posted();
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const { sync, books, context } = await newDatabase(entry!, review());
    const differs = { ledger: altered(context.ledger, () => ({ lineCount: 1 })) };
    expect(codesOf(await relinkConnection({ ...context, ...differs }))).toEqual(['SAP_DOCUMENT_DIFFERS']);
    // control: a sync of the same SAP still says so.
    expect(codesOf(await sync(differs))).toEqual(['SAP_DOCUMENT_DIFFERS']);
    world.reverseInSap(entry!);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    expect(codesOf(await sync(differs))).toEqual([]);
    expect(await books.listEntries()).toMatchObject([{ state: 'proposed', problem: null }]);
  });
});

describe('an old backup, restored within the quiet period after its last document', () => {
  it('is noticed by the first document that it did not send, and sends the rest only a quiet period later', async () => {
    world = await openReversalWorld();
    const [sent] = await world.received();
    // The database is older than the quiet period, so its age tells nothing.
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const lost = await newDatabase(sent!);
    await lost.sync();
    const [open] = await world.received();
    const early = await world.sync();
    expect(codesOf(early)).toEqual(['RELINK_TOO_EARLY']);
    expect([await statesOf(sent!), await statesOf(open!)]).toEqual([['posted'], ['proposed']]);
    // The document is on record by now, and still the last ones may not be shown.
    expect(codesOf(await world.sync())).toEqual(['RELINK_TOO_EARLY']);
    expect(inSap(open!)).toEqual([]);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    expect(codesOf(await world.sync())).toEqual([]);
    expect(await world.test.books.getEntry(open!.id)).toMatchObject({ state: 'posted', problem: null });
    expect(inSap(open!)).toHaveLength(1);
  });
});
