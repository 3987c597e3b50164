import type { FinanceSummary, JsonObject } from '../../app/index.ts';
import { readExactJson } from '../exact-json.ts';
import type { SpApi, SpApiRequest } from '../sp-api.ts';
import { PageWalk } from './page-walk.ts';
import { assertCount, readLeaves } from './read-breakdowns.ts';
import {
  optional,
  RecordFault,
  readAccountType,
  readAmount,
  readDay,
  readRelatedIds,
  readShape,
  readWhole,
  relatedValue,
} from './read-members.ts';
import { FINANCES_PATH, listSummaryAnswerSchema, summarySchema } from './wire.ts';

const operation = 'listSummary';

/** One page of what Amazon says a settlement comes to. */
export function summaryRequest(settlementId: string, token: string | null) {
  return {
    operation,
    path: `${FINANCES_PATH}/summary`,
    query: {
      relatedIdentifierName: 'SETTLEMENT_ID',
      relatedIdentifierValue: settlementId,
      ...(token !== null && { nextToken: token }),
    },
    read: (body: Uint8Array) =>
      readWhole(readExactJson(body, listSummaryAnswerSchema), ({ summaries, nextToken }) => ({
        summaries: (summaries ?? []).map((raw, index) => readSummary(raw, `summaries.${index}`, settlementId)),
        nextToken,
      })),
  } as const satisfies SpApiRequest<unknown>;
}

/** What `FinancesFeed.summaryOfSettlement` promises. */
export async function readSummaries(api: SpApi, settlementId: string): Promise<readonly FinanceSummary[]> {
  const found: FinanceSummary[] = [];
  const walk = new PageWalk(operation);
  let token: string | null = null;
  do {
    const { summaries, nextToken } = (await api.get(summaryRequest(settlementId, token))).value;
    found.push(...summaries);
    token = walk.next(nextToken);
  } while (token !== null);
  return found;
}

/** A summary that names no settlement is of the one that was asked for. */
function readSummary(raw: unknown, member: string, askedFor: string): FinanceSummary {
  const wire = readShape(raw, summarySchema, member);
  const amounts = readLeaves(wire.breakdowns, null);
  assertCount(amounts.length);
  const settlementId = relatedValue(readRelatedIds(wire.relatedIdentifiers), 'SETTLEMENT_ID');
  const netProceeds = readAmount(wire.netProceeds, `${member}.netProceeds`);
  if (netProceeds === null && amounts.length > 0)
    throw new RecordFault(`member ${member}.netProceeds is missing although there are breakdowns`);
  return {
    settlementId: settlementId ?? askedFor,
    accountType: readAccountType(wire.partnerMetadata?.accountType),
    marketplaceId: optional(wire.partnerMetadata?.marketplaceId),
    periodStart: readDay(wire.periodStart, `${member}.periodStart`),
    periodEnd: readDay(wire.periodEnd, `${member}.periodEnd`),
    netProceeds,
    amounts,
    source: raw as JsonObject,
  };
}
