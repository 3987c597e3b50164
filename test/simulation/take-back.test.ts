/** A settlement that was taken back, whole or by half, is told by every sync until a person has decided what becomes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import {
  type ConnectionContext,
  type EntryRecord,
  leaveTakenBack,
  receiveEvidence,
  reverseEntry,
  reverseSettlement,
  type SettlementReversalWish,
  syncConnection,
} from '../../src/app/index.ts';
import { DIALECTS, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openTestBooks } from '../store/database.ts';
import { awayFor, OTHER_DAY, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { QUIET_PERIOD_MS } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const AGAIN: SettlementReversalWish = { ...WISH, proposeAgain: true };
const ONLY_REVERSE: SettlementReversalWish = { ...WISH, proposeAgain: false };
const TAKEN_BACK = ['SETTLEMENT_TAKEN_BACK'];

let world: ReversalWorld;
beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(() => world.close());

const settlementOf = ({ origin: { key: settlementKey } }: EntryRecord) => world.test.books.getSettlement(settlementKey);
const statesOf = async ({ origin: { key: settlementKey } }: EntryRecord) =>
  (await world.test.books.listEntries({ originKey: settlementKey })).map(({ entry: { reversal }, state }) =>
    reversal ? `reversal ${state}` : state,
  );
const reverse = async (entry: EntryRecord, wish = AGAIN, ledger = world.context.ledger) =>
  reverseSettlement({ ...world.context, ledger, actor: person }, await settlementOf(entry), wish);
const leave = async (entry: EntryRecord) =>
  leaveTakenBack({ ...world.context, actor: person }, await settlementOf(entry), 'booked by hand');
const codesOf = async (change?: Partial<ConnectionContext>) =>
  (await world.sync(change)).problems.map(({ code }) => code);
const documentsOf = ({ origin: { name: settlementId } }: EntryRecord) =>
  world.vendors.ledger().filter(({ reference1 }) => reference1 === settlementId);

/** What SAP's ledger comes to for the settlement, without accounts that net to zero. */
function balances(entry: EntryRecord): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of documentsOf(entry).flatMap(({ lines }) => lines)) {
    sums[line.glAccount] = (sums[line.glAccount] ?? 0) + Math.round(Number(line.amount) * 100);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

/** SAP loses its answer to the so-many-th posting. */
function losingAnswer(ordinal: number): ConnectionContext['ledger'] {
  let posts = 0;
  const { ledger } = world.context;
  return {
    ...ledger,
    post: (message, options) => {
      posts += 1;
      if (posts === ordinal) addFault(world.vendors.sap.world.faults, { kind: 'dropReply' });
      return ledger.post(message, options);
    },
  };
}

/** The process dies when it looks at the so-many-th document. */
function dyingAtLook(ordinal: number): ConnectionContext['ledger'] {
  let looks = 0;
  const { ledger } = world.context;
  return {
    ...ledger,
    findDocument: (document) => {
      looks += 1;
      if (looks === ordinal) throw new Error('killed');
      return ledger.findDocument(document);
    },
  };
}

describe('the wish to propose a settlement anew', () => {
  it('survives a lost answer to the last reversal: the sync that finds it proposes and books anew', async () => {
    const [first] = await world.posted(2);
    const before = balances(first!);
    expect(await reverse(first!, AGAIN, losingAnswer(2))).toMatchObject({ isProposedAgain: false });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const report = await world.sync();
    expect(report.problems).toEqual([]);
    expect(report.settlements.map(({ revision }) => revision)).toEqual([1]);
    expect((await statesOf(first!)).slice(4)).toEqual(['posted', 'posted']);
    expect(balances(first!)).toEqual(before);
    expect(await codesOf()).toEqual([]);
  });

  it('survives the end of the process between two reversals: the sync reverses the rest in the name of the person', async () => {
    const [first, second] = await world.posted(2);
    const before = balances(first!);
    await reverse(first!, AGAIN, dyingAtLook(2)).catch(() => {});
    expect(await statesOf(first!)).toEqual(['reversed', 'posted', 'reversal posted']);
    expect(await codesOf()).toEqual([]);
    expect((await statesOf(first!)).slice(4)).toEqual(['posted', 'posted']);
    expect(balances(first!)).toEqual(before);
    const [reversal] = await world.test.books.listReversals(second!.id);
    const events = await world.test.books.listEvents({ subject: `entry/${reversal!.id}` });
    expect(events.find(({ action }) => action === 'entry.approved')?.actor).toEqual(person);
    expect(documentsOf(first!)).toHaveLength(6);
  });

  it('survives a SAP that is away, and is proposed for review where a person approves', async () => {
    const [first] = await world.posted(2);
    await reverse(first!, AGAIN, awayFor(world.context.ledger));
    expect(await statesOf(first!)).toEqual(['posted', 'posted', 'reversal approved']);
    expect(await codesOf({ posting: { ...world.context.posting, approval: 'review' } })).toEqual([]);
    expect((await statesOf(first!)).slice(4)).toEqual(['proposed', 'proposed']);
    expect(balances(first!)).toEqual({});
  });

  it('waits while SAP refuses a reversal, and is told; the next call with another day ends it', async () => {
    const [first, second] = await world.posted(2);
    await reverse(first!, AGAIN, dyingAtLook(2)).catch(() => {});
    addFault(world.vendors.sap.world.faults, { kind: 'periodClosed' });
    const refused = await world.sync();
    expect(refused.problems.map(({ code }) => code)).toEqual(TAKEN_BACK);
    expect(refused.entries.map(({ problem }) => problem?.code)).toEqual(['SAP_ENTRY_REJECTED']);
    const again = await world.sync();
    expect(again.problems.map(({ code }) => code).sort()).toEqual(['SAP_ENTRY_REJECTED', ...TAKEN_BACK]);
    expect(again.problems.find(({ code }) => code === TAKEN_BACK[0])?.says).toContain('has not come to its end');
    expect(await world.takenBackBy(second!)).toEqual([]);
    expect(await reverse(first!, { ...OTHER_DAY, proposeAgain: true })).toMatchObject({ isProposedAgain: true });
    expect(await codesOf()).toEqual([]);
  });

  it('is taken back by a call without it, and by leaving the settlement', async () => {
    const [first] = await world.posted(2);
    await reverse(first!, AGAIN, dyingAtLook(2)).catch(() => {});
    await reverse(first!, ONLY_REVERSE);
    expect(await codesOf()).toEqual(TAKEN_BACK);
    expect(await statesOf(first!)).toEqual(['reversed', 'reversed', 'reversal posted', 'reversal posted']);
    const [other] = await world.posted(1);
    await reverse(other!, AGAIN, awayFor(world.context.ledger));
    await leave(other!);
    await leave(first!);
    expect(await codesOf()).toEqual([]);
    expect(await statesOf(other!)).toEqual(['posted', 'reversal withdrawn']);
  });
});

describe('a settlement that is taken back', () => {
  it('SETTLEMENT_TAKEN_BACK: is told by every sync, taken back whole or by half, until it is left with a reason', async () => {
    const [whole] = await world.posted(1);
    const [half] = await world.posted(2);
    await reverse(whole!, ONLY_REVERSE);
    await reverseEntry({ ...world.context, actor: person }, half!, WISH);
    expect(await codesOf()).toEqual([...TAKEN_BACK, ...TAKEN_BACK]);
    const { problems } = await world.sync();
    expect(problems[1]).toMatchObject({
      says: expect.stringMatching(/is reversed, AMZ\S+ is posted\.$/),
      next: expect.stringContaining(`settlements leave ${half!.origin.name} --why TEXT`),
    });
    await leave(whole!);
    await leave(half!);
    expect(await codesOf()).toEqual([]);
    const events = await world.test.books.listEvents({ subject: `settlement/${half!.origin.key}` });
    expect(events.find(({ action }) => action === 'settlement.take-back-leave')).toMatchObject({
      actor: person,
      why: 'booked by hand',
      after: { reversedKeys: [half!.entry.postingKey] },
    });
    expect((await world.test.books.verify()).ok).toBe(true);
  });

  it('is told again when another entry of it is reversed after it was left', async () => {
    const [first, second] = await world.posted(2);
    await reverseEntry(world.context, first!, WISH);
    await leave(first!);
    expect(await codesOf()).toEqual([]);
    await reverseEntry({ ...world.context, ledger: awayFor(world.context.ledger) }, second!, WISH);
    // The reversal itself is sent, although nothing else of the settlement is.
    expect(await codesOf()).toEqual(TAKEN_BACK);
    expect(await world.takenBackBy(second!)).toHaveLength(1);
    await leave(first!);
    expect(await codesOf()).toEqual([]);
  });

  it('can be proposed anew after it was left', async () => {
    const [entry] = await world.posted(1);
    const before = balances(entry!);
    await reverse(entry!, ONLY_REVERSE);
    await leave(entry!);
    await reverse(entry!, AGAIN);
    expect(await codesOf()).toEqual([]);
    expect(balances(entry!)).toEqual(before);
  });

  it('NOTHING_TAKEN_BACK, SETTLEMENT_UNSETTLED: there is nothing to leave, or it is not known what', async () => {
    const [entry] = await world.posted(1);
    await expect(leave(entry!)).rejects.toMatchObject({ code: 'NOTHING_TAKEN_BACK', kind: 'conflict' });
    await reverse(entry!, AGAIN, losingAnswer(1));
    await expect(leave(entry!)).rejects.toMatchObject({ code: 'SETTLEMENT_UNSETTLED' });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    expect(await codesOf()).toEqual([]);
  });

  it('is told after the loss of the database, and booked anew when a person says so', async () => {
    const [entry] = await world.posted(1);
    const settlement = await settlementOf(entry!);
    const before = balances(entry!);
    // Proposed anew, and lost before it was sent.
    await reverse(entry!, AGAIN);
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    const fresh = await openTestBooks({ clock: world.vendors.clock });
    try {
      const whole = await world.vendors.context(fresh);
      const context = { ...whole, actor: person, reports: { ...whole.reports, list: async function* () {} } };
      const bytes = settlementBytes(
        smallSettlement(DIALECTS.US, { settlementId: settlement.settlementId }),
        DIALECTS.US,
      );
      const chunks = (async function* () {
        yield bytes;
      })();
      const { sha256 } = await fresh.books.putEvidence(chunks, { origin: 'test', contentType: null, headers: {} });
      const { key } = await receiveEvidence(context, sha256, 'settlement.txt');
      const sync = () => syncConnection(context, { waitForUnknown: true });
      for (const { problems } of [await sync(), await sync()]) {
        expect(problems.map(({ code }) => code)).toEqual(TAKEN_BACK);
      }
      expect(balances(entry!)).toEqual({});
      const record = await fresh.books.getSettlement(key);
      expect(await reverseSettlement(context, record, AGAIN)).toMatchObject({ isProposedAgain: true });
      await world.vendors.clock.sleep(QUIET_PERIOD_MS);
      expect((await sync()).problems).toEqual([]);
      expect(balances(entry!)).toEqual(before);
    } finally {
      await fresh.close();
    }
  });
});
