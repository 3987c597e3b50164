/** A sync goes by the settings that it has read: when others are stored, or a person pauses it, nothing more leaves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectionContext,
  instantOf,
  nextTurn,
  reverseEntry,
  SYSTEM,
  syncConnection,
  type WorkPlan,
} from '../../src/app/index.ts';
import { parseTimeZone } from '../../src/core/index.ts';
import { ANNA } from '../store/samples.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

let world: ReversalWorld;
beforeEach(async () => {
  world = await openReversalWorld();
});
afterEach(() => world.close());

/** The same SAP, and something that a person does while it answers the first posting. */
function whileFirstIsPosted(act: () => Promise<unknown>): { ledger: ConnectionContext['ledger']; sent: string[] } {
  const { ledger } = world.context;
  const sent: string[] = [];
  return {
    sent,
    ledger: {
      ...ledger,
      post: async (message, times) => {
        sent.push(message.entry.postingKey);
        if (sent.length === 1) await act();
        return ledger.post(message, times);
      },
    },
  };
}
const change = (settings: Record<string, string>) => {
  const { id, settings: before } = world.context.connection;
  return world.test.books.updateConnection(
    id,
    { settings: { ...before, ...settings }, secrets: {} },
    ANNA,
    'other SAP',
  );
};
const statesOf = async () => {
  const { connection } = world.context;
  const entries = await world.test.books.listEntries({ connectionId: connection.id });
  return entries.map(({ state }) => state).sort();
};
const asStored = async () => {
  const connection = await world.test.books.getConnection(world.context.connection.name);
  return { ...world.context, connection };
};
const documents = () => new Set(world.vendors.ledger().map(({ documentReferenceId }) => documentReferenceId)).size;

describe('settings that change while a sync runs', () => {
  it('end it before the next message leaves; the next one goes on by the new settings, and nothing is lost or double', async () => {
    await world.received(2);
    const { ledger, sent } = whileFirstIsPosted(() => change({ note: 'new address' }));
    await expect(world.sync({ ledger })).rejects.toMatchObject({ code: 'SETTINGS_OUTDATED', kind: 'conflict' });
    expect(sent).toHaveLength(1);
    // What had left came to its end; the other one waits as it was.
    expect(await statesOf()).toEqual(['approved', 'posted']);
    await syncConnection(await asStored(), { waitForUnknown: true });
    expect(await statesOf()).toEqual(['posted', 'posted']);
    expect([world.vendors.ledger().length, documents()]).toEqual([2, 2]);
    expect((await world.test.books.verifyEverything()).faults).toEqual([]);
  });

  it('control: settings that are stored again as they are end nothing', async () => {
    await world.received(2);
    const { ledger, sent } = whileFirstIsPosted(() => change({}));
    await world.sync({ ledger });
    expect(sent).toHaveLength(2);
    expect(await statesOf()).toEqual(['posted', 'posted']);
  });

  it('let nothing be approved by the rules of before', async () => {
    await world.received();
    const { books } = world.test;
    const changing: ConnectionContext['books'] = {
      ...books,
      listApprovals: async (filter) => {
        await change({ note: 'people approve now' });
        return books.listApprovals(filter);
      },
    };
    await expect(world.sync({ books: changing })).rejects.toMatchObject({ code: 'SETTINGS_OUTDATED' });
    expect(await statesOf()).toEqual(['proposed']);
  });

  it('wait for a message whose attempt is being recorded, so that it is known which system it went to', async () => {
    const client = await world.test.database.pool.connect();
    await client.query('begin');
    // As the recording of an attempt does.
    await client.query('select settings from connection where id = $1 for share', [world.context.connection.id]);
    let isChanged = false;
    const changing = change({ note: 'new address' }).then(() => {
      isChanged = true;
    });
    const waiting = async () =>
      (await client.query('select count(*)::integer as count from pg_locks where not granted')).rows[0].count as number;
    while ((await waiting()) === 0) expect(isChanged).toBe(false);
    await client.query('commit');
    client.release();
    await changing;
    expect(isChanged).toBe(true);
  });

  it('end a reversal before it leaves', async () => {
    const [posted] = await world.posted();
    await change({ note: 'new address' });
    const before = world.vendors.ledger().length;
    await expect(reverseEntry(world.context, posted!, WISH)).rejects.toMatchObject({ code: 'SETTINGS_OUTDATED' });
    expect(world.vendors.ledger()).toHaveLength(before);
    await reverseEntry(await asStored(), posted!, WISH);
    expect(world.vendors.ledger(), 'control: by the new settings it leaves').toHaveLength(before + 1);
  });
});

describe('a pause that a person begins while a sync runs', () => {
  const plan: WorkPlan = {
    rule: { kind: 'every', everyMs: 900_000, phaseMs: 0 },
    calendar: { timeZone: parseTimeZone('UTC'), quietHours: [] },
    nearClosings: null,
    windows: [],
  };
  const pick = (work: string) => ({ connectionId: world.context.connection.id, work, actor: ANNA, why: 'an audit' });
  beforeEach(async () => {
    const { clock } = world.vendors;
    const works = ['settlements', 'posting', 'orders'].map((work) => ({
      work,
      plan,
      firstDueAt: instantOf(clock.nowMs()),
      nextDueAt: instantOf(nextTurn(plan, clock.nowMs())),
      cadenceMs: 900_000,
    }));
    await world.test.books.putPlans(world.context.connection.id, 'v1', works);
    await world.received(2);
  });
  const pauseWhilePosted = (work: string) =>
    whileFirstIsPosted(async () => {
      await world.vendors.clock.sleep(1_000);
      await world.test.books.pauseSchedule({ ...pick(work), until: null });
    });

  it.each(['posting', 'settlements'])('of %s stops it before the next posting, and it says by whom', async (work) => {
    const { ledger, sent } = pauseWhilePosted(work);
    const report = await world.sync({ ledger });
    expect(sent).toHaveLength(1);
    expect(await statesOf()).toEqual(['approved', 'posted']);
    expect(report.problems).toMatchObject([
      { code: 'POSTING_PAUSED', says: expect.stringContaining('anna paused the work'), kind: 'unavailable' },
    ]);
    await world.test.books.resumeSchedule(pick(work));
    await world.sync();
    expect(await statesOf()).toEqual(['posted', 'posted']);
    expect([world.vendors.ledger().length, documents()]).toEqual([2, 2]);
  });

  it('control: of another work does not', async () => {
    const { ledger, sent } = pauseWhilePosted('orders');
    expect((await world.sync({ ledger })).problems).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  it('stops a turn that waited for a worker, and not the sync that a person starts in the pause', async () => {
    const slotAt = new Date(world.vendors.clock.nowMs()).toISOString();
    await world.vendors.clock.sleep(1_000);
    await world.test.books.pauseSchedule({ ...pick('posting'), until: null });
    await world.vendors.clock.sleep(1_000);
    const waited = await world.sync({ since: slotAt });
    expect(waited.problems).toMatchObject([{ code: 'POSTING_PAUSED' }]);
    expect(await statesOf()).toEqual(['approved', 'approved']);
    await world.sync({ actor: SYSTEM });
    expect(await statesOf(), 'control').toEqual(['posted', 'posted']);
  });
});
