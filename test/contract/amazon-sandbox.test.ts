/**
 * The real client against the pretend Amazon in the role of Amazon's static sandbox: every published pair of the operations
 * used, asked for by the feeds themselves and over real sockets.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { API_OPERATIONS, type ApiOperation, startPretendAmazon } from '../../sim/amazon/index.ts';
import { createSellerWorld } from '../../sim/world/index.ts';
import { type Amazon, createAmazon } from '../../src/amazon/index.ts';
import type { FeedPage, ReportOrder } from '../../src/app/index.ts';
import { parseLocalDate, silentLog } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { areModelsMissing, MODEL_OF, type SandboxCase, sandboxCases } from './amazon-models.ts';
import { problemOf } from './amazon-stand-in.ts';

const START_MS = Date.parse('2026-11-23T00:00:00Z');
const LOGIN = {
  clientId: 'amzn1.application-oa2-client.sandbox',
  clientSecret: 'secret',
  refreshToken: 'Atzr|sandbox',
};
const WINDOW = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-08T00:00:00.000Z' };
const ORDERED: ReportOrder = { kind: 'orders-by-last-update', marketplaceIds: ['ATVPDKIKX0DER'], window: WINDOW };
const QUERY = {
  lastUpdatedAfter: WINDOW.from,
  lastUpdatedBefore: null,
  marketplaceIds: ['ATVPDKIKX0DER'],
  withBuyers: true,
  withTax: true,
};
const DOCUMENT = 'amazon-order-id\tpurchase-date\n250-1\t2026-11-02T00:00:00+00:00\n';

const world = createSellerWorld({
  seed: 'sandbox',
  sellerId: 'A2SANDBOX',
  accounts: [{ marketplace: 'US' }],
  from: parseLocalDate('2026-11-01'),
  to: parseLocalDate('2026-11-02'),
  ordersPerDay: 1,
});

/** Ids in the path, by the pair they are taken from. */
type Ids = Readonly<Record<string, string>>;

/** How the feeds come to ask for each operation, and what they make of a good answer. */
const ASK: Readonly<Record<ApiOperation, (amazon: Amazon, ids: Ids) => Promise<unknown>>> = {
  getReports: ({ feeds }) => feeds.requested.find(ORDERED, WINDOW.from),
  createReport: ({ feeds }) => feeds.requested.create(ORDERED),
  getReport: ({ feeds }, { reportId = '' }) => feeds.requested.state(reportId),
  getReportDocument: async ({ feeds }, { reportDocumentId = '' }) => {
    const { bytes } = await feeds.requested.download('fba-reimbursements', reportDocumentId);
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  },
  getMarketplaceParticipations: ({ feeds }) => feeds.marketplaces.list(),
  searchOrders: async ({ feeds }) => {
    const page = await feeds.orders.search(QUERY, null);
    return whole({ ...page, items: page.items.map(({ order }) => order) });
  },
  getOrder: ({ feeds }, { orderId = '' }) => feeds.orders.get(orderId, QUERY),
  listTransactions: async ({ feeds }) =>
    whole(await feeds.finances.events({ by: 'posted', window: WINDOW, status: null }, null)),
  listSummary: ({ feeds }) => feeds.finances.summaryOfSettlement('123'),
  listBalances: ({ feeds }) => feeds.finances.balances(null),
  listPayouts: async ({ feeds }) => whole(await feeds.payouts.list(WINDOW, null)),
  createRestrictedDataToken: ({ feeds }) => feeds.requested.download('vat-calculation', 'document'),
};

function whole<Item>({ items, unreadable }: FeedPage<Item>): readonly Item[] {
  expect(unreadable).toEqual([]);
  return items;
}

/** A value of each good answer, in our words. The restricted token is of use only with the document it was made for. */
const PROOFS: Readonly<Record<Exclude<ApiOperation, 'createRestrictedDataToken'>, readonly unknown[]>> = {
  getReports: [[]],
  createReport: ['ID323'],
  getReport: [{ state: 'waiting' }],
  getReportDocument: [DOCUMENT],
  getMarketplaceParticipations: [
    [{ marketplaceId: 'ATVPDKIKX0DER', country: 'US', currency: 'USD', isParticipating: true }],
  ],
  searchOrders: [
    [{ orderId: '250-1234567-8901234', grandTotal: { currency: 'JPY', minor: 19_940n }, status: 'shipped' }],
    [{ orderId: '202-7654321-1098765', grandTotal: { currency: 'GBP', minor: 3_499n }, shipToCity: 'London' }],
    [{ orderId: '171-2345678-9012345', grandTotal: { currency: 'BRL', minor: 159_990n }, isBusiness: true }],
  ],
  getOrder: [
    { item: { buyer: { name: 'Maria Silva Santos' } } },
    { item: { order: { items: [{ taxReportingScheme: 'IOSS' }] }, buyer: { name: 'Mehmet Yilmaz' } } },
    { item: { order: { items: [{ charges: [{ amount: { minor: 3_999n } }, { amount: { minor: 1_000n } }] }] } } },
  ],
  listTransactions: [[{ eventType: 'Shipment', total: { currency: 'USD', minor: 1_000n }, orderId: '8129762527551' }]],
  listSummary: [[{ accountType: 'STANDARD_ORDERS', netProceeds: { currency: 'USD', minor: 800_000n } }]],
  listBalances: [
    [{ balanceType: 'total', amount: { currency: 'USD', minor: 1_500_000n } }],
    [{ balanceType: 'total', amount: { currency: 'USD', minor: 1_500_000n } }],
  ],
  listPayouts: [[{ payoutId: '11888387941', status: 'paid', amount: { currency: 'USD', minor: 125_075n } }]],
};

interface Published {
  readonly status: number;
  /** Its number among those of the same status. */
  readonly number: number;
  readonly ids: Ids;
  readonly response: unknown;
}

function publishedOf(operation: ApiOperation): readonly Published[] {
  if (areModelsMissing) return [];
  return Object.entries(sandboxCases(operation)).flatMap(([status, list]) =>
    list.map((one, number) => ({ status: Number(status), number, ids: idsOf(operation, one), response: one.response })),
  );
}

function idsOf(operation: ApiOperation, { request }: SandboxCase): Ids {
  const { parameters } = request as { readonly parameters: Readonly<Record<string, { readonly value: unknown }>> };
  const inPath = Object.entries(parameters).filter(([name]) => MODEL_OF[operation].path.includes(`{${name}}`));
  return Object.fromEntries(inPath.map(([name, { value }]) => [name, String(value)]));
}

/**
 * The pair as the sandbox gets it: its ids, but not the parameters of its query, which are examples and nothing the connector
 * would ever ask. Where its answer names a next page, that one is the last.
 */
function pairsOf(operation: ApiOperation, { status, ids, response }: Published): unknown {
  const { api, method, path } = MODEL_OF[operation];
  const requestOf = (values: Ids) => ({
    parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
  });
  const token = /"(nextToken|paginationToken)":"([^"]+)"/.exec(JSON.stringify(response));
  const last = JSON.parse(
    JSON.stringify(response ?? null).replace(token?.[0] ?? '', token ? `"${token[1]}":null` : ''),
  ) as unknown;
  const further = token ? [{ request: requestOf({ ...ids, [token[1]!]: token[2]! }), response: last }] : [];
  return {
    [api]: { [`${method} ${path} ${operation}`]: { [status]: [{ request: requestOf(ids), response }, ...further] } },
  };
}

async function ask(operation: ApiOperation, published: Published) {
  const store = createServer((_request, response) => response.end(DOCUMENT));
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const storeUrl = `http://127.0.0.1:${(store.address() as AddressInfo).port}/document`;
  const clock = new TestClock(START_MS);
  const pairs = JSON.parse(
    JSON.stringify(pairsOf(operation, published)).replace(/https:\/\/[^"]*cloudfront[^"]*/, storeUrl),
  ) as unknown;
  const vendor = await startPretendAmazon({
    nowMs: () => clock.nowMs(),
    sellers: [{ world, ...LOGIN }],
    sandboxCases: pairs,
  });
  const amazon = createAmazon({
    settings: { region: 'NA', endpoint: vendor.url, lwaUrl: `${vendor.url}/auth/o2/token`, clientId: LOGIN.clientId },
    secrets: LOGIN,
    sellerAccount: world.sellerId,
    userAgent: 'seller-ledger/test (Language=TypeScript)',
    clock,
    randomness: systemRandomness,
    log: silentLog,
    onExchange: () => {},
    onWait: () => {},
  });
  const answered = ASK[operation](amazon, published.ids);
  const settled = await answered.then(
    (value) => ({ value, problem: undefined }),
    async () => ({ value: undefined, problem: await problemOf(answered) }),
  );
  await amazon.close();
  await Promise.all([vendor.close(), new Promise((resolve) => store.close(resolve))]);
  return { ...settled, requests: vendor.world.log.all() };
}

describe('Amazon’s static sandbox, asked by the feeds (skipped without ../shared/specs/amazon)', () => {
  const cases = API_OPERATIONS.flatMap((operation) =>
    publishedOf(operation).map((published) => ({
      operation,
      published,
      status: published.status,
      number: published.number + 1,
    })),
  );
  const isGood = ({ status }: { readonly status: number }) => status < 300;

  it.skipIf(areModelsMissing)(
    'has good answers to every operation we use, and one refusal or more to all but one',
    () => {
      const operationsOf = (list: typeof cases) => new Set(list.map(({ operation }) => operation));
      expect([...operationsOf(cases.filter(isGood))].sort()).toEqual([...API_OPERATIONS].sort());
      expect([...operationsOf(cases.filter(({ status }) => status === 400))].sort()).toEqual(
        API_OPERATIONS.filter((operation) => operation !== 'getMarketplaceParticipations').sort(),
      );
      expect(cases.every(({ status }) => [200, 202, 400].includes(status))).toBe(true);
    },
  );

  const isToken = ({ operation }: (typeof cases)[number]) => operation === 'createRestrictedDataToken';

  it.skipIf(areModelsMissing).each(cases.filter((one) => isGood(one) && !isToken(one)))(
    'good answer $number to $operation becomes what it says',
    async ({ operation, published }) => {
      const { value, problem } = await ask(operation, published);
      expect(problem).toBeUndefined();
      const proof = PROOFS[operation as keyof typeof PROOFS][published.number];
      expect(proof, 'what this answer says').toBeDefined();
      // A further page, where there is one, tells the same once more.
      const told = Array.isArray(proof) ? (value as readonly unknown[]).slice(0, Math.max(1, proof.length)) : value;
      expect({ told }).toMatchObject({ told: proof });
    },
  );

  it.skipIf(areModelsMissing).each(cases.filter((one) => isGood(one) && isToken(one)))(
    'restricted token $number is taken and sent along for the document',
    async ({ operation, published }) => {
      const { requests } = await ask(operation, published);
      expect(requests.map((request) => [request.operation, request.status]).slice(1)).toEqual([
        ['createRestrictedDataToken', 200],
        // The sandbox's token opens nothing.
        ['getReportDocument', 403],
      ]);
    },
  );

  it.skipIf(areModelsMissing).each(cases.filter(({ status }) => status === 400))(
    'refusal $number of $operation is a refusal with Amazon’s words, and is not asked again',
    async ({ operation, published }) => {
      const { problem, requests } = await ask(operation, published);
      expect(problem).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED', kind: 'rejected' });
      const { errors } = published.response as { readonly errors: readonly { readonly message: string }[] };
      expect(problem?.data).toContain(errors[0]!.message);
      expect(requests.filter((request) => request.operation === operation)).toHaveLength(1);
    },
  );
});
