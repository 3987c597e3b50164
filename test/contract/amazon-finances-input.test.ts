/** Answers that are not as documented: each is a named problem or tolerated, and no record is lost. */
import { describe, expect, it } from 'vitest';
import { createFinancesFeed } from '../../src/amazon/finances/index.ts';
import { breakdown, eur, POSTED, scriptedApi, wireEvent } from './amazon-finances-kit.ts';
import { createWorld, problemOf, type Reply } from './amazon-stand-in.ts';

const pageOf = (transactions: unknown, more: object = {}) => ({ payload: { transactions, ...more } });
const goodBody = JSON.stringify(pageOf([wireEvent('T1')]));

async function readPage(reply: Reply) {
  const world = await createWorld(() => reply);
  return world.amazon.feeds.finances.events(POSTED, null);
}

describe('a whole answer', () => {
  it.each<[string, Reply, string]>([
    ['cut JSON', { body: goodBody.slice(0, -20) }, 'AMAZON_ANSWER_UNREADABLE'],
    ['nothing', { body: '' }, 'AMAZON_ANSWER_UNREADABLE'],
    ['a web page with 200', { body: '<html>Sign in</html>' }, 'AMAZON_ANSWER_UNREADABLE'],
    ['a web page with 400', { status: 400, body: '<html>No</html>' }, 'AMAZON_REQUEST_REFUSED'],
    ['a web page with 403', { status: 403, body: '<html>No</html>' }, 'AMAZON_ACCESS_DENIED'],
    ['a web page with 503', { status: 503, body: '<html>Later</html>' }, 'AMAZON_UNAVAILABLE'],
    [
      'another charset',
      { body: Buffer.from(goodBody.replace('A pot', 'Ein Töpf'), 'latin1') },
      'AMAZON_ANSWER_UNREADABLE',
    ],
    ['NaN for an amount', { body: goodBody.replace('8.5', 'NaN') }, 'AMAZON_ANSWER_UNREADABLE'],
    ['a list', { body: '[]' }, 'AMAZON_ANSWER_UNREADABLE'],
    ['no payload', { body: {} }, 'AMAZON_ANSWER_UNREADABLE'],
    ['events that are no list', { body: pageOf({ T1: {} }) }, 'AMAZON_ANSWER_UNREADABLE'],
    ['nesting without end', { body: '['.repeat(50_000) }, 'AMAZON_ANSWER_UNREADABLE'],
  ])('that is %s is a problem', async (_, reply, code) => {
    expect(await problemOf(readPage(reply))).toMatchObject({ code });
  });

  it.each<[string, Reply]>([
    ['has a byte order mark', { body: `\ufeff${goodBody}` }],
    [
      'has members nobody knows',
      { body: { ...pageOf([wireEvent('T1', { rebate: { a: [1.5] } })], { hint: 1 }), x: 1 } },
    ],
    [
      'has no Date header and a rate that is no number',
      { body: goodBody, headers: { 'x-amzn-ratelimit-limit': 'string' } },
    ],
    ['writes amounts as texts', { body: pageOf([wireEvent('T1', { totalAmount: eur('8.5') })]) }],
    ['writes an id as a number', { body: pageOf([wireEvent('T1'), wireEvent(null, { transactionId: 12 })]) }],
  ])('that %s is read', async (_, reply) => {
    const page = await readPage(reply);
    expect(page.unreadable).toEqual([]);
    expect(page.items[0]).toMatchObject({ eventKey: 'T1', total: { minor: 850n }, ties: true });
  });

  it('without events is an empty page', async () => {
    for (const transactions of [undefined, null, []])
      expect(await readPage({ body: pageOf(transactions) })).toMatchObject({
        items: [],
        unreadable: [],
        nextToken: null,
      });
  });
});

const deep = (depth: number): object => (depth === 0 ? breakdown('leaf', 1) : breakdown('node', 1, [deep(depth - 1)]));

describe('one event among others', () => {
  it.each<[string, unknown, string]>([
    ['is no object', 'T9', 'not an object'],
    ['is a list', [], 'not an object'],
    ['is empty', {}, 'no members'],
    ['has a total with too many decimals', wireEvent('T9', { totalAmount: eur(0.001) }), 'totalAmount.currencyAmount'],
    ['has a total that is a word', wireEvent('T9', { totalAmount: eur('much') }), 'totalAmount.currencyAmount'],
    ['has a total beyond all measure', wireEvent('T9', { totalAmount: eur('1E+300') }), 'more than 18 digits'],
    ['has an amount without a currency', wireEvent('T9', { totalAmount: { currencyAmount: 1 } }), 'without a currency'],
    [
      'has a currency nobody knows',
      wireEvent('T9', { totalAmount: { currencyCode: 'XXX', currencyAmount: 1 } }),
      'currency',
    ],
    ['has a total that is a list', wireEvent('T9', { totalAmount: [1] }), 'member totalAmount'],
    ['was posted on no day', wireEvent('T9', { postedDate: '2026-02-30T00:00:00Z' }), 'member postedDate'],
    [
      'was posted at a time without an offset',
      wireEvent('T9', { postedDate: '2026-02-03T00:00:00' }),
      'member postedDate',
    ],
    ['was posted at a number', wireEvent('T9', { postedDate: 1_795_000_000 }), 'member postedDate'],
    ['has items that are no list', wireEvent('T9', { items: { sku: 'a' } }), 'member items'],
    [
      'has half an item sold',
      wireEvent('T9', { items: [{ contexts: [{ contextType: 'ProductContext', quantityShipped: 0.5 }] }] }),
      'quantityShipped',
    ],
    ['has a leaf that cannot be read', wireEvent('T9', { breakdowns: [breakdown('Sales', 0.001)] }), 'Sales'],
    ['has a tree of thirteen levels', wireEvent('T9', { breakdowns: [deep(12)] }), 'more than 12 deep'],
    [
      'has a leaf too many',
      wireEvent('T9', { breakdowns: Array.from({ length: 5_001 }, () => breakdown('a', 1)) }),
      'more than 5000 leaves',
    ],
    [
      'has a leaf too many over its items',
      wireEvent('T9', {
        breakdowns: [],
        items: Array.from({ length: 5_001 }, () => ({ breakdowns: [breakdown('a', 1)] })),
      }),
      'more than 5000 leaves',
    ],
  ])('that %s is kept aside whole, with what is wrong, and the others are read', async (_, bad, says) => {
    const page = await readPage({ body: pageOf([wireEvent('T1'), bad, wireEvent('T2')], { nextToken: 'n' }) });
    expect(page.items.map(({ eventKey }) => eventKey)).toEqual(['T1', 'T2']);
    expect(page.unreadable).toHaveLength(1);
    expect(page.unreadable[0]?.says).toContain(says);
    expect(page.unreadable[0]?.says.length).toBeLessThanOrEqual(300);
    const isNamed = typeof bad === 'object' && bad !== null && 'transactionId' in bad;
    expect(page.unreadable[0]?.recordId).toBe(isNamed ? 'T9' : null);
    if (isNamed) expect(Object.keys(page.unreadable[0]!.source).sort()).toEqual(Object.keys(bad).sort());
    expect(page.nextToken).toBe('n');
  });

  it.each<[string, object]>([
    [
      'a status, a type and an identifier nobody knows',
      {
        transactionStatus: 'FROZEN',
        transactionType: 'Gift',
        relatedIdentifiers: [{ relatedIdentifierName: 'MOON_ID', relatedIdentifierValue: '1' }],
      },
    ],
    [
      'nothing but its id',
      Object.fromEntries(
        Object.keys(wireEvent('T9'))
          .filter((key) => key !== 'transactionId')
          .map((key) => [key, undefined]),
      ),
    ],
    [
      'nothing but nulls',
      Object.fromEntries(
        Object.keys(wireEvent('T9'))
          .filter((key) => key !== 'transactionId')
          .map((key) => [key, null]),
      ),
    ],
    ['an empty amount', { totalAmount: {} }],
    ['a tree of twelve levels', { breakdowns: [deep(11)] }],
    ['five thousand leaves', { breakdowns: Array.from({ length: 5_000 }, () => breakdown('a', 1)) }],
    ['a leaf without an amount', { breakdowns: [{ breakdownType: 'Sales' }] }],
    ['an amount with an exponent', { totalAmount: eur('1E+2') }],
  ])('with %s is read', async (_, more) => {
    const page = await readPage({ body: pageOf([wireEvent('T9', more as Readonly<Record<string, unknown>>)]) });
    expect(page.unreadable).toEqual([]);
    expect(page.items.map(({ eventKey }) => eventKey)).toEqual(['T9']);
  });

  it('that comes twice is given twice, for the store to tell whether it changed', async () => {
    const page = await readPage({ body: pageOf([wireEvent('T1'), wireEvent('T1')]) });
    expect(page.items).toHaveLength(2);
  });

  it('with a text of ten megabytes is read, and texts no database stores are made storable', async () => {
    const long = 'x'.repeat(10 * 1024 * 1024);
    const { api } = scriptedApi(() => JSON.stringify(pageOf([wireEvent('T1', { description: `${long}\u0000` })])));
    const log = { write: () => {} };
    const feed = createFinancesFeed({ api, clock: { nowMs: () => 0, sleep: async () => {} }, log });
    const { items } = await feed.events(POSTED, null);
    expect(items[0]?.description === `${long}\ufffd`).toBe(true);
  });

  it('is never quoted in what is said about it', async () => {
    const page = await readPage({
      body: pageOf([wireEvent('T9', { totalAmount: eur('canary-amount'), postedDate: 'canary-day' })]),
    });
    expect(page.unreadable[0]?.says).not.toContain('canary');
  });
});
