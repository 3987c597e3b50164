import { expect, it } from 'vitest';
import { warnOfClock, watchOfClock } from './warn-of-clock.ts';

it('a machine whose clock is apart from the database’s is told so once, with the seconds; a little is no matter', async () => {
  const lines: unknown[] = [];
  const at = (machineMs: number) =>
    warnOfClock({
      books: { sharedNowMs: async () => 1_000_000 } as never,
      clock: { nowMs: () => machineMs, sleep: async () => {} },
      log: { write: (level, event, facts) => void lines.push([level, event, facts?.seconds]) },
    });
  await at(1_000_000 + 59_000);
  expect(lines).toEqual([]);
  await at(1_000_000 - 3_600_000);
  expect(lines).toEqual([['warn', 'clock.apart', -3600]]);
});

it('a database whose clock was set is told, with by how many seconds', () => {
  const lines: unknown[] = [];
  const watch = watchOfClock({ write: (level, event, facts) => void lines.push([level, event, facts?.seconds]) });
  watch.onSet(-7_200_400);
  expect(lines).toEqual([['warn', 'clock.set', -7200]]);
  expect(watch.steadyMs()).toBeLessThanOrEqual(watch.steadyMs());
});
