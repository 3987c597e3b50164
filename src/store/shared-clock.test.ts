import { expect, it } from 'vitest';
import { MINUTE_MS } from '../core/index.ts';
import { watchedClock } from './shared-clock.ts';

function clocks() {
  const now = { shared: 1_000_000_000, steady: 5 };
  const told: number[] = [];
  const clock = watchedClock({
    nowMs: async () => now.shared,
    steadyMs: () => now.steady,
    onSet: (byMs) => told.push(Math.round(byMs / MINUTE_MS)),
  });
  const pass = (sharedMs: number, steadyMs: number) => {
    now.shared += sharedMs;
    now.steady += steadyMs;
    return clock.sharedNowMs();
  };
  return { clock, told, pass };
}

it('a shared clock that goes on as all clocks do was never set, however long nobody looked', async () => {
  const { clock, told, pass } = clocks();
  await pass(0, 0);
  await pass(MINUTE_MS, MINUTE_MS + 900);
  await pass(1_440 * MINUTE_MS, 1_440 * MINUTE_MS - 9_000);
  expect([clock.sharedClockSetAtMs(), told]).toEqual([null, []]);
});

it('a shared clock that was set ahead or back is noticed at the next look, with by how much', async () => {
  const { clock, told, pass } = clocks();
  await pass(0, 0);
  const ahead = await pass(181 * MINUTE_MS, MINUTE_MS);
  expect(clock.sharedClockSetAtMs()).toBe(ahead);
  await pass(MINUTE_MS, MINUTE_MS);
  expect(clock.sharedClockSetAtMs(), 'it goes on from there').toBe(ahead);
  const back = await pass(-119 * MINUTE_MS, MINUTE_MS);
  expect(clock.sharedClockSetAtMs()).toBe(back);
  expect(told).toEqual([180, -120]);
});
