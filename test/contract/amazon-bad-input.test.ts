/** What can come instead of an answer as published: each is tolerated where Amazon says so, or ends in a problem with a name. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endlessPages } from '../../src/amazon/pages.ts';
import { readJson } from '../../src/amazon/read-json.ts';
import { redact } from '../../src/amazon/redact.ts';
import { createSellerMarketplaces } from '../../src/amazon/seller-marketplaces.ts';
import { createClient, problemOf, type Reply, START_MS } from './amazon-stand-in.ts';

const READ = {
  operation: 'listTransactions',
  path: '/finances/2024-06-19/transactions',
  read: (body: Uint8Array) => readJson(body, z.object({ transactions: z.array(z.object({ id: z.string() })) })),
} as const;
const GOOD: Reply = { body: { transactions: [{ id: 'T1' }] } };

/** Answers each reply in turn, then the last one for ever. */
async function ask(...replies: Reply[]) {
  let count = 0;
  const world = await createClient(() => {
    count += 1;
    return replies[Math.min(count, replies.length) - 1]!;
  });
  return { ...world, answer: world.api.get(READ) };
}

const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(GOOD.body))]);
const utf16 = Buffer.from(`\ufeff${JSON.stringify(GOOD.body)}`, 'utf16le');

describe('an answer 200 that is not JSON', () => {
  const bodies: [string, NonNullable<Reply['body']>, RegExp][] = [
    ['a web page', '<!doctype html><title>Maintenance</title>', /looks like a web page/],
    ['cut short', '{"transactions":[{"id":"T1"', /cut short or broken/],
    ['empty', '', /it is empty/],
    ['blank', ' \r\n', /it is empty/],
    ['in Latin-1', Buffer.from('{"transactions":[{"id":"Zürich"}]}', 'latin1'), /not UTF-8/],
    ['in UTF-16', utf16, /not UTF-8|broken/],
    ['compressed without being asked for', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]), /not UTF-8/],
    ['with a number that JSON does not have', '{"transactions":[{"id":NaN}]}', /cut short or broken/],
  ];

  it.each(bodies)('%s is asked for again, because something else answered in Amazon’s place', async (_, body) => {
    const { answer, asked, waits } = await ask({ body }, { body }, GOOD);
    expect((await answer).value.transactions).toHaveLength(1);
    expect(asked()).toHaveLength(3);
    expect(waits.map((wait) => wait.reason)).toEqual(['retry', 'retry']);
  });

  it.each(bodies)('%s three times is a problem that says so and quotes nothing', async (_, body, says) => {
    const { answer, asked } = await ask({ headers: { 'x-amzn-RequestId': 'req-7' }, body });
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE', kind: 'unavailable' });
    expect(problem.says).toMatch(says);
    expect(problem.says).toContain('request req-7');
    expect(JSON.stringify(problem)).not.toMatch(/Maintenance|T1|Zürich/);
    expect(asked()).toHaveLength(3);
  });
});

describe('an answer 200 that is JSON', () => {
  it.each<[string, NonNullable<Reply['body']>, RegExp]>([
    ['of another shape', { payload: [] }, /member transactions/],
    ['without a member that is required', { transactions: [{}] }, /member transactions\.0\.id/],
    ['with a member of a wrong type', { transactions: [{ id: 5 }] }, /member transactions\.0\.id/],
    ['that is a list', '[]', /member \(root\)/],
    ['that is null', 'null', /member \(root\)/],
  ])('%s is not asked for again, because it would be the same', async (_, body, says) => {
    const { answer, asked } = await ask({ body });
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
    expect(problem.says).toMatch(says);
    expect(asked()).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['with a byte order mark', { body: bom }],
    ['with members of tomorrow', { body: { transactions: [{ id: 'T1', added: { in: 2027 } }], more: [] } }],
    ['with another content type', { ...GOOD, headers: { 'content-type': 'text/plain; charset=Cp1252' } }],
    ['without a Date header that can be read', { ...GOOD, headers: { date: 'yesterday' } }],
    ['with a rate header that is a word', { ...GOOD, headers: { 'x-amzn-RateLimit-Limit': 'string' } }],
    ['with a text of 5 MB', { body: { transactions: [{ id: 'T1', note: 'x'.repeat(5_000_000) }] } }],
    [
      'nested a thousand times',
      { body: `{"transactions":[{"id":"T1"}],"deep":${'['.repeat(1000)}${']'.repeat(1000)}}` },
    ],
  ])('%s is read', async (_, reply) => {
    const { answer, asked } = await ask(reply);
    expect((await answer).value.transactions).toEqual([{ id: 'T1' }]);
    expect(asked()).toHaveLength(1);
  });
});

describe('other answers', () => {
  it.each<[string, Reply, string]>([
    ['204', { status: 204 }, 'AMAZON_ANSWER_UNREADABLE'],
    ['206', { status: 206, body: GOOD.body! }, 'AMAZON_ANSWER_UNREADABLE'],
    ['302', { status: 302, headers: { location: 'https://elsewhere.example' } }, 'AMAZON_ANSWER_UNREADABLE'],
    ['403 with a page', { status: 403, body: '<html>Forbidden</html>' }, 'AMAZON_ACCESS_DENIED'],
    ['403 with errors of another shape', { status: 403, body: { errors: 'no' } }, 'AMAZON_ACCESS_DENIED'],
    ['400 with nothing', { status: 400 }, 'AMAZON_REQUEST_REFUSED'],
    ['404 for what must be there', { status: 404, body: { errors: [] } }, 'AMAZON_REQUEST_REFUSED'],
    ['418', { status: 418 }, 'AMAZON_REQUEST_REFUSED'],
  ])('%s is a problem at once', async (_, reply, code) => {
    const { answer, asked } = await ask(reply);
    expect(await problemOf(answer)).toMatchObject({ code });
    expect(asked()).toHaveLength(1);
  });

  it.each([86_400_000, -86_400_000])(
    'a clock that is %i ms apart changes nothing but what is known of it',
    async (ms) => {
      const { answer, api } = await ask({ ...GOOD, headers: { date: new Date(START_MS + ms).toUTCString() } });
      expect((await answer).value.transactions).toHaveLength(1);
      expect(api.clockSkewMs).toBe(-ms);
    },
  );

  it('a page of a proxy in the middle of two 503 is got over', async () => {
    const { answer, asked } = await ask({ status: 503, body: '<html>' }, { body: '<html>' }, { status: 503 }, GOOD);
    expect((await answer).value.transactions).toHaveLength(1);
    expect(asked()).toHaveLength(4);
  });
});

describe('the list of a seller’s marketplaces', () => {
  const row = (more: object = {}, participation: object = { isParticipating: true, hasSuspendedListings: false }) => ({
    marketplace: { id: 'A1PA6795UKMFR9', name: 'Amazon.de', countryCode: 'DE', ...more },
    participation,
    storeName: 'A store',
  });

  async function list(body: object) {
    const { api } = await createClient(() => ({ body }));
    return createSellerMarketplaces({ api }).list();
  }

  it('has currency and time zone of each', async () => {
    expect(await list({ payload: [row({ defaultCurrencyCode: 'EUR' })] })).toEqual([
      {
        marketplaceId: 'A1PA6795UKMFR9',
        name: 'Amazon.de',
        country: 'DE',
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        isParticipating: true,
        hasSuspendedListings: false,
      },
    ]);
  });

  it('keeps what it does not know, and says of it that it does not', async () => {
    const unknown = row({ id: 'ANEWMARKETPLACE', countryCode: 'XX', defaultCurrencyCode: 'XBT' });
    expect(await list({ payload: [unknown] })).toMatchObject([
      { marketplaceId: 'ANEWMARKETPLACE', country: 'XX', currency: null, timeZone: null },
    ]);
  });

  it('keeps multi-channel marketplaces and those in which the seller does not take part', async () => {
    const all = await list({ payload: [row({ id: 'A38D8NSA03LJTC' }), row({}, { isParticipating: false })] });
    expect(all).toMatchObject([
      { marketplaceId: 'A38D8NSA03LJTC', currency: 'EUR' },
      { isParticipating: false, hasSuspendedListings: false },
    ]);
  });

  it('is empty when Amazon sends no payload', async () => {
    expect(await list({})).toEqual([]);
  });

  it('is refused by errors in an answer 200, whatever stands beside them', async () => {
    const errors = [{ code: 'InternalFailure', message: 'We are sorry' }];
    const problem = await problemOf(list({ payload: [row()], errors }));
    expect(problem).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED', data: 'InternalFailure: We are sorry' });
    expect(await list({ payload: [row()], errors: [] })).toHaveLength(1);
  });

  it('is not read past a row without an id: no marketplace is lost silently', async () => {
    expect(await problemOf(list({ payload: [row(), row({ id: undefined })] }))).toMatchObject({
      code: 'AMAZON_ANSWER_UNREADABLE',
    });
  });
});

describe('pages that do not end', () => {
  it('raise AMAZON_PAGES_ENDLESS with the operation and how many were read', () => {
    const problem = endlessPages('searchOrders', 5_000);
    expect(problem).toMatchObject({ code: 'AMAZON_PAGES_ENDLESS', kind: 'unavailable' });
    expect(problem.says).toMatch(/searchOrders .* 5000/);
  });
});

describe('what Amazon says', () => {
  it.each(['Atza|canary', 'Atzr|canary', 'Atnr|canary', 'Atz.sprdt|canary', 'amzn1.oa2-cs.v1.canary'])(
    'is quoted without %s',
    (secret) => {
      expect(redact(`before ${secret} after`, [])).toMatch(/^before \[(token|secret)\] after$/);
    },
  );
});
