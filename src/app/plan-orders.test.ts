import { describe, expect, it } from 'vitest';
import { type OrdersGap, planOrders, splitWindow, toInstant } from './plan-orders.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The cheaper way is what a test says it is. */
const costs = (apiSeconds: number, reportSeconds: number) => () => ({ apiSeconds, reportSeconds });

function gap(backMs: number, more: Partial<OrdersGap> = {}): OrdersGap {
  return {
    watermark: toInstant(nowMs - backMs),
    isFirstLoad: false,
    nowMs,
    overlapMs: hourMs / 2,
    source: 'automatic',
    ordersPerDay: 100,
    reportsPerWindow: 1,
    costOf: costs(1, 2),
    ...more,
  };
}

describe('orders are read by', () => {
  it('the interface when less than a day is missing, however dear it is', () => {
    const plan = planOrders(gap(23 * hourMs, { costOf: costs(9_999, 1) }));
    expect(plan).toMatchObject({ by: 'interface', from: '2026-11-22T12:30:00.000Z' });
  });

  it('the cheaper way when more is missing, and the interface when both are alike', () => {
    expect(planOrders(gap(10 * dayMs, { costOf: costs(180, 180) })).by).toBe('interface');
    const plan = planOrders(gap(10 * dayMs, { costOf: costs(181, 180) }));
    const window = { from: '2026-11-13T11:30:00.000Z', until: '2026-11-23T11:30:00.000Z' };
    expect(plan).toMatchObject({ by: 'reports', window });
  });

  it('reports when nobody knows how many orders more than three days hold', () => {
    const unknown = { ordersPerDay: null, costOf: costs(0, 9_999) };
    expect(planOrders(gap(2 * dayMs, unknown)).by).toBe('interface');
    expect(planOrders(gap(4 * dayMs, unknown)).by).toBe('reports');
  });

  it('what the connection names, whatever it costs', () => {
    expect(planOrders(gap(90 * dayMs, { source: 'api', costOf: costs(9_999, 1) })).by).toBe('interface');
    const plan = planOrders(gap(2 * hourMs, { source: 'report' }));
    expect(plan).toMatchObject({ by: 'reports', window: { until: '2026-11-23T11:30:00.000Z' } });
  });

  it('no report while too little has gathered for one, and nothing at all before Amazon can answer', () => {
    expect(planOrders(gap(hourMs / 2, { source: 'report' })).by).toBe('nothing');
    expect(planOrders(gap(60_000, { isFirstLoad: true })).by).toBe('nothing');
    expect(planOrders(gap(-dayMs, { isFirstLoad: true, source: 'api' })).by).toBe('nothing');
  });
});

it('counts the orders of the whole gap and the reports of all windows and marketplaces', () => {
  const asked: object[] = [];
  const costOf = (amount: { orders: number; reports: number }) => {
    asked.push(amount);
    return { apiSeconds: 0, reportSeconds: 0 };
  };
  planOrders(gap(20 * dayMs, { ordersPerDay: 50, reportsPerWindow: 4, isFirstLoad: true, costOf }));
  expect(asked).toEqual([{ orders: 1_000, reports: 12 }]);
});

it('overlaps with what was read, and with nothing on the first load', () => {
  expect(planOrders(gap(hourMs))).toMatchObject({ from: '2026-11-23T10:30:00.000Z' });
  expect(planOrders(gap(hourMs, { isFirstLoad: true }))).toMatchObject({ from: '2026-11-23T11:00:00.000Z' });
});

it('splits a window into parts that touch each other and end where it ends', () => {
  const window = { from: toInstant(nowMs - 17 * dayMs), until: toInstant(nowMs) };
  const parts = splitWindow(window, 7 * dayMs);
  expect(parts).toHaveLength(3);
  expect(parts[0]?.from).toBe(window.from);
  expect(parts[2]?.until).toBe(window.until);
  expect(parts.slice(1).map(({ from }) => from)).toEqual(parts.slice(0, -1).map(({ until }) => until));
  expect(splitWindow({ from: window.until, until: window.until }, 7 * dayMs)).toEqual([]);
});
