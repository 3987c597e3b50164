/** Finances and payouts beside Amazon's own models, which are not part of this repository. */
import { describe, expect, it } from 'vitest';
import type { SpApiOperation } from '../../src/amazon/exchange.ts';
import { financeProbes } from '../../src/amazon/finances/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { PAYOUTS, POSTED, scriptedApi, TRANSACTIONS, WINDOW } from './amazon-finances-kit.ts';
import { faultsOf, areModelsMissing as isMissing, operationAt, sandboxCases } from './amazon-models.ts';
import { createWorld, problemOf, type Received } from './amazon-stand-in.ts';

const OPERATIONS = ['listBalances', 'listPayouts', 'listSummary', 'listTransactions'] as const;

/** Every request these feeds make, each with a second page. */
async function requestsOfAllFeeds(): Promise<readonly Pick<Received, 'method' | 'path' | 'query'>[]> {
  const world = await createWorld(({ path, query }) => {
    const more = query.has('nextToken') ? {} : { nextToken: 'a+b/c==' };
    return { body: path === TRANSACTIONS ? { payload: more } : more };
  });
  const { finances, payouts } = world.amazon.feeds;
  for (const token of [null, 'a+b/c==']) {
    await finances.events(POSTED, token);
    await finances.events({ ...POSTED, status: 'deferred' }, token);
    await finances.events({ by: 'order', orderId: '305-1' }, token);
    await finances.events({ by: 'event-group', eventGroupId: 'G' }, token);
    await payouts.list(WINDOW, token);
  }
  await finances.summaryOfSettlement('123');
  await finances.balances(null);
  await finances.balances(parseLocalDate('2026-10-31'));
  const probed = scriptedApi(({ path }) => (path === TRANSACTIONS ? '{"payload":{}}' : '{}'));
  for (const probe of financeProbes({ api: probed.api, clock: world.clock })) await probe.run();
  const fromProbes = probed.asked.map(({ path, query }) => ({
    method: 'GET',
    path,
    query: new URLSearchParams(query),
  }));
  return [...world.asked(), ...fromProbes];
}

/** Amazon's published answer to every request, with its pages ended after the first. */
async function answering(name: SpApiOperation, response: unknown, status = 200) {
  const world = await createWorld(({ query }) => {
    if (status !== 200) return { status, body: response as object };
    const text = JSON.stringify(response);
    return { body: query.has('nextToken') ? text.replace(/"nextToken":"[^"]*"/, '"nextToken":null') : text };
  });
  const { finances, payouts } = world.amazon.feeds;
  const ask: Partial<Record<SpApiOperation, () => Promise<unknown>>> = {
    listTransactions: async () => (await finances.events(POSTED, null)).items,
    listSummary: () => finances.summaryOfSettlement('123'),
    listBalances: () => finances.balances(null),
    listPayouts: async () => (await payouts.list(WINDOW, null)).items,
  };
  return ask[name]!();
}

const PROOFS: Readonly<Partial<Record<SpApiOperation, object>>> = {
  listTransactions: {
    eventKey: expect.stringMatching(/^x:[0-9a-f]{32}:1$/),
    eventType: 'Shipment',
    accountType: 'PAYABLE',
    postedAt: '2020-07-14T03:35:13.214Z',
    total: { currency: 'USD', minor: 1_000n },
    orderId: '8129762527551',
    eventGroupId: '4MVaHcsAfaYAlwlaPWrXJxrfUiKfYZ2ooWtY7528FUA',
  },
  listSummary: {
    accountType: 'STANDARD_ORDERS',
    periodStart: '2025-01-12',
    netProceeds: { currency: 'USD', minor: 800_000n },
    amounts: [
      { path: ['Sales', 'Product Charges'], amount: { minor: 900_000n } },
      { path: ['Expenses', 'FBA fees'], amount: { minor: -100_000n } },
    ],
  },
  listBalances: {
    accountType: 'STANDARD_ORDERS',
    balanceType: 'total',
    amount: { currency: 'USD', minor: 1_500_000n },
  },
  listPayouts: {
    payoutId: '11888387941',
    status: 'paid',
    amount: { currency: 'USD', minor: 125_075n },
    traceId: '4B03616UONXSAWP',
    settlementIds: ['11888387941'],
  },
};

describe('Amazon’s models of finances and payouts (skipped without ../shared/specs/amazon)', () => {
  it.skipIf(isMissing)('accept every request we send, and the requests are of all four operations', async () => {
    const requests = await requestsOfAllFeeds();
    const seen = new Set<string>();
    for (const { method, path, query } of requests) {
      const name = operationAt(method, path);
      expect(name, `an operation for ${method} ${path}`).toBeDefined();
      seen.add(name!);
      expect(faultsOf(name!, query), `${path}?${query}`).toEqual([]);
    }
    expect([...seen].sort()).toEqual(OPERATIONS);
    expect(requests).toHaveLength(10 + 6 + 4);
  });

  it.skipIf(isMissing)('control: they refuse a wrong name and a day in place of a time', () => {
    const faults = (name: SpApiOperation, text: string) => faultsOf(name, new URLSearchParams(text));
    expect(faults('listTransactions', 'postedAfter=2026-11-01T00:00:00.000Z')).toEqual([]);
    expect(faults('listTransactions', 'postedSince=2026-11-01T00:00:00.000Z')).toHaveLength(1);
    expect(faults('listTransactions', 'postedAfter=2026-11-01')).toHaveLength(1);
    expect(faults('listBalances', 'asOfDate=2026-11-01T00:00:00Z')).toHaveLength(1);
  });

  it.skipIf(isMissing).each(OPERATIONS)('publish answers to %s that we read as they mean them', async (name) => {
    const answers = sandboxCases(name)['200'] ?? [];
    expect(answers.length).toBeGreaterThan(0);
    for (const { response } of answers) {
      const items = (await answering(name, response)) as object[];
      expect(items.length).toBeGreaterThan(0);
      expect(items[0]).toMatchObject(PROOFS[name]!);
    }
    const refusals = sandboxCases(name)['400'] ?? [];
    expect(refusals.length).toBeGreaterThan(0);
    for (const { response } of refusals)
      expect(await problemOf(answering(name, response, 400))).toMatchObject({
        code: 'AMAZON_REQUEST_REFUSED',
        data: expect.stringContaining('InvalidInput'),
      });
  });

  it.skipIf(isMissing)('control: a published payout without its status is kept aside, and is not read', async () => {
    const { response } = sandboxCases('listPayouts')['200']![0]!;
    const cut = JSON.stringify(response).replace('"currentStatus":"PAID",', '');
    const world = await createWorld(() => ({ body: cut }));
    const page = await world.amazon.feeds.payouts.list(WINDOW, null);
    expect(world.asked(PAYOUTS)).toHaveLength(1);
    expect(page).toMatchObject({ items: [], unreadable: [{ recordId: '11888387941' }] });
  });
});
