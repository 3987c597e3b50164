/** A database that was lost, or restored from an old backup, books nothing again that its predecessor booked. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  approveSettlement,
  type ConnectionContext,
  type EntryRecord,
  type GeneralLedger,
  type LedgerDocument,
  postOneEntry,
  relinkConnection,
  type SettlementRecord,
  syncConnection,
} from '../../src/app/index.ts';
import { proposeAtRevision } from '../../src/app/propose-settlement.ts';
import { Problem, uuidFromName } from '../../src/core/index.ts';
import { type JournalEntry, reversalOf } from '../../src/ledger/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { accountTable, QUIET_PERIOD_MS, startVendors, type Vendors } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'rules' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
});

afterEach(async () => {
  await vendors.close();
  await test.close();
});

const sync = (with_: Partial<ConnectionContext> = {}) =>
  syncConnection({ ...context, ...with_ }, { waitForUnknown: false });
const review = () => ({ posting: { ...context.posting, approval: 'review' as const } });
const ledger = () => vendors.ledger();
const numbers = () => ledger().map(({ accountingDocument }) => accountingDocument);
const keysOf = (entries: readonly EntryRecord[]) => entries.map(({ entry }) => entry.postingKey).sort();

/** The database is gone; a new one begins, with the same connection. */
async function loseDatabase(): Promise<void> {
  await test.close();
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
}

/** Sends an entry past the books, as a predecessor did whose records are gone. */
async function book(entry: JournalEntry): Promise<void> {
  const name = (what: string) => uuidFromName(`test/${what}/${entry.postingKey}`);
  const outcome = await context.ledger.post({
    entry,
    messageId: entry.postingKey,
    messageUuid: name('message'),
    entryMessageUuid: name('entry'),
    createdAt: new Date(vendors.clock.nowMs()).toISOString(),
  });
  expect(outcome.outcome).toBe('posted');
}

/** The reversal of a posted entry. `asMirror`: as in a release without reversal fields, an ordinary document. */
async function reverse({ entry, document }: EntryRecord, asMirror = false): Promise<void> {
  const { fiscalYear, sapDocumentNumber } = document!;
  const booking = { round: 0, postingDate: entry.postingDate, reason: '01', fiscalYear, sapDocumentNumber };
  const { reversal, ...mirror } = reversalOf(entry, booking);
  await book(asMirror ? mirror : { ...mirror, reversal: reversal! });
}

/** Reverses a settlement in SAP and on record, and proposes it anew under the next keys. */
async function reverseAndProposeAgain(settlement: SettlementRecord, asMirror: boolean): Promise<void> {
  for (const record of await test.books.listEntries({ originKey: settlement.key })) {
    await reverse(record, asMirror);
    await test.books.moveEntry({
      id: record.id,
      from: 'posted',
      to: 'reversed',
      actor: person,
      why: 'the account was wrong',
      reversedBy: null,
    });
  }
  await proposeAtRevision(context, settlement, settlement.revision + 1);
}

const severalEntries = async (): Promise<SettlementRecord> => {
  for (const settlement of await test.books.listSettlements()) {
    if ((await test.books.listEntries({ originKey: settlement.key })).length > 1) return settlement;
  }
  throw new Error('the world has a settlement over a month end');
};

describe('after the loss of the database', () => {
  it('a sync books nothing: every entry is linked to the document that its predecessor booked', async () => {
    const before = await sync();
    const booked = numbers();
    await loseDatabase();
    const report = await sync();
    expect(numbers()).toEqual(booked);
    expect(report.problems).toEqual([]);
    expect(report.entries.map(({ state, attempt }) => [state, attempt])).toEqual(booked.map(() => ['posted', 0]));
    expect(report.linked, 'none of them is told as posted').toEqual(report.entries.map(({ id }) => id));
    expect(before.linked, 'control: what was sent is').toEqual([]);
    const documentOf = ({ entry, document }: EntryRecord) => [entry.postingKey, document];
    expect(report.entries.map(documentOf).sort()).toEqual(before.entries.map(documentOf).sort());
    const history = await test.books.listEvents({ subject: `entry/${report.entries[0]!.id}` });
    expect(history).toMatchObject([
      { action: 'entry.posted', why: expect.stringContaining('which this database has not sent') },
    ]);
    expect((await test.books.verify()).ok).toBe(true);
    expect(await sync()).toMatchObject({ entries: [], problems: [] });
    expect(numbers()).toEqual(booked);
  });

  it('control: without the comparison every document is booked a second time', async () => {
    await sync();
    const booked = numbers();
    await loseDatabase();
    const blind: GeneralLedger = { ...context.ledger, listDocuments: async function* () {} };
    await sync({ ledger: blind });
    expect(numbers()).toHaveLength(booked.length * 2);
    // And from then on it is seen: two documents under one key.
    await loseDatabase();
    const report = await sync();
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['SAP_DOCUMENT_TWICE']));
    expect(numbers()).toHaveLength(booked.length * 2);
  });

  it('costs one list per month and one look for mirrors, however many entries there are', async () => {
    await sync();
    await loseDatabase();
    const asked: (string | null)[] = [];
    const counting: GeneralLedger = {
      ...context.ledger,
      listDocuments: (query) => {
        asked.push(query.companyCode);
        return context.ledger.listDocuments(query);
      },
      findByPostingKey: () => Promise.reject(new Error('no entry is looked up by itself')),
      findByPostingKeys: (query) => {
        asked.push(`mirrors in ${query.companyCode}`);
        return context.ledger.findByPostingKeys(query);
      },
    };
    await sync({ ledger: counting });
    expect(asked).toEqual([null, 'mirrors in 1710']);
    // With nothing to send, nothing is asked.
    await sync({ ledger: counting });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['SAP’s reversal fields', false],
    ['a mirror document', true],
  ])('a settlement that was reversed by %s and booked anew is linked under its later keys', async (_, asMirror) => {
    await sync();
    const corrected = await severalEntries();
    await reverseAndProposeAgain(corrected, asMirror);
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    const { entries } = await sync();
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
    const booked = numbers();
    await loseDatabase();
    const told: string[] = [];
    const report = await sync({
      onProgress: (event) => {
        if (event.step === 'settlement' && event.settlementId === corrected.settlementId) told.push(event.says);
      },
    });
    expect(told).toEqual(['', 'under the keys of its 2nd proposal']);
    expect(report.problems).toEqual([]);
    expect(numbers()).toEqual(booked);
    const again = report.settlements.find(({ settlementId }) => settlementId === corrected.settlementId)!;
    expect(again).toMatchObject({ state: 'proposed', revision: 1 });
    const linked = await test.books.listEntries({ originKey: again.key });
    expect(linked.map(({ state }) => state)).toEqual(linked.map(() => 'posted'));
    expect(keysOf(linked)).toEqual(keysOf(entries));
    expect(await sync()).toMatchObject({ entries: [], problems: [] });
    expect(numbers()).toEqual(booked);
  });

  it('what a person reversed in SAP is recorded as reversed and not sent again', async () => {
    const { entries } = await sync();
    await reverse(entries[0]!);
    const booked = numbers();
    await loseDatabase();
    const report = await sync();
    expect(numbers()).toEqual(booked);
    const reversed = report.entries.find(({ entry }) => entry.postingKey === entries[0]!.entry.postingKey);
    expect(reversed).toMatchObject({ state: 'reversed', document: entries[0]!.document });
    expect(reversed!.reversedBy?.sapDocumentNumber).toBe(booked.at(-1));
  });

  it('under review, nobody has to approve again what is in SAP', async () => {
    await sync();
    const booked = numbers();
    await loseDatabase();
    const report = await sync(review());
    expect(report.entries.map(({ state }) => state)).toEqual(booked.map(() => 'posted'));
    expect(await test.books.listEntries({ states: ['proposed'] })).toEqual([]);
    expect(numbers()).toEqual(booked);
  });

  it('nothing is sent while SAP cannot be asked', async () => {
    const away = new Problem({
      code: 'SAP_READ_UNAVAILABLE',
      kind: 'unavailable',
      says: 'SAP is away.',
      next: 'Wait.',
    });
    const listDocuments = async function* (): AsyncGenerator<LedgerDocument> {
      yield* [];
      throw away;
    };
    const report = await sync({ ledger: { ...context.ledger, listDocuments } });
    expect(report.problems.map(({ code }) => code)).toEqual(['SAP_READ_UNAVAILABLE']);
    expect(numbers()).toEqual([]);
    // control: the next sync, with SAP back, sends them.
    expect((await sync()).entries.length).toBeGreaterThan(0);
    expect(numbers().length).toBeGreaterThan(0);
  });
});

describe('a process that dies while it links', () => {
  class Crash extends Error {}

  /** Its books do what they are told, and the process is gone before it learns of the last of so many moves. */
  function dyingAfter(moveCount: number, moves: string[]): Partial<ConnectionContext> {
    let done = 0;
    const die = async <Result>(what: string, effect: () => Promise<Result>): Promise<Result> => {
      if (done === moveCount) throw new Crash(what);
      const result = await effect();
      done += 1;
      moves.push(what);
      if (done === moveCount) throw new Crash(what);
      return result;
    };
    const { books } = context;
    return {
      books: {
        ...books,
        moveEntry: (input) => die(`entry ${input.from} → ${input.to}`, () => books.moveEntry(input)),
        moveSettlement: (input) => die(`settlement ${input.from} → ${input.to}`, () => books.moveSettlement(input)),
      },
    };
  }

  it('after any of its moves leaves something that the next one completes, and nothing is booked', async () => {
    await sync();
    await reverseAndProposeAgain(await severalEntries(), false);
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    await sync();
    const booked = numbers();
    await loseDatabase();
    const moves: string[] = [];
    for (let lives = 1; ; lives += 1) {
      expect(lives).toBeLessThan(20);
      const before = moves.length;
      await sync(dyingAfter(lives, moves)).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Crash));
      if (moves.length === before) break;
    }
    expect(numbers()).toEqual(booked);
    expect(moves).toContain('settlement proposed → received');
    expect(moves.filter((move) => move === 'entry proposed → posted')).toHaveLength(3);
    const entries = await test.books.listEntries();
    expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
    expect((await test.books.verify()).ok).toBe(true);
  }, 120_000);
});

describe('a settlement of which the predecessor had sent a part', () => {
  it('is completed, but not before SAP must show what was sent last', async () => {
    await sync(review());
    const settlement = await severalEntries();
    const [first] = await test.books.listEntries({ originKey: settlement.key });
    await book(first!.entry);
    await loseDatabase();
    const early = await sync();
    expect(early.problems.map(({ code }) => code)).toContain('RELINK_TOO_EARLY');
    expect(numbers()).toHaveLength(1);
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    const late = await sync();
    expect(late.problems).toEqual([]);
    const entries = await test.books.listEntries();
    expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
    expect(new Set(ledger().map(({ documentReferenceId }) => documentReferenceId)).size).toBe(entries.length);
    expect(numbers()).toHaveLength(entries.length);
  });

  it('control: a first installation finds nothing of ours and sends at once', async () => {
    expect((await sync()).problems).toEqual([]);
    expect(numbers().length).toBeGreaterThan(0);
  });

  it('and had taken back again is not booked by half', async () => {
    await sync(review());
    const settlement = await severalEntries();
    const [first] = await test.books.listEntries({ originKey: settlement.key });
    await book(first!.entry);
    const [document] = ledger();
    const { fiscalYear, accountingDocument: sapDocumentNumber } = document!;
    await reverse({ ...first!, document: { companyCode: first!.entry.companyCode, fiscalYear, sapDocumentNumber } });
    await loseDatabase();
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    for (const report of [await sync(), await sync()]) {
      // The others wait, because what SAP has of this one shows that there was a predecessor.
      const codes = report.problems.map(({ code }) => code);
      expect(codes.filter((code) => code !== 'RELINK_TOO_EARLY')).toEqual(['SETTLEMENT_TAKEN_BACK']);
    }
    const held = await test.books.listEntries({ originKey: settlement.key, states: ['proposed'] });
    expect(held.length).toBeGreaterThan(0);
    const references = ledger().map(({ documentReferenceId }) => documentReferenceId);
    for (const { entry } of held) expect(references).not.toContain(entry.postingKey);
  });
});

describe('an account table that was changed since', () => {
  const changed = (change: (text: string) => string) => {
    const text = change(accountTable.text);
    expect(text).not.toBe(accountTable.text);
    return { table: readAccountTable({ name: 'changed', text }) };
  };

  it('with another account books nothing again: the keys do not depend on it', async () => {
    await sync();
    const booked = numbers();
    await loseDatabase();
    const report = await sync(changed((text) => text.replaceAll('65003400', '65003499')));
    expect(report.entries.map(({ state }) => state)).toEqual(booked.map(() => 'posted'));
    expect(numbers()).toEqual(booked);
  });

  it('with another content is left to a person, and with the old table it is linked', async () => {
    await sync();
    const booked = numbers();
    await loseDatabase();
    // In another time zone other rows belong to October, and a settlement ends on another day.
    const report = await sync(changed((text) => text.replace('America/New_York', 'Asia/Tokyo')));
    expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['SAP_DOCUMENT_DIFFERS']));
    expect(report.problems[0]!.says).toMatch(/ instead of /);
    const waiting = await test.books.listEntries({ states: ['proposed'] });
    expect(waiting[0]!.problem).toMatchObject({ code: 'SAP_DOCUMENT_DIFFERS', kind: 'conflict' });
    expect(numbers()).toEqual(booked);
    const linked = await sync();
    expect(linked.problems).toEqual([]);
    expect((await test.books.listEntries()).map(({ state }) => state)).toEqual(booked.map(() => 'posted'));
    expect(numbers()).toEqual(booked);
  });

  it('with another company code is noticed by the settlement’s id, and nothing is sent', async () => {
    await sync();
    const code = ledger()[0]!.companyCode;
    const booked = numbers();
    const other = accountTable.companyCodes().find(({ companyCode }) => companyCode !== code)!.companyCode;
    await loseDatabase();
    const table = changed((text) =>
      text.replaceAll(`name: Amazon.com,     companyCode: ${code}`, `name: Amazon.com,     companyCode: ${other}`),
    );
    const report = await sync(table);
    expect(new Set(report.problems.map((problem) => problem.code))).toEqual(new Set(['SAP_DOCUMENT_OF_SETTLEMENT']));
    expect(numbers()).toEqual(booked);
  });
});

describe('a database restored from an old backup', () => {
  /** What the backup holds: approved entries, which were sent after it was made. */
  async function restore(): Promise<readonly EntryRecord[]> {
    await sync(review());
    for (const settlement of await test.books.listSettlements({ state: 'proposed' })) {
      await approveSettlement(deskOf(test.books), settlement, person, 'looks right');
    }
    const approved = await test.books.listEntries({ states: ['approved'] });
    for (const { entry } of approved) await book(entry);
    return approved;
  }

  it('sends nothing that was sent after the backup was made', async () => {
    const approved = await restore();
    const booked = numbers();
    const report = await sync(review());
    expect(keysOf(report.entries)).toEqual(keysOf(approved));
    expect(report.entries.map(({ state }) => state)).toEqual(approved.map(() => 'posted'));
    expect(numbers()).toEqual(booked);
  });

  it('is compared as a whole on a person’s word', async () => {
    const approved = await restore();
    const result = await relinkConnection({ ...context, ...review(), actor: person });
    expect(keysOf(result.adopted)).toEqual(keysOf(approved));
    expect(result).toMatchObject({ problems: [], open: [], documentsRead: approved.length });
    const events = await test.books.listEvents({ subject: `connection/${context.connection.id}` });
    expect(events.at(-1)).toMatchObject({ action: 'sap.relink', actor: { name: 'accountant' } });
    expect(await relinkConnection(context)).toMatchObject({ adopted: [], documentsRead: 0 });
  });

  it('posts a single entry on a person’s word only when SAP has nothing of it', async () => {
    const [first] = await restore();
    const booked = numbers();
    expect(await postOneEntry(context, first!)).toMatchObject({ state: 'posted', attempt: 0 });
    expect(numbers()).toEqual(booked);
  });

  it('finds a settlement that was corrected after the backup under its later keys', async () => {
    const approved = await restore();
    const settlement = await severalEntries();
    const old = approved.filter(({ origin }) => origin.key === settlement.key);
    const documentOf = (key: string) => ledger().find(({ documentReferenceId }) => documentReferenceId === key)!;
    for (const record of old) {
      const { fiscalYear, accountingDocument } = documentOf(record.entry.postingKey);
      const { companyCode } = record.entry;
      await reverse({ ...record, document: { companyCode, fiscalYear, sapDocumentNumber: accountingDocument } });
    }
    // The successor of the backup booked the corrected entries; they are made here in a database that is thrown away.
    const lost = await openTestBooks({ clock: vendors.clock });
    try {
      const elsewhere = await vendors.context(lost);
      const none: GeneralLedger = { ...elsewhere.ledger, listDocuments: async function* () {} };
      await syncConnection({ ...elsewhere, ...review(), ledger: none }, { waitForUnknown: false });
      const same = await lost.books.getSettlement(settlement.settlementId);
      await proposeAtRevision(elsewhere, same, 1);
      for (const { entry } of await lost.books.listEntries({ originKey: same.key })) await book(entry);
    } finally {
      await lost.close();
    }
    const booked = numbers();
    const report = await sync(review());
    expect(report.problems).toEqual([]);
    expect(numbers()).toEqual(booked);
    const states = (await test.books.listEntries({ originKey: settlement.key })).map(({ state }) => state).sort();
    expect(states).toEqual([...old.map(() => 'posted'), ...old.map(() => 'withdrawn')]);
    expect((await test.books.verifyEverything()).faults).toEqual([]);
  });
});
