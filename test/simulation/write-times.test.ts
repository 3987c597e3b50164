/** Times of a write: a slow SAP, machines whose clocks differ, and a worker that was paused must never book twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import { type ConnectionContext, type EntryMessage, type GeneralLedger, syncConnection } from '../../src/app/index.ts';
import { sha256Of } from '../../src/core/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { TestClock } from './test-clock.ts';
import { QUIET_PERIOD_MS, startVendors, type Vendors } from './vendors.ts';

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'write times' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
});
afterEach(async () => {
  await vendors.close();
  await test.close();
});

const references = () => vendors.ledger().map((document) => document.documentReferenceId);
const expectEachOnce = () => expect(new Set(references()).size).toBe(references().length);

/** The first post takes `postMs` and loses its answer; SAP books it only `bookedAfterMs` later. */
function slowOnce(ledger: GeneralLedger, times: { postMs: number; bookedAfterMs: number }): GeneralLedger {
  let pending: { message: EntryMessage; bookedAtMs: number } | undefined;
  let isFirst = true;
  return {
    ...ledger,
    async post(message, options) {
      if (!isFirst) return ledger.post(message, options);
      isFirst = false;
      await vendors.clock.sleep(times.postMs);
      pending = { message, bookedAtMs: vendors.clock.nowMs() + times.bookedAfterMs };
      return {
        outcome: 'unknown',
        problem: { code: 'SAP_ANSWER_LOST', kind: 'unknown', says: 'lost', next: 'nothing' },
        exchange: { requestSha256: sha256Of(''), httpStatus: null, responseSha256: null, durationMs: times.postMs },
      };
    },
    async findByPostingKey(query) {
      if (pending && vendors.clock.nowMs() >= pending.bookedAtMs) {
        await ledger.post(pending.message);
        pending = undefined;
      }
      return ledger.findByPostingKey(query);
    },
  };
}

describe('the quiet period', () => {
  it('counts from the end of the attempt, so a post that took longer than it is not sent twice', async () => {
    const ledger = slowOnce(context.ledger, { postMs: QUIET_PERIOD_MS + 60_000, bookedAfterMs: 120_000 });
    const report = await syncConnection({ ...context, ledger }, { waitForUnknown: true });
    expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
    expectEachOnce();
  });

  it('control: a SAP that books after the quiet period is over has the document twice', async () => {
    const ledger = slowOnce(context.ledger, { postMs: 1_000, bookedAfterMs: QUIET_PERIOD_MS + 60_000 });
    const { entries } = await syncConnection({ ...context, ledger }, { waitForUnknown: true });
    const { postingKey, companyCode, postingDate } = entries[0]!.entry;
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    await ledger.findByPostingKey({ postingKey, companyCode, postingDate });
    expect(references().filter((reference) => reference === postingKey)).toHaveLength(2);
  });

  it('counts on the clock all machines share, so a machine whose clock is ahead does not send too early', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropRequest' });
    const first = await syncConnection(context, { waitForUnknown: false });
    const unclear = first.entries.find(({ state }) => state === 'unknown')!;
    const ahead = { ...context, clock: new TestClock(vendors.clock.nowMs() + 2 * QUIET_PERIOD_MS) };
    const second = await syncConnection(ahead, { waitForUnknown: false });
    expect(second.entries.map(({ state }) => state)).toEqual(['unknown']);
    expect(references()).not.toContain(unclear.entry.postingKey);

    // control: once the shared clock is past it, the same machine sends.
    await vendors.clock.sleep(QUIET_PERIOD_MS);
    const third = await syncConnection(ahead, { waitForUnknown: false });
    expect(third.entries.map(({ state }) => state)).toEqual(['posted']);
    expectEachOnce();
  });

  it('is counted anew when the shared clock is set ahead, so that nothing is sent before SAP has had its time', async () => {
    addFault(vendors.sap.world.faults, { kind: 'dropRequest' });
    let setAtMs: number | null = null;
    const books = { ...test.books, sharedClockSetAtMs: () => setAtMs };
    const watching = { ...context, books };
    const first = await syncConnection(watching, { waitForUnknown: false });
    expect(first.entries.filter(({ state }) => state === 'unknown')).toHaveLength(1);
    const states = async (each: ConnectionContext) =>
      (await syncConnection(each, { waitForUnknown: false })).entries.map(({ state }) => state);

    await vendors.clock.sleep(5 * 3_600_000);
    setAtMs = vendors.clock.nowMs();
    expect(await states(watching)).toEqual(['unknown']);
    await vendors.clock.sleep(QUIET_PERIOD_MS - 1);
    expect(await states(watching)).toEqual(['unknown']);
    await vendors.clock.sleep(1);
    expect(await states(watching)).toEqual(['posted']);
    expectEachOnce();
  });

  it('starts anew where a process died while it was sending, because its request may still be on its way', async () => {
    const killed: GeneralLedger = {
      ...context.ledger,
      post: async () => {
        throw new Error('killed');
      },
    };
    await syncConnection({ ...context, ledger: killed }, { waitForUnknown: false });
    await vendors.clock.sleep(QUIET_PERIOD_MS + 1);
    const next = await syncConnection(context, { waitForUnknown: false });
    const [interrupted] = next.entries;
    expect(interrupted).toMatchObject({ state: 'unknown', problem: { code: 'POST_INTERRUPTED' }, attempt: 1 });
    const report = await syncConnection(context, { waitForUnknown: true });
    expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
    expectEachOnce();
  });
});

describe('the lease', () => {
  it('outlives whatever may still leave: a request is told the last moment at which it may', async () => {
    const told: (number | undefined)[] = [];
    const ledger: GeneralLedger = {
      ...context.ledger,
      post: (message, options) => {
        told.push(options?.leaveByMs);
        return context.ledger.post(message, options);
      },
    };
    const startedMs = vendors.clock.nowMs();
    await syncConnection({ ...context, ledger }, { waitForUnknown: true });
    expect(told.length).toBeGreaterThan(0);
    for (const leaveByMs of told) expect(leaveByMs).toBe(startedMs + context.posting.leaveWithinMs);
    expect(context.posting.leaveWithinMs).toBeLessThan(context.posting.leaseMs);
  });

  it('that cannot be given back does not hide what the sync came to', async () => {
    const acquire: typeof test.books.acquire = async (name, leaseMs) => {
      const lease = await test.books.acquire(name, leaseMs);
      const release = () => Promise.reject(new Error('the database went away'));
      return 'fence' in lease ? { ...lease, release } : lease;
    };
    const report = await syncConnection({ ...context, books: { ...test.books, acquire } }, { waitForUnknown: true });
    expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
  });
});
