import { describe, expect, it } from 'vitest';
import {
  FEED_NAMES,
  type FeedCollector,
  type FeedReport,
  parseFeedName,
  STOPPING_CODES,
  syncFeed,
} from '../../src/app/index.ts';
import { Problem, type ProblemFacts } from '../../src/core/index.ts';
import { ANNA, START, testContext } from './feed-context.ts';

const OPTIONS = { runMsMax: 900_000 };
const REVOKED: ProblemFacts = {
  code: 'AMAZON_LOGIN_REVOKED',
  kind: 'rejected',
  says: 'It was revoked.',
  next: 'Authorise.',
};
const AWAY: ProblemFacts = { code: 'AMAZON_UNAVAILABLE', kind: 'unavailable', says: 'Away.', next: 'Wait.' };

function reportOf(facts: Partial<FeedReport> = {}): FeedReport {
  const counts = { inserted: 2, changed: 1, unchanged: 0, unreadable: 0 };
  return { feed: 'orders', counts, isUpToDate: true, completeUntil: START, problems: [], ...facts };
}

const tells =
  (facts: Partial<FeedReport> = {}): FeedCollector =>
  async () =>
    reportOf(facts);
const raises =
  (thrown: unknown): FeedCollector =>
  async () => {
    throw thrown;
  };
const mustNotRun: FeedCollector = () => {
  throw new Error('it ran');
};

describe('a run of a feed', () => {
  it('is recorded with its time, its report is returned, and its lease is given back', async () => {
    const { context, books, progress, clock } = testContext();
    const collect: FeedCollector = async (_context, options) => {
      expect(options.runMsMax).toBe(900_000);
      expect([...books.leases.keys()]).toEqual([`feed:orders:${context.connection.id}`]);
      await options.keepAlive();
      await clock.sleep(1_000);
      return reportOf({ problems: [AWAY], isUpToDate: false });
    };
    const report = await syncFeed(context, 'orders', OPTIONS, collect);
    expect(report).toEqual(reportOf({ problems: [AWAY], isUpToDate: false }));
    const run = { startedAt: START, isUpToDate: false, completeUntil: START, problems: [AWAY] };
    expect(books.runs).toEqual([['orders', run]]);
    expect(books.leases.size).toBe(0);
    expect(books.stop).toBeUndefined();
    expect(progress.at(-1)).toMatchObject({ step: 'feed', says: '2 new, 1 changed; there is more to read' });
  });

  it('says how many records were kept aside', async () => {
    const { context, progress } = testContext();
    const counts = { inserted: 0, changed: 0, unchanged: 9, unreadable: 4 };
    await syncFeed(context, 'orders', OPTIONS, tells({ counts }));
    expect(progress.at(-1)).toMatchObject({ says: '0 new, 0 changed, 4 kept aside; up to date' });
  });

  it('FEED_RUNNING: is refused while another process reads the same feed, but not another feed', async () => {
    const { context, books } = testContext();
    await books.acquire(`feed:orders:${context.connection.id}`);
    await expect(syncFeed(context, 'orders', OPTIONS, mustNotRun)).rejects.toMatchObject({
      code: 'FEED_RUNNING',
      kind: 'conflict',
      says: expect.stringMatching(/process 7 on machine.*2026-11-23T08:30/),
    });
    await syncFeed(context, 'finances', OPTIONS, tells());
  });

  it('FEED_OFF: is refused when the feed is switched off', async () => {
    const { context, books } = testContext();
    await expect(syncFeed(context, 'vat', OPTIONS, mustNotRun)).rejects.toMatchObject({
      code: 'FEED_OFF',
      kind: 'invalid',
    });
    expect(books.runs).toEqual([]);
  });

  it('has its lease for longer than one call to Amazon may wait', async () => {
    const { context, books } = testContext();
    await syncFeed(context, 'orders', OPTIONS, tells());
    // Six times turned away, each time for ten minutes.
    expect(books.leaseMs).toBeGreaterThan(6 * 600_000);
  });

  it('LEASE_LOST: ends when another process took over, and leaves the record to that one', async () => {
    const { context, books } = testContext();
    const collect: FeedCollector = async (_context, { keepAlive }) => {
      for (const lease of books.leases.values()) lease.isLost = true;
      await keepAlive();
      throw new Error('it went on');
    };
    await expect(syncFeed(context, 'orders', OPTIONS, collect)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(books.runs).toEqual([]);
  });

  it('that is told to stop ends at the next sign of life, without a failure on record', async () => {
    const { context, books } = testContext();
    const reason = new Problem({ code: 'STOPPED', kind: 'conflict', says: 'Stopped.', next: 'Start again.' });
    const stopper = new AbortController();
    const collect: FeedCollector = async (_context, { keepAlive }) => {
      stopper.abort(reason);
      await keepAlive();
      throw new Error('it went on');
    };
    await expect(syncFeed(context, 'orders', { ...OPTIONS, signal: stopper.signal }, collect)).rejects.toBe(reason);
    expect(books.runs).toEqual([]);
    expect(books.leases.size).toBe(0);
  });

  it('that fails is on record with its problem, and the problem is raised', async () => {
    const { context, books } = testContext();
    await expect(syncFeed(context, 'orders', OPTIONS, raises(new Error('boom')))).rejects.toThrow('boom');
    expect(books.runs).toMatchObject([['orders', { isUpToDate: false, problems: [{ code: 'DEFECT' }] }]]);
    expect(books.leases.size).toBe(0);
  });

  it('that fails raises its problem although the failure cannot be recorded', async () => {
    const { context, books, logged } = testContext();
    books.failsToRecord = true;
    await expect(syncFeed(context, 'orders', OPTIONS, raises(new Error('boom')))).rejects.toThrow('boom');
    expect(logged).toContain('warn feed.not-recorded');
  });
});

describe('what only a person can mend', () => {
  it.each([...STOPPING_CODES])('%s stops the connection, whether it is raised or reported', async (code) => {
    const problem = { ...REVOKED, code };
    for (const collect of [raises(new Problem(problem)), tells({ problems: [AWAY, problem], isUpToDate: false })]) {
      const { context, books, logged } = testContext();
      await syncFeed(context, 'orders', OPTIONS, collect).catch(() => undefined);
      expect(books.stop).toMatchObject(problem);
      expect(books.runs).toHaveLength(1);
      expect(logged).toContain('error connection.stopped');
    }
  });

  it('does not stop a connection that was mended while the run was under way, by the shared clock', async () => {
    for (const hours of [1, -1]) {
      const { context, books, clock, logged } = testContext();
      // The machine's own clock is a day ahead, and says nothing about what came first.
      await clock.sleep(86_400_000);
      const collect: FeedCollector = async () => {
        books.mendedAt = new Date(books.nowMs + hours * 3_600_000).toISOString();
        throw new Problem(REVOKED);
      };
      await expect(syncFeed(context, 'orders', OPTIONS, collect)).rejects.toMatchObject({ code: REVOKED.code });
      // control: one that was mended before the run began is stopped.
      expect(books.stop === undefined).toBe(hours > 0);
      expect(logged.includes('warn connection.mended-meanwhile')).toBe(hours > 0);
      expect(books.runs).toMatchObject([['orders', { startedAt: START }]]);
    }
  });

  it('control: another problem does not stop it', async () => {
    for (const collect of [raises(new Problem(AWAY)), tells({ problems: [AWAY], isUpToDate: false })]) {
      const { context, books } = testContext();
      await syncFeed(context, 'orders', OPTIONS, collect).catch(() => undefined);
      expect(books.stop).toBeUndefined();
    }
  });

  it('CONNECTION_STOPPED: scheduled work on a stopped connection does not ask Amazon again', async () => {
    const { context, books } = testContext();
    books.stop = { ...REVOKED, stoppedAt: START };
    await expect(syncFeed(context, 'orders', OPTIONS, mustNotRun)).rejects.toMatchObject({
      code: 'CONNECTION_STOPPED',
      kind: 'conflict',
      says: expect.stringContaining('since 2026-11-23 because of AMAZON_LOGIN_REVOKED'),
      next: expect.stringContaining(REVOKED.next),
    });
    expect(books.runs).toEqual([]);
  });

  it('a person may try, and the connection goes on once Amazon answers', async () => {
    const { context, books } = testContext({ actor: ANNA });
    books.stop = { ...REVOKED, stoppedAt: START };
    await syncFeed(context, 'orders', OPTIONS, tells({ isUpToDate: false, problems: [AWAY] }));
    expect(books.resumed).toEqual([[ANNA, 'the orders feed was read']]);
    expect(books.stop).toBeUndefined();
  });

  it('a person may try in vain: it stays stopped for its first reason', async () => {
    const nothing = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
    const later = { ...REVOKED, code: 'AMAZON_CLIENT_REFUSED' };
    for (const collect of [
      raises(new Problem(later)),
      tells({ problems: [later], isUpToDate: false }),
      tells({ problems: [AWAY], isUpToDate: false, counts: nothing }),
    ]) {
      const { context, books } = testContext({ actor: ANNA });
      books.stop = { ...REVOKED, stoppedAt: START };
      await syncFeed(context, 'orders', OPTIONS, collect).catch(() => undefined);
      expect(books.stop).toMatchObject(REVOKED);
      expect(books.resumed).toEqual([]);
    }
  });
});

it('FEED_UNKNOWN: a name that is no feed is refused, and the names are told', () => {
  for (const name of FEED_NAMES) expect(parseFeedName(name)).toBe(name);
  expect(() => parseFeedName('settlements')).toThrow(
    expect.objectContaining({
      code: 'FEED_UNKNOWN',
      kind: 'invalid',
      says: expect.stringContaining('orders, finances'),
    }),
  );
});
