import { expect, it } from 'vitest';
import { calmLog } from './calm-log.ts';

it('an hour of the same warning every second is some lines, which say how many there were', () => {
  let nowMs = 0;
  const lines: unknown[] = [];
  const log = calmLog(
    { write: (_level, event, facts) => void lines.push({ event, ...facts }) },
    { nowMs: () => nowMs },
  );
  for (; nowMs < 3_600_000; nowMs += 1_000) log.write('warn', 'database.away', { says: 'refused' });
  expect(lines).toEqual([
    { event: 'database.away', says: 'refused' },
    { event: 'database.away', says: 'refused', repeated: 59 },
    { event: 'database.away', says: 'refused', repeated: 119 },
    { event: 'database.away', says: 'refused', repeated: 239 },
    { event: 'database.away', says: 'refused', repeated: 479 },
    { event: 'database.away', says: 'refused', repeated: 959 },
  ]);
  nowMs += 3 * 3_600_000;
  log.write('warn', 'database.away', { says: 'refused' });
  expect(lines, 'control: it is said again when it comes again').toHaveLength(7);
});

it('control: other facts, another level and what is no warning are always written', () => {
  const lines: unknown[] = [];
  const log = calmLog({ write: (...line) => void lines.push(line) }, { nowMs: () => 0 });
  for (let entry = 0; entry < 3; entry += 1) log.write('error', 'sync.failed', { entry });
  for (let times = 0; times < 3; times += 1) log.write('info', 'sync.done');
  expect(lines).toHaveLength(6);
});
