import type { ConnectionId, ReportOrder, ReportRequest, ReportRequestState, ReportRequestStore } from '../app/index.ts';
import { assert, Problem, type ProblemFacts, type Sha256, uuidFromName } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { contentDigest, storableJson } from './feed-batches.ts';
import { problemToJson, toJson } from './json.ts';
import { putReimbursements, putVatLines } from './report-rows.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface RequestRow {
  readonly id: string;
  readonly connection_id: ConnectionId;
  readonly kind: ReportOrder['kind'];
  readonly marketplace_ids: readonly string[];
  readonly window_from: string;
  readonly window_until: string;
  readonly state: ReportRequestState;
  readonly intended_at: string;
  readonly report_id: string | null;
  readonly report_document_id: string | null;
  readonly sha256: Sha256 | null;
  readonly finished_at: string | null;
  readonly problem: ProblemFacts | null;
  readonly attempt: number;
}

type Change = Parameters<ReportRequestStore['moveReportRequest']>[2];

const OPEN = sql`state in ('intended', 'requested', 'ready')`;
const ENDED: readonly ReportRequestState[] = ['stored', 'no-data', 'failed'];

/** Which state may follow which. What has ended is asked for again by a new request. */
const MOVES: Readonly<Record<ReportRequestState, readonly ReportRequestState[]>> = {
  intended: ['intended', 'requested', 'failed'],
  requested: ['intended', 'requested', 'ready', 'no-data', 'failed'],
  ready: ['intended', 'ready', 'stored', 'failed'],
  stored: [],
  'no-data': [],
  failed: [],
};

export function reportRequestStore(database: Database, readTime: ReadTime): ReportRequestStore {
  return {
    async intendReport(connectionId, order, actor) {
      const digest = orderDigest(order);
      for (;;) {
        const request = await database.transaction(async (session) => {
          const [open] = await readRequests(
            session,
            sql`connection_id = ${connectionId} and order_digest = ${digest} and ${OPEN}`,
          );
          if (open) return open;
          const at = await readTime(session);
          const id = await insertIntent(session, { connectionId, order, digest, at });
          // Another process intended the same in the meantime: its request is the open one.
          if (id === undefined) return undefined;
          const { kind, marketplaceIds, window } = order;
          const why = `a ${kind} report is asked of Amazon`;
          const after = { requestId: id, kind, marketplaceIds, from: window.from, until: window.until };
          const subject = `connection/${connectionId}` as const;
          const [created] = await readRequests(session, sql`id = ${id}`);
          await appendAuditEvent(session, { actor, action: 'report.intend', subject, why, after }, at);
          return created;
        });
        if (request) return request;
      }
    },

    moveReportRequest: (id, from, change) =>
      database.transaction(async (session) => {
        assert(MOVES[from].includes(change.to), `a report request that is ${from} cannot become ${change.to}`);
        const [current] = await readRequests(session, sql`id = ${id} for update`);
        assert(current !== undefined, `there is no report request ${id}`);
        if (current.state !== from) throw moved(current, from);
        await applyChange(session, current, change, await readTime(session));
        const [after] = await readRequests(session, sql`id = ${id}`);
        assert(after !== undefined, `report request ${id} is missing although it was just written`);
        return after;
      }),

    reportRequestsOf: (connectionId, order) =>
      readRequests(
        database,
        sql`connection_id = ${connectionId} and order_digest = ${orderDigest(order)} order by intended_at, id`,
      ),

    listReportRequests: (connectionId, states) =>
      readRequests(
        database,
        sql`connection_id = ${connectionId} and (${states === undefined}
          or state in (select json_array_elements_text(${toJson(states ?? [])})))
          order by intended_at, window_from, id`,
      ),

    putReimbursements: (connectionId, sha256, rows) =>
      database.transaction(async (session) =>
        putReimbursements(session, { connectionId, sha256, rows, at: await readTime(session) }),
      ),

    putVatLines: (connectionId, sha256, rows) =>
      database.transaction(async (session) =>
        putVatLines(session, { connectionId, sha256, rows, at: await readTime(session) }),
      ),
  };
}

/** The same for the same kind, marketplaces in any order, and window. */
function orderDigest({ kind, marketplaceIds, window }: ReportOrder): Sha256 {
  const { from, until } = window;
  return contentDigest({ kind, marketplaceIds: [...marketplaceIds].sort(), from, until });
}

async function insertIntent(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly order: ReportOrder;
    readonly digest: Sha256;
    readonly at: string;
  },
): Promise<string | undefined> {
  const { connectionId, order, digest, at } = input;
  const [earlier] = await session.query<{ count: bigint }>(sql`
    select count(*) as count from report_request where connection_id = ${connectionId} and order_digest = ${digest}`);
  const id = uuidFromName(
    `seller-ledger/report-request/${JSON.stringify([connectionId, digest, Number(earlier?.count)])}`,
  );
  const inserted = await session.query(sql`
    insert into report_request (id, connection_id, kind, marketplace_ids, window_from, window_until, state, intended_at,
      order_digest)
    values (${id}, ${connectionId}, ${order.kind}, ${toJson(order.marketplaceIds)}, ${order.window.from},
      ${order.window.until}, 'intended', ${at}, ${digest})
    on conflict do nothing
    returning id`);
  return inserted.length === 1 ? id : undefined;
}

async function applyChange(session: Session, current: ReportRequest, change: Change, at: string): Promise<void> {
  // A request that starts over has no report at Amazon yet.
  const startsOver = change.to === 'intended' && current.state !== 'intended';
  const reportId = change.reportId ?? (startsOver ? null : current.reportId);
  const reportDocumentId = change.reportDocumentId ?? (startsOver ? null : current.reportDocumentId);
  const problem = problemToJson(change.problem === undefined ? current.problem : change.problem);
  await session.query(sql`
    update report_request set state = ${change.to}, report_id = ${reportId}, report_document_id = ${reportDocumentId},
      sha256 = ${change.sha256 ?? null}, problem = ${problem === null ? null : storableJson(problem)},
      attempt = ${change.attempt ?? current.attempt}, finished_at = ${ENDED.includes(change.to) ? at : null}
    where id = ${current.id}`);
}

async function readRequests(session: Session, where: Sql): Promise<readonly ReportRequest[]> {
  const rows = await session.query<RequestRow>(sql`select * from report_request where ${where}`);
  return rows.map((row) => ({
    id: row.id,
    connectionId: row.connection_id,
    order: {
      kind: row.kind,
      marketplaceIds: row.marketplace_ids,
      window: { from: row.window_from, until: row.window_until },
    },
    state: row.state,
    intendedAt: row.intended_at,
    reportId: row.report_id,
    reportDocumentId: row.report_document_id,
    sha256: row.sha256,
    finishedAt: row.finished_at,
    problem: row.problem,
    attempt: row.attempt,
  }));
}

function moved(current: ReportRequest, expected: ReportRequestState): Problem {
  const { kind, window } = current.order;
  return new Problem({
    code: 'STATE_MOVED',
    kind: 'conflict',
    says: `The request for the ${kind} report from ${window.from} is not ${expected} any more: it is ${current.state}.`,
    next: 'Nothing to do: another process goes on from here.',
  });
}
