import { describe, expect, it } from 'vitest';
import { PAYOUTS, pages, WINDOW, wirePayout } from './amazon-finances-kit.ts';
import { createWorld, problemOf } from './amazon-stand-in.ts';

const payoutPages = (...lists: readonly (readonly unknown[])[]) =>
  pages(
    lists.map((payouts) => ({ payouts })),
    (body, nextToken) => ({ ...body, nextToken }),
  );

async function onePayout(more: Readonly<Record<string, unknown>>) {
  const world = await createWorld(payoutPages([wirePayout('P1', more)]));
  const page = await world.amazon.feeds.payouts.list(WINDOW, null);
  expect(page.unreadable).toEqual([]);
  return page.items[0]!;
}

describe('payouts', () => {
  it('are asked for by the time of their creation, with every argument repeated, over empty pages', async () => {
    const world = await createWorld(payoutPages([], [], [wirePayout('P1')]));
    const { payouts } = world.amazon.feeds;
    let token: string | null = null;
    const found: string[] = [];
    do {
      const page = await payouts.list(WINDOW, token);
      found.push(...page.items.map(({ payoutId }) => payoutId));
      token = page.nextToken;
    } while (token !== null);
    expect(found).toEqual(['P1']);
    const whole = { createdAfter: WINDOW.from, createdBefore: WINDOW.until };
    expect(world.asked(PAYOUTS).map(({ query }) => Object.fromEntries(query))).toEqual([
      whole,
      { ...whole, nextToken: '1' },
      { ...whole, nextToken: '2' },
    ]);
    expect(new Set(world.asked().map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('have what matches them with the bank statement, and may name no settlement or several', async () => {
    const related = (value: string) => ({ relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: value });
    const payout = await onePayout({
      traceId: '4B03',
      accountTail: '1234',
      paymentMethod: 'BANK_ACCOUNT',
      paymentRail: 'SEPA',
      period: { startDate: '2026-10-22T06:26:45Z', endDate: '2026-11-05T06:30:45Z' },
      relatedIdentifiers: [related('11'), related('12'), related('11')],
    });
    expect(payout).toMatchObject({
      payoutId: 'P1',
      accountType: 'STANDARD_ORDERS',
      status: 'paid',
      isOnDemand: false,
      amount: { currency: 'EUR', minor: 125075n },
      traceId: '4B03',
      accountTail: '1234',
      periodEnd: '2026-11-05T06:30:45.000Z',
      settlementIds: ['11', '12'],
    });
    expect((await onePayout({})).settlementIds).toEqual([]);
  });

  it('that failed say why, and those without money have none', async () => {
    const failed = await onePayout({
      currentStatus: 'FAILED',
      statusHistory: [
        { status: 'PAID', lastUpdatedDate: '2026-11-07T10:00:00Z' },
        { status: 'FAILED', lastUpdatedDate: '2026-11-09T10:00:00+01:00', failureReason: 'Account closed' },
      ],
    });
    expect(failed.status).toBe('failed');
    expect(failed.steps[1]).toEqual({
      status: 'failed',
      amazonStatus: 'FAILED',
      at: '2026-11-09T09:00:00.000Z',
      failureReason: 'Account closed',
    });
    const none = await onePayout({ currentStatus: 'NO_PAYOUT', type: null, amount: null, statusHistory: [] });
    expect(none).toMatchObject({ status: 'no-payout', amount: null, isOnDemand: null, steps: [] });
    expect((await onePayout({ currentStatus: 'PARKED' })).status).toBe('other');
  });

  it.each([
    ['id', undefined],
    ['id', ''],
    ['partnerMetadata', undefined],
    ['partnerMetadata', { accountType: 'X' }],
    ['currentStatus', undefined],
    ['statusHistory', [{ status: 'PAID' }]],
    ['amount', { currencyCode: 'EUR', currencyAmount: 0.001 }],
  ])('whose %s is %j are kept aside, and the others are read', async (member, value) => {
    const world = await createWorld(payoutPages([wirePayout('P1', { [member]: value }), wirePayout('P2')]));
    const page = await world.amazon.feeds.payouts.list(WINDOW, null);
    expect(page.items.map(({ payoutId }) => payoutId)).toEqual(['P2']);
    expect(page.unreadable).toMatchObject([{ recordId: member === 'id' ? null : 'P1' }]);
    expect(page.unreadable[0]?.says).toContain(`member ${member}`);
  });

  it('whose page token Amazon refuses have to begin again, and a circle of pages ends', async () => {
    const world = await createWorld(({ query }) =>
      query.get('nextToken') === 'old'
        ? { status: 400, body: { errors: [{ code: 'InvalidInput' }] } }
        : { body: { payouts: [], nextToken: 'same' } },
    );
    const { payouts } = world.amazon.feeds;
    expect(await problemOf(payouts.list(WINDOW, 'old'))).toMatchObject({ code: 'AMAZON_PAGE_TOKEN_EXPIRED' });
    const { nextToken } = await payouts.list(WINDOW, null);
    expect(await problemOf(payouts.list(WINDOW, nextToken))).toMatchObject({ code: 'AMAZON_PAGES_ENDLESS' });
  });
});
