import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove, type SyncReport, syncConnection } from '../../src/app/index.ts';
import { createBooks, type ProcessIdentity, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { Crash, deathsOf, Incarnation } from './crash-harness.ts';
import { startVendors, type Vendors } from './vendors.ts';

const SEED = 'crash 1';
const EFFECTS_MAX = 400;
/** One process life on the given store: holders of earlier lives are dead. */
function booksOfLife(test: TestBooks, life: number): TestBooks {
  const self: ProcessIdentity = { host: 'simulation', pid: life, startedAt: String(life) };
  const books = createBooks({
    database: test.database,
    vault: test.vault,
    readTime: timeOf(test.clock),
    assertMove,
    processes: { self, stateOf: async (other) => (other.pid === life ? 'alive' : 'dead') },
  });
  return { ...test, books };
}

async function syncOnce(vendors: Vendors, test: TestBooks, incarnation: Incarnation): Promise<SyncReport | 'crashed'> {
  const base = await vendors.context(test);
  try {
    return await syncConnection(incarnation.context(base), { waitForUnknown: true });
  } catch (error) {
    if (error instanceof Crash) return 'crashed';
    throw error;
  }
}

async function expectBookedOnce(vendors: Vendors, test: TestBooks, about: string): Promise<void> {
  const entries = await test.books.listEntries();
  const references = vendors.ledger().map((document) => document.documentReferenceId);
  expect(references.slice().sort(), about).toEqual(entries.map((entry) => entry.entry.postingKey).sort());
  expect(
    entries.map((entry) => entry.state),
    about,
  ).toEqual(entries.map(() => 'posted'));
  for (const entry of entries) {
    const document = vendors.ledger().find((found) => found.documentReferenceId === entry.entry.postingKey);
    expect(entry.document?.sapDocumentNumber, about).toBe(document?.accountingDocument);
  }
  expect((await test.books.verify()).ok, about).toBe(true);
}

describe('a process that dies at any effect', () => {
  let trace: readonly string[] = [];
  let vendors: Vendors;
  let test: TestBooks;

  beforeAll(async () => {
    vendors = await startVendors({ seed: SEED });
    test = await openTestBooks({ clock: vendors.clock });
  });
  afterAll(async () => {
    await vendors.close();
    await test.close();
  });

  it('control: a run that nobody kills posts every entry, and needs more than 40 effects', async () => {
    const incarnation = new Incarnation();
    const report = await syncOnce(vendors, booksOfLife(test, 1), incarnation);
    expect(report).not.toBe('crashed');
    trace = incarnation.trace;
    expect(trace.length).toBe(incarnation.effects);
    expect(trace.length).toBeGreaterThan(40);
    expect(trace.length).toBeLessThan(EFFECTS_MAX);
    await expectBookedOnce(vendors, test, 'undisturbed');
    const names = new Set(deathsOf(trace).map((dieAt) => trace[dieAt - 1]));
    for (const write of ['acquire', 'putEvidence', 'receiveSettlement', 'moveSettlement', 'moveEntry']) {
      expect(names).toContain(`books.${write}`);
    }
    expect(names).toContain('ledger.post');
  });

  // Dying after an effect but before its caller learnt of it leaves the same store as dying before the next one, so one
  // of the two covers both.
  it('books each settlement once in its next life', async () => {
    for (const dieAt of deathsOf(trace)) {
      const vendors = await startVendors({ seed: SEED });
      const fresh = await openTestBooks({ clock: vendors.clock });
      const incarnation = new Incarnation(dieAt);
      const first = await syncOnce(vendors, booksOfLife(fresh, 1), incarnation);
      const about = `died after effect ${dieAt}: ${incarnation.trace.at(-1)}`;
      expect(first, about).toBe('crashed');
      const second = await syncOnce(vendors, booksOfLife(fresh, 2), new Incarnation());
      expect(second, about).not.toBe('crashed');
      await expectBookedOnce(vendors, fresh, about);
      await vendors.close();
      await fresh.close();
    }
  }, 600_000);
});
