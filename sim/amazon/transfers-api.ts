import { formatInstant } from '../../src/core/index.ts';
import { isKnownMarketplaceId, payoutsOf, type WorldPayout } from '../world/index.ts';
import { type Answer, invalidInput, jsonAnswer } from './answers.ts';
import type { ListFaults } from './orders-api.ts';
import { type Paging, readPageStart, writePageToken } from './page-tokens.ts';
import { cutPage, isEmptyByHabit } from './pages.ts';
import { currencyOf, listOf, momentOf, repeatedOrUnknown } from './queries.ts';
import type { SellerContext } from './seller-context.ts';

const PARAMETERS = ['marketplaceIds', 'createdAfter', 'createdBefore', 'payoutId', 'accountType', 'nextToken'];
const ACCOUNT_TYPE = 'STANDARD_ORDERS';
const PAGING: Paging = { operation: 'listPayouts', tokenName: 'nextToken', tokenLifeMs: 300_000 };
const pageSize = 20;

/** Payouts as the transfers interface tells them, the newest first. */
export function listPayouts(context: SellerContext, query: URLSearchParams, faults: ListFaults): Answer {
  const problem = repeatedOrUnknown(query, PARAMETERS);
  if (problem) return problem;
  const ids = listOf(query, 'marketplaceIds');
  if (ids && !ids.every(isKnownMarketplaceId)) return invalidInput('Invalid input');
  const start = readPageStart(context, PAGING, query, faults.expiredPageToken);
  if ('status' in start) return start;
  const afterMs = momentOf(query, 'createdAfter') ?? 0;
  const beforeMs = momentOf(query, 'createdBefore') ?? Number.POSITIVE_INFINITY;
  if (Number.isNaN(afterMs) || Number.isNaN(beforeMs)) return invalidInput('Invalid date-time: use ISO 8601.');
  const payoutId = query.get('payoutId');
  const accountType = query.get('accountType');
  const { world } = context.reports;
  const found = payoutsOf(world).filter(({ createdAt, ...payout }) => {
    const createdMs = createdAt * 1000;
    return (
      createdMs <= start.asOfMs &&
      createdMs >= afterMs &&
      createdMs < beforeMs &&
      (ids?.includes(payout.settlement.marketplace.marketplaceId) ?? true) &&
      (payoutId === null || payout.payoutId === payoutId) &&
      (accountType === null || accountType === ACCOUNT_TYPE)
    );
  });
  const name = `payouts/${world.sellerId}/${afterMs}/${beforeMs}`;
  const isEmpty = faults.emptyPage || (found.length > 0 && isEmptyByHabit(name, start));
  const page = cutPage(found, start, pageSize, isEmpty);
  return jsonAnswer(200, {
    payouts: page.items.map((payout) => payoutBody(payout, start.asOfMs / 1000)),
    ...(page.next && { nextToken: writePageToken(context, PAGING, query, page.next) }),
  });
}

function payoutBody(payout: WorldPayout, at: number): unknown {
  const { settlement } = payout;
  const steps = payout.steps.filter((step) => step.at <= at);
  const isUnderWay = steps.some((step) => step.status === 'IN_TRANSIT');
  return {
    id: payout.payoutId,
    partnerMetadata: {
      partnerId: settlement.sellerId,
      accountType: ACCOUNT_TYPE,
      marketplaceId: settlement.marketplace.marketplaceId,
    },
    currentStatus: steps.at(-1)?.status,
    statusHistory: steps.map((step) => ({
      status: step.status,
      lastUpdatedDate: formatInstant(step.at),
      ...(step.failureReason !== undefined && { failureReason: step.failureReason }),
    })),
    type: 'SCHEDULED',
    amount: currencyOf(payout.amountMinor, settlement.marketplace.currency),
    ...(payout.amountMinor > 0n && { accountTail: payout.accountTail, paymentMethod: 'BANK_ACCOUNT' }),
    creationDate: formatInstant(payout.createdAt),
    ...(isUnderWay && { paymentRail: payout.paymentRail, traceId: payout.traceId }),
    period: { startDate: formatInstant(settlement.startAt), endDate: formatInstant(settlement.endAt) },
    relatedIdentifiers: [{ relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: settlement.settlementId }],
  };
}
