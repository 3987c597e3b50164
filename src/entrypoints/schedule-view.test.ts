import { describe, expect, it } from 'vitest';
import type { ScheduleRecord } from '../app/index.ts';
import { parseTimeZone } from '../core/index.ts';
import { viewOf } from './schedule-view.ts';

const NOW = Date.parse('2026-11-26T10:00:00Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const RECORD: ScheduleRecord = {
  key: 'a:orders',
  connectionId: null,
  work: 'orders',
  plan: {
    rule: { kind: 'every', everyMs: 900_000, phaseMs: 0 },
    calendar: { timeZone: parseTimeZone('Asia/Kathmandu'), quietHours: [] },
    nearClosings: null,
    windows: [],
  },
  isOn: true,
  nextDueAt: at(5),
  lastSlotAt: at(-10),
  dispatchedAt: at(-10),
  missedTurns: 0,
  servedSlotAt: at(-10),
  servedAt: at(-9),
  problem: null,
  owedSince: null,
  waitsSince: null,
  wishedAt: null,
  pause: null,
  askedAt: null,
};
const PAUSE = { at: at(-60), by: { kind: 'user', name: 'anna' }, why: 'an audit' } as const;
const stateOf = (change: Partial<ScheduleRecord>) =>
  viewOf({ ...RECORD, ...change }, { connection: 'a', now: NOW }).state;

describe('the state of a work', () => {
  it.each<[string, Partial<ScheduleRecord>]>([
    ['waits', {}],
    ['overdue', { nextDueAt: at(-6) }],
    ['waits', { nextDueAt: at(-4) }],
    ['under way', { servedSlotAt: at(-25) }],
    ['under way', { servedSlotAt: null }],
    ['paused', { pause: { ...PAUSE, until: null }, nextDueAt: at(-600) }],
    ['paused', { pause: { ...PAUSE, until: at(1) } }],
    ['waits', { pause: { ...PAUSE, until: at(-1) } }],
    ['asked for', { askedAt: at(0), pause: { ...PAUSE, until: null } }],
    ['off', { isOn: false, nextDueAt: at(-600) }],
  ])('%s: %j', (state, change) => {
    expect(stateOf(change)).toBe(state);
  });

  it('comes with the next turn by the clocks of its zone', () => {
    expect(viewOf(RECORD, { connection: 'a', now: NOW })).toMatchObject({
      cadence: 'every 15 minutes',
      nextDueLocal: '2026-11-26 15:50',
      underWaySince: null,
    });
  });
});
