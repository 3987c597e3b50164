import { approveAccrual, postApproved, reverseAccrual, simulateAccrual } from '../../../app/index.ts';
import { parseLocalDate } from '../../../core/index.ts';
import { approvalsOf, approvalView } from '../../approvals.ts';
import { openApprovals, type Workspace } from '../../composition.ts';
import { simulationOf } from '../../simulation-views.ts';
import { withConnection } from '../../with-connection.ts';
import { AccrualDetail, AccrualList, AccrualsQuery } from '../contract/accruals.ts';
import { ById, ReversalWish, Why } from '../contract/facts.ts';
import { SimulateBody, Simulation } from '../contract/settlements.ts';
import { partOfAll, skipCursor } from '../cursor.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { assertTakenBack } from '../taken-back.ts';
import { accrualDetail, accrualWithProgress } from '../views.ts';
import { simulationAnswer } from './settlement-write-routes.ts';

const READ = { method: 'GET', access: 'books.read', tag: 'Accruals' } as const;
const OPERATE = { method: 'POST', access: 'books.operate', tag: 'Accruals', params: ById } as const;
const accrualCursor = skipCursor('accruals');

async function accrualAnswer(workspace: Workspace, ref: string) {
  const record = await workspace.books.getAccrual(ref);
  const entries = await workspace.books.listEntries({ originKey: record.key });
  const approvals = await approvalsOf(workspace, entries);
  return {
    ...accrualDetail(record, entries),
    approvals: [...approvals.values()].map((each) => ({
      postingKey: each.record.entry.postingKey,
      ...approvalView(each),
    })),
  };
}

/** What is booked before a settlement books it. */
export function accrualRoutes(options: HttpOptions) {
  return [...readRoutes(options), ...writeRoutes(options), reverseRoute(options)];
}

function readRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...READ,
        path: '/accruals',
        summary: 'Accruals, the newest first, also withdrawn ones',
        query: AccrualsQuery,
        answer: AccrualList,
      },
      async ({ query }) => {
        const { connection } = query;
        const connectionId = connection === undefined ? undefined : (await books.getConnection(connection)).id;
        const newestFirst = (await books.listAccruals({ ...(connectionId && { connectionId }) })).toReversed();
        const { items, ...part } = partOfAll(newestFirst, accrualCursor, query);
        const keys = items.map(({ key }) => key);
        const [counts, held] = await Promise.all([books.countEntries(keys), books.countHeldFaults(keys)]);
        return {
          ...part,
          items: items.map((accrual) =>
            accrualWithProgress(accrual, counts.get(accrual.key) ?? {}, held.get(accrual.key)),
          ),
        };
      },
    ),
    route(
      { ...READ, path: '/accruals/:id', summary: 'One accrual with its entries', params: ById, answer: AccrualDetail },
      ({ params }) => accrualAnswer(workspace, params.id),
    ),
  ];
}

function writeRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...OPERATE,
        path: '/accruals/:id/simulate',
        summary: 'Says what SAP would refuse of its entries, by its master data; changes nothing',
        body: SimulateBody,
        answer: Simulation,
        isIdempotent: false,
      },
      async ({ params, body, actor, signal }) => {
        const record = await books.getAccrual(params.id);
        return withConnection(workspace, record.connectionName, { actor, signal }, async (connection) => {
          const simulation = simulationOf(connection);
          return simulationAnswer(await simulateAccrual(simulation, record, { isForced: body.refresh, signal }));
        });
      },
    ),
    route(
      {
        ...OPERATE,
        access: 'entries.approve',
        path: '/accruals/:id/approve',
        summary: 'Approves every proposed entry of it exactly as it is now',
        body: Why,
        answer: AccrualDetail,
      },
      async ({ params, body, actor }) => {
        const record = await books.getAccrual(params.id);
        const desk = await openApprovals(workspace, record.connectionName);
        await approveAccrual(desk, record, actor, body.why);
        return accrualAnswer(workspace, record.key);
      },
    ),
    route(
      {
        ...OPERATE,
        path: '/accruals/:id/post',
        summary: 'Sends its approved entries to SAP',
        body: Why,
        answer: AccrualDetail,
      },
      async ({ params, body, actor }) => {
        const record = await books.getAccrual(params.id);
        const { key, name } = record;
        await withConnection(workspace, record.connectionName, { actor }, async ({ context }) => {
          await books.record({ actor, action: 'accrual.post', subject: `accrual/${key}`, why: body.why });
          await postApproved(context, { kind: 'accrual', key, name });
        });
        return accrualAnswer(workspace, key);
      },
    ),
  ];
}

function reverseRoute({ workspace }: HttpOptions) {
  return route(
    {
      ...OPERATE,
      path: '/accruals/:id/reverse',
      summary: 'Takes every posted entry of it back by reversal documents in SAP, and then withdraws it',
      description: 'Stops at the first that SAP does not reverse, and says why. It is safe to ask again.',
      body: ReversalWish,
      answer: AccrualDetail,
    },
    async ({ params, body, actor }) => {
      const record = await workspace.books.getAccrual(params.id);
      const { why, reason, date } = body;
      const postingDate = date === undefined ? null : parseLocalDate(date);
      const { problems } = await withConnection(workspace, record.connectionName, { actor }, ({ context }) =>
        reverseAccrual(context, record, { why, reason, postingDate }),
      );
      assertTakenBack(problems);
      return accrualAnswer(workspace, record.key);
    },
  );
}
