import { exceptionGroups, type ReplayAction, replayRecords } from '../../exceptions.ts';
import { ApproveAgainWish, ExceptionGroups, ReplayResults, ReplayWish } from '../contract/exceptions.ts';
import { type Call, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { toldOf } from '../told-view.ts';
import { currencyAmount } from './overview-routes.ts';

const tag = 'Exceptions';
type Person = Pick<Call<unknown, unknown, unknown, unknown>, 'actor'>;

/** Everything that failed, by cause, and doing it again. */
export function exceptionRoutes({ workspace }: HttpOptions) {
  const replay = async (action: ReplayAction, { ids, why }: { ids: string[]; why: string }, { actor }: Person) => ({
    items: (await replayRecords(workspace, { action, ids, why, actor })).map(({ problem, ...result }) => ({
      ...result,
      problem: toldOf(problem),
    })),
  });
  return [
    route(
      {
        method: 'GET',
        path: '/exceptions',
        access: 'books.read',
        tag,
        summary: 'Everything that failed and stands still, by cause, with what to do about it',
        answer: ExceptionGroups,
      },
      async () => ({
        items: (await exceptionGroups(workspace)).map((group) => ({
          ...group,
          amounts: group.amounts.map(currencyAmount),
          records: group.records.map((record) => ({
            ...record,
            amount: record.amount && currencyAmount(record.amount),
          })),
        })),
      }),
    ),
    route(
      {
        method: 'POST',
        path: '/exceptions/replay',
        access: 'books.operate',
        tag,
        summary: 'Work settlements out anew, look entries up, send approved ones, try jobs again; each by itself',
        body: ReplayWish,
        answer: ReplayResults,
      },
      ({ body, actor }) => replay(body.action, body, { actor }),
    ),
    route(
      {
        method: 'POST',
        path: '/exceptions/approve-again',
        access: 'entries.approve',
        tag,
        summary: 'Approve entries again that SAP refused, once its cause is mended there',
        body: ApproveAgainWish,
        answer: ReplayResults,
      },
      ({ body, actor }) => replay('approve-again', body, { actor }),
    ),
  ];
}
