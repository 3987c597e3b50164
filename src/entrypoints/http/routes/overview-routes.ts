import { formatMoney, type Money } from '../../../core/index.ts';
import { moneyOf, overviewOf } from '../../overview.ts';
import { MoneyInFlight, Overview } from '../contract/overview.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { toldOf } from '../told-view.ts';

const tag = 'Overview';

/** What a person sees first. */
export function overviewRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'GET',
        path: '/overview',
        access: 'books.read',
        tag,
        summary: 'What needs whoever asks and others, how fresh everything is, and how far this month is',
        answer: Overview,
      },
      async ({ who }) => {
        const { month, posted, backup, alerts, waiting, feeds, ...counts } = await overviewOf(workspace, who);
        return {
          ...counts,
          alerts: alerts.map(({ firstSeen = null, acknowledged, isMuted: _, ...alert }) => ({
            ...alert,
            firstSeen,
            acknowledgedBy: acknowledged?.by ?? null,
          })),
          waiting: waiting.map((each) => ({
            ...each,
            amounts: each.amounts.map(currencyAmount),
            yourAmounts: each.yourAmounts.map(currencyAmount),
          })),
          feeds: feeds.map((feed) => ({ ...feed, problem: toldOf(feed.problem) })),
          backup: {
            isWanted: backup.settings !== null,
            isOverdue: backup.isOverdue,
            lastBackupAt: backup.lastBackupAt,
            lastDrill: backup.lastDrill,
          },
          month: { month, entries: posted.entries, settlements: posted.origins },
        };
      },
    ),
    route(
      {
        method: 'GET',
        path: '/overview/money',
        access: 'books.read',
        tag,
        summary: 'What Amazon owes: on its way to the bank, kept as reserve, not settled; by currency',
        answer: MoneyInFlight,
      },
      async () => ({
        items: (await moneyOf(workspace)).map(({ currency, settlements, ...amounts }) => ({
          currency,
          settlements,
          onItsWay: formatMoney(amounts.onItsWay),
          late: formatMoney(amounts.late),
          notChecked: formatMoney(amounts.notChecked),
          reserve: formatMoney(amounts.reserve),
          debt: formatMoney(amounts.debt),
          unsettled: formatMoney(amounts.unsettled),
          owed: formatMoney(amounts.owed),
        })),
      }),
    ),
  ];
}

/** An amount as the API tells it. */
export function currencyAmount(amount: Money): { readonly currency: string; readonly amount: string } {
  return { currency: amount.currency, amount: formatMoney(amount) };
}
