import { describe, expect, it } from 'vitest';
import type { AmazonWait, SpApiOperation } from '../../src/amazon/exchange.ts';
import { createMemoryQuotas } from '../../src/amazon/memory-quotas.ts';
import { createRateLimiter } from '../../src/amazon/rate-limiter.ts';
import { USAGE_PLANS } from '../../src/amazon/usage-plans.ts';
import type { QuotaState, QuotaStore } from '../../src/app/index.ts';
import type { Clock, Randomness } from '../../src/core/index.ts';
import {
  collect,
  createWorld,
  evenChance,
  problemOf,
  REPORTS,
  report,
  START_MS,
  THROTTLED,
  VirtualClock,
} from './amazon-stand-in.ts';

const SINCE = '2026-11-01T00:00:00Z';

function createLimiter(options: { clock?: Clock; quotas?: QuotaStore; randomness?: Randomness } = {}) {
  return createLimiterAt(options.clock ?? new VirtualClock(), options);
}

function createLimiterAt<Own extends Clock>(clock: Own, options: { quotas?: QuotaStore; randomness?: Randomness }) {
  const waits: AmazonWait[] = [];
  const limiter = createRateLimiter({
    application: 'app',
    region: 'EU',
    sellerAccount: 'A2EXAMPLE1234',
    quotas: options.quotas ?? createMemoryQuotas(clock),
    clock,
    randomness: options.randomness ?? evenChance,
    onWait: (wait) => {
      waits.push(wait);
    },
  });
  const sentAt: number[] = [];
  const send = async (operation: SpApiOperation = 'getReports', signal?: AbortSignal) => {
    await limiter.acquire(operation, signal);
    sentAt.push(clock.nowMs());
  };
  return { limiter, clock, waits, sentAt, send };
}

/** A store whose clock a test can exchange. */
function movableQuotas() {
  let current: Clock = new VirtualClock();
  const quotas = createMemoryQuotas({ nowMs: () => current.nowMs(), sleep: () => Promise.resolve() });
  return {
    quotas,
    setClock: (clock: Clock) => {
      current = clock;
    },
  };
}

/** Windows in which more was sent than the plan allows, told independently of how the limiter counts. */
function excesses(times: readonly number[], plan: { ratePerSecond: number; burst: number }): string[] {
  const found: string[] = [];
  for (let first = 0; first < times.length; first += 1) {
    for (let last = first; last < times.length; last += 1) {
      const windowMs = times[last]! - times[first]!;
      const allowed = plan.burst + (windowMs / 1_000) * plan.ratePerSecond + 1e-6;
      if (last - first + 1 > allowed) found.push(`${last - first + 1} within ${windowMs} ms`);
    }
  }
  return found;
}

describe('the usage plan', () => {
  it.each(Object.keys(USAGE_PLANS) as SpApiOperation[])(
    'of %s is kept in every window of time: the burst at once, then one by one',
    async (operation) => {
      const { send, sentAt, clock } = createLimiter();
      await Promise.all(Array.from({ length: 60 }, () => send(operation)));
      const plan = USAGE_PLANS[operation];
      expect(sentAt).toHaveLength(60);
      const atOnce = Math.floor(plan.burst - 2 * plan.ratePerSecond);
      expect(sentAt.filter((ms) => ms === START_MS)).toHaveLength(atOnce);
      expect(excesses(sentAt, plan)).toEqual([]);
      // Not even if the first request took two seconds longer to arrive than all others.
      expect(
        excesses(
          [sentAt[0]! + 2_000, ...sentAt.slice(1)].sort((a, b) => a - b),
          plan,
        ),
      ).toEqual([]);
      // No slower than allowed either: two seconds once, and one millisecond of rounding for each wait.
      const idealMs = ((60 - plan.burst) / plan.ratePerSecond) * 1_000;
      expect(clock.nowMs() - START_MS).toBeLessThan(idealMs + 2_000 + 60);
    },
  );

  it('control: the window check finds one request too many', () => {
    const plan = { ratePerSecond: 0.0222, burst: 2 };
    expect(excesses([0, 0, 45_046], plan)).toEqual([]);
    expect(excesses([0, 0, 45_000], plan)).toHaveLength(1);
    expect(excesses([0, 0, 0], plan)).toHaveLength(1);
  });

  it('is counted for each operation by itself', async () => {
    const { send, clock } = createLimiter();
    await Promise.all(Array.from({ length: 9 }, () => send('getReports')));
    await Promise.all(Array.from({ length: 14 }, () => send('getReportDocument')));
    expect(clock.nowMs()).toBe(START_MS);
    await send('getReports');
    await send('getReports');
    expect(clock.nowMs()).toBeGreaterThan(START_MS + 45_000);
  });

  it('is kept by two workers together when they share the buckets', async () => {
    const clock = new VirtualClock();
    const quotas = createMemoryQuotas(clock);
    const [one, two] = [createLimiter({ clock, quotas }), createLimiter({ clock, quotas })];
    await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 ? one : two).send()));
    const all = [...one.sentAt, ...two.sentAt].sort((a, b) => a - b);
    expect(all).toHaveLength(30);
    expect(excesses(all, USAGE_PLANS.getReports)).toEqual([]);
  });

  it('control: two workers that do not share their buckets exceed it', async () => {
    const clock = new VirtualClock();
    const [one, two] = [createLimiter({ clock }), createLimiter({ clock })];
    await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 ? one : two).send()));
    const all = [...one.sentAt, ...two.sentAt].sort((a, b) => a - b);
    expect(excesses(all, USAGE_PLANS.getReports)).not.toEqual([]);
  });

  it('survives a restart when the buckets do', async () => {
    const clock = new VirtualClock();
    const quotas = createMemoryQuotas(clock);
    await Promise.all(Array.from({ length: 10 }, createLimiter({ clock, quotas }).send.bind(null, 'getReports')));
    const restarted = createLimiter({ clock, quotas });
    await restarted.send();
    expect(restarted.sentAt[0]).toBeGreaterThan(START_MS + 45_000);
  });

  it('allows the burst again after a rest of any length, and no more than that', async () => {
    const { send, sentAt, clock } = createLimiterAt(new VirtualClock(), {});
    await send();
    clock.advance(7 * 86_400_000);
    await Promise.all(Array.from({ length: 15 }, () => send()));
    expect(sentAt.filter((ms) => ms === START_MS + 7 * 86_400_000)).toHaveLength(9);
    expect(excesses(sentAt, USAGE_PLANS.getReports)).toEqual([]);
  });

  it('gives a token that has just become free to who waited for it, not to who came last', async () => {
    const { limiter, clock } = createLimiterAt(new VirtualClock(), {});
    await Promise.all(Array.from({ length: 10 }, () => limiter.acquire('getReports')));
    const served: string[] = [];
    let announceWait = () => {};
    const isWaiting = new Promise<void>((resolve) => {
      announceWait = resolve;
    });
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      announceWait();
      return sleep(ms, signal);
    };
    const waited = limiter.acquire('getReports').then(() => served.push('waited'));
    await isWaiting;
    clock.advance(60_000);
    const late = limiter.acquire('getReports').then(() => served.push('late'));
    await Promise.all([waited, late]);
    expect(served).toEqual(['waited', 'late']);
  });

  it('serves callers in the order in which they came', async () => {
    const { limiter } = createLimiter();
    const served: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => limiter.acquire('getReports').then(() => served.push(index))),
    );
    expect(served).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('is not charged for a caller that gave up while waiting', async () => {
    const { send, sentAt, limiter } = createLimiter();
    await Promise.all(Array.from({ length: 10 }, () => send()));
    const impatient = new AbortController();
    const given = limiter.acquire('getReports', impatient.signal);
    const next = send();
    impatient.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    await next;
    expect(sentAt[10]! - START_MS).toBeLessThan(48_000);
  });

  it('says why it waits and until when', async () => {
    const { send, waits } = createLimiter();
    await Promise.all(Array.from({ length: 11 }, () => send()));
    expect(waits).toEqual([
      {
        operation: 'getReports',
        reason: 'usage-plan',
        untilMs: START_MS + 2_000,
        says: 'Amazon allows one getReports per 45 s: next one in 2 s',
      },
      {
        operation: 'getReports',
        reason: 'usage-plan',
        untilMs: START_MS + 47_046,
        says: 'Amazon allows one getReports per 45 s: next one in 46 s',
      },
    ]);
  });

  it('says a pace of several requests per second as such', async () => {
    const { send, waits } = createLimiter();
    await Promise.all(Array.from({ length: 12 }, () => send('getReport')));
    expect(waits.map((wait) => wait.says)).toEqual(['Amazon allows 2 getReport per second: next one in 1 s']);
  });

  it('is not stalled by a clock that was set back', async () => {
    const { quotas, setClock } = movableQuotas();
    const ahead = new VirtualClock();
    ahead.advance(86_400_000);
    setClock(ahead);
    await createLimiter({ clock: ahead, quotas }).limiter.punish('getReports', 1);
    const clock = new VirtualClock();
    setClock(clock);
    await createLimiter({ clock, quotas }).send();
    expect(clock.nowMs() - START_MS).toBeLessThanOrEqual(16 * 60_000);
  });

  it('counts no time twice when a clock goes back a little', async () => {
    const { quotas, setClock } = movableQuotas();
    const clock = new VirtualClock();
    setClock(clock);
    const { send, sentAt } = createLimiter({ clock, quotas });
    await Promise.all(Array.from({ length: 9 }, () => send()));
    clock.advance(60_000);
    await send();
    clock.advance(-60_000);
    // One token is left. For the next one the minute that was counted already must pass again.
    await send();
    await send();
    expect(sentAt[11]! - START_MS).toBeGreaterThan(60_000 + 32_000);
    expect(sentAt[11]! - START_MS).toBeLessThan(60_000 + 33_000);
  });

  it('goes by the clock of the store, so that machines whose clocks differ by an hour share one pace', async () => {
    const clock = new VirtualClock();
    const fast: Clock = { nowMs: () => clock.nowMs() + 3_600_000, sleep: clock.sleep.bind(clock) };
    const quotas = createMemoryQuotas(clock);
    const [one, two] = [createLimiter({ clock, quotas }), createLimiter({ clock: fast, quotas })];
    await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 ? one : two).send()));
    const all = [...one.sentAt, ...two.sentAt.map((ms) => ms - 3_600_000)].sort((a, b) => a - b);
    expect(all).toHaveLength(30);
    expect(excesses(all, USAGE_PLANS.getReports)).toEqual([]);
    const idealMs = (20 / 0.0222) * 1_000;
    expect(all[29]! - START_MS).toBeLessThan(idealMs + 2_000 + 60);
    expect(two.waits.every((wait) => wait.untilMs > START_MS + 3_600_000)).toBe(true);
  });

  it('control: each by its own clock, they exceed it', async () => {
    const clock = new VirtualClock();
    const fast: Clock = { nowMs: () => clock.nowMs() + 3_600_000, sleep: clock.sleep.bind(clock) };
    const { quotas, setClock } = movableQuotas();
    const [one, two] = [createLimiter({ clock, quotas }), createLimiter({ clock: fast, quotas })];
    for (const [limiter, own] of [
      [one, clock],
      [two, fast],
    ] as const) {
      setClock(own);
      await Promise.all(Array.from({ length: 9 }, () => limiter.send()));
    }
    const all = [...one.sentAt, ...two.sentAt.map((ms) => ms - 3_600_000)].sort((a, b) => a - b);
    expect(excesses(all, USAGE_PLANS.getReports)).not.toEqual([]);
  });
});

describe('the rate Amazon says it applies', () => {
  async function msForTwenty(header: string | undefined, thenHeader?: string): Promise<number> {
    const { limiter, send, clock } = createLimiter();
    await limiter.learnRate('getReports', header);
    if (thenHeader) await limiter.learnRate('getReports', thenHeader);
    await Promise.all(Array.from({ length: 20 }, () => send()));
    return clock.nowMs() - START_MS;
  }

  it('makes the pace faster when it is above the default', async () => {
    // Ten at once but for two seconds of the new pace.
    expect(await msForTwenty('1')).toBe(12_000);
  });

  it('takes the pace back down again', async () => {
    expect(await msForTwenty('2', '1')).toBe(14_000);
  });

  it('makes the pace slower when it is below the default, down to a quarter of it', async () => {
    const published = await msForTwenty(undefined);
    expect(await msForTwenty('0.0111')).toBeGreaterThan(1.9 * published);
    expect(await msForTwenty('0.00555')).toBeGreaterThan(3.9 * published);
    expect(await msForTwenty('0.0055')).toBe(published);
  });

  it('is left at one request at a time when it is far above the burst', async () => {
    expect(await msForTwenty('1000')).toBeLessThan(50);
  });

  it.each([['0.001'], ['1000.1'], ['0'], ['-1'], ['string'], ['NaN'], ['Infinity'], [''], [undefined]])(
    'leaves the published pace as it is when it says %j',
    async (header) => {
      const published = await msForTwenty(undefined);
      expect(published).toBeGreaterThan(450_000);
      expect(await msForTwenty(header)).toBe(published);
    },
  );

  it('is read from the answers', async () => {
    const world = await createWorld(() => ({
      headers: { 'x-amzn-RateLimit-Limit': '10.0' },
      body: { reports: [] },
    }));
    for (let call = 0; call < 30; call += 1) await collect(world.amazon.reports.list(SINCE));
    expect(world.clock.nowMs() - START_MS).toBeLessThan(3_000);
  });
});

describe('an answer 429', () => {
  it('empties the bucket and holds every caller back for at least one period of the rate', async () => {
    for (const fraction of [0, 0.5, 0.999]) {
      const { limiter, send, sentAt, waits } = createLimiter({
        randomness: { ...evenChance, fraction: () => fraction },
      });
      await send();
      await limiter.punish('getReports', 1);
      await Promise.all([send(), send()]);
      expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(45_045);
      expect(sentAt[1]! - sentAt[0]!).toBeLessThanOrEqual(2 * 45_046);
      expect(sentAt[2]! - sentAt[0]!).toBeGreaterThanOrEqual(90_090);
      expect(waits[0]?.reason).toBe('throttled');
    }
  });

  it('takes back a higher rate that was learned, because a refusal does not say which rate applies now', async () => {
    const { limiter, send, sentAt } = createLimiter();
    await limiter.learnRate('getReports', '10');
    await send();
    await limiter.punish('getReports', 1);
    await send();
    await send();
    expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(45_045);
    expect(sentAt[2]! - sentAt[0]!).toBeGreaterThanOrEqual(90_090);
  });

  it('is the only one where the allowance was empty at the start: the slack is earned anew', async () => {
    const clock = new VirtualClock();
    const { limiter, send, sentAt } = createLimiter({ clock, randomness: { ...evenChance, fraction: () => 0 } });
    await send();
    await limiter.punish('getReports', 1);
    await Promise.all(Array.from({ length: 5 }, () => send()));
    // Amazon counts from the refused request, which may have taken two seconds longer to arrive than the next ones.
    let atMs = sentAt[0]! + 2_000;
    let tokens = 0;
    for (const arrivedMs of sentAt.slice(1)) {
      tokens += ((arrivedMs - atMs) / 1_000) * 0.0222;
      atMs = arrivedMs;
      expect(tokens).toBeGreaterThanOrEqual(1);
      tokens -= 1;
    }
  });

  it('holds back longer each time, but never longer than a quarter of an hour', async () => {
    const clock = new VirtualClock();
    const blocks: number[] = [];
    for (const attempt of [1, 2, 3, 4, 5, 6, 20]) {
      let state: QuotaState | undefined;
      const quotas: QuotaStore = {
        update: async (_, change) => {
          const after = change(undefined, clock.nowMs());
          state = after.state;
          return after.result;
        },
      };
      await createLimiter({ clock, quotas }).limiter.punish('getReports', attempt);
      blocks.push(state!.blockedUntilMs - START_MS);
    }
    expect(blocks).toEqual([67_568, 90_091, 135_136, 225_226, 405_406, 495_046, 495_046]);
    expect(Math.max(...blocks)).toBeLessThanOrEqual(15 * 60_000);
  });

  it('is followed by another try when the time has come, not before', async () => {
    let refusals = 2;
    const arrivals: number[] = [];
    const world = await createWorld(() => {
      arrivals.push(world.clock.nowMs());
      refusals -= 1;
      return refusals >= 0 ? { status: 429, body: THROTTLED } : { body: { reports: [report('1')] } };
    });
    expect(await collect(world.amazon.reports.list(SINCE))).toHaveLength(1);
    expect(arrivals).toHaveLength(3);
    expect(arrivals[1]! - arrivals[0]!).toBeGreaterThanOrEqual(45_045);
    expect(arrivals[2]! - arrivals[1]!).toBeGreaterThanOrEqual(45_045);
    expect(world.waits.map((wait) => wait.reason)).toEqual(['throttled', 'throttled']);
  });

  it('is given up after six tries, none of them faster than the published pace', async () => {
    const arrivals: number[] = [];
    const world = await createWorld(() => {
      arrivals.push(world.clock.nowMs());
      return { status: 429, body: THROTTLED };
    });
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_THROTTLED', kind: 'unavailable' });
    expect(arrivals).toHaveLength(6);
    expect(excesses(arrivals, { ratePerSecond: 0.0222, burst: 1 })).toEqual([]);
  });

  it('ends its wait at once when the caller gives up', async () => {
    const stop = new AbortController();
    const world = await createWorld(() => ({ status: 429, body: THROTTLED }), {
      signal: stop.signal,
      onWait: () => stop.abort(new Error('stopped by a person')),
    });
    await expect(collect(world.amazon.reports.list(SINCE))).rejects.toThrow('stopped by a person');
    expect(world.asked(REPORTS)).toHaveLength(1);
  });
});
