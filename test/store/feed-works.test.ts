/** Whoever watches the feeds watches all of them. */
import { expect, it } from 'vitest';
import { QUIET } from '../../src/app/alerts/alert.fixture.ts';
import { FEED_NAMES, instantOf, type PlannedWork } from '../../src/app/index.ts';
import { HOUR_MS, parseTimeZone } from '../../src/core/index.ts';
import { createAlertStore, readOperationState } from '../../src/store/index.ts';
import { openTestBooks } from './database.ts';
import { addConnection } from './samples.ts';

it('every feed that is on has its facts for alerts and its measure; control: other works have none', async () => {
  const test = await openTestBooks();
  try {
    const { id } = await addConnection(test.books);
    const at = instantOf(Date.parse('2026-11-26T10:00:00Z'));
    const planned = (work: string): PlannedWork => ({
      work,
      plan: {
        rule: { kind: 'every', everyMs: HOUR_MS, phaseMs: 0 },
        calendar: { timeZone: parseTimeZone('UTC'), quietHours: [] },
        nearClosings: null,
        windows: [],
      },
      firstDueAt: at,
      nextDueAt: at,
      cadenceMs: HOUR_MS,
    });
    await test.books.putPlans(id, 'v1', [...FEED_NAMES, 'settlements', 'posting'].map(planned));
    const { feeds } = await createAlertStore(test.database).readAlertFacts(QUIET.limits);
    const { feedsBehind } = await readOperationState(test.database);
    const all = [...FEED_NAMES].sort();
    expect(feeds.map(({ feed }) => feed)).toEqual(all);
    expect(feedsBehind.map(({ feed }) => feed)).toEqual(all);
  } finally {
    await test.close();
  }
});
