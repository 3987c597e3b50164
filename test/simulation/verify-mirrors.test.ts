/** The proof of a period knows what took its documents back, on whatever day and however far that has come. */
import { afterEach, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import { type PeriodProof, reverseEntry, verifyPeriod } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { QUIET_PERIOD_MS } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const LATER = { ...WISH, postingDate: parseLocalDate('2026-12-15') };
const MONTHS = ['2026-10', '2026-11', '2026-12'] as const;

let world: ReversalWorld;
afterEach(() => world.close());

const verify = (month: string, adoptReversals = false) =>
  verifyPeriod(
    { ...world.context, actor: person },
    {
      from: parseLocalDate(`${month}-01`),
      to: parseLocalDate(month === '2026-11' ? `${month}-30` : `${month}-31`),
      adoptReversals,
    },
  );
const codesOf = ({ differences }: PeriodProof) => differences.map(({ problem }) => problem.code);

describe('a mirror that is dated in another month than what it takes back', () => {
  it('leaves every month proven, with nothing on either side', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    const { reversal } = await reverseEntry({ ...world.context, actor: person }, entry!, LATER);
    expect(reversal).toMatchObject({ state: 'posted', entry: { postingDate: '2026-12-15' } });
    for (const month of MONTHS) {
      expect(await verify(month)).toMatchObject({ isProven: true, differences: [], totals: [] });
    }
    const own = await verify(entry!.entry.postingDate.slice(0, 7));
    expect(own.reversed).toMatchObject([
      {
        postingKey: entry!.entry.postingKey,
        state: 'reversed',
        reversedBy: { sapDocumentNumber: reversal!.document!.sapDocumentNumber },
      },
    ]);
  });

  it('VERIFY_REVERSED_IN_SAP: of a database that does not know the mirror', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    const month = entry!.entry.postingDate.slice(0, 7);
    // control: it stands.
    expect(await verify(month)).toMatchObject({ isProven: true, totals: [{ entryCount: 1, documentCount: 1 }] });
    const { books } = world.context;
    const { reversal } = await reverseEntry({ ...world.context, actor: person }, entry!, LATER);
    // As in a backup from before the reversal.
    const isUnknown = (key: string) => key === reversal!.entry.postingKey;
    const getEntry: typeof books.getEntry = (ref) => books.getEntry(isUnknown(ref) ? 'AMZAAAAAAAAAAAAA' : ref);
    const listEntries: typeof books.listEntries = async (filter) =>
      (await books.listEntries(filter)).map((record) =>
        record.id === entry!.id ? { ...record, state: 'posted', reversalKey: null } : record,
      );
    const proof = await verifyPeriod(
      { ...world.context, books: { ...books, getEntry, listEntries } },
      { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-11-30') },
    );
    expect(codesOf(proof)).toEqual(['VERIFY_REVERSED_IN_SAP']);
    expect(proof.differences[0]!.problem.says).toContain(reversal!.document!.sapDocumentNumber);
  });
});

describe('a reversal whose answer was lost', () => {
  it('VERIFY_OUTCOME_UNKNOWN: nothing is recorded for it until the sync has looked it up', async () => {
    world = await openReversalWorld();
    const [entry] = await world.posted();
    addFault(world.vendors.sap.world.faults, { kind: 'dropReply' });
    const { reversal } = await reverseEntry({ ...world.context, actor: person }, entry!, WISH);
    expect(reversal!.state).toBe('unknown');
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const month = entry!.entry.postingDate.slice(0, 7);
    const proof = await verify(month, true);
    expect(codesOf(proof)).toEqual(['VERIFY_OUTCOME_UNKNOWN']);
    expect(proof.differences[0]!.problem.says).toContain(reversal!.entry.postingKey);
    expect(proof.adopted).toEqual([]);
    await world.sync();
    expect(await verify(month, true)).toMatchObject({ isProven: true, adopted: [] });
    expect((await world.test.books.verify()).ok).toBe(true);
  });
});
