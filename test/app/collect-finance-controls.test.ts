/** Summaries and balances: what the collector of finances takes beside the events. */
import { describe, expect, it } from 'vitest';
import { collectFinances } from '../../src/app/index.ts';
import { createFinanceWorld, DAY, EUR, HOUR, problem, TOTAL, untilDone } from './finance-kit.ts';

describe('summaries', () => {
  const summary = (settlementId: string) => ({
    settlementId,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: null,
    periodStart: null,
    periodEnd: null,
    netProceeds: { currency: EUR, minor: 1n },
    amounts: [],
    source: {},
  });

  it('are asked for fifty settlements a run, and the run says that more are left', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.settlementIds = Array.from({ length: 70 }, (_, index) => `${index}`);
    for (const id of world.books.settlementIds) world.amazon.summaries.set(id, [summary(id)]);
    expect((await collectFinances(world.context, untilDone)).isUpToDate).toBe(false);
    expect(world.amazon.asksOf('summary')).toHaveLength(50);
    expect((await collectFinances(world.context, untilDone)).isUpToDate).toBe(true);
    expect(world.amazon.asksOf('summary')).toHaveLength(70);
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary')).toHaveLength(70);
  });

  it('that Amazon does not have are recorded as such, so that the store can say when they are due again', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.settlementIds = ['1'];
    await collectFinances(world.context, untilDone);
    expect(world.books.summaries).toMatchObject([{ settlementId: '1', netProceeds: null, amounts: [] }]);
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary')).toHaveLength(1);
    world.books.summaries.length = 0;
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary')).toHaveLength(2);
  });

  it('of another settlement than the one asked for are left alone, and the one asked for is not due in every run', async () => {
    const world = createFinanceWorld('2026-11-20');
    const own = { ...summary('2'), netProceeds: { currency: EUR, minor: 2n } };
    world.books.settlementIds = ['2', '1'];
    world.amazon.summaries.set('2', [own]);
    world.amazon.summaries.set('1', [summary('2')]);
    await collectFinances(world.context, untilDone);
    expect(world.books.summaries).toMatchObject([own, { settlementId: '1', netProceeds: null }]);
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary')).toEqual(['summary 2', 'summary 1']);
    // control: beside another one, that of the settlement asked for is kept.
    world.books.settlementIds = ['3'];
    world.amazon.summaries.set('3', [summary('2'), summary('3')]);
    await collectFinances(world.context, untilDone);
    expect(world.books.summaries.map(({ settlementId }) => settlementId)).toEqual(['2', '1', '3']);
    expect(world.books.summaries[0]).toEqual(own);
  });

  it('that cannot be read are told and do not keep the others from being asked for', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.books.settlementIds = ['1', '2'];
    world.amazon.fault = (what) => {
      if (what === 'summary 1') throw problem('AMAZON_ANSWER_UNREADABLE');
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report.problems).toMatchObject([{ code: 'AMAZON_ANSWER_UNREADABLE' }]);
    expect(world.amazon.asksOf('summary 2')).toHaveLength(1);
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary 1')).toHaveLength(1);
    world.time.ms += DAY;
    await collectFinances(world.context, untilDone);
    expect(world.amazon.asksOf('summary 1')).toHaveLength(2);
  });
});

describe('balances', () => {
  it('are taken once a day, and for the end of a month on the three days after it', async () => {
    const world = createFinanceWorld('2026-11-20');
    const amount = { currency: EUR, minor: 5n };
    world.amazon.balances = [{ ...TOTAL, amount }];
    for (let run = 0; run < 24; run += 1) {
      world.time.ms = Math.max(world.time.ms, Date.parse('2026-11-29T00:00:00Z') + run * 6 * HOUR);
      await collectFinances(world.context, untilDone);
    }
    expect(world.amazon.asksOf('balances')).toEqual([
      'balances now',
      'balances now',
      'balances now',
      'balances 2026-11-30',
      'balances now',
      'balances 2026-11-30',
      'balances now',
      'balances 2026-11-30',
      'balances now',
    ]);
    expect(world.books.takings).toHaveLength(9);
  });

  it('of now are taken although Amazon refuses those of a day, which are asked for again', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.time.ms = Date.parse('2026-12-01T05:00:00Z');
    const amount = { currency: EUR, minor: 5n };
    world.amazon.balances = [{ ...TOTAL, amount }];
    world.amazon.fault = (what) => {
      if (what === 'balances 2026-11-30') throw problem('AMAZON_REQUEST_REFUSED', 'rejected');
    };
    const report = await collectFinances(world.context, untilDone);
    expect(report).toMatchObject({ isUpToDate: false, problems: [{ code: 'AMAZON_REQUEST_REFUSED' }] });
    expect(world.books.takings).toMatchObject([{ balances: [{ asOf: null }] }]);
    world.amazon.fault = () => {};
    await collectFinances(world.context, untilDone);
    expect(world.books.takings).toMatchObject([{ balances: [{ asOf: null }] }, { balances: [{ asOf: '2026-11-30' }] }]);
  });

  it('of two kinds have two times even when no time passes between them', async () => {
    const world = createFinanceWorld('2026-11-20');
    world.time.ms = Date.parse('2026-12-01T05:00:00Z');
    world.amazon.requestMs = 0;
    world.amazon.balances = [{ ...TOTAL, amount: { currency: EUR, minor: 5n } }];
    await collectFinances(world.context, untilDone);
    expect(new Set(world.books.takings.map(({ takenAt }) => takenAt)).size).toBe(2);
  });
});
