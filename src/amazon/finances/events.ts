import type { FeedPage, FinanceEvent, FinanceQuery } from '../../app/index.ts';
import type { Log } from '../../core/index.ts';
import { DAY_MS } from '../../core/index.ts';
import { readExactJson } from '../exact-json.ts';
import type { SpApi, SpApiRequest } from '../sp-api.ts';
import { EqualEvents } from './event-key.ts';
import { pageOf, tokenExpired, windowInvalid } from './page-problems.ts';
import { OpenWalk, PageWalk } from './page-walk.ts';
import { readEvent } from './read-event.ts';
import { readRecords } from './read-members.ts';
import { eventSchema, FINANCES_PATH, listTransactionsAnswerSchema } from './wire.ts';

const operation = 'listTransactions';
/** From this on Amazon answers an empty list without an error. */
const windowDaysMax = 180;
/** A hundred events of many items have some megabytes. */
const answerBytesMax = 32 * 1024 * 1024;

/** One page of events, in Amazon's words; the whole query goes with every token. */
export function eventsRequest(query: FinanceQuery, token: string | null) {
  return {
    operation,
    path: `${FINANCES_PATH}/transactions`,
    query: { ...argumentsOf(query), ...(token !== null && { nextToken: token }) },
    read: (body: Uint8Array) => readExactJson(body, listTransactionsAnswerSchema),
    answerBytesMax,
  } as const satisfies SpApiRequest<unknown>;
}

/** Never with a marketplace: it would hide what a seller in the United States ships by himself. */
function argumentsOf(query: FinanceQuery): Readonly<Record<string, string>> {
  if (query.by === 'order') return { relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: query.orderId };
  if (query.by === 'event-group')
    return { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: query.eventGroupId };
  const { from, until } = query.window;
  const ms = Date.parse(until) - Date.parse(from);
  if (!(ms > 0 && ms < windowDaysMax * DAY_MS)) throw windowInvalid(query.window, windowDaysMax);
  return {
    postedAfter: from,
    postedBefore: until,
    ...(query.status !== null && { transactionStatus: query.status.toUpperCase() }),
  };
}

function nameOf(query: FinanceQuery): string {
  if (query.by === 'order') return `order ${query.orderId}`;
  if (query.by === 'event-group') return `event group ${query.eventGroupId}`;
  return `${query.window.from} until ${query.window.until}${query.status === null ? '' : `, ${query.status}`}`;
}

/** What `FinancesFeed.events` promises. One list at a time: the events without an id are numbered along its pages. */
export function createEventReader(api: SpApi, log: Log) {
  const open = new OpenWalk(() => ({ pages: new PageWalk(operation), equals: new EqualEvents() }));
  return async (query: FinanceQuery, pageToken: string | null): Promise<FeedPage<FinanceEvent>> => {
    const request = eventsRequest(query, pageToken);
    const list = nameOf(query);
    const answer = await pageOf({ operation, list, token: pageToken }, api.get(request));
    const { transactions, nextToken } = answer.value.payload;
    const walk = open.resume(list, pageToken);
    const keyOf = (source: FinanceEvent['source']) => {
      // Its number among equals is not known from here: those before it are on pages an earlier run has read.
      if (!walk.isWhole) throw tokenExpired(operation, list, undefined);
      return walk.state.equals.keyOf(source);
    };
    const page = readRecords(transactions ?? [], {
      schema: eventSchema,
      idOf: (source) => source.transactionId,
      read: (wire, source) => readEvent(wire, source, keyOf),
    });
    for (const { recordId, says } of page.unreadable)
      log.write('warn', 'amazon.event.unreadable', { recordId: recordId ?? 'none', says });
    const next = walk.state.pages.next(nextToken);
    open.keep(list, next, walk);
    return { ...page, nextToken: next, completeUntil: null };
  };
}
