/** A process that dies anywhere while it reads by report has Amazon make each report once, and its next life the same books. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { Incarnation } from './crash-harness.ts';
import { type Arrangement, type Bend, dieEverywhere, type Ending, forgetful, live } from './feeds-crash-kit.ts';

const BY_REPORT: Arrangement = { feeds: ['orders', 'reimbursements'], source: 'report', since: '2026-08-24' };

let test: TestBooks;
let unbroken: Ending;

beforeAll(async () => {
  test = await openTestBooks();
  unbroken = await live(test, BY_REPORT, new Incarnation());
});
afterAll(() => test.close());

describe('a process that dies at any effect while it reads orders and reimbursements by report', () => {
  it('control: one that nobody kills needs more than 60 effects and asks for several reports, each once', () => {
    const { stored, made, incarnation } = unbroken;
    expect(incarnation.effects).toBeGreaterThan(60);
    expect(stored.orders.length).toBeGreaterThan(60);
    expect(stored.reimbursements.length).toBeGreaterThan(0);
    expect(made.length).toBeGreaterThan(3);
    expect(new Set(made).size).toBe(made.length);
  });

  // Dying after an effect but before its caller learnt of it leaves the same store as dying before the next one, so one
  // of the two covers both.
  it('comes to the same books in its next life, and no report is asked for twice', async () => {
    await dieEverywhere(test, BY_REPORT, unbroken);
  }, 300_000);

  it.each(['putOrders', 'putReimbursements'] as const)(
    'control: a store that forgets what %s was given is noticed',
    async (member) => {
      const { stored } = await live(test, BY_REPORT, new Incarnation(), forgetful(member));
      expect(stored).not.toEqual(unbroken.stored);
    },
  );

  it('control: a life that does not look for what an earlier one asked for has Amazon make it twice', async () => {
    const blind: Bend = (context) => {
      const requested = { ...context.amazon.requested, find: async () => [] };
      return { ...context, amazon: { ...context.amazon, requested } };
    };
    const dieAt = unbroken.incarnation.trace.indexOf('requested.create') + 1;
    const { made } = await live(test, BY_REPORT, new Incarnation(dieAt), blind);
    expect(made).toHaveLength(unbroken.made.length + 1);
  });
});
