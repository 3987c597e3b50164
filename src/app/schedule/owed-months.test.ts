import { describe, expect, it } from 'vitest';
import { parseTimeZone } from '../../core/index.ts';
import type { DaySpan } from './day-spans.ts';
import { owedMonths } from './owed-months.ts';
import type { DaysOfRule } from './rules.ts';

const planOf = (days: DaysOfRule, quietHours: readonly DaySpan[] = [], minute = 300) => ({
  rule: { kind: 'at', times: [minute], days } as const,
  calendar: { timeZone: parseTimeZone('Europe/Berlin'), quietHours },
});
const THIRD = planOf({ daysOfMonth: [3] });
const owed = (plan: ReturnType<typeof planOf>, since: string, now: string, asked?: string) => {
  const askedAt = asked === undefined ? null : Date.parse(asked);
  return owedMonths(plan, { owedSince: Date.parse(since), now: Date.parse(now), askedAt }).map(({ month }) => month);
};

describe('the months that are owed', () => {
  it.each([
    ['the month before, on its day', '2026-10-03T03:00:00Z', '2026-10-03T03:00:05Z', ['2026-09']],
    [
      'each month whose day was missed, in their order',
      '2026-10-03T03:00:00Z',
      '2026-12-05T00:00:00Z',
      ['2026-09', '2026-10', '2026-11'],
    ],
    ['none whose day has not come', '2026-10-03T03:00:00Z', '2026-11-03T03:59:59Z', ['2026-09']],
    ['control: the next one from its day on', '2026-10-03T03:00:00Z', '2026-11-03T04:00:00Z', ['2026-09', '2026-10']],
    ['the same over the end of a year', '2026-12-03T04:00:00Z', '2027-01-03T04:00:00Z', ['2026-11', '2026-12']],
  ])('are %s', (_rule, since, now, months) => {
    expect(owed(THIRD, since, now)).toEqual(months);
  });

  it('are those that a person asks for, also before their day', () => {
    expect(owed(THIRD, '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z')).toEqual(['2026-10']);
    expect(owed(THIRD, '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z'), 'control: nobody asks').toEqual([]);
    expect(owed(THIRD, '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z')).toEqual(['2026-10']);
  });

  it('are the one that a person asked for also at a later try, and no other before its day', () => {
    const asked = '2026-11-01T10:00:00Z';
    expect(owed(THIRD, asked, '2026-11-02T10:00:00Z', asked)).toEqual(['2026-10']);
    expect(owed(THIRD, asked, '2026-12-02T10:00:00Z', asked)).toEqual(['2026-10']);
    expect(owed(THIRD, asked, '2026-12-03T10:00:00Z', asked), 'control').toEqual(['2026-10', '2026-11']);
  });

  it('wait for their day when another one was set meanwhile, and are none the less owed', () => {
    const since = '2026-10-03T03:00:00Z';
    expect(owed(planOf({ daysOfMonth: [25] }), since, '2026-10-20T00:00:00Z')).toEqual([]);
    expect(owed(planOf({ daysOfMonth: [25] }), since, '2026-10-25T04:00:00Z')).toEqual(['2026-09']);
    expect(owed(planOf({ daysOfMonth: [3] }), '2026-10-10T03:00:00Z', '2026-10-10T03:00:00Z')).toEqual(['2026-09']);
  });

  it('are of the month of their day, although quiet hours move their turn into the next one', () => {
    const late = planOf({ daysOfMonth: [31] }, [{ from: 22 * 60, to: 6 * 60, weekdays: null }], 23 * 60);
    // 31 October 23:00, due on 1 November 06:00.
    expect(owed(late, '2026-11-01T05:00:00Z', '2026-11-01T05:00:00Z')).toEqual(['2026-09']);
    const early = planOf({ daysOfMonth: [31] }, [], 23 * 60);
    expect(owed(early, '2026-10-31T22:00:00Z', '2026-10-31T22:00:00Z'), 'control').toEqual(['2026-09']);
  });

  it('come by workdays as by days of the month', () => {
    // 1 November 2026 is a Sunday.
    expect(owed(planOf({ workday: 2 }), '2026-10-02T03:00:00Z', '2026-11-03T04:00:00Z')).toEqual([
      '2026-09',
      '2026-10',
    ]);
    expect(owed(planOf({ workday: 2 }), '2026-10-02T03:00:00Z', '2026-11-03T03:59:00Z'), 'control').toEqual([
      '2026-09',
    ]);
  });
});
