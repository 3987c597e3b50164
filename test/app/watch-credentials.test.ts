import { describe, expect, it } from 'vitest';
import { type CredentialAge, purgeBuyers, watchCredentials } from '../../src/app/index.ts';
import type { LocalDate } from '../../src/core/index.ts';
import { SYSTEM_ACTOR, testContext } from './feed-context.ts';

const day = (text: string) => text as LocalDate;
const TODAY = day('2026-11-23');

function age(
  daysLeft: number,
  threshold: CredentialAge['threshold'],
  kind: CredentialAge['kind'] = 'client-secret',
): CredentialAge {
  return { kind, issuedOn: day('2026-06-01'), expiresOn: day('2026-11-28'), daysLeft, threshold };
}

const quiet = { lastSettlementOn: null, today: TODAY };

describe('a warning', () => {
  it('is given once for each threshold that is reached', async () => {
    const { context, logged } = testContext();
    const told = async (...ages: CredentialAge[]) =>
      (await watchCredentials(context, { ...quiet, ages })).map(({ says }) => says);
    expect(await told(age(31, null))).toEqual([]);
    expect(await told(age(30, 30))).toEqual(['The client secret of shop ends on 2026-11-28, in 30 days.']);
    expect(await told(age(29, 30))).toEqual([]);
    expect(await told(age(1, 1), age(7, 7, 'authorisation'))).toEqual([
      'The client secret of shop ends on 2026-11-28, in 1 day.',
      'The authorisation of shop ends on 2026-11-28, in 7 days.',
    ]);
    expect(await told(age(-1, 0))).toEqual(['The client secret of shop ended on 2026-11-28.']);
    expect(logged.filter((line) => line === 'warn connection.warning')).toHaveLength(4);
  });

  it('says what to do, and never stops the connection', async () => {
    const { context, books } = testContext();
    const ages = [age(0, 0), age(0, 0, 'authorisation')];
    const warnings = await watchCredentials(context, { ...quiet, ages });
    expect(warnings.map(({ next }) => next)).toEqual([
      expect.stringMatching(/Rotate it .* connections update shop/),
      expect.stringMatching(/authorise .* again.* connections update shop/),
    ]);
    expect(books.stop).toBeUndefined();
  });
});

describe('a seller account without a settlement', () => {
  const watch = (test: ReturnType<typeof testContext>, lastSettlementOn: LocalDate | null) =>
    watchCredentials(test.context, { ages: [], lastSettlementOn, today: TODAY });

  it('for more than 16 days is told once, and again when the next one stays away', async () => {
    const test = testContext();
    expect(await watch(test, day('2026-11-07'))).toEqual([]);
    expect(await watch(test, day('2026-11-06'))).toMatchObject([
      { kind: 'no-settlement', expiresOn: '2026-11-22', says: expect.stringContaining('after 2026-11-06') },
    ]);
    expect(await watch(test, day('2026-11-06'))).toEqual([]);
    expect(await watch(test, day('2026-10-31'))).toHaveLength(1);
  });

  it('that never had one is not warned of', async () => {
    expect(await watch(testContext(), null)).toEqual([]);
  });
});

it('buyers are purged on behalf of who asks, and the count is told', async () => {
  const { context, books } = testContext();
  expect(await purgeBuyers({ ...context, books })).toBe(3);
  expect(books.purged).toEqual([SYSTEM_ACTOR]);
});
