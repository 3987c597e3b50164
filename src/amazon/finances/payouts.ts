import type { FeedPage, Payout, TimeWindow } from '../../app/index.ts';
import type { Log } from '../../core/index.ts';
import { readExactJson } from '../exact-json.ts';
import type { SpApi, SpApiRequest } from '../sp-api.ts';
import { pageOf } from './page-problems.ts';
import { OpenWalk, PageWalk } from './page-walk.ts';
import { readRecords } from './read-members.ts';
import { readPayout } from './read-payout.ts';
import { listPayoutsAnswerSchema, PAYOUTS_PATH, payoutSchema } from './wire.ts';

const operation = 'listPayouts';

/** One page of payouts of every marketplace; the whole query goes with every token. */
export function payoutsRequest(window: TimeWindow, token: string | null) {
  return {
    operation,
    path: PAYOUTS_PATH,
    query: {
      createdAfter: window.from,
      createdBefore: window.until,
      ...(token !== null && { nextToken: token }),
    },
    read: (body: Uint8Array) => readExactJson(body, listPayoutsAnswerSchema),
  } as const satisfies SpApiRequest<unknown>;
}

/** What `PayoutsFeed.list` promises. */
export function createPayoutReader(api: SpApi, log: Log) {
  const open = new OpenWalk(() => new PageWalk(operation));
  return async (window: TimeWindow, pageToken: string | null): Promise<FeedPage<Payout>> => {
    const list = `${window.from} until ${window.until}`;
    const answer = await pageOf({ operation, list, token: pageToken }, api.get(payoutsRequest(window, pageToken)));
    const walk = open.resume(list, pageToken);
    const page = readRecords(answer.value.payouts ?? [], {
      schema: payoutSchema,
      idOf: (source) => source.id,
      read: readPayout,
    });
    for (const { recordId, says } of page.unreadable)
      log.write('warn', 'amazon.payout.unreadable', { recordId: recordId ?? 'none', says });
    const next = walk.state.next(answer.value.nextToken);
    open.keep(list, next, walk);
    return { ...page, nextToken: next, completeUntil: null };
  };
}
