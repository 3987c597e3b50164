/** SAP in maintenance: nothing is sent or looked up there until the time of the next look, and nothing is booked twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import {
  approveSettlement,
  assertMove,
  type ConnectionContext,
  lookAgainAfterPause,
  postOneEntry,
  type SimulationSettings,
  type SyncReport,
  syncConnection,
} from '../../src/app/index.ts';
import { assert, formatMinute, Problem } from '../../src/core/index.ts';
import { createBooks, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { startVendors, type Vendors } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const MINUTE = 60_000;
const EVERYWHERE = ['journalEntry', 'odata', 'csrf'] as const;

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;
let asked: number;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'pauses' });
  test = await openTestBooks({ clock: vendors.clock });
  const base = await vendors.context(test);
  asked = 0;
  context = { ...base, ledger: counting(base.ledger), simulation: countingReads(base.simulation!) };
});
afterEach(async () => {
  await vendors.close();
  await test.close();
});

/** Counts what is asked of SAP, whatever comes of it. */
function counting(ledger: ConnectionContext['ledger']): ConnectionContext['ledger'] {
  const count = <Args extends unknown[], Result>(ask: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      asked += 1;
      return ask(...args);
    };
  };
  return {
    post: count(ledger.post.bind(ledger)),
    findByPostingKey: count(ledger.findByPostingKey.bind(ledger)),
    findByPostingKeys: count(ledger.findByPostingKeys.bind(ledger)),
    findDocument: count(ledger.findDocument.bind(ledger)),
    listDocuments: count(ledger.listDocuments.bind(ledger)),
  };
}

/** The same for its master data. */
function countingReads(simulation: SimulationSettings): SimulationSettings {
  const { system, kinds } = simulation.source;
  const read: typeof simulation.source.read = (question, signal) => {
    asked += 1;
    return simulation.source.read(question, signal);
  };
  return { ...simulation, source: { system, kinds, read } };
}

const sync = (waitForUnknown = true) => syncConnection(context, { waitForUnknown });
const codesOf = (report: SyncReport) => report.problems.map(({ code }) => code);
const pause = () => test.books.sapPauseOf(context.connection.id);
const references = () => vendors.ledger().map((document) => document.documentReferenceId);
const plan = (...faults: Fault[]) => {
  for (const fault of faults) addFault(vendors.sap.world.faults, fault);
};
const awayEverywhere = (fault: Partial<Fault> = {}) =>
  plan(...EVERYWHERE.map((on): Fault => ({ kind: 'maintenance', on, times: 1_000, ...fault })));
const backAgain = () => {
  vendors.sap.world.faults.pending.length = 0;
};
const minutesLeft = async () => (Date.parse((await pause())!.until) - vendors.clock.nowMs()) / MINUTE;

async function expectEverythingOnce(): Promise<void> {
  const entries = await test.books.listEntries();
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
  expect(references().sort()).toEqual(entries.map(({ entry }) => entry.postingKey).sort());
}

describe('a SAP in maintenance', () => {
  it('pauses the connection; Amazon is still read and its settlements proposed', async () => {
    awayEverywhere();
    const report = await sync();
    expect(codesOf(report)).toContain('SAP_PAUSED');
    expect(report.newDocuments).toBeGreaterThan(0);
    expect((await test.books.listEntries()).length).toBeGreaterThan(0);
    expect(references()).toEqual([]);
    const { until, problem, looks } = (await pause())!;
    expect({ problem: problem.code, looks }).toEqual({ problem: 'SAP_HTML_PAGE', looks: 1 });
    const told = report.problems.find(({ code }) => code === 'SAP_PAUSED');
    expect(told).toMatchObject({
      kind: 'unavailable',
      says: expect.stringContaining(formatMinute(until)),
      data: 'SAP_HTML_PAGE',
    });
    expect(told?.next).toContain(`connections resume ${context.connection.name}`);
  });

  it('is not asked before its time, by no sync of any process', async () => {
    awayEverywhere();
    await sync();
    asked = 0;
    const other = createBooks({ ...test, assertMove, readTime: timeOf(vendors.clock) });
    await vendors.clock.sleep(4 * MINUTE);
    const report = await syncConnection({ ...context, books: other }, { waitForUnknown: true });
    expect(codesOf(report)).toEqual(['SAP_PAUSED']);
    expect(asked).toBe(0);
  });

  it('is looked at again after 5, 15, 30 and 60 minutes, each time once, and then everything is booked once', async () => {
    awayEverywhere();
    await sync();
    const waits = [await minutesLeft()];
    for (let round = 0; round < 4; round += 1) {
      await vendors.clock.sleep((await minutesLeft()) * MINUTE);
      asked = 0;
      expect(codesOf(await sync())).toContain('SAP_PAUSED');
      expect(asked).toBe(1);
      waits.push(await minutesLeft());
    }
    expect(waits.map(Math.round)).toEqual([5, 15, 30, 60, 60]);
    backAgain();
    await vendors.clock.sleep(60 * MINUTE);
    expect(codesOf(await sync())).toEqual([]);
    expect(await pause()).toBeUndefined();
    await expectEverythingOnce();
    const events = await test.books.listEvents({ subject: `connection/${context.connection.id}` });
    expect(events.filter(({ action }) => action === 'connection.sap-pause')).toHaveLength(5);
    expect(events.at(-1)).toMatchObject({ action: 'connection.sap-resume', why: 'SAP answers again' });
  });

  it('that began in the middle of the postings leaves the rest unsent, and what was sent is looked up afterwards', async () => {
    let posts = 0;
    const { ledger } = context;
    const post: typeof ledger.post = (message, options) => {
      posts += 1;
      if (posts === 2) awayEverywhere();
      return ledger.post(message, options);
    };
    const report = await syncConnection({ ...context, ledger: { ...ledger, post } }, { waitForUnknown: true });
    expect(posts).toBe(2);
    expect(codesOf(report)).toEqual(['SAP_PAUSED']);
    const states = (await test.books.listEntries()).map(({ state }) => state);
    expect(states.filter((state) => state === 'posted')).toHaveLength(1);
    expect(states.filter((state) => state === 'unknown')).toHaveLength(1);
    expect(states.filter((state) => state === 'approved')).toHaveLength(states.length - 2);
    backAgain();
    await vendors.clock.sleep(10 * MINUTE);
    await sync();
    await expectEverythingOnce();
  });

  it('control: one page of a gateway is no maintenance when the next look is answered', async () => {
    plan({ kind: 'maintenance' });
    expect(codesOf(await sync())).toEqual([]);
    expect(await pause()).toBeUndefined();
    await expectEverythingOnce();
  });
});

describe('the time that SAP names', () => {
  it.each<[what: string, fault: Fault, minutes: number]>([
    ['a maintenance page', { kind: 'maintenance', on: 'csrf', retryAfterS: 7_200, times: 9 }, 120],
    ['too many requests', { kind: 'throttle', on: 'csrf', retryAfterS: 600, times: 9 }, 10],
    ['a posting refused for too many requests', { kind: 'throttle', retryAfterS: 600, times: 9 }, 10],
    ['the token server', { kind: 'maintenance', on: 'token', retryAfterS: 900, times: 9 }, 15],
    ['more than a day', { kind: 'throttle', on: 'csrf', retryAfterS: 999_999, times: 9 }, 24 * 60],
  ])('is kept: %s', async (_what, fault, minutes) => {
    plan(fault);
    expect(codesOf(await sync())).toContain('SAP_PAUSED');
    expect(await minutesLeft()).toBeCloseTo(minutes, 0);
    expect(references()).toEqual([]);
  });

  it('control: a short one is waited out without a pause', async () => {
    plan({ kind: 'throttle', on: 'csrf', retryAfterS: 20 });
    expect(codesOf(await sync())).toEqual([]);
    expect(await pause()).toBeUndefined();
    await expectEverythingOnce();
  });
});

describe('a person', () => {
  it('ends a pause before its time, and the next sync books', async () => {
    awayEverywhere();
    await sync();
    backAgain();
    expect(codesOf(await sync())).toEqual(['SAP_PAUSED']);
    await test.books.endSapPause(context.connection.id, person, 'SAP is back');
    expect(codesOf(await sync())).toEqual([]);
    await expectEverythingOnce();
  });

  it('who posts one entry during a pause is told so, and the entry stays as it was', async () => {
    awayEverywhere();
    await sync();
    backAgain();
    const [settlement] = await test.books.listSettlements({ state: 'proposed' });
    const [entry] = await approveSettlement(deskOf(test.books), settlement!, person, 'looked at');
    assert(entry !== undefined, 'a settlement has entries');
    await expect(postOneEntry(context, entry)).rejects.toMatchObject({ code: 'SAP_PAUSED', kind: 'unavailable' });
    expect(await test.books.getEntry(entry.id)).toEqual(entry);
    await vendors.clock.sleep(5 * MINUTE);
    // control: after the time of the pause the same is looked at and posted.
    const settlementKey = entry.origin.key;
    const report = await sync();
    expect(codesOf(report)).toEqual([]);
    expect((await test.books.listEntries({ originKey: settlementKey })).every(({ state }) => state === 'posted')).toBe(
      true,
    );
  });
});

describe('the look after a pause', () => {
  const raising = (kind: 'rejected' | 'unavailable' | 'defect'): ConnectionContext => ({
    ...context,
    ledger: {
      ...context.ledger,
      findByPostingKey: async () => {
        throw new Problem({ code: 'SAP_TEST', kind, says: 'No.', next: 'Nothing.' });
      },
    },
  });
  beforeEach(async () => {
    awayEverywhere();
    await sync();
    await vendors.clock.sleep(6 * MINUTE);
  });

  it('ends it when SAP refuses, because a refusal is an answer', async () => {
    await lookAgainAfterPause(raising('rejected'));
    expect(await pause()).toBeUndefined();
  });

  it('prolongs it when SAP cannot be reached at all', async () => {
    await lookAgainAfterPause(raising('unavailable'));
    expect(await pause()).toMatchObject({ looks: 2, problem: { code: 'SAP_TEST' } });
  });

  it('hides no defect of ours', async () => {
    await expect(lookAgainAfterPause(raising('defect'))).rejects.toMatchObject({ kind: 'defect' });
  });
});
