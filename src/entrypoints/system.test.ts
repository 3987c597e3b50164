import { expect, it } from 'vitest';
import { HOUR_MS } from '../core/index.ts';
import { elapsing } from './system.ts';

it('how long something took is not made less by whoever sets the clock back, and a machine that slept has slept', () => {
  let [wall, steady] = [1_000_000, 50];
  const elapsed = elapsing(
    () => wall,
    () => steady,
  );
  const pass = (wallMs: number, steadyMs: number) => {
    wall += wallMs;
    steady += steadyMs;
    return elapsed();
  };
  const start = elapsed();
  expect(pass(1_000, 1_000) - start).toBe(1_000);
  // Set back by an hour within a second.
  expect(pass(-HOUR_MS, 1_000) - start).toBe(2_000);
  expect(pass(1_000, 1_000) - start, 'from there it goes on').toBe(3_000);
  // Asleep for an hour, which only the clock on the wall has seen.
  expect(pass(HOUR_MS, 0) - start).toBe(HOUR_MS + 3_000);
});
