/** Which marketplaces the orders feed asks about, and the orders it asks for one by one. */
import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  DE,
  denied,
  FR,
  HOUR_MS,
  instant,
  MINUTE_MS,
  NOW_MS,
  orderOf,
  pageOf,
  refused,
  startWorld,
} from './orders-world.ts';

describe('marketplaces', () => {
  it('are those named that the seller takes part in, read once; other sales channels are never sent', async () => {
    const named = [DE, FR, 'A38D8NSA03LJTC', 'APJ6JRA9NG5V4'];
    const options = { source: 'api', marketplacesKnown: false, marketplaceIds: named } as const;
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), ...options });
    world.pages(pageOf([]), pageOf([]));
    await world.run();
    await world.run();
    expect(world.searches[0]?.query.marketplaceIds).toEqual([DE, FR]);
    expect(world.effects.filter((effect) => effect === 'marketplaces')).toHaveLength(1);
  });

  it('are not named where the connection names none, so that the first order in a new one is there at once', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), source: 'api' });
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches[0]?.query.marketplaceIds).toEqual([]);
  });

  it('control: all that are named are asked for when the seller takes part in none of them, and no others', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - HOUR_MS), marketplaceIds: ['APJ6JRA9NG5V4'] });
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches[0]?.query.marketplaceIds).toEqual(['APJ6JRA9NG5V4']);
  });

  it('of a report are listed anew before a backfill begins, because a report is of those it names', async () => {
    const world = startWorld({ watermark: instant(NOW_MS - 5 * DAY_MS), source: 'report', region: 'NA' });
    await world.run();
    expect(world.effects.indexOf('marketplaces')).toBe(0);
  });

  it('that are new are read from the first day on, once, and the others from where they stand', async () => {
    const world = startWorld({ since: '2026-11-01', source: 'api', marketplaceIds: [DE] });
    world.pages(pageOf([]));
    await world.run();
    world.nameMarketplaces([DE, FR]);
    world.pages(pageOf(['old'], { nextToken: 't1' }));
    world.clock.advance(HOUR_MS);
    await world.run({ runMsMax: 0 });
    world.pages(pageOf(['older']), pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [] });
    const windowOf = (at: number) => {
      const { lastUpdatedAfter, lastUpdatedBefore, marketplaceIds } = world.searches[at]!.query;
      return [lastUpdatedAfter, lastUpdatedBefore, marketplaceIds];
    };
    const passedOver = ['2026-11-01T00:00:00.000Z', instant(NOW_MS - 2 * MINUTE_MS), [FR]];
    expect(world.searches.map(({ token }) => token)).toEqual([null, null, 't1', null]);
    expect([windowOf(1), windowOf(2)]).toEqual([passedOver, passedOver]);
    expect(windowOf(3)).toEqual([instant(NOW_MS - 32 * MINUTE_MS), null, [DE, FR]]);
    world.pages(pageOf([]));
    await world.run();
    expect(world.searches).toHaveLength(5);
  });

  it('that are new because the connection names none any more are read from the first day on', async () => {
    const world = startWorld({ since: '2026-11-01', source: 'api', marketplaceIds: [DE] });
    world.pages(pageOf([]), pageOf([]), pageOf([]), pageOf([]));
    await world.run();
    world.nameMarketplaces(null);
    world.clock.advance(HOUR_MS);
    await world.run();
    world.clock.advance(HOUR_MS);
    await world.run();
    expect(
      world.searches.slice(1).map(({ query }) => [query.lastUpdatedAfter.slice(0, 10), query.marketplaceIds]),
    ).toEqual([
      ['2026-11-01', []],
      ['2026-11-22', []],
      ['2026-11-22', []],
    ]);
  });
});

describe('details', () => {
  const near = { watermark: instant(NOW_MS - HOUR_MS) };

  it('are asked for one by one after the pages; what Amazon does not know is given up', async () => {
    const world = startWorld(near);
    world.want('1', '2', '3');
    world.details({ '1': orderOf('1'), '3': { recordId: '3', says: 'x', source: {} } });
    world.pages(pageOf([]));
    const report = await world.run();
    expect(world.gets).toEqual(['1', '2', '3']);
    expect(world.givenUp).toEqual(['2']);
    expect(report).toMatchObject({ isUpToDate: true, counts: { inserted: 1, unreadable: 1 } });
  });

  it('that cannot be read, or are older than what is known, are left alone for a while', async () => {
    const world = startWorld({ ...near, source: 'api' });
    world.want('3', '4');
    world.stored.set('4', orderOf('4'));
    world.details({ '3': { recordId: '3', says: 'x', source: {} }, '4': orderOf('4') });
    world.pages(pageOf([]), pageOf([]), pageOf([]));
    await world.run();
    await world.run();
    expect(world.gets).toEqual(['3', '4']);
    world.clock.advance(2 * DAY_MS);
    await world.run();
    expect(world.gets).toEqual(['3', '4', '4']);
  });

  it('that Amazon refuses are left alone for a week, said once, and keep no other waiting', async () => {
    const world = startWorld({ ...near, source: 'api' });
    world.want('1', '2', '3');
    world.details({ '1': refused, '2': refused, '3': orderOf('3') });
    world.pages(pageOf([]), pageOf([]), pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: true, problems: [{ code: 'AMAZON_REQUEST_REFUSED' }] });
    expect(world.stored.has('3')).toBe(true);
    world.want('1', '2');
    expect(await world.run()).toMatchObject({ problems: [] });
    expect(world.gets).toEqual(['1', '2', '3']);
    world.clock.advance(8 * DAY_MS);
    await world.run();
    expect(world.gets.slice(3)).toEqual(['1', '2']);
  });

  it('control: that the application may not read at all end the run', async () => {
    const world = startWorld({ ...near, source: 'api' });
    world.want('1', '2');
    world.details({ '1': denied, '2': orderOf('2') });
    world.pages(pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_ACCESS_DENIED' }] });
    expect(world.stored.has('2')).toBe(false);
  });

  it('are at most 200 a run, and the run says that there are more', async () => {
    const world = startWorld(near);
    const ids = Array.from({ length: 250 }, (_, index) => String(index));
    world.want(...ids);
    world.details(Object.fromEntries(ids.map((id) => [id, orderOf(id)])));
    world.pages(pageOf([]));
    expect(await world.run()).toMatchObject({ isUpToDate: false, problems: [] });
    expect(world.gets).toHaveLength(200);
  });
});
