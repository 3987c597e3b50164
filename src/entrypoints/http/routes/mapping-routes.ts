import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  approveMappingVersion,
  getMapping,
  lookUpMasterData,
  type MappingImpact,
  rejectMappingVersion,
  tableOfVersion,
  type MappingVersion as Version,
} from '../../../app/index.ts';
import { Problem } from '../../../core/index.ts';
import {
  ACCOUNT_TABLE_BYTES_MAX,
  BALANCE_PURPOSES,
  columnsOf,
  diffTables,
  lineKindFacts,
  lineKinds,
  readAccountTable,
  readTableContent,
  tableSections,
} from '../../../mapping/index.ts';
import { type OpenMapping, openMapping } from '../../composition.ts';
import { letCarryOn, recordChange, unknownValuesOf } from '../../mapping-changes.ts';
import { checkDraft, prepareDraft, sectionsOf } from '../../mapping-drafts.ts';
import { changeView, impactView, unknownView, versionView } from '../../mapping-views.ts';
import { simulationOf } from '../../simulation-views.ts';
import { tableFileOf, textOfTableFile } from '../../spreadsheets/table-files.ts';
import { withConnection } from '../../with-connection.ts';
import { sendFile } from '../answers/send-file.ts';
import { Why } from '../contract/facts.ts';
import {
  AccountTable,
  ByConnection,
  ByVersion,
  CheckWish,
  type Impact,
  LookUpAnswer,
  LookUpQuery,
  type MappingVersion,
  MappingVersions,
  RecordWish,
  TableCheck,
  TableDifference,
  TableOfFile,
  TableWords,
  UnknownValues,
  VersionRecorded,
} from '../contract/mapping.ts';
import { type Call, FileAnswer, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

const READ = { method: 'GET', access: 'books.read', tag: 'Account table' } as const;
const EDIT = { method: 'POST', access: 'mapping.edit', tag: 'Account table', params: ByConnection } as const;
const MEDIA_TYPES = {
  yaml: 'application/yaml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** The account table of a connection: what it does not know yet, its rows, its versions. */
export function mappingRoutes(options: HttpOptions) {
  return [...readingRoutes(options), ...versionRoutes(options), ...draftRoutes(options), ...decisionRoutes(options)];
}

function readingRoutes({ workspace }: HttpOptions) {
  return [
    route(
      { ...READ, path: '/mapping/words', summary: 'What every account table is made of', answer: TableWords },
      tableWords,
    ),
    route(
      {
        ...READ,
        path: '/mapping/unknown',
        summary: 'Every value that holds settlements up, with what could be done about it',
        query: z.object({ connection: z.string().min(1).max(200).optional() }),
        answer: UnknownValues,
      },
      async ({ query }) => ({
        items: (await unknownValuesOf(workspace, query.connection)).map((value) => {
          const { row, ...proposal } = value.proposal;
          const cells = row && {
            section: row.section,
            text: row.text,
            cells: Object.fromEntries(row.cells),
            because: row.because,
          };
          return { ...unknownView(value), proposal: { ...proposal, row: cells } };
        }),
      }),
    ),
    route(
      {
        ...READ,
        path: '/mapping/:connection',
        summary: 'The account table that a connection is booked by',
        params: ByConnection,
        answer: AccountTable,
      },
      async ({ params }) => tableAnswer(await openMapping(workspace, params.connection)),
    ),
    route(
      {
        ...READ,
        path: '/mapping/:connection/look-up',
        summary: 'G/L accounts, cost centres and the like in SAP, by number or name',
        params: ByConnection,
        query: LookUpQuery,
        answer: LookUpAnswer,
      },
      ({ params, query, actor }) =>
        withConnection(workspace, params.connection, { actor, onProgress: () => {} }, async (opened) => {
          const [first] = opened.context.table.companyCodes();
          const companyCode = query.companyCode ?? first?.companyCode ?? '';
          const { matches, ...found } = await lookUpMasterData(simulationOf(opened), { ...query, companyCode });
          return { ...found, items: matches };
        }),
    ),
  ];
}

function tableWords(): z.input<typeof TableWords> {
  return {
    kinds: lineKinds().map((kind) => {
      const { title, group, nature, meaning } = lineKindFacts(kind);
      return { kind, title, group, nature, meaning };
    }),
    purposes: [...BALANCE_PURPOSES],
    sections: tableSections().map((section) => ({
      name: section.name,
      columns: [...columnsOf(section)],
      required: [...section.required],
      isDated: columnsOf(section).includes('validFrom'),
    })),
  };
}

async function tableAnswer({ books, connection, inUse, rule }: OpenMapping): Promise<z.input<typeof AccountTable>> {
  const versions = await books.listMappings(connection.id);
  const newest = versions.at(-1);
  return {
    connection: connection.name,
    inUse: stated(inUse, { inUse, versions }),
    waiting: newest && !newest.approval ? stated(newest, { inUse, versions }) : null,
    newest: newest?.number ?? 0,
    approvedBy: rule,
    companyCodes: tableOfVersion(connection, inUse)
      .companyCodes()
      .map(({ companyCode }) => companyCode),
    sections: [...sectionsOf(inUse.text)],
  };
}

function stated(
  version: Version,
  { inUse, versions }: { readonly inUse: Version; readonly versions: readonly Version[] },
): z.input<typeof MappingVersion> {
  const isNewest = version.number === versions.length;
  const open = isNewest ? 'waiting' : 'overtaken';
  const state = version.number === inUse.number ? 'in-use' : version.approval ? 'past' : open;
  return { ...versionView(version), state };
}

function versionRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        ...READ,
        path: '/mapping/:connection/versions',
        summary: 'Every version of an account table: who, when and why; the newest first',
        params: ByConnection,
        answer: MappingVersions,
      },
      async ({ params }) => {
        const { books, connection, inUse } = await openMapping(workspace, params.connection);
        const versions = await books.listMappings(connection.id);
        return { items: versions.toReversed().map((version) => stated(version, { inUse, versions })) };
      },
    ),
    route(
      {
        ...READ,
        path: '/mapping/:connection/versions/:number/changes',
        summary: 'What is different in a version, row by row',
        params: ByVersion,
        query: z.object({ since: z.coerce.number().int().min(0).max(1_000_000).optional() }),
        answer: TableDifference,
      },
      async ({ params, query }) => {
        const { books, connection } = await openMapping(workspace, params.connection);
        const after = await getMapping(books, connection, params.number);
        const since = query.since ?? params.number - 1;
        // Before the first version there was nothing.
        const before = since === 0 ? new Map() : readTableContent((await getMapping(books, connection, since)).text);
        const changes = diffTables(before, readTableContent(after.text));
        return { before: since, after: params.number, changes: changes.map(changeView) };
      },
    ),
    route(
      {
        ...READ,
        path: '/mapping/:connection/versions/:number/file',
        summary: 'A version as a file to edit',
        params: ByVersion,
        query: z.object({ format: z.enum(['yaml', 'xlsx', 'csv']).default('yaml') }),
        answer: FileAnswer,
        fileTypes: Object.values(MEDIA_TYPES),
      },
      async ({ params, query, reply }) => {
        const { books, connection } = await openMapping(workspace, params.connection);
        const { text, number } = await getMapping(books, connection, params.number);
        const name = `${connection.name}-accounts-${number}.${query.format}`;
        const bytes = await tableFileOf(text, query.format);
        return sendFile(reply, { name, type: MEDIA_TYPES[query.format], bytes });
      },
    ),
  ];
}

function draftRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        ...EDIT,
        // It changes nothing: who may look at the table may ask what another one would do.
        access: 'books.read',
        path: '/mapping/:connection/check',
        summary:
          'What a change would come to: faults, what SAP says, what would be booked, and which bookings would move; nothing is recorded',
        body: CheckWish,
        answer: TableCheck,
        isIdempotent: false,
        bodyBytesMax: ACCOUNT_TABLE_BYTES_MAX,
      },
      async ({ params, body, actor, signal }) => {
        const { change, ...options } = body;
        const mapping = await openMapping(workspace, params.connection);
        const { changes, impact, ...checked } = await checkDraft(workspace, mapping, change, {
          ...options,
          actor,
          signal,
        });
        return { ...checked, changes: changes.map(changeView), impact: impact && impactAnswer(impact) };
      },
    ),
    route(
      {
        ...EDIT,
        path: '/mapping/:connection/rows-of-file',
        summary: 'The rows of a file, YAML or a spreadsheet, to go on with; nothing is recorded',
        description: 'The body is the file as it is, as application/octet-stream.',
        takesFile: true,
        query: z.object({ name: z.string().min(1).max(200) }),
        answer: TableOfFile,
        isIdempotent: false,
        bodyBytesMax: 4 * ACCOUNT_TABLE_BYTES_MAX,
      },
      async ({ query: { name }, request }) => {
        const text = await textOfTableFile(name, await bytesOf(request.body, name));
        readAccountTable({ name, text });
        return { name, sections: [...sectionsOf(text)] };
      },
    ),
    route(
      {
        ...EDIT,
        path: '/mapping/:connection/versions',
        summary: 'Record a change as the next version; what waited for it goes on',
        body: RecordWish,
        answer: VersionRecorded,
        status: 201,
        bodyBytesMax: ACCOUNT_TABLE_BYTES_MAX,
      },
      async ({ params, body: { change, why }, actor }) => {
        const mapping = await openMapping(workspace, params.connection);
        const prepared = await prepareDraft(mapping, change);
        const version = await recordChange(mapping, prepared, { author: actor, reason: why });
        return recordedAnswer({ workspace }, params.connection, version, actor);
      },
    ),
  ];
}

/** Of each settlement what becomes of it; what moves is told for all of them together. */
function impactAnswer(impact: MappingImpact): z.input<typeof Impact> {
  const { settlements, ...sums } = impactView(impact);
  return { ...sums, settlements: settlements.map(({ moves: _, bookings: __, ...settlement }) => settlement) };
}

async function recordedAnswer(
  { workspace }: Pick<HttpOptions, 'workspace'>,
  name: string,
  version: Version,
  actor: Call<unknown, unknown, unknown, unknown>['actor'],
): Promise<z.input<typeof VersionRecorded>> {
  const carriedOn = version.approval ? await letCarryOn(workspace, name, actor) : { settlements: [], problems: [] };
  return {
    version: { ...versionView(version), state: version.approval ? 'in-use' : 'waiting' },
    settlements: carriedOn.settlements.map(({ settlementId, state }) => ({ settlementId, state })),
    problems: carriedOn.problems,
  };
}

function decisionRoutes({ workspace }: HttpOptions) {
  const reject = (
    path: `/mapping/:connection/${string}`,
    access: 'mapping.edit' | 'mapping.approve',
    summary: string,
  ) =>
    route({ ...EDIT, access, path, summary, body: Why, answer: VersionRecorded }, async ({ params, body, actor }) => {
      const mapping = await openMapping(workspace, params.connection);
      const { recorded } = await rejectMappingVersion(mapping, { actor, reason: body.why });
      return { version: { ...versionView(recorded), state: 'in-use' as const }, settlements: [], problems: [] };
    });
  return [
    route(
      {
        ...EDIT,
        access: 'mapping.approve',
        path: '/mapping/:connection/versions/:number/approve',
        summary: 'Approve the version that waits, so that it is booked by from now on',
        params: ByVersion,
        body: Why,
        answer: VersionRecorded,
      },
      async ({ params, body, actor }) => {
        const { books, connection, rule } = await openMapping(workspace, params.connection);
        const asked = { number: params.number, actor, reason: body.why, rule };
        const approved = await approveMappingVersion({ books, connection }, asked);
        return recordedAnswer({ workspace }, params.connection, approved, actor);
      },
    ),
    reject('/mapping/:connection/reject', 'mapping.approve', 'Refuse the version that waits; the one in use stays'),
    reject('/mapping/:connection/withdraw', 'mapping.edit', 'Take back the version that waits; the one in use stays'),
  ];
}

async function bytesOf(body: unknown, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body instanceof Readable ? (body as AsyncIterable<Uint8Array>) : []) {
    size += chunk.length;
    if (size > 4 * ACCOUNT_TABLE_BYTES_MAX) throw unfit(name, `it has more than ${4 * ACCOUNT_TABLE_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) throw unfit(name, 'it is empty');
  return Buffer.concat(chunks);
}

function unfit(name: string, why: string): Problem {
  return new Problem({
    code: 'TABLE_FILE_UNFIT',
    kind: 'invalid',
    says: `The file ${name} cannot be an account table: ${why}.`,
    next: 'Send the bytes of a YAML file, an XLSX workbook or a CSV file, as application/octet-stream.',
  });
}
