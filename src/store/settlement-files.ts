import type {
  Actor,
  ReplaceFileInput,
  SettlementFile,
  SettlementFileState,
  SettlementFileStore,
  SettlementKey,
} from '../app/index.ts';
import { assert, type CurrencyCode, type LocalDate, Problem, type Sha256 } from '../core/index.ts';
import type { SettlementId } from '../mapping/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { type AssertMove, stateMoved } from './moves.ts';
import { withdrawProposal } from './proposals.ts';
import { namedMarketplaces, readSettlements, replaceProofs, replaceQuarantine } from './settlement-records.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type RecordInput = Parameters<SettlementFileStore['recordSettlementFile']>[0];
type DecideInput = Parameters<SettlementFileStore['decideSettlementFile']>[0];

interface FileRow {
  readonly settlement_key: SettlementKey;
  readonly settlement_id: SettlementId;
  readonly sha256: Sha256;
  readonly content_sha256: Sha256 | null;
  readonly state: SettlementFileState;
  readonly start_at: bigint;
  readonly end_at: bigint;
  readonly deposit_at: bigint;
  readonly currency: CurrencyCode;
  readonly total_minor: bigint;
  readonly summary_row: number;
  readonly line_count: number;
  readonly received_at: string;
  readonly origins: readonly string[];
  readonly actor_kind: Actor['kind'] | null;
  readonly actor_name: string | null;
  readonly why: string | null;
  readonly decided_at: string | null;
  readonly reversal_reason: string | null;
  readonly posting_date: LocalDate | null;
}

export function settlementFileStore(
  database: Database,
  readTime: ReadTime,
  assertMove: AssertMove,
): SettlementFileStore {
  return {
    recordSettlementFile: (input) =>
      database.transaction(async (session) => recordFile(session, input, await readTime(session))),

    listSettlementFiles: (key) => filesOf(database, key),

    listFilesIn: (connectionId, states) =>
      readFiles(database, sql`s.connection_id = ${connectionId} and f.state = any(${states})`),

    decideSettlementFile: (input) =>
      database.transaction(async (session) => decideFile(session, input, await readTime(session))),

    replaceSettlementFile: (input) =>
      database.transaction(async (session) => {
        if (input.from !== 'received') assertMove('settlement', input.from, 'received');
        return replaceFile(session, input, await readTime(session));
      }),

    async fileOfEntry(id) {
      const [row] = await database.query<{ sha256: Sha256 }>(sql`
        select coalesce(p.file_sha256, s.sha256) as sha256 from entry e
        join proposal p on p.id = e.proposal_id
        join settlement s on s.key = p.settlement_key
        where e.id = ${id}`);
      assert(row !== undefined, `entry ${id} was made from no settlement`);
      return row.sha256;
    },
  };
}

async function recordFile(session: Session, input: RecordInput, at: string): Promise<SettlementFile> {
  const { key, sha256, contentSha256, reading, actor } = input;
  const { header } = reading;
  const settlement = await lockSettlement(session, key);
  await session.query(sql`
    insert into settlement_file (settlement_key, sha256, content_sha256, state, start_at, end_at, deposit_at, currency,
      total_minor, summary_row, line_count, last_row, file_format, marketplaces, received_at)
    select key, sha256, ${input.usedContentSha256}, 'used', start_at, end_at, deposit_at, currency, total_minor,
      summary_row, line_count, last_row, file_format, marketplaces, received_at
    from settlement where key = ${key}
    on conflict do nothing`);
  const added = await session.query(sql`
    insert into settlement_file (settlement_key, sha256, content_sha256, state, start_at, end_at, deposit_at, currency,
      total_minor, summary_row, line_count, last_row, file_format, marketplaces, received_at)
    values (${key}, ${sha256}, ${contentSha256}, 'waiting', ${header.startAt}, ${header.endAt}, ${header.depositAt},
      ${header.currency}, ${header.total.minor}, ${header.row}, ${reading.lineCount}, ${reading.lastRow},
      ${toJson(reading.format)}, ${toJson(namedMarketplaces(reading))}, ${at})
    on conflict do nothing
    returning sha256`);
  const [file] = await readFiles(session, sql`f.settlement_key = ${key} and f.content_sha256 = ${contentSha256}`);
  assert(file !== undefined, `file ${sha256} of settlement ${key} is missing although it was just written`);
  if (added.length === 0) return file;
  const facts = { sha256, currency: header.currency, totalMinor: header.total.minor, lineCount: reading.lineCount };
  await appendAuditEvent(
    session,
    {
      actor,
      action: 'settlement.file-received',
      subject: `settlement/${key}`,
      why: `settlement ${header.settlementId} came again with other content`,
      before: { sha256: settlement.sha256 },
      after: facts,
    },
    at,
  );
  return file;
}

async function decideFile(session: Session, input: DecideInput, at: string): Promise<SettlementFile> {
  const { key, sha256, to, actor, why, reason = null, postingDate = null } = input;
  await lockSettlement(session, key);
  const before = await fileOf(session, key, sha256);
  if (before.state === 'used') throw fileMoved(before, 'another than the one that is used');
  if (to === 'wanted') {
    await session.query(sql`
      update settlement_file set state = 'waiting', reversal_reason = null, posting_date = null
      where settlement_key = ${key} and state = 'wanted' and sha256 <> ${sha256}`);
  }
  await session.query(sql`
    update settlement_file set state = ${to}, actor_kind = ${actor.kind}, actor_name = ${actor.name}, why = ${why},
      decided_at = ${at}, reversal_reason = ${reason}, posting_date = ${postingDate}
    where settlement_key = ${key} and sha256 = ${sha256}`);
  await appendAuditEvent(
    session,
    {
      actor,
      action: `settlement.file-${to}`,
      subject: `settlement/${key}`,
      why,
      before: { sha256, state: before.state },
      after: { sha256, state: to, reason, postingDate },
    },
    at,
  );
  return fileOf(session, key, sha256);
}

async function replaceFile(session: Session, input: ReplaceFileInput, at: string) {
  const { key, from, sha256, actor, why, withdraws } = input;
  const settlement = await lockSettlement(session, key);
  if (settlement.state !== from) {
    throw stateMoved({ subject: 'settlement', ref: key, expected: from, actual: settlement.state });
  }
  const file = await fileOf(session, key, sha256);
  if (file.state !== 'wanted') throw fileMoved(file, 'wanted');
  const [before] = await readSettlements(session, sql`s.key = ${key}`);
  if (from === 'proposed') await withdrawProposal(session, { key, at, actor, why, withdraws });
  await replaceProofs(session, key, []);
  await replaceQuarantine(session, key, []);
  await session.query(sql`
    update settlement_file set state = 'replaced', actor_kind = ${actor.kind}, actor_name = ${actor.name}, why = ${why},
      decided_at = ${at}
    where settlement_key = ${key} and state = 'used'`);
  await session.query(sql`
    update settlement_file set state = 'used' where settlement_key = ${key} and sha256 = ${sha256}`);
  await session.query(sql`
    update settlement s set state = 'received', problem = null, sha256 = f.sha256, start_at = f.start_at,
      end_at = f.end_at, deposit_at = f.deposit_at, currency = f.currency, total_minor = f.total_minor,
      summary_row = f.summary_row, line_count = f.line_count, last_row = f.last_row, file_format = f.file_format,
      marketplaces = f.marketplaces
    from settlement_file f where s.key = ${key} and f.settlement_key = s.key and f.sha256 = ${sha256}`);
  const [record] = await readSettlements(session, sql`s.key = ${key}`);
  assert(before !== undefined && record !== undefined, `settlement ${key} is missing although it is locked`);
  const facts = ({ state, sha256: file, header, lineCount, digest }: typeof record) => ({
    state,
    sha256: file,
    currency: header.currency,
    totalMinor: header.total.minor,
    lineCount,
    digest,
  });
  await appendAuditEvent(
    session,
    {
      actor,
      action: 'settlement.file-replaced',
      subject: `settlement/${key}`,
      why,
      before: facts(before),
      after: facts(record),
    },
    at,
  );
  return record;
}

function fileMoved({ sha256, state, header }: SettlementFile, expected: string): Problem {
  return new Problem({
    code: 'STATE_MOVED',
    kind: 'conflict',
    says: `File ${sha256.slice(0, 12)} of settlement ${header.settlementId} is not ${expected}: it is ${state}.`,
    next: `Look at it again: seller-ledger settlements show ${header.settlementId}`,
  });
}

async function lockSettlement(session: Session, key: SettlementKey) {
  const [row] = await session.query<{ state: ReplaceFileInput['from']; sha256: Sha256 }>(
    sql`select state, sha256 from settlement where key = ${key} for update`,
  );
  assert(row !== undefined, `settlement ${key} does not exist`);
  return row;
}

async function fileOf(session: Session, key: SettlementKey, sha256: Sha256): Promise<SettlementFile> {
  const [file] = await readFiles(session, sql`f.settlement_key = ${key} and f.sha256 = ${sha256}`);
  assert(file !== undefined, `settlement ${key} has no file ${sha256}`);
  return file;
}

async function filesOf(session: Session, key: SettlementKey): Promise<readonly SettlementFile[]> {
  const files = await readFiles(session, sql`f.settlement_key = ${key}`);
  if (files.length > 0) return files;
  const [only] = await session.query<FileRow>(sql`
    select s.*, s.key as settlement_key, 'used' as state, null as content_sha256, null as actor_kind, null as actor_name,
      null as why, null as decided_at, null as reversal_reason, null as posting_date, ${ORIGINS(sql`s.sha256`)} as origins
    from settlement s where s.key = ${key}`);
  return only ? [readFile(only)] : [];
}

async function readFiles(session: Session, condition: Sql): Promise<readonly SettlementFile[]> {
  const rows = await session.query<FileRow>(sql`
    select f.*, s.settlement_id, ${ORIGINS(sql`f.sha256`)} as origins
    from settlement_file f join settlement s on s.key = f.settlement_key
    where ${condition} order by f.ordinal`);
  return rows.map(readFile);
}

/** Each place its bytes came from once, the first one first. */
const ORIGINS = (digest: Sql) => sql`coalesce((select json_agg(origin order by first_id) from (
  select d.origin, min(d.id) as first_id from evidence_delivery d join evidence e on e.id = d.evidence_id
  where e.sha256 = ${digest} group by d.origin) each), '[]')`;

function readFile(row: FileRow): SettlementFile {
  const { actor_kind: kind, actor_name: name, why, decided_at: at } = row;
  return {
    settlementKey: row.settlement_key,
    sha256: row.sha256,
    state: row.state,
    contentSha256: row.content_sha256,
    header: {
      settlementId: row.settlement_id,
      startAt: Number(row.start_at),
      endAt: Number(row.end_at),
      depositAt: Number(row.deposit_at),
      currency: row.currency,
      total: { currency: row.currency, minor: row.total_minor },
      row: row.summary_row,
    },
    lineCount: row.line_count,
    receivedAt: row.received_at,
    origins: row.origins,
    decision:
      kind !== null && name !== null && why !== null && at !== null
        ? { actor: { kind, name }, why, at, reason: row.reversal_reason, postingDate: row.posting_date }
        : null,
  };
}
