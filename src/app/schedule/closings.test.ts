import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, parseCurrencyCode, parseTimeZone } from '../../core/index.ts';
import { expectedClosings, type KnownClosing, nextNearClosing } from './closings.ts';
import { sayRule } from './rules.ts';
import { nextTurn, phaseOf, planWork, queueOf, type ScheduleWishes, WORK_NAMES } from './works.ts';

const ms = (text: string) => Date.parse(text);
const closing = (endAt: string, currency = 'USD'): KnownClosing => ({
  currency: parseCurrencyCode(currency),
  endAt: ms(endAt) / 1_000,
});
const seen = (closings: readonly number[]) => closings.map((each) => new Date(each).toISOString());
const EVERY = { nearMs: 20 * MINUTE_MS, phaseMs: 0 };

describe('expected closings of settlements', () => {
  it('are two weeks apart before a rhythm is known, then as the last ones were', () => {
    const now = ms('2026-11-12T00:00:00Z');
    expect(seen(expectedClosings([closing('2026-11-10T06:00:00Z')], now))[0]).toBe('2026-11-24T06:00:00.000Z');
    const weekly = ['2026-10-20', '2026-10-27', '2026-11-03', '2026-11-10'].map((day) => closing(`${day}T06:00:00Z`));
    expect(seen(expectedClosings(weekly, now))[0]).toBe('2026-11-17T06:00:00.000Z');
  });

  it('are learned from the middle distance: one payout on demand does not move them', () => {
    const now = ms('2026-11-12T00:00:00Z');
    const known = ['2026-09-29T06', '2026-10-13T06', '2026-10-27T06', '2026-10-30T10', '2026-11-10T06'];
    expect(
      seen(
        expectedClosings(
          known.map((each) => closing(`${each}:00:00Z`)),
          now,
        ),
      )[0],
    ).toBe('2026-11-24T06:00:00.000Z');
  });

  it('are of each currency its own, and of a currency that was given up none', () => {
    const now = ms('2026-11-12T00:00:00Z');
    const known = [
      closing('2026-11-10T06:00:00Z'),
      closing('2026-11-05T09:00:00Z', 'CAD'),
      closing('2026-03-01T00:00:00Z', 'MXN'),
    ];
    const found = seen(expectedClosings(known, now));
    expect(found).toContain('2026-11-24T06:00:00.000Z');
    expect(found).toContain('2026-11-19T09:00:00.000Z');
    expect(found).toHaveLength(4);
  });

  it('are looked for often from the moment on until the settlement has come, or a day has passed', () => {
    const known = [closing('2026-11-10T06:00:00Z')];
    const turn = (after: string, closings = known) =>
      nextNearClosing(expectedClosings(closings, ms(after)), ms(after), EVERY);
    expect(seen([turn('2026-11-24T05:00:00Z') ?? 0])).toEqual(['2026-11-24T06:20:00.000Z']);
    expect(seen([turn('2026-11-24T13:07:00Z') ?? 0])).toEqual(['2026-11-24T13:20:00.000Z']);
    // A day later nobody looks often any more; the next one is expected.
    expect(turn('2026-11-25T06:00:01Z')).toBeGreaterThan(ms('2026-12-08T06:00:00Z'));
    // It came, so the one after it is expected.
    const came = [...known, closing('2026-11-24T06:01:00Z')];
    expect(turn('2026-11-24T13:07:00Z', came)).toBeGreaterThan(ms('2026-12-08T06:00:00Z'));
  });
});

const WISHES: ScheduleWishes = { timeZone: null, quietHours: [], postingWindows: [], closedDays: [], works: {} };
const planOf = (work: (typeof WORK_NAMES)[number], wishes: Partial<ScheduleWishes> = {}) =>
  planWork(work, 'a-connection' as never, {
    wishes: { ...WISHES, ...wishes },
    timeZone: parseTimeZone('Europe/Berlin'),
  });

describe('the plan of a work', () => {
  it('looks for settlements every four hours, and every twenty minutes around an expected closing', () => {
    const plan = planOf('settlements');
    if (!plan) throw new Error('settlements are planned');
    const known = [closing('2026-11-10T06:00:00Z')];
    const distances = (after: string) => {
      const first = nextTurn(plan, ms(after), known);
      return (nextTurn(plan, first, known) - first) / MINUTE_MS;
    };
    expect(distances('2026-11-15T00:00:00Z')).toBe(240);
    expect(distances('2026-11-24T07:00:00Z')).toBeLessThanOrEqual(20);
    // A person's own cadence is not overridden.
    const own = planOf('settlements', { works: { settlements: { enabled: true, rule: { everyMs: 3_600_000 } } } });
    expect(own?.nearClosings).toBeNull();
  });

  it('spreads a thousand connections over the interval', () => {
    const quarter = 15 * MINUTE_MS;
    const phases = Array.from({ length: 1_000 }, (_, each) => phaseOf(`orders:${each}`, quarter));
    expect(phases.every((phase) => phase >= 0 && phase < quarter && phase % 1_000 === 0)).toBe(true);
    const minutes = new Map<number, number>();
    for (const phase of phases) {
      const minute = Math.floor(phase / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    expect(minutes.size).toBe(15);
    expect(Math.max(...minutes.values())).toBeLessThan(110);
  });

  it('accrues no month unless somebody set the day, and leaves out what is switched off', () => {
    expect(planOf('accrual')).toBeUndefined();
    expect(planOf('orders', { works: { orders: { enabled: false, rule: null } } })).toBeUndefined();
    const rule = { times: [300], days: { workday: 2 } };
    const plan = planOf('accrual', { works: { accrual: { enabled: true, rule } } });
    // 1 August 2026 is a Saturday, so the second workday is Tuesday the 4th; 05:00 in Berlin.
    expect(plan && new Date(nextTurn(plan, ms('2026-07-31T12:00:00Z'))).toISOString()).toBe('2026-08-04T03:00:00.000Z');
  });

  it('has posting due when a posting window begins, not only at its interval', () => {
    const window = { from: 7 * 60 + 1, to: 7 * 60 + 9, weekdays: null };
    const plan = planOf('posting', { postingWindows: [window] });
    if (!plan) throw new Error('posting is planned');
    const turns: number[] = [];
    for (let at = ms('2026-11-26T05:00:00Z'); at < ms('2026-11-26T07:00:00Z'); at = nextTurn(plan, at)) turns.push(at);
    expect(turns).toContain(ms('2026-11-26T06:01:00Z'));
  });

  it('puts what writes to SAP into one queue of its connection and holds four at the most', () => {
    const queues = WORK_NAMES.map((work) => queueOf(work, 'shop'));
    expect(new Set(queues).size).toBe(4);
    const writers = (['settlements', 'posting', 'customers', 'accrual'] as const).map((work) => queueOf(work, 'shop'));
    expect(new Set(writers)).toEqual(new Set(['sync:shop']));
  });

  it('is said in words', () => {
    expect(sayRule({ kind: 'every', everyMs: 15 * MINUTE_MS, phaseMs: 0 })).toBe('every 15 minutes');
    expect(sayRule({ kind: 'every', everyMs: DAY_MS, phaseMs: 0 })).toBe('every day');
    expect(sayRule({ kind: 'at', times: [370], days: null })).toBe('daily at 06:10');
    expect(sayRule({ kind: 'at', times: [300], days: { weekdays: [1, 5] } })).toBe('Monday, Friday at 05:00');
    expect(sayRule({ kind: 'at', times: [300], days: { daysOfMonth: [3] } })).toBe('on day 3 of the month at 05:00');
    expect(sayRule({ kind: 'at', times: [300], days: { workday: 2 } })).toBe('on workday 2 of the month at 05:00');
  });
});
