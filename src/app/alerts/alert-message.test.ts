import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ago, alertRecord, NOW_MS } from './alert.fixture.ts';
import type { AlertRecord } from './alert.ts';
import { planMessages, sentAlerts, type TellingRules } from './alert-message.ts';
import type { AlertNews, AlertTold, ChannelState } from './alert-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const RULES: TellingRules = {
  messages: 'together',
  minimum: 'warning',
  quietMs: 5 * MINUTE,
  digestMs: 24 * HOUR,
  remindMs: 24 * HOUR,
};
const sent = (ms: number): ChannelState => ({
  name: 'email',
  lastSentAt: ago(ms),
  failures: 0,
  nextTryAt: null,
  problem: null,
});
const toldOf = (alert: AlertRecord, ms: number, facts: Partial<AlertTold> = {}): AlertTold => ({
  channel: 'email',
  key: alert.key,
  episode: alert.episode,
  times: 1,
  toldAt: ago(ms),
  resolvedToldAt: null,
  ...facts,
});
const news = (alerts: readonly AlertRecord[], facts: Partial<AlertNews> = {}): AlertNews => ({
  nowMs: NOW_MS,
  alerts,
  told: [],
  channels: [],
  ...facts,
});
const kinds = (plan: ReturnType<typeof planMessages>) => plan.map(({ alerts }) => alerts.map(({ kind }) => kind));

describe('a channel', () => {
  const alert = alertRecord();

  it('is told once of an alert, and again when it stays open for the time of a reminder', () => {
    expect(kinds(planMessages(news([alert]), 'email', RULES))).toEqual([['raised']]);
    expect(planMessages(news([alert], { told: [toldOf(alert, 23 * HOUR)] }), 'email', RULES)).toEqual([]);
    expect(kinds(planMessages(news([alert], { told: [toldOf(alert, 24 * HOUR)] }), 'email', RULES))).toEqual([
      ['reminder'],
    ]);
  });

  it('control: what another channel was told does not count', () => {
    const told = [toldOf(alert, 0, { channel: 'webhook' })];
    expect(kinds(planMessages(news([alert], { told }), 'email', RULES))).toEqual([['raised']]);
  });

  it('is told once that an alert is over, when it was told of it, and not before it has settled', () => {
    const over = (ms: number) => alertRecord({ resolvedAt: ago(ms) });
    const told = [toldOf(alert, HOUR)];
    expect(kinds(planMessages(news([over(6 * MINUTE)], { told }), 'email', RULES))).toEqual([['resolved']]);
    expect(planMessages(news([over(MINUTE)], { told }), 'email', RULES)).toEqual([]);
    expect(planMessages(news([over(6 * MINUTE)]), 'email', RULES)).toEqual([]);
    const twice = [toldOf(alert, HOUR, { resolvedToldAt: ago(1) })];
    expect(planMessages(news([over(6 * MINUTE)], { told: twice }), 'email', RULES)).toEqual([]);
  });

  it('is told anew when an alert comes back', () => {
    const again = alertRecord({ episode: 2 });
    expect(kinds(planMessages(news([again], { told: [toldOf(alert, HOUR)] }), 'email', RULES))).toEqual([['raised']]);
  });

  it.each([
    ['is muted', { isMuted: true }],
    ['is acknowledged', { acknowledged: { by: 'anna', why: 'at it', at: ago(1) } }],
    ['is below the least severity', { severity: 'notice' as const }],
  ])('hears nothing of an alert that %s', (_what, facts) => {
    expect(planMessages(news([alertRecord(facts)]), 'email', RULES)).toEqual([]);
  });

  it('gets all that is new in one message, and the next one only after the quiet time', () => {
    const two = [alertRecord({ key: 'a' }), alertRecord({ key: 'b' })];
    expect(kinds(planMessages(news(two), 'email', RULES))).toEqual([['raised', 'raised']]);
    expect(planMessages(news(two, { channels: [sent(4 * MINUTE)] }), 'email', RULES)).toEqual([]);
    expect(planMessages(news(two, { channels: [sent(5 * MINUTE)] }), 'email', RULES)).toHaveLength(1);
  });

  it('gets one message for each alert where that is wished for, but a flood is one message', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => alertRecord({ key: `k${index}` }));
    const rules: TellingRules = { ...RULES, messages: 'each' };
    expect(planMessages(news(many(3)), 'email', rules)).toHaveLength(3);
    expect(kinds(planMessages(news(many(11)), 'email', rules))[0]).toHaveLength(11);
  });

  it('gets a digest in its time, and what is critical at once', () => {
    const both = [alertRecord({ key: 'a' }), alertRecord({ key: 'b', severity: 'critical' })];
    const rules: TellingRules = { ...RULES, messages: 'digest' };
    const early = planMessages(news(both, { channels: [sent(HOUR)] }), 'email', rules);
    expect(early.map(({ alerts }) => alerts.map(({ alert: { key } }) => key))).toEqual([['b']]);
    expect(kinds(planMessages(news(both, { channels: [sent(24 * HOUR)] }), 'email', rules))[0]).toHaveLength(2);
  });

  it('is left alone until its time after a failure', () => {
    const failing = { ...sent(HOUR), failures: 2, nextTryAt: ago(-1) };
    expect(planMessages(news([alert], { channels: [failing] }), 'email', RULES)).toEqual([]);
    const due = { ...failing, nextTryAt: ago(0) };
    expect(planMessages(news([alert], { channels: [due] }), 'email', RULES)).toHaveLength(1);
  });

  it('gets a repeated message under the same id, and another message under another', () => {
    const idOf = (told: readonly AlertTold[]) => planMessages(news([alert], { told }), 'email', RULES)[0]?.id;
    expect(idOf([])).toBe(idOf([]));
    expect(idOf([])).not.toBe(idOf([toldOf(alert, 24 * HOUR)]));
  });
});

/** What happens to one alert, minute by minute; the record of what was told is kept as the store keeps it. */
function play(steps: readonly boolean[]): { raised: number; resolved: number; told: number } {
  let told: AlertTold[] = [];
  let alert = alertRecord({ firstSeen: ago(0) });
  let channels: ChannelState[] = [];
  const counts = { raised: 0, resolved: 0, told: 0 };
  steps.forEach((isThere, minute) => {
    const nowMs = NOW_MS + minute * MINUTE;
    const at = new Date(nowMs).toISOString();
    alert = { ...alert, resolvedAt: isThere ? null : (alert.resolvedAt ?? at) };
    for (const message of planMessages({ nowMs, alerts: [alert], told, channels }, 'email', RULES)) {
      counts.told += 1;
      for (const { isResolved } of sentAlerts(message)) {
        counts[isResolved ? 'resolved' : 'raised'] += 1;
        told = isResolved
          ? told.map((each) => ({ ...each, resolvedToldAt: at }))
          : [{ ...toldOf(alert, 0), toldAt: at, times: (told[0]?.times ?? 0) + 1 }];
      }
      channels = [{ ...sent(0), lastSentAt: at }];
    }
  });
  return counts;
}

it('whatever an alert does, it is told at most once in an episode and its end at most once', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 120 }), (steps) => {
      const { raised, resolved } = play(steps);
      expect(raised).toBeLessThanOrEqual(1);
      expect(resolved).toBeLessThanOrEqual(raised);
    }),
  );
  expect(play(Array.from({ length: 20 }, () => true))).toMatchObject({ raised: 1, told: 1 });
});
