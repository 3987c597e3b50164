import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BalanceType,
  FEED_BATCH_MAX,
  type FinanceEventStatus,
  type OrderStatus,
  type PayoutStatus,
  type ReportRequestState,
  type RequestedReportKind,
} from '../../src/app/index.ts';
import { BATCH_RECORDS_MAX } from '../../src/store/feed-batches.ts';
import { event, openTestFeeds, order, payout, reportOrder, type TestFeeds } from './feed-samples.ts';
import { ANNA } from './samples.ts';

// The program keeps these laws itself. Here the database is asked to break them, as a mistake in the program would.

let test: TestFeeds;
beforeAll(async () => {
  test = await openTestFeeds();
  const { id } = test.connection;
  await test.feeds.putOrders(id, [order()], { reportSha256: null });
  const sha256 = await test.evidence('report');
  await test.feeds.putOrders(id, [reportOrder(2, { orderId: 'told' })], { reportSha256: sha256 });
  await test.feeds.putFinanceEvents(id, [event('kept')]);
  await test.feeds.putFinanceEvents(id, [event('kept', { status: 'deferred' })]);
  await test.feeds.putPayouts(id, [payout('p')]);
  const window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-08T00:00:00.000Z' };
  await test.feeds.intendReport(id, { kind: 'fba-reimbursements', marketplaceIds: ['M1'], window }, ANNA);
  await test.feeds.putBuyers(id, []);
});
afterAll(() => test.close());

async function attempt(statement: string): Promise<string> {
  const client = await test.database.pool.connect();
  try {
    await client.query('begin');
    await client.query(statement);
    await client.query('commit');
    return 'accepted';
  } catch (error) {
    await client.query('rollback');
    return (error as Error).message;
  } finally {
    client.release();
  }
}

const API = "detail = 'api'";
const DIGEST = "repeat('a', 64)";

describe('the database refuses', () => {
  it.each<[what: string, statement: string, says: string]>([
    [
      'an order twice',
      `insert into amazon_order (connection_id, order_id, created_at, last_updated_at, status, amazon_status, detail, lacks_tax_data, channel, programs, is_business, charges, payments, tax_registrations, content_sha256, first_seen_at, changed_at) select connection_id, order_id, created_at, last_updated_at, status, amazon_status, detail, lacks_tax_data, channel, programs, is_business, charges, payments, tax_registrations, content_sha256, first_seen_at, changed_at from amazon_order where ${API}`,
      'amazon_order_connection_id_order_id_key',
    ],
    [
      'an older version of an order',
      "update amazon_order set last_updated_at = last_updated_at - interval '1 second'",
      'an older version',
    ],
    ['a total without a currency', `update amazon_order set currency = null where ${API}`, 'amount_has_currency'],
    [
      'an order of a report without the report',
      "update amazon_order set report_sha256 = null where detail = 'report'",
      'told_by_report_or_interface',
    ],
    [
      'an order of the interface that wants the detail it has',
      `update amazon_order set wants_detail = true where ${API}`,
      'detail_is_wanted_of_reports',
    ],
    ['a discount above zero', 'update amazon_order_item set discount_minor = 1', 'discount_minor_check'],
    ['fewer than no pieces', 'update amazon_order_item set quantity_ordered = -1', 'quantity_ordered_check'],
    [
      'a financial event twice',
      `insert into finance_event (connection_id, event_key, event_type, status, amazon_status, related_ids, items, source, content_sha256, first_seen_at, changed_at) select connection_id, event_key, event_type, status, amazon_status, related_ids, items, source, content_sha256, first_seen_at, changed_at from finance_event`,
      'finance_event_connection_id_event_key_key',
    ],
    ['an event total without a currency', 'update finance_event set currency = null', 'amount_has_currency'],
    ['a changed past of an event', "update finance_event_past set status = 'other'", 'append-only'],
    ['a removed past of an event', 'delete from finance_event_past', 'append-only'],
    ['emptying the past of events', 'truncate finance_event_past', 'append-only'],
    ['a payout without a currency', 'update payout set currency = null', 'amount_has_currency'],
    ['a requested report without its number', "update report_request set state = 'requested'", 'requested_has_report'],
    [
      'a ready report without its document',
      "update report_request set state = 'ready', report_id = '1'",
      'ready_has_document',
    ],
    [
      'a stored report without its bytes',
      "update report_request set state = 'stored', report_id = '1', report_document_id = 'd', finished_at = now()",
      'stored_has_bytes',
    ],
    ['a failed report that has not ended', "update report_request set state = 'failed'", 'ended_has_time'],
    ['an open report that has ended', 'update report_request set finished_at = now()', 'ended_has_time'],
    [
      'another window for a report that was asked for',
      "update report_request set window_until = window_until + interval '1 day'",
      'never changes',
    ],
    [
      'other marketplaces for a report that was asked for',
      "update report_request set marketplace_ids = '[]'",
      'never changes',
    ],
    ['attempts that are counted down', 'update report_request set attempt = -1', 'only counted up'],
    [
      'a second open request for the same report',
      `insert into report_request (id, connection_id, kind, marketplace_ids, window_from, window_until, state, intended_at, order_digest) select gen_random_uuid(), connection_id, kind, marketplace_ids, window_from, window_until, state, intended_at, order_digest from report_request`,
      'one_open_report_request',
    ],
    [
      'a window that ends before it begins',
      `insert into report_request (id, connection_id, kind, marketplace_ids, window_from, window_until, state, intended_at, order_digest) select gen_random_uuid(), connection_id, kind, marketplace_ids, window_until, window_from, state, intended_at, ${DIGEST} from report_request`,
      'window_goes_forward',
    ],
    [
      'a buyer that is not sealed',
      `insert into order_buyer (connection_id, order_id, key_id, nonce, ciphertext, tag, delete_after) select id, 'o', 'k', '', 'name', '', now() from connection`,
      'order_buyer_nonce_check',
    ],
    [
      'a buyer without a date of deletion',
      `insert into order_buyer (connection_id, order_id, key_id, nonce, ciphertext, tag) select id, 'o', 'k', repeat('a', 12)::bytea, '', repeat('a', 16)::bytea from connection`,
      'delete_after',
    ],
    [
      'something unreadable without its digest',
      `insert into feed_unreadable (connection_id, feed, sha256, says, source, seen_at) select id, 'orders', '', 's', '{}', now() from connection`,
      'sha256_check',
    ],
  ])('%s', async (_what, statement, says) => {
    expect(await attempt(statement)).toContain(says);
  });

  it('control: the same statements are accepted when they keep the laws', async () => {
    expect(await attempt("update amazon_order set last_updated_at = last_updated_at + interval '1 second'")).toBe(
      'accepted',
    );
    expect(await attempt('update report_request set attempt = attempt + 1')).toBe('accepted');
    expect(await attempt("update amazon_order set wants_detail = true where detail = 'report'")).toBe('accepted');
  });
});

it('the database keeps what an event said before, whoever changes it', async () => {
  const past = async () =>
    (await test.database.pool.query('select revision, status from finance_event_past order by revision')).rows;
  expect(await past()).toEqual([{ revision: 1, status: 'released' }]);
  expect(await attempt("update finance_event set status = 'other', revision = 9")).toBe('accepted');
  expect(await past()).toEqual([
    { revision: 1, status: 'released' },
    { revision: 2, status: 'deferred' },
  ]);
  const { rows } = await test.database.pool.query('select revision from finance_event');
  expect(rows).toEqual([{ revision: 3 }]);
});

describe('the lists of the schema are those of the program:', () => {
  const ORDER: Record<OrderStatus, true> = {
    'pending-availability': true,
    pending: true,
    unshipped: true,
    'partially-shipped': true,
    shipped: true,
    cancelled: true,
    unfulfillable: true,
    other: true,
  };
  const EVENT: Record<FinanceEventStatus, true> = {
    deferred: true,
    released: true,
    'deferred-released': true,
    other: true,
  };
  const BALANCE: Record<BalanceType, true> = {
    available: true,
    reserved: true,
    deferred: true,
    'account-level-reserve': true,
    total: true,
    other: true,
  };
  const PAYOUT: Record<PayoutStatus, true> = {
    started: true,
    'in-transit': true,
    paid: true,
    failed: true,
    cancelled: true,
    'no-payout': true,
    other: true,
  };
  const REQUEST: Record<ReportRequestState, true> = {
    intended: true,
    requested: true,
    ready: true,
    stored: true,
    'no-data': true,
    failed: true,
  };
  const KIND: Record<RequestedReportKind, true> = {
    'orders-by-last-update': true,
    'fba-reimbursements': true,
    'vat-calculation': true,
    'vat-transactions': true,
  };

  it.each<[constraint: string, list: object]>([
    ['amazon_order_status_check', ORDER],
    ['finance_event_status_check', EVENT],
    ['amazon_balance_balance_type_check', BALANCE],
    ['payout_status_check', PAYOUT],
    ['report_request_state_check', REQUEST],
    ['report_request_kind_check', KIND],
  ])('%s', async (constraint, list) => {
    const { rows } = await test.database.pool.query(
      'select pg_get_constraintdef(oid) as text from pg_constraint where conname = $1',
      [constraint],
    );
    const stated = [...String(rows[0]?.text).matchAll(/'([a-z-]+)'::text/g)].map((match) => match[1]);
    expect(stated.sort()).toEqual(Object.keys(list).sort());
  });

  it('the most records of a batch', () => {
    expect(BATCH_RECORDS_MAX).toBe(FEED_BATCH_MAX);
  });
});

it('nothing that is about a person has a column of its own: only the sealed table knows buyers', () => {
  const folder = new URL('../../src/store/migrations/', import.meta.url);
  const told = readdirSync(folder)
    .filter((name) => /^00(09|1[0-5])-/.test(name) && !name.includes('buyers'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8').replace(/--.*$/gm, ''));
  expect(told).toHaveLength(6);
  expect(told.join('\n')).not.toMatch(/\b(buyer\w*|email|phone\w*|street|address\w*|postal\w*|recipient\w*)\b/);
});

it('no list is a column of an array, which would come back as text', async () => {
  const { rows } = await test.database.pool.query(
    `select table_name from information_schema.columns where table_schema = 'public' and data_type = 'ARRAY'
       and table_name <> 'report_listing'`,
  );
  expect(rows).toEqual([]);
});
