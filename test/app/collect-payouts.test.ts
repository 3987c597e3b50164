import { describe, expect, it } from 'vitest';
import { collectPayouts } from '../../src/app/index.ts';
import { createFinanceWorld, DAY, type FinanceWorld, instant, NOW, payout, problem, untilDone } from './finance-kit.ts';

function fill(world: FinanceWorld, count: number, days: number): void {
  for (let index = 0; index < count; index += 1)
    world.amazon.addPayout(payout(`p${index}`, NOW - 1 - Math.floor((index * days * DAY) / count)));
}

describe('payouts', () => {
  it('are read from the first day on in windows of ninety days, then the last 45 days again and again', async () => {
    const world = createFinanceWorld('2026-01-01');
    fill(world, 100, 300);
    const report = await collectPayouts(world.context, untilDone);
    expect(report).toMatchObject({ feed: 'payouts', isUpToDate: true, completeUntil: instant(NOW), problems: [] });
    expect(report.counts.inserted).toBe(100);
    const [first] = world.amazon.asksOf('payouts');
    expect(first).toBe('payouts 2026-01-01T00:00:00.000Z 2026-04-01T00:00:00.000Z');

    world.time.ms = NOW + DAY;
    world.amazon.asked.length = 0;
    expect((await collectPayouts(world.context, untilDone)).counts).toMatchObject({ inserted: 0, changed: 0 });
    expect(new Set(world.amazon.asksOf('payouts'))).toEqual(
      new Set([`payouts ${instant(NOW - 44 * DAY)} ${instant(NOW + DAY)}`]),
    );
  });

  it('are read up to now by the shared clock, however wrong that of the machine is', async () => {
    const world = createFinanceWorld('2026-11-10');
    world.books.aheadMs = -3 * DAY;
    const report = await collectPayouts(world.context, untilDone);
    expect(report.completeUntil).toBe(instant(NOW - 3 * DAY));
    expect(world.amazon.asksOf('payouts').at(-1)).toContain(instant(NOW - 3 * DAY));
  });

  it('that fail days after they were paid are seen to', async () => {
    const world = createFinanceWorld('2026-10-01');
    world.amazon.addPayout(payout('bounced', NOW - 10 * DAY));
    await collectPayouts(world.context, untilDone);
    world.amazon.payouts.length = 0;
    world.amazon.addPayout(payout('bounced', NOW - 10 * DAY, { status: 'failed', amazonStatus: 'FAILED' }));
    world.time.ms = NOW + 10 * DAY;
    expect((await collectPayouts(world.context, untilDone)).counts).toMatchObject({ changed: 1 });
    expect(world.books.payouts.get('bounced')?.status).toBe('failed');
  });

  it('are not read from before the first day, also when that is less than 45 days ago', async () => {
    const world = createFinanceWorld('2026-11-10');
    await collectPayouts(world.context, untilDone);
    expect(world.amazon.asksOf('payouts')).toEqual([`payouts 2026-11-10T00:00:00.000Z ${instant(NOW)}`]);
  });

  it('lose none when the process is killed after any write', async () => {
    const whole = createFinanceWorld('2026-05-01');
    fill(whole, 60, 200);
    await collectPayouts(whole.context, untilDone);
    expect(whole.books.writes).toBeGreaterThan(10);
    for (let dieAt = 1; dieAt <= whole.books.writes; dieAt += 1) {
      const world = createFinanceWorld('2026-05-01');
      fill(world, 60, 200);
      world.books.dieAt = dieAt;
      await expect(collectPayouts(world.context, untilDone)).rejects.toThrow('killed');
      expect((await collectPayouts(world.context, untilDone)).isUpToDate).toBe(true);
      expect(world.books.payouts.size, `killed at write ${dieAt}`).toBe(60);
    }
  });

  it('go on in the next run when the time of one is over', async () => {
    const world = createFinanceWorld('2026-05-01');
    fill(world, 60, 200);
    const runToEnd = async () => {
      for (let runs = 1; runs < 60; runs += 1)
        if ((await collectPayouts(world.context, { ...untilDone, runMsMax: 1 })).isUpToDate) return runs;
      throw new Error('it does not end');
    };
    expect(await runToEnd()).toBeGreaterThan(5);
    expect(world.books.payouts.size).toBe(60);
    // Reading the last 45 days again takes several of these runs, too, while time goes on.
    expect(await runToEnd()).toBeGreaterThan(1);
    world.books.cursors.set('payouts', {
      ...world.books.cursors.get('payouts')!,
      memory: { windowMs: DAY },
    });
    expect(await runToEnd()).toBeGreaterThan(4);
  });

  it('that Amazon refuses are told, and the cursor stays where it was', async () => {
    const world = createFinanceWorld('2026-10-01');
    world.amazon.fault = () => {
      throw problem('AMAZON_ACCESS_DENIED', 'rejected');
    };
    const report = await collectPayouts(world.context, untilDone);
    expect(report).toMatchObject({
      isUpToDate: false,
      completeUntil: null,
      problems: [{ code: 'AMAZON_ACCESS_DENIED' }],
    });
  });
});
