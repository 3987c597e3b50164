import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemFacts } from '../../src/core/index.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, SYSTEM_ACTOR } from './samples.ts';

let test: TestBooks;
const clock = new TestClock(Date.parse('2026-11-21T20:00:00Z'));
beforeAll(async () => {
  test = await openTestBooks({ clock });
});
afterAll(() => test.close());

const PAGE: ProblemFacts = {
  code: 'SAP_HTML_PAGE',
  kind: 'unavailable',
  says: 'SAP answered with a web page.',
  next: 'Nothing to do.',
};
const inMinutes = (minutes: number) => new Date(clock.nowMs() + minutes * 60_000).toISOString();
const eventsOf = async (id: string) => test.books.listEvents({ subject: `connection/${id}` });
const actionsOf = async (id: string) => (await eventsOf(id)).map(({ action }) => action);

describe('a pause of SAP', () => {
  it('is kept with its reason, its beginning and the time of the next look', async () => {
    const { id } = await addConnection(test.books, 'PAUSED');
    expect(await test.books.sapPauseOf(id)).toBeUndefined();
    const since = inMinutes(0);
    const until = inMinutes(5);
    const expected = { connectionId: id, problem: PAGE, since, until, looks: 1 };
    expect(await test.books.pauseSap(id, { problem: PAGE, until, looks: 1 }, SYSTEM_ACTOR)).toEqual(expected);
    expect(await test.books.sapPauseOf(id)).toEqual(expected);
    const [event] = (await eventsOf(id)).slice(-1);
    expect(event).toMatchObject({
      action: 'connection.sap-pause',
      why: PAGE.says,
      after: { code: 'SAP_HTML_PAGE', until, looks: 1 },
    });
  });

  it('that goes on keeps its beginning and never gets shorter', async () => {
    const { id } = await addConnection(test.books, 'LONGER');
    const since = inMinutes(0);
    const long = inMinutes(120);
    await test.books.pauseSap(id, { problem: PAGE, until: long, looks: 1 }, SYSTEM_ACTOR);
    await clock.sleep(60_000);
    const problem = { ...PAGE, says: 'Another page.' };
    const pause = await test.books.pauseSap(id, { problem, until: inMinutes(15), looks: 2 }, SYSTEM_ACTOR);
    expect(pause).toMatchObject({ since, until: long, looks: 2, problem });
    const longer = inMinutes(180);
    expect((await test.books.pauseSap(id, { problem, until: longer, looks: 3 }, SYSTEM_ACTOR)).until).toBe(longer);
  });

  it('is of one connection, and ends once, with who ended it and why', async () => {
    const { id } = await addConnection(test.books, 'ENDED');
    const other = await addConnection(test.books, 'STAYS');
    for (const each of [id, other.id]) {
      await test.books.pauseSap(each, { problem: PAGE, until: inMinutes(5), looks: 1 }, SYSTEM_ACTOR);
    }
    expect(await test.books.endSapPause(id, ANNA, 'maintenance is over')).toMatchObject({ problem: PAGE });
    expect(await test.books.endSapPause(id, ANNA, 'again')).toBeUndefined();
    expect(await test.books.sapPauseOf(id)).toBeUndefined();
    expect(await test.books.sapPauseOf(other.id)).toBeDefined();
    expect(await actionsOf(id)).toEqual(['connection.add', 'connection.sap-pause', 'connection.sap-resume']);
    const [event] = (await eventsOf(id)).slice(-1);
    expect(event).toMatchObject({
      actor: ANNA,
      why: 'maintenance is over',
      before: { code: 'SAP_HTML_PAGE', looks: 1 },
    });
  });

  it('ends with an update of the connection, because its address or log-on may have been the cause', async () => {
    const { id } = await addConnection(test.books, 'UPDATED');
    await test.books.pauseSap(id, { problem: PAGE, until: inMinutes(5), looks: 1 }, SYSTEM_ACTOR);
    await test.books.updateConnection(id, { settings: {}, secrets: {} }, ANNA, 'the address was wrong');
    expect(await test.books.sapPauseOf(id)).toBeUndefined();
    const [event] = (await eventsOf(id)).slice(-1);
    expect(event).toMatchObject({ action: 'connection.update', after: { endedPause: 'SAP_HTML_PAGE' } });
    expect((await test.books.verify()).ok).toBe(true);
  });

  it('that ends before it begins is refused by the database', async () => {
    const { id } = await addConnection(test.books, 'BACKWARDS');
    const pause = { problem: PAGE, until: inMinutes(-1), looks: 1 };
    await expect(test.books.pauseSap(id, pause, SYSTEM_ACTOR)).rejects.toThrow('a_pause_lasts');
  });
});
