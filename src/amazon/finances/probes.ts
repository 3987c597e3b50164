import type { Clock } from '../../core/index.ts';
import { DAY_MS, parseLocalDate } from '../../core/index.ts';
import { readExactJson } from '../exact-json.ts';
import type { AmazonProbe, SpApi, SpApiRequest } from '../sp-api.ts';
import { balancesRequest } from './balances.ts';
import { eventsRequest } from './events.ts';
import { payoutsRequest } from './payouts.ts';
import { FINANCES_PATH, listSummaryAnswerSchema } from './wire.ts';

const role = 'Finance and Accounting';

/** One request of each operation, never repeated, over the week that ended an hour ago. */
export function createProbes(api: SpApi, clock: Clock): readonly AmazonProbe[] {
  const ask = async <T>(request: SpApiRequest<T>) => (await api.get({ ...request, attemptsMax: 1 })).value;
  const lastWeek = () => {
    const untilMs = clock.nowMs() - DAY_MS / 24;
    return { from: new Date(untilMs - 7 * DAY_MS).toISOString(), until: new Date(untilMs).toISOString() };
  };
  const probe = (name: string, run: () => Promise<number>, what: string): AmazonProbe => ({
    name,
    role,
    run: async () => `${name} answers: ${await run()} ${what} on the first page`,
  });
  return [
    probe(
      'listTransactions',
      async () => {
        const { payload } = await ask(eventsRequest({ by: 'posted', window: lastWeek(), status: null }, null));
        return payload.transactions?.length ?? 0;
      },
      'financial events of the last seven days',
    ),
    probe(
      'listSummary',
      async () => (await ask(summaryOfDays(lastWeek()))).summaries?.length ?? 0,
      'summaries of the last seven days',
    ),
    probe('listBalances', async () => (await ask(balancesRequest(null, null))).balances.length, 'balances of now'),
    probe(
      'listPayouts',
      async () => (await ask(payoutsRequest(lastWeek(), null))).payouts?.length ?? 0,
      'payouts of the last seven days',
    ),
  ];
}

/** By days, because the doctor knows no settlement. */
function summaryOfDays({ from, until }: { readonly from: string; readonly until: string }) {
  return {
    operation: 'listSummary',
    path: `${FINANCES_PATH}/summary`,
    query: { periodStart: parseLocalDate(from.slice(0, 10)), periodEnd: parseLocalDate(until.slice(0, 10)) },
    read: (body: Uint8Array) => readExactJson(body, listSummaryAnswerSchema),
  } as const satisfies SpApiRequest<unknown>;
}
