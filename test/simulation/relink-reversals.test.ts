/** A database that was lost, or restored from an old backup, takes nothing back that its predecessor took back. */
import { afterEach, describe, expect, it } from 'vitest';
import { type EntryRecord, type GeneralLedger, type ReversalWish, reverseEntry } from '../../src/app/index.ts';
import { uuidFromName } from '../../src/core/index.ts';
import { reversalOf } from '../../src/ledger/index.ts';
import { awayFor, OTHER_DAY, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { QUIET_PERIOD_MS } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

let world: ReversalWorld;
afterEach(() => world.close());

/** What a predecessor sent whose records are gone. `change`: what somebody made of it since. */
async function bookReversal(original: EntryRecord, change: { round?: number; amountTimes?: bigint } = {}) {
  const { entry } = original;
  const { fiscalYear, sapDocumentNumber } = original.document!;
  const { round = 0, amountTimes = 1n } = change;
  const made = reversalOf(entry, {
    round,
    postingDate: entry.postingDate,
    reason: '01',
    fiscalYear,
    sapDocumentNumber,
  });
  const lines = made.lines.map((line) => ({
    ...line,
    amount: { ...line.amount, minor: line.amount.minor * amountTimes },
  }));
  const outcome = await world.context.ledger.post({
    entry: { ...made, lines },
    messageId: made.postingKey,
    messageUuid: uuidFromName(`test/message/${made.postingKey}`),
    entryMessageUuid: uuidFromName(`test/entry/${made.postingKey}`),
    createdAt: new Date(world.vendors.clock.nowMs()).toISOString(),
  });
  expect(outcome.outcome).toBe('posted');
}

/** Documents of the settlement in SAP, and whether they sum to nothing. */
function inSap({ origin: { name: settlementId } }: EntryRecord): { count: number; isZero: boolean } {
  const documents = world.vendors.ledger().filter(({ reference1 }) => reference1 === settlementId);
  const sums = new Map<string, number>();
  for (const { glAccount, amount } of documents.flatMap(({ lines }) => lines)) {
    sums.set(glAccount, (sums.get(glAccount) ?? 0) + Math.round(Number(amount) * 100));
  }
  return { count: documents.length, isZero: [...sums.values()].every((sum) => sum === 0) };
}

const again = (record: EntryRecord) => world.test.books.getEntry(record.id);
const reverse = (record: EntryRecord, wish: ReversalWish = WISH, ledger: GeneralLedger = world.context.ledger) =>
  reverseEntry({ ...world.context, ledger, actor: person }, record, wish);

describe.each(['2024', '2020'] as const)('in a SAP of release %s', (release) => {
  it('an approved reversal out of a backup is not sent again: its document is adopted', async () => {
    world = await openReversalWorld({ release });
    const [entry] = await world.posted();
    const { reversal } = await reverse(entry!, WISH, awayFor(world.context.ledger));
    expect(reversal).toMatchObject({ state: 'approved' });
    await bookReversal(entry!);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    // What was taken back is told until a person decides; nothing else is.
    const codes = (await world.sync()).problems.map(({ code }) => code);
    expect(codes).toEqual(['SETTLEMENT_TAKEN_BACK']);
    expect(inSap(entry!)).toEqual({ count: 2, isZero: true });
    expect(await again(entry!)).toMatchObject({ state: 'reversed' });
    // SAP names its own reversal, so the one that was to be sent is withdrawn; a mirror is the one that was to be sent.
    expect(await again(reversal!)).toMatchObject({ state: release === '2024' ? 'withdrawn' : 'posted' });
    expect((await world.test.books.verify()).ok).toBe(true);
  });

  it.each([
    ['the same day', WISH, 0],
    ['another day', OTHER_DAY, 0],
    ['the same day, where SAP had refused the first attempts', WISH, 4],
  ])('a backup from before the reversal: taking it back again on %s books nothing', async (_, wish, round) => {
    world = await openReversalWorld({ release });
    const [entry] = await world.posted();
    await bookReversal(entry!, { round });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const { original } = await reverse(entry!, wish);
    expect(original).toMatchObject({ state: 'reversed' });
    expect(original.reversedBy?.sapDocumentNumber).toBe(world.vendors.ledger().at(-1)!.accountingDocument);
    expect(inSap(entry!)).toEqual({ count: 2, isZero: true });
    expect((await world.test.books.verify()).ok).toBe(true);
  });
});

describe('a mirror of a predecessor', () => {
  it('control: without the look for mirrors a second one is booked', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    await bookReversal(entry!);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await reverse(entry!, OTHER_DAY, { ...world.context.ledger, findByPostingKeys: async () => [] });
    expect(inSap(entry!)).toEqual({ count: 3, isZero: false });
  });

  it('is found before another day or reason takes the place of a reversal that was never sent', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    await reverse(entry!, WISH, awayFor(world.context.ledger));
    await bookReversal(entry!);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await reverse(entry!, OTHER_DAY);
    expect(await again(entry!)).toMatchObject({ state: 'reversed' });
    expect(inSap(entry!)).toEqual({ count: 2, isZero: true });
  });

  it('SAP_DOCUMENT_DIFFERS: with another total it is left to a person, and nothing is sent', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    await bookReversal(entry!, { amountTimes: 2n });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await expect(reverse(entry!)).rejects.toMatchObject({ code: 'SAP_DOCUMENT_DIFFERS', kind: 'conflict' });
    expect((await world.sync()).problems.map(({ code }) => code)).toEqual(['SAP_DOCUMENT_DIFFERS']);
    expect(inSap(entry!).count).toBe(2);
    expect(await again(entry!)).toMatchObject({ state: 'posted' });
  });

  it('SAP_REVERSED_TWICE: two of them are told, and no third is sent', async () => {
    world = await openReversalWorld({ release: '2020' });
    const [entry] = await world.posted();
    await bookReversal(entry!);
    await bookReversal(entry!, { round: 1 });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await expect(reverse(entry!)).rejects.toMatchObject({ code: 'SAP_REVERSED_TWICE', kind: 'conflict' });
    expect(inSap(entry!).count).toBe(3);
  });
});
