import { readSettlementFile, readSettlementRows, tellingColumns } from '../../../amazon/index.ts';
import {
  approveEntry,
  type ConnectionContext,
  correctionLinks,
  type EntryRecord,
  entriesOfFamily,
  heldBackAmong,
  lookUpEntry,
  postOneEntry,
  refuseEntry,
  reverseEntry,
  rowsBehind,
} from '../../../app/index.ts';
import { parseLocalDate } from '../../../core/index.ts';
import { approvalsOf, approvalView } from '../../approvals.ts';
import { openApprovals, type Workspace } from '../../composition.ts';
import { withConnection } from '../../with-connection.ts';
import { EntriesQuery, EntryDetail, EntryList, LinePlace, RowsBehind, RowsQuery } from '../contract/entries.ts';
import { ById, ReversalWish, Why } from '../contract/facts.ts';
import { entryCursor, skipCursor } from '../cursor.ts';
import { type Call, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { countOf, entryDetail, entrySummary, historyView } from '../views.ts';

const READ = { method: 'GET', access: 'books.read', tag: 'Journal entries' } as const;
const OPERATE = {
  method: 'POST',
  access: 'books.operate',
  tag: 'Journal entries',
  params: ById,
  answer: EntryDetail,
} as const;
const rowCursor = skipCursor('rows');

/** One entry as it is now, with everything that is known of it. */
async function entryAnswer(workspace: Workspace, ref: string) {
  const { books } = workspace;
  const record = await books.getEntry(ref);
  const [attempts, history, family, approvals] = await Promise.all([
    books.listAttempts(record.id),
    books.listEvents({ subject: `entry/${record.id}` }),
    entriesOfFamily(books, record),
    approvalsOf(workspace, [record]),
  ]);
  const approval = approvals.get(record.id);
  const held = record.state === 'approved' ? heldBackAmong(record, family) : undefined;
  return {
    ...entryDetail(record, attempts, history, correctionLinks(family).get(record.id)),
    history: history.map(historyView),
    approval: approval ? approvalView(approval) : null,
    heldBack: held?.toJSON() ?? null,
  };
}

/** The journal entries made from settlements and accruals. */
export function entryRoutes(options: HttpOptions) {
  return [...readRoutes(options), ...approvalRoutes(options), ...sendRoutes(options)];
}

function readRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...READ,
        path: '/entries',
        summary: 'Entries, those of the newest periods first',
        query: EntriesQuery,
        answer: EntryList,
      },
      async ({ query }) => {
        const { cursor, limit, state, connection, companyCode, text, withTotal } = query;
        const { items, next } = await books.partOfEntries({
          limit,
          after: entryCursor.read(cursor, query),
          states: state && [state],
          connectionId: connection === undefined ? undefined : (await books.getConnection(connection)).id,
          companyCode,
          text: text || undefined,
        });
        const isCounted = withTotal && connection === undefined && companyCode === undefined && !text;
        return {
          items: items.map(entrySummary),
          nextCursor: entryCursor.write(next, query),
          ...(isCounted && { total: countOf((await books.countRecords()).entries, state) }),
        };
      },
    ),
    route(
      {
        ...READ,
        path: '/entries/:id',
        summary: 'One entry with its lines, SAP’s messages and its history',
        description: 'By id, posting key, or SAP document (number, or number/company code/year).',
        params: ById,
        answer: EntryDetail,
      },
      ({ params }) => entryAnswer(workspace, params.id),
    ),
    route(
      {
        ...READ,
        path: '/entries/:id/lines/:line/rows',
        summary: 'The rows of Amazon’s file behind a line, as they stand there',
        params: LinePlace,
        query: RowsQuery,
        answer: RowsBehind,
      },
      async ({ params, query: { cursor, limit, text } }) => {
        const files = { books, readSettlement: readSettlementFile, readRows: readSettlementRows };
        const filter = { ...params, text };
        const skip = rowCursor.read(cursor, filter) ?? 0;
        const place = { entryRef: params.id, lineNumber: params.line };
        const { rows, foundCount, ...found } = await rowsBehind(files, { ...place, skip, limit, text });
        const next = skip + limit;
        return {
          ...found,
          tellingColumns: [...tellingColumns(found.header)],
          items: [...rows],
          nextCursor: rowCursor.write(next < foundCount ? next : null, filter),
          total: foundCount,
        };
      },
    ),
  ];
}

function approvalRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        ...OPERATE,
        access: 'entries.approve',
        path: '/entries/:id/approve',
        summary: 'Approves it exactly as it is now; a large one may take two people',
        body: Why,
      },
      async ({ params, body, actor }) => {
        const record = await books.getEntry(params.id);
        await approveEntry(await openApprovals(workspace, record.connectionName), record, actor, body.why);
        return entryAnswer(workspace, record.id);
      },
    ),
    route(
      {
        ...OPERATE,
        access: 'entries.approve',
        path: '/entries/:id/refuse',
        summary: 'Refuses it as it is, or a reversal that was asked for of it; everybody is told',
        body: Why,
      },
      async ({ params, body, actor }) => {
        const record = await books.getEntry(params.id);
        await refuseEntry(books, record, actor, body.why);
        return entryAnswer(workspace, record.id);
      },
    ),
  ];
}

/** Works on the entry with its connection, and answers with it as it is then. */
async function onEntry(
  { workspace }: Pick<HttpOptions, 'workspace'>,
  { params, actor }: Pick<Call<{ readonly id: string }, unknown, unknown, unknown>, 'params' | 'actor'>,
  work: (context: ConnectionContext, record: EntryRecord) => Promise<unknown>,
) {
  const record = await workspace.books.getEntry(params.id);
  await withConnection(workspace, record.connectionName, { actor }, ({ context }) => work(context, record));
  return entryAnswer(workspace, record.id);
}

function sendRoutes({ workspace }: HttpOptions) {
  return [
    route(
      { ...OPERATE, path: '/entries/:id/post', summary: 'Sends it to SAP, once it is approved', body: Why },
      (call) =>
        onEntry({ workspace }, call, async (context, record) => {
          const { actor, body } = call;
          const subject = `entry/${record.id}` as const;
          await workspace.books.record({ actor, action: 'entry.post', subject, why: body.why });
          await postOneEntry(context, record);
        }),
    ),
    route(
      {
        ...OPERATE,
        path: '/entries/:id/reverse',
        summary: 'Takes it back by a reversal document in SAP',
        body: ReversalWish,
      },
      (call) =>
        onEntry({ workspace }, call, (context, record) => {
          const { why, reason, date } = call.body;
          const postingDate = date === undefined ? null : parseLocalDate(date);
          return reverseEntry(context, record, { why, reason, postingDate });
        }),
    ),
    route(
      {
        ...OPERATE,
        path: '/entries/:id/resolve',
        summary: 'Looks one whose outcome is unknown up in SAP, and never sends it',
      },
      (call) => onEntry({ workspace }, call, lookUpEntry),
    ),
  ];
}
