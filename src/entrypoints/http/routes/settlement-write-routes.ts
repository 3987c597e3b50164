import {
  approveSettlement,
  type ConnectionContext,
  keepSettlement,
  leaveTakenBack,
  postApproved,
  proposeAgain,
  replaceSettlement,
  reverseSettlement,
  type SettlementRecord,
  sayPlace,
  simulateSettlement,
} from '../../../app/index.ts';
import { parseLocalDate } from '../../../core/index.ts';
import { openApprovals } from '../../composition.ts';
import { simulationOf, simulationView } from '../../simulation-views.ts';
import { withConnection } from '../../with-connection.ts';
import { ById, Why } from '../contract/facts.ts';
import {
  FileBody,
  ReplaceFileBody,
  ReverseSettlementBody,
  SettlementDetail,
  SimulateBody,
  Simulation,
} from '../contract/settlements.ts';
import { type Call, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { settlementAnswer } from '../settlement-answers.ts';
import { assertTakenBack } from '../taken-back.ts';

const OPERATE = { method: 'POST', access: 'books.operate', tag: 'Settlements', params: ById } as const;
const DONE = { ...OPERATE, answer: SettlementDetail } as const;

/** What people do about settlements. Each answers with the settlement as it is after it. */
export function settlementWriteRoutes(options: HttpOptions) {
  return [...bookingRoutes(options), ...takingBackRoutes(options), ...reissueRoutes(options)];
}

type Asked = Pick<Call<{ readonly id: string }, unknown, unknown, unknown>, 'params' | 'actor' | 'signal'>;

/** Works on the settlement with its connection, and answers with it as it is then. */
async function onSettlement(
  { workspace }: Pick<HttpOptions, 'workspace'>,
  { params, actor }: Asked,
  work: (context: ConnectionContext, record: SettlementRecord) => Promise<unknown>,
) {
  const record = await workspace.books.getSettlement(params.id);
  await withConnection(workspace, record.connectionName, { actor }, ({ context }) => work(context, record));
  return settlementAnswer(workspace, record.key);
}

function bookingRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...OPERATE,
        path: '/settlements/:id/simulate',
        summary: 'Says what SAP would refuse of its entries, by its master data; changes nothing',
        body: SimulateBody,
        answer: Simulation,
        isIdempotent: false,
      },
      async ({ params, body, actor, signal }) => {
        const record = await books.getSettlement(params.id);
        return withConnection(workspace, record.connectionName, { actor, signal }, async (connection) => {
          const simulation = simulationOf(connection);
          return simulationAnswer(await simulateSettlement(simulation, record, { isForced: body.refresh, signal }));
        });
      },
    ),
    route(
      {
        ...DONE,
        access: 'entries.approve',
        path: '/settlements/:id/approve',
        summary: 'Approves every proposed entry of it exactly as it is now',
        body: Why,
      },
      async ({ params, body, actor }) => {
        const record = await books.getSettlement(params.id);
        const desk = await openApprovals(workspace, record.connectionName);
        await approveSettlement(desk, record, actor, body.why);
        return settlementAnswer(workspace, record.key);
      },
    ),
    route({ ...DONE, path: '/settlements/:id/post', summary: 'Sends its approved entries to SAP', body: Why }, (call) =>
      onSettlement({ workspace }, call, async (context, record) => {
        const { key, settlementId } = record;
        const { actor, body } = call;
        await books.record({ actor, action: 'settlement.post', subject: `settlement/${key}`, why: body.why });
        await postApproved(context, { kind: 'settlement', key, name: settlementId });
      }),
    ),
    route(
      {
        ...DONE,
        path: '/settlements/:id/propose',
        summary: 'Works it out anew by today’s account table, while nothing of it can be in SAP',
        body: Why,
      },
      (call) =>
        onSettlement({ workspace }, call, async (context, { key }) => {
          const { actor, body } = call;
          await books.record({ actor, action: 'settlement.propose', subject: `settlement/${key}`, why: body.why });
          await proposeAgain(context, { key });
        }),
    ),
  ];
}

/** Findings with their place in words. */
export function simulationAnswer(result: Parameters<typeof simulationView>[0]) {
  const { bookable, findings, masterData } = simulationView(result);
  return {
    bookable,
    findings: findings.map(({ place, about: _, where: __, ...finding }) => ({ ...finding, where: sayPlace(place) })),
    masterData: masterData.map(({ kind, scope, readAt, problem }) => ({ kind, scope, readAt, problem })),
  };
}

function takingBackRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        ...DONE,
        path: '/settlements/:id/reverse',
        summary: 'Takes every posted entry of it back by reversal documents in SAP',
        description: 'With `proposeAgain` it is then worked out anew by today’s account table.',
        body: ReverseSettlementBody,
      },
      (call) =>
        onSettlement({ workspace }, call, async (context, record) => {
          const { why, reason, date, proposeAgain: again } = call.body;
          const postingDate = date === undefined ? null : parseLocalDate(date);
          const wish = { why, reason, postingDate, proposeAgain: again };
          assertTakenBack((await reverseSettlement(context, record, wish)).problems);
        }),
    ),
    route(
      {
        ...DONE,
        path: '/settlements/:id/leave',
        summary: 'Leaves it as it is in SAP, where documents of it were reversed; nothing more of it is sent',
        body: Why,
      },
      (call) => onSettlement({ workspace }, call, (context, record) => leaveTakenBack(context, record, call.body.why)),
    ),
  ];
}

function reissueRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...DONE,
        path: '/settlements/:id/keep',
        summary: 'Stays with the file it was read from; another one that came is kept as evidence only',
        body: FileBody,
      },
      async ({ params, body, actor }) => {
        const record = await books.getSettlement(params.id);
        await keepSettlement({ books, actor }, record, { digest: body.with, why: body.why });
        return settlementAnswer(workspace, record.key);
      },
    ),
    route(
      {
        ...DONE,
        path: '/settlements/:id/replace',
        summary: 'Works it out anew from another file that came, after what is booked was reversed',
        description:
          'Where a reversal is not done, the answer is its problem, with the entry in `where`. The wish stays on record, and the next sync goes on.',
        body: ReplaceFileBody,
      },
      (call) =>
        onSettlement({ workspace }, call, async (context, record) => {
          const { why, with: digest, reason, date } = call.body;
          const postingDate = date === undefined ? null : parseLocalDate(date);
          const wish = { why, digest, reason: reason ?? null, postingDate };
          assertTakenBack((await replaceSettlement(context, record, wish)).problems);
        }),
    ),
  ];
}
