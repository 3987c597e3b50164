/** Taking a whole settlement back, and proposing it anew: nothing of it is in SAP twice, and nothing by half. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import {
  approveEntry,
  type EntryRecord,
  postOneEntry,
  reverseEntry,
  reverseSettlement,
  type SyncReport,
} from '../../src/app/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { deskOf } from '../store/desk.ts';
import { awayFor, OTHER_DAY, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { accountTable } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const AGAIN = { ...WISH, proposeAgain: true };
const ONLY_REVERSE = { ...WISH, proposeAgain: false };

let world: ReversalWorld;
beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(() => world.close());

const fault = (planned: Fault) => addFault(world.vendors.sap.world.faults, planned);
const settlementOf = ({ origin: { key: settlementKey } }: EntryRecord) => world.test.books.getSettlement(settlementKey);
const entriesOf = ({ origin: { key: settlementKey } }: EntryRecord) =>
  world.test.books.listEntries({ originKey: settlementKey });
const statesOf = async (entry: EntryRecord) =>
  (await entriesOf(entry)).map(({ entry: { reversal }, state }) => (reversal ? `reversal ${state}` : state));
const reverse = async (entry: EntryRecord, wish: Parameters<typeof reverseSettlement>[2] = ONLY_REVERSE) =>
  reverseSettlement({ ...world.context, actor: person }, await settlementOf(entry), wish);

const codesAbout = ({ origin: { name: settlementId } }: EntryRecord, { problems }: SyncReport) =>
  problems.filter(({ says }) => says.includes(settlementId)).map(({ code }) => code);

/** What SAP's ledger comes to for the settlement, per account, without what nets to zero. */
function balances({ origin: { name: settlementId } }: EntryRecord): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { lines } of world.vendors.ledger().filter(({ reference1 }) => reference1 === settlementId)) {
    for (const line of lines)
      sums[line.glAccount] = (sums[line.glAccount] ?? 0) + Math.round(Number(line.amount) * 100);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

/** A settlement of two entries of which SAP took the first and refused the second. */
async function halfPosted(): Promise<readonly [EntryRecord, EntryRecord]> {
  const [first, second] = await world.received(2);
  const review = { posting: { ...world.context.posting, approval: 'review' as const } };
  for (const entry of [first!, second!]) await approveEntry(deskOf(world.test.books), entry, person, 'ok');
  const post = world.context.ledger.post;
  const ledger: typeof world.context.ledger = {
    ...world.context.ledger,
    post: (message, options) => {
      if (message.entry.postingKey === second!.entry.postingKey) fault({ kind: 'periodClosed' });
      return post(message, options);
    },
  };
  await world.sync({ ...review, ledger });
  const states = await statesOf(first!);
  expect(states).toEqual(['posted', 'rejected']);
  return [await world.test.books.getEntry(first!.id), await world.test.books.getEntry(second!.id)];
}

describe('a settlement that is booked', () => {
  it('is taken back whole, and stays so: no sync books it again', async () => {
    const [first] = await world.posted(2);
    expect(Object.keys(balances(first!)).length).toBeGreaterThan(1);
    const { entries, problems, isProposedAgain } = await reverse(first!);
    expect(entries.map(({ state }) => state)).toEqual(['posted', 'posted']);
    expect([problems, isProposedAgain, balances(first!)]).toEqual([[], false, {}]);
    expect(await statesOf(first!)).toEqual(['reversed', 'reversed', 'reversal posted', 'reversal posted']);
    const report = await world.sync();
    expect([report.entries, balances(first!)]).toEqual([[], {}]);
    expect(codesAbout(first!, report)).toEqual(['SETTLEMENT_TAKEN_BACK']);
  });

  it('NOTHING_TO_REVERSE: a second time, and before it is booked', async () => {
    const [first] = await world.posted();
    await reverse(first!);
    await expect(reverse(first!)).rejects.toMatchObject({
      code: 'NOTHING_TO_REVERSE',
      next: expect.stringContaining('--propose-again'),
    });
    const [unsent] = await world.received();
    await expect(reverse(unsent!, AGAIN)).rejects.toMatchObject({
      code: 'NOTHING_TO_REVERSE',
      kind: 'conflict',
      says: expect.stringContaining('has no posted entry'),
    });
    await world.sync();
  });

  it('is booked anew with today’s account table, under other keys, as often as it takes', async () => {
    const [first] = await world.posted(2);
    const before = balances(first!);
    const table = readAccountTable({ name: 'other', text: accountTable.text.replaceAll('41001200', '41001299') });
    const keys = new Set<string>();
    for (const [round, context] of [{ table }, {}].entries()) {
      const record = await settlementOf(first!);
      const wish = { ...AGAIN, why: `round ${round}` };
      const result = await reverseSettlement({ ...world.context, ...context }, record, wish);
      expect(result).toMatchObject({
        isProposedAgain: true,
        problems: [],
        settlement: { state: 'proposed', revision: round + 1 },
      });
      expect(balances(first!)).toEqual({});
      await world.sync(context);
    }
    const entries = await entriesOf(first!);
    for (const { entry } of entries) keys.add(entry.postingKey);
    expect(entries.filter(({ isCurrent }) => isCurrent).map(({ state }) => state)).toEqual(['posted', 'posted']);
    expect([keys.size, entries.length]).toEqual([10, 10]);
    expect(balances(first!)).toEqual(before);
    expect((await world.test.books.verifyEverything()).faults).toEqual([]);
  });

  it('waits for approval like any proposal where a person approves', async () => {
    const [first] = await world.posted();
    await reverse(first!, AGAIN);
    await world.sync({ posting: { ...world.context.posting, approval: 'review' } });
    expect(await statesOf(first!)).toEqual(['reversed', 'reversal posted', 'proposed']);
    expect(balances(first!)).toEqual({});
    await world.sync();
    expect((await statesOf(first!)).at(-1)).toBe('posted');
  });

  it('stops at the first entry that SAP does not reverse; the next call goes on from there', async () => {
    const [first, second] = await world.posted(2);
    fault({ kind: 'periodClosed' });
    const refused = await reverse(first!, AGAIN);
    expect(refused).toMatchObject({ isProposedAgain: false, problems: [{ code: 'SAP_ENTRY_REJECTED' }] });
    expect(await statesOf(first!)).toEqual(['posted', 'posted', 'reversal rejected']);
    expect(await world.takenBackBy(second!)).toEqual([]);
    const done = await reverse(first!, { ...OTHER_DAY, proposeAgain: false });
    expect([done.problems, balances(first!)]).toEqual([[], {}]);
  });

  it('SETTLEMENT_UNSETTLED: nothing is done while it is not known what is in SAP', async () => {
    const [first] = await world.posted(2);
    fault({ kind: 'dropReply' });
    const lost = await reverse(first!, AGAIN);
    expect(lost).toMatchObject({ isProposedAgain: false, problems: [{ kind: 'unknown' }] });
    await expect(reverse(first!, AGAIN)).rejects.toMatchObject({
      code: 'SETTLEMENT_UNSETTLED',
      next: expect.stringContaining('seller-ledger sync test'),
    });
    await world.sync();
    expect(await reverse(first!, AGAIN)).toMatchObject({ isProposedAgain: true });
    expect(balances(first!)).toEqual({});
    await world.sync();
  });

  it('goes on after SAP was away in the middle', async () => {
    const [first] = await world.posted(2);
    const absent = { ...world.context, ledger: awayFor(world.context.ledger) };
    const away = await reverseSettlement(absent, await settlementOf(first!), ONLY_REVERSE);
    expect(away).toMatchObject({ problems: [{ kind: 'unavailable' }] });
    expect(await statesOf(first!)).toEqual(['posted', 'posted', 'reversal approved']);
    expect(await reverse(first!)).toMatchObject({ problems: [] });
    expect(balances(first!)).toEqual({});
  });

  it('tells what a person reversed in SAP already, and takes back the rest', async () => {
    const [first, second] = await world.posted(2);
    world.reverseInSap(first!);
    const { entries } = await reverse(first!);
    expect(entries.map(({ id, state }) => [id === first!.id, state])).toEqual([
      [true, 'reversed'],
      [false, 'posted'],
    ]);
    expect([(await world.takenBackBy(first!)).length, (await world.takenBackBy(second!)).length]).toEqual([1, 1]);
    expect(balances(first!)).toEqual({});
  });
});

describe('a settlement of which one entry is booked and another refused', () => {
  it('is taken back and proposed anew, and then booked whole', async () => {
    const [first, second] = await halfPosted();
    const result = await reverse(first, AGAIN);
    expect(result).toMatchObject({ isProposedAgain: true, problems: [] });
    expect(await statesOf(first)).toEqual(['reversed', 'withdrawn', 'reversal posted', 'proposed', 'proposed']);
    expect(balances(first)).toEqual({});
    await world.sync();
    expect((await statesOf(first)).slice(3)).toEqual(['posted', 'posted']);
    const references = world.vendors.ledger().map(({ documentReferenceId }) => documentReferenceId);
    expect(references).not.toContain(second.entry.postingKey);
  });

  it('SETTLEMENT_HELD_BACK: what was not sent is not sent either once the rest was taken back', async () => {
    const [first, second] = await halfPosted();
    await reverseEntry(world.context, first, WISH);
    const approved = await approveEntry(deskOf(world.test.books), second, person, 'the period is open again');
    await expect(postOneEntry(world.context, approved)).rejects.toMatchObject({
      code: 'SETTLEMENT_HELD_BACK',
      next: expect.stringContaining(`settlements reverse ${first.origin.name}`),
    });
    expect(codesAbout(first, await world.sync())).toEqual(['SETTLEMENT_TAKEN_BACK']);
    expect(balances(first)).toEqual({});
    expect(await reverse(first, AGAIN)).toMatchObject({ isProposedAgain: true });
    expect(codesAbout(first, await world.sync())).toEqual([]);
  });

  it('SAP_DOCUMENT_OF_REJECTED: is not proposed anew when SAP holds what it said it had refused', async () => {
    const [first, second] = await halfPosted();
    const find = world.context.ledger.findByPostingKey;
    const ledger: typeof world.context.ledger = {
      ...world.context.ledger,
      findByPostingKey: (query) =>
        find(
          query.postingKey === second.entry.postingKey ? { ...query, postingKey: first.entry.postingKey } : query,
        ).then((found) => found.map((document) => ({ ...document, isReversal: false, isReversed: false }))),
    };
    const settlement = await settlementOf(first);
    const attempt = reverseSettlement({ ...world.context, ledger }, settlement, AGAIN);
    await expect(attempt).rejects.toMatchObject({ code: 'SAP_DOCUMENT_OF_REJECTED' });
    expect(await statesOf(first)).toEqual(['reversed', 'rejected', 'reversal posted']);
    expect(await reverse(first, AGAIN)).toMatchObject({ isProposedAgain: true });
    await world.sync();
  });
});
