/** A process that dies in the middle of a reversal leaves one reversal document behind, wherever it died. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertMove,
  type ConnectionContext,
  type EntryRecord,
  reverseEntry,
  reverseSettlement,
  syncConnection,
} from '../../src/app/index.ts';
import { createBooks, type ProcessIdentity, timeOf } from '../../src/store/index.ts';
import { Crash, deathsOf, Incarnation } from './crash-harness.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

const EFFECTS_MAX = 80;

let world: ReversalWorld;
let lives = 0;

/** The context of a new process; all earlier ones are dead. */
function nextLife(): ConnectionContext {
  lives += 1;
  const life = lives;
  const self: ProcessIdentity = { host: 'simulation', pid: life, startedAt: String(life) };
  const books = createBooks({
    database: world.test.database,
    vault: world.test.vault,
    readTime: timeOf(world.test.clock),
    assertMove,
    processes: { self, stateOf: async (other) => (other.pid === life ? 'alive' : 'dead') },
  });
  return { ...world.context, books };
}

/** Whether it died. */
async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}

describe.each(['2024', '2020'] as const)(
  'a process that dies at any effect of a reversal, in a SAP of release %s',
  (release) => {
    beforeAll(async () => {
      world = await openReversalWorld({ release });
    });
    afterAll(() => world.close());

    async function expectReversedOnce(entry: EntryRecord, about: string): Promise<void> {
      const numbers = await world.takenBackBy(entry);
      const after = await world.test.books.getEntry(entry.id);
      expect(numbers, about).toHaveLength(1);
      expect(after, about).toMatchObject({ state: 'reversed', reversedBy: { sapDocumentNumber: numbers[0] } });
      const [reversal, ...others] = (await world.test.books.listReversals(entry.id)).filter(
        ({ state }) => state !== 'withdrawn',
      );
      expect(others, about).toEqual([]);
      expect(reversal, about).toMatchObject({ state: 'posted', document: { sapDocumentNumber: numbers[0] } });
    }

    it('takes the entry back once in its next lives', async () => {
      let diedAt = 0;
      const [whole] = await world.posted();
      const unbroken = new Incarnation(EFFECTS_MAX);
      await reverseEntry(unbroken.context(nextLife()), whole!, WISH);
      for (const dieAt of deathsOf(unbroken.trace)) {
        const [entry] = await world.posted();
        const incarnation = new Incarnation(dieAt);
        const died = await dies(() => reverseEntry(incarnation.context(nextLife()), entry!, WISH));
        if (!died) break;
        diedAt = dieAt;
        const about = `died after effect ${dieAt}: ${incarnation.trace.at(-1)}`;
        // The next process only syncs; the person asks again where nothing was on record yet.
        await syncConnection(nextLife(), { waitForUnknown: true });
        const after = await world.test.books.getEntry(entry!.id);
        if (after.state === 'posted') {
          expect(await world.takenBackBy(entry!), about).toEqual([]);
          await reverseEntry(nextLife(), after, WISH);
        }
        await expectReversedOnce(entry!, about);
      }
      // Looking, recording the intent, sending, recording the outcome.
      expect(diedAt).toBeGreaterThan(8);
      expect((await world.test.books.verify()).ok).toBe(true);
    }, 240_000);

    it.runIf(release === '2024')(
      'takes a settlement back once and books it anew once',
      async () => {
        let diedAt = 0;
        const wish = { ...WISH, proposeAgain: true };
        const [whole] = await world.posted();
        const unbroken = new Incarnation(EFFECTS_MAX);
        const wholeSettlement = await world.test.books.getSettlement(whole!.origin.key);
        await reverseSettlement(unbroken.context(nextLife()), wholeSettlement, wish);
        for (const dieAt of deathsOf(unbroken.trace)) {
          const [entry] = await world.posted();
          const settlement = await world.test.books.getSettlement(entry!.origin.key);
          const incarnation = new Incarnation(dieAt);
          const died = await dies(() => reverseSettlement(incarnation.context(nextLife()), settlement, wish));
          if (!died) break;
          diedAt = dieAt;
          const about = `died after effect ${dieAt}: ${incarnation.trace.at(-1)}`;
          await syncConnection(nextLife(), { waitForUnknown: true });
          const entries = await world.test.books.listEntries({ originKey: settlement.key });
          if (entries.every(({ isCurrent }) => isCurrent)) await reverseSettlement(nextLife(), settlement, wish);
          await syncConnection(nextLife(), { waitForUnknown: true });
          await expectReversedOnce(entry!, about);
          const current = (await world.test.books.listEntries({ originKey: settlement.key })).filter(
            ({ isCurrent }) => isCurrent,
          );
          expect(
            current.map(({ state }) => state),
            about,
          ).toEqual(['posted']);
          const documents = world.vendors.ledger().filter(({ reference1 }) => reference1 === settlement.settlementId);
          expect(documents, about).toHaveLength(3);
        }
        expect(diedAt).toBeGreaterThan(12);
        expect((await world.test.books.verify()).ok).toBe(true);
      },
      240_000,
    );
  },
);
