import { createHash } from 'node:crypto';
import type { AuditFault, ConnectionId, EverythingVerification, TableCoverage } from '../app/index.ts';
import { isProblem, type ProgressShare, toProblem } from '../core/index.ts';
import { entryDigest } from '../ledger/index.ts';
import { verifyChains } from './audit-chains.ts';
import { sealedAuditKey } from './audit-key.ts';
import { readKeys } from './audit-key-record.ts';
import type { Database } from './database.ts';
import { readEntries } from './entry-records.ts';
import { type Session, type Sql, sql } from './sql.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';
import { name, REMOVAL_CHECKS, referenceFaults, referencesOf, removalFaults } from './verify-removals.ts';

/** Tables without seals of rows, and why they need none. */
export const NOT_SEALED: Readonly<Record<string, string>> = {
  audit_event: 'covered by its chain',
  audit_head: 'covered by its chain',
  evidence_chunk: 'covered by the digest of its evidence',
  sealed_table:
    'a list that the migrations write; each name in it has a table, each table with seals has its name in it',
  schema_migration: 'its digests are compared whenever the database is opened',
  lease: 'lasts while something runs; a wrong one ends by itself',
  idempotent_request: 'lasts a day; a wrong one does a write of a caller twice, which the state of its record refuses',
  amazon_quota: 'lasts while something runs; a wrong one makes a request early or late',
  sign_in_attempt: 'lasts minutes; a wrong one lets nobody in',
  sign_in_stranger: 'counts tries of names that nobody has; a wrong one lets nobody in',
  worker: 'lasts while something runs; what a worker did stands in the attempts of jobs',
  master_data: 'a copy of what SAP says, which is read again',
};

/** Records whose every change is an event that holds the seal of their row. */
export const AUDITED: Readonly<Record<string, { readonly kind: string; readonly key: string }>> = {
  settlement: { kind: 'settlement', key: 'key' },
  accrual: { kind: 'accrual', key: 'key' },
  entry: { kind: 'entry', key: 'id' },
  deposit: { kind: 'deposit', key: 'id' },
  app_user: { kind: 'user', key: 'id' },
};

const FAULTS_PER_TABLE_MAX = 100;
const ENTRIES_AT_ONCE = 200;
const CHUNKS_AT_ONCE = 16;

/**
 * Everything that can be checked without Amazon and SAP, in one snapshot: each chain, each sealed row, each stored file and
 * account table against its digest, each entry against its digest, each secret against its key, each record against the last
 * event that tells of it, and each row that something else tells of or refers to, whether it is there. Names table and record of
 * what is not as it was written.
 */
export function verifyEverything(
  database: Database,
  vault: Vault,
  onProgress: (table: string, share: ProgressShare) => void,
): Promise<EverythingVerification> {
  return database.snapshot(async (session) => {
    await sayPlainly(session);
    const faults: AuditFault[] = [];
    const tables: TableCoverage[] = [];
    const chains = await verifyChains(session, null);
    if (chains.firstBroken) {
      const { chain, sequence, says } = chains.firstBroken;
      faults.push({ table: 'audit_event', key: `${chain} ${sequence}`, says });
    }
    const all = await tablesOf(session);
    const of = all.length + CHECKS.length + 1;
    const referred = new Set((await referencesOf(session)).map(({ parent }) => parent));
    for (const [done, { name, isSealed }] of all.entries()) {
      onProgress(name, { done, of });
      tables.push(await coverageOf(session, { name, isSealed }, referred.has(name)));
      if (isSealed) faults.push(...(await sealFaults(session, name)));
      else if (!(name in NOT_SEALED)) faults.push({ table: name, key: '', says: 'Its rows have no seals.' });
    }
    for (const [index, check] of CHECKS.entries()) {
      onProgress(check.table, { done: all.length + index, of });
      faults.push(...(await check.faults(session, vault)));
    }
    onProgress('references', { done: of - 1, of });
    faults.push(...(await referenceFaults(session)));
    return { ok: faults.length === 0, tables, faults };
  });
}

/** So that rows read as text are the text that was sealed. */
export async function sayPlainly(session: Session): Promise<void> {
  await session.query(sql`
    select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true),
      set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)`);
}

/** Rows of a sealed table that are not as a statement wrote them last. Needs {@link sayPlainly} in the session. */
export async function sealFaults(session: Session, table: string): Promise<readonly AuditFault[]> {
  const key = await keyOf(session, table);
  const rows = await session.query<{ key: string }>(sql`
    select concat_ws(' ', ${key}) as key from ${name(table)} t
    where row_seal is distinct from seal_of(t::text, t.row_seal) order by 1 limit ${FAULTS_PER_TABLE_MAX}`);
  return rows.map((row) => ({ table, key: row.key, says: 'It is not as it was written.' }));
}

interface TableRow {
  readonly name: string;
  readonly isSealed: boolean;
}

/** The tables of this program, and whether each is sealed as it should be. Others in the same schema are not ours. */
export async function tablesOf(session: Session): Promise<readonly TableRow[]> {
  return session.query<TableRow>(sql`
    select c.relname as name, exists (
      select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'zz_seal' and g.tgenabled = 'O') as "isSealed"
    from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
      and (c.relname = any(${Object.keys(NOT_SEALED)}) or c.relname in (select name from sealed_table)
        or exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'zz_seal'))
    order by 1`);
}

async function coverageOf(
  session: Session,
  { name: table, isSealed }: TableRow,
  isReferred: boolean,
): Promise<TableCoverage> {
  const [row] = await session.query<{ rows: bigint }>(sql`select count(*) as rows from ${name(table)}`);
  const own = CHECKS.filter((check) => check.table === table).map(({ by }) => by);
  const by = [
    ...(isSealed ? ['seal of each row'] : []),
    ...own,
    ...(isReferred ? ['rows that refer to it'] : []),
    ...(table in NOT_SEALED ? [NOT_SEALED[table] ?? ''] : []),
  ];
  return { table, rows: Number(row?.rows ?? 0n), by };
}

interface Check {
  readonly table: string;
  readonly by: string;
  faults(session: Session, vault: Vault): Promise<readonly AuditFault[]>;
}

const CHECKS: readonly Check[] = [
  { table: 'evidence', by: 'SHA-256 of its bytes', faults: evidenceFaults },
  { table: 'mapping_text', by: 'SHA-256 of its text', faults: mappingFaults },
  { table: 'entry', by: 'digest of its content', faults: entryFaults },
  {
    table: 'secret',
    by: 'authenticated encryption',
    faults: (session, vault) => secretFaults(session, vault, 'secret'),
  },
  {
    table: 'installation_secret',
    by: 'authenticated encryption',
    faults: (session, vault) => secretFaults(session, vault, 'installation_secret'),
  },
  { table: 'sealed_table', by: 'a table of each name', faults: listFaults },
  { table: 'data_key', by: 'wrapped by the vault key in use', faults: dataKeyFaults },
  { table: 'approval', by: 'an event of each, and each of its events', faults: approvalFaults },
  { table: 'audit_key', by: 'the events of its chain, and the key that signs', faults: auditKeyFaults },
  ...REMOVAL_CHECKS.map((check) => ({
    table: check.table,
    by: check.by,
    faults: (session: Session) => removalFaults(session, check),
  })),
  ...Object.keys(AUDITED).map((table) => ({
    table,
    by: 'seal in its last event',
    faults: (session: Session) => recordFaults(session, table),
  })),
];

async function evidenceFaults(session: Session): Promise<readonly AuditFault[]> {
  const faults: AuditFault[] = [];
  const stored = await session.query<{ id: bigint; sha256: string; byte_count: bigint }>(
    sql`select id, sha256, byte_count from evidence order by id`,
  );
  for (const { id, sha256, byte_count: length } of stored) {
    const hash = createHash('sha256');
    let bytes = 0n;
    for (let next = 0; ; ) {
      const chunks = await session.query<{ ordinal: number; bytes: Buffer }>(sql`
        select ordinal, bytes from evidence_chunk where evidence_id = ${id} and ordinal >= ${next}
        order by ordinal limit ${CHUNKS_AT_ONCE}`);
      for (const chunk of chunks) {
        hash.update(chunk.bytes);
        bytes += BigInt(chunk.bytes.length);
      }
      if (chunks.length < CHUNKS_AT_ONCE) break;
      next = (chunks.at(-1)?.ordinal ?? 0) + 1;
    }
    if (bytes === length && hash.digest('hex') === sha256) continue;
    faults.push({ table: 'evidence', key: sha256, says: 'Its bytes are not those that were stored.' });
  }
  const loose = await session.query<{ key: string }>(sql`
    select distinct c.evidence_id::text as key from evidence_chunk c
    where not exists (select from evidence e where e.id = c.evidence_id)`);
  return [...faults, ...loose.map(({ key }) => ({ table: 'evidence_chunk', key, says: 'It belongs to no evidence.' }))];
}

async function mappingFaults(session: Session): Promise<readonly AuditFault[]> {
  const rows = await session.query<{ key: string }>(sql`
    select sha256 as key from mapping_text where sha256 <> encode(sha256(convert_to(text, 'UTF8')), 'hex')`);
  return rows.map(({ key }) => ({ table: 'mapping_text', key, says: 'The account table has another digest.' }));
}

/** What an entry says is what was proposed, and what was approved. */
async function entryFaults(session: Session): Promise<readonly AuditFault[]> {
  const faults: AuditFault[] = [];
  for (let skip = 0; ; skip += ENTRIES_AT_ONCE) {
    const records = await readEntries(session, sql`true`, { limit: ENTRIES_AT_ONCE, skip });
    for (const { id, entry, digest, approvedDigest } of records) {
      if (entryDigest(entry) !== digest) {
        faults.push({ table: 'entry', key: id, says: `Entry ${entry.postingKey} has another digest.` });
      } else if (approvedDigest !== null && approvedDigest !== digest) {
        faults.push({ table: 'entry', key: id, says: `Entry ${entry.postingKey} is not what was approved.` });
      }
    }
    if (records.length < ENTRIES_AT_ONCE) return faults;
  }
}

interface SecretRow extends SealedRow {
  readonly connection_id: ConnectionId | null;
  readonly name: string;
}

async function secretFaults(
  session: Session,
  vault: Vault,
  table: 'secret' | 'installation_secret',
): Promise<readonly AuditFault[]> {
  const owner = table === 'secret' ? sql`connection_id` : sql`null::uuid as connection_id`;
  const rows = await session.query<SecretRow>(
    sql`select ${owner}, name, key_id, data_key_id, nonce, ciphertext, tag from ${name(table)}`,
  );
  const faults: AuditFault[] = [];
  for (const row of rows) {
    const { connection_id: connectionId, name: secret } = row;
    try {
      await vault.open(session, { connectionId, name: secret }, sealedOf(row));
    } catch (thrown) {
      // A service that is away says nothing about what it keeps the key of.
      if (isProblem(thrown) && thrown.kind === 'unavailable') throw thrown;
      const key = [connectionId, secret].filter((part) => part !== null).join(' ');
      faults.push({ table, key, says: toProblem(thrown).says });
    }
  }
  return faults;
}

/** Names that lead to no table: what they named is not looked at any more. */
async function listFaults(session: Session): Promise<readonly AuditFault[]> {
  const rows = await session.query<{ key: string }>(sql`
    select s.name as key from sealed_table s where not exists (
      select from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname = s.name)
    union all
    select c.relname from pg_class c join pg_trigger g on g.tgrelid = c.oid and g.tgname = 'zz_seal'
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
      and not exists (select from sealed_table s where s.name = c.relname)
    order by 1`);
  return rows.map(({ key }) => ({ table: 'sealed_table', key, says: 'The list of sealed tables was changed.' }));
}

/**
 * Who approved stands in an event of the same database transaction: an approval that somebody made up has none, and one that
 * somebody took away leaves its event. Approvals older than what is left of the chain of their connection have theirs in an archive.
 */
async function approvalFaults(session: Session): Promise<readonly AuditFault[]> {
  const rows = await session.query<{ key: string; says: string }>(sql`
    with told as (
      select subject, lower(trim(audit_json(event)->'actor'->>'name')) as person,
        case action when 'entry.approval' then 'approve' else 'refuse' end as verdict,
        coalesce(audit_json(event)->'after'->>'digest', audit_json(event)->'after'->'refused'->>'digest') as digest, audit_json(event)->>'at' as at
      from audit_event where action in ('entry.approval', 'entry.refusal')
    ), given as (
      select sequence, connection_id, 'entry/' || entry_id as subject, lower(trim(person)) as person, verdict, digest, at
      from approval
    ), counted as (
      select subject, person, verdict, digest, at::timestamptz as at, count(*) as told, 0 as given, null::bigint as sequence,
        null::uuid as connection_id from told group by subject, person, verdict, digest, at
      union all
      select subject, person, verdict, digest, at, 0, 1, sequence, connection_id from given)
    select coalesce(min(sequence)::text, min(subject)) as key,
      case when sum(given) > sum(told) then 'No event tells that it was given.' else 'It was removed, and no event tells of it.' end
        as says
    from counted c group by subject, person, verdict, digest, at
    having sum(given) <> sum(told) and not (sum(given) > sum(told) and exists (
      select from audit_anchor a where a.chain = min(c.connection_id::text)
        and not exists (select from audit_event e where e.chain = a.chain and (audit_json(e.event)->>'at')::timestamptz < min(c.at))))
    order by 1 limit ${FAULTS_PER_TABLE_MAX}`);
  return rows.map(({ key, says }) => ({ table: 'approval', key, says }));
}

/** The chain is walked before: there each key is compared with its event, and whether the one before it signed for it. */
async function auditKeyFaults(session: Session, vault: Vault): Promise<readonly AuditFault[]> {
  const last = (await readKeys(session)).at(-1);
  if (!last) return [];
  let sealed: string | null;
  try {
    sealed = await sealedAuditKey(session, vault);
  } catch (thrown) {
    if (isProblem(thrown) && thrown.kind === 'unavailable') throw thrown;
    // Told of the secret itself.
    return [];
  }
  // `null`: it was given up with the other secrets, and the next one is made when something is signed.
  if (sealed === null || sealed === last.publicKey) return [];
  return [{ table: 'audit_key', key: String(last.number), says: 'Another key signs than the one that is on record.' }];
}

/** What such a key sealed is lost as soon as the older vault keys are retired, or already. */
async function dataKeyFaults(session: Session): Promise<readonly AuditFault[]> {
  const rows = await session.query<{ key: string }>(sql`
    select d.id::text as key from data_key d where not exists (
      select from wrapped_data_key w join vault_key v on v.id = w.vault_key_id and v.state = 'current'
      where w.data_key_id = d.id) order by 1 limit ${FAULTS_PER_TABLE_MAX}`);
  return rows.map(({ key }) => ({ table: 'data_key', key, says: 'The vault key in use has not wrapped it.' }));
}

/** The row of a record is the one that its last event tells of; an entry that was only proposed may have been replaced. */
async function recordFaults(session: Session, table: string): Promise<readonly AuditFault[]> {
  const { kind, key } = AUDITED[table] as { kind: string; key: string };
  const rows = await session.query<{ key: string; is_here: boolean }>(sql`
    with last as (
      select distinct on (subject) subject, audit_json(event) as event from audit_event
      where starts_with(subject, ${`${kind}/`}) order by subject, position desc)
    select substr(l.subject, ${kind.length + 2}) as key, t.row_seal is not null as is_here
    from last l left join ${name(table)} t on t.${name(key)}::text = substr(l.subject, ${kind.length + 2})
    where l.event->>'record' is not null
      and l.event->>'record' is distinct from encode(t.row_seal, 'hex')
      and (t.row_seal is not null or ${kind} <> 'entry' or l.event->'after'->>'state' is distinct from 'proposed')
    order by 1 limit ${FAULTS_PER_TABLE_MAX}`);
  return rows.map((row) => ({
    table,
    key: row.key,
    says: row.is_here ? 'It was changed, and no event tells of it.' : 'It was removed, and no event tells of it.',
  }));
}

/** The columns by which people find a row: those of its primary key. */
async function keyOf(session: Session, table: string): Promise<Sql> {
  const columns = await session.query<{ name: string }>(sql`
    select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = ${table}::regclass and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)`);
  return columns.map((column) => sql`t.${name(column.name)}`).reduce((all, next) => sql`${all}, ${next}`);
}
