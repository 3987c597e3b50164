import type { AuditFault } from '../app/index.ts';
import { APPROVAL_MEMBERS } from './rule-changes.ts';
import { ROWS_PER_BLOCK } from './settlement-rows.ts';
import { type Session, type Sql, sql } from './sql.ts';

/** One way in which rows that were removed whole are missed. */
export interface RemovalCheck {
  readonly table: string;
  readonly by: string;
  /** The keys of rows that should be there and are not. */
  readonly missing: Sql;
}

/** The migration that made the record of changed approval rules. */
const RULE_CHANGES_SINCE = 38;

/** Events with a text of JSON, by their actions; `id` is what the subject names. */
const told = (...actions: readonly string[]): Sql => sql`(
  select chain, sequence, position, action, substr(subject, strpos(subject, '/') + 1) as id, audit_json(event)->'after' as after,
    (audit_json(event)->>'at')::timestamptz as at
  from audit_event where action = any(${actions}))`;

/**
 * Rows that the rest of the books tells of: each event of the kind, each number of a row in its series. What was archived of the
 * events tells of nothing any more, and what nobody refers to and no event tells of is not missed ({@link MAY_BE_GONE}).
 */
export const REMOVAL_CHECKS: readonly RemovalCheck[] = [
  {
    table: 'attempt',
    by: 'the number of attempts of its entry',
    missing: sql`
      select e.posting_key || ' attempt ' || n as key from entry e cross join lateral generate_series(1, e.attempt) n
      where not exists (select from attempt a where a.entry_id = e.id and a.attempt = n)`,
  },
  {
    table: 'proof',
    by: 'the last event of its settlement',
    missing: sql`
      select m.id || ' ' || n as key from ${lastMove()} m
        cross join lateral generate_series(0, json_array_length(m.after->'proofs') - 1) n
      where not exists (select from proof p where p.settlement_key::text = m.id and p.ordinal = n)`,
  },
  {
    table: 'quarantine_item',
    by: 'the last event of its settlement',
    missing: sql`
      select m.id || ' ' || n as key from ${lastMove()} m
        cross join lateral generate_series(0, json_array_length(m.after->'quarantined') - 1) n
      where not exists (select from quarantine_item q where q.settlement_key::text = m.id and q.ordinal = n)`,
  },
  {
    table: 'proposal',
    by: 'the last event of its settlement',
    missing: sql`
      select m.id as key from ${lastMove()} m
      where m.after->>'state' = 'proposed' and not exists (
        select from proposal p where p.settlement_key::text = m.id and p.digest = m.after->>'digest')`,
  },
  {
    table: 'settlement_row_bucket',
    by: 'the rows of its settlement',
    missing: sql`
      select s.key || ' from row ' || coalesce(b.next, 0) as key from settlement s left join lateral (
        select max(first_row + row_count) as next, sum(row_count) as row_count, count(*) as blocks
        from settlement_row_bucket where settlement_key = s.key) b on true
      where s.state = 'proposed' and exists (select from entry_line_bucket l join proposal p on p.id = l.proposal_id
          where p.settlement_key = s.key and p.replaced_at is null)
        and (b.blocks = 0 or b.row_count <> b.next or ${isFull()} and s.line_count > ${linesFitting()})`,
  },
  {
    table: 'settlement_file',
    by: 'an event of each that came later, and the file in use',
    missing: sql`
      select t.id || ' ' || (t.after->>'sha256') as key from ${told('settlement.file-received')} t
      where not exists (
        select from settlement_file f where f.settlement_key::text = t.id and f.sha256 = t.after->>'sha256')
      union
      select s.key || ' ' || s.sha256 from settlement s
      where exists (select from settlement_file f where f.settlement_key = s.key)
        and not exists (select from settlement_file f where f.settlement_key = s.key and f.sha256 = s.sha256)`,
  },
  {
    table: 'take_back',
    by: 'the last decision about its settlement',
    missing: sql`
      select id as key from (
        select distinct on (id) id, action from ${told('settlement.take-back-propose-again', 'settlement.take-back-leave', 'settlement.take-back-dropped')} t
        order by id, position desc) last
      where action <> 'settlement.take-back-dropped' and not exists (
        select from take_back b join proposal p on p.id = b.proposal_id where p.settlement_key::text = last.id)`,
  },
  {
    table: 'evidence',
    by: 'an event of each settlement, report and deposit that came in it',
    missing: sql`
      select distinct file as key from (
        select coalesce(t.after->>'sha256', t.after->>'evidence') as file
        from ${told('settlement.receive', 'settlement.file-received', 'deposit.record')} t) f
      where file is not null and not exists (select from evidence e where e.sha256 = file)
        and not exists (select from evidence_removal r where r.sha256 = file)`,
  },
  {
    table: 'connection',
    by: 'an event of each, and its chain',
    missing: sql`
      select t.id as key from ${told('connection.add')} t
      where not exists (select from connection c where c.id::text = t.id)
      union
      select chain from audit_head
      where chain not in ('founding', 'installation') and not exists (select from connection c where c.id::text = chain)`,
  },
  {
    table: 'mapping_version',
    by: 'an event of each, and its number',
    missing: sql`
      select t.id || ' version ' || (t.after->>'version') as key from ${told('mapping.record')} t
      where not exists (
        select from mapping_version v where v.connection_id::text = t.id and v.number = (t.after->>'version')::integer)
      union
      select v.connection_id || ' version ' || n from (
        select connection_id, max(number) as number from mapping_version group by connection_id) v
        cross join lateral generate_series(1, v.number) n
      where not exists (select from mapping_version o where o.connection_id = v.connection_id and o.number = n)`,
  },
  {
    table: 'model_period',
    by: 'an event of each, and its number',
    missing: sql`
      select t.id || ' from ' || (t.after->>'from') as key from ${told('connection.model')} t
      where not exists (
        select from model_period p where p.connection_id::text = t.id and p.from_day::text = t.after->>'from')
      union
      select p.connection_id || ' number ' || n from (
        select connection_id, max(ordinal) as ordinal from model_period group by connection_id) p
        cross join lateral generate_series(1, p.ordinal) n
      where not exists (select from model_period o where o.connection_id = p.connection_id and o.ordinal = n)`,
  },
  {
    table: 'closed_period',
    by: 'an event of each',
    missing: sql`
      select t.id || ' ' || code || ' ' || (t.after->>'month') as key from ${told('period.close')} t
        cross join lateral json_array_elements_text(t.after->'companyCodes') code
      where not exists (
        select from closed_period c where c.connection_id::text = t.id and c.company_code = code
          and c.month = t.after->>'month' and c.closed_at = t.at)`,
  },
  {
    table: 'deposit_match',
    by: 'an event of each',
    missing: sql`
      select t.id || ' ' || (t.after->>'settlementKey') as key from ${told('deposit.match')} t
      where not exists (
        select from deposit_match m where m.deposit_id::text = t.id and m.settlement_key::text = t.after->>'settlementKey'
          and m.matched_at = t.at)`,
  },
  {
    table: 'privacy_hold',
    by: 'an event of each',
    missing: sql`
      select t.after->>'hold' as key from ${told('hold.place')} t
      where not exists (select from privacy_hold h where h.id = (t.after->>'hold')::bigint)`,
  },
  {
    table: 'privacy_hold_order',
    by: 'the event of its hold',
    missing: sql`
      select (t.after->>'hold') || ' ' || held as key from ${told('hold.place')} t
        cross join lateral json_array_elements_text(t.after->'orderIds') held
      where not exists (
        select from privacy_hold_order o where o.hold_id = (t.after->>'hold')::bigint and o.order_id = held)`,
  },
  {
    table: 'seller_erasure',
    by: 'an event of each',
    missing: sql`
      select t.id as key from ${told('connection.erase')} t
      where not exists (select from seller_erasure e where e.connection_id::text = t.id)`,
  },
  {
    table: 'approval_rule_change',
    by: 'the update of its connection that made it',
    missing: sql`
      select t.id || ' at ' || (audit_json(t.event)->>'at') as key from (
        select event, substr(subject, strpos(subject, '/') + 1) as id, (audit_json(event)->>'at')::timestamptz as at,
          ${rulesOf('before')} as before, ${rulesOf('after')} as after
        from audit_event where action = 'connection.update') t
      where t.before <> t.after
        -- Before there was a record of them, nobody kept one.
        and t.at >= (select applied_at from schema_migration where number = ${RULE_CHANGES_SINCE})
        and not exists (
          select from approval_rule_change c where c.connection_id::text = t.id and c.at = t.at and c.before = t.before)`,
  },
  {
    table: 'approval_rule_acceptance',
    by: 'the event in which it was accepted',
    missing: sql`
      select number as key from ${told('connection.rules-accepted')} t
        cross join lateral json_array_elements_text(t.after->'accepted') number
      where not exists (select from approval_rule_acceptance a where a.change_sequence = number::bigint)`,
  },
  {
    table: 'installation_settings',
    by: 'an event of the last change',
    missing: sql`
      select 'settings' as key from ${told('installation.change')} t
      where not exists (select from installation_settings) limit 1`,
  },
  {
    table: 'api_token',
    by: 'an event of each',
    missing: sql`
      select t.after->>'token' as key from ${told('token.create')} t
      where not exists (select from api_token a where a.id::text = t.after->>'token')`,
  },
];

/** What an update of a connection says of who approves, on one of its sides. */
function rulesOf(side: 'before' | 'after'): Sql {
  return sql`(
    select coalesce(jsonb_object_agg(rule.key, rule.value), '{}'::jsonb)
    from jsonb_each(coalesce(audit_json(event)->${side}->'settings'->'posting', '{}')::jsonb) rule
    where rule.key = any(${APPROVAL_MEMBERS}))`;
}

/** Whether the last block there is was not the last one, or ends where the file does. */
function isFull(): Sql {
  return sql`b.next % ${ROWS_PER_BLOCK} = 0`;
}

/** Lines of the file that can be in these rows: there is no row 0, row 1 names the columns, and one row is the summary. */
function linesFitting(): Sql {
  return sql`b.next - 2 - (s.summary_row < b.next)::integer`;
}

/** Of each settlement the last event that tells of its proofs; its file being replaced leaves it without any. */
function lastMove(): Sql {
  return sql`(
    select id, after from (
      select distinct on (subject) substr(subject, 12) as id, audit_json(event)->'after' as after from audit_event
      where starts_with(subject, 'settlement/') and action in ('settlement.receive', 'settlement.proven', 'settlement.proposed',
        'settlement.quarantined', 'settlement.received', 'settlement.file-replaced')
      order by subject, position desc) last
    where json_typeof(after->'proofs') = 'array')`;
}

/** Tables whose rows may be removed whole without being missed while nothing else refers to them, and why that is let be. */
export const MAY_BE_GONE: Readonly<Record<string, string>> = {
  ...because('a feed, which is read again, and whose sums are compared with settlements', [
    'amazon_balance',
    'amazon_order',
    'amazon_order_item',
    'fba_reimbursement',
    'feed_unreadable',
    'finance_event',
    'finance_event_amount',
    'finance_event_past',
    'finance_summary',
    'payout',
    'payout_settlement',
    'seller_marketplace',
    'vat_line',
  ]),
  ...because('lists what Amazon was asked for and told; what is missing is asked for again', [
    'feed_cursor',
    'feed_run',
    'report_document',
    'report_listing',
    'report_request',
  ]),
  ...because('made from a file and an account table that are covered, and can be made again', [
    'entry_line_bucket',
    'settled_order',
    'settlement_run',
    'settlement_sums',
    'accrued_order',
  ]),
  ...because('says how things stand now; what happened is in events', [
    'alert',
    'alert_channel',
    'alert_mute',
    'alert_told',
    'connection_stop',
    'credential_warning',
    'sap_pause',
    'schedule',
    'user_session',
  ]),
  ...because('leaves when its time is over, and is no record of the books', ['job', 'job_attempt', 'order_buyer']),
  ...because('whoever needs it is told that it is missing', [
    'data_key',
    'wrapped_data_key',
    'vault_key',
    'secret',
    'installation_secret',
  ]),
  customer: 'SAP has the customer, who is found there again by the reference',
  evidence_delivery: 'a further delivery of bytes that are covered',
  evidence_removal: 'a file that is not there and has none is missed as evidence',
  seller_erasure_evidence: 'files that are still to be removed; the erasure is covered',
};

function because(reason: string, tables: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tables.map((table) => [table, reason]));
}

const FAULTS_PER_CHECK_MAX = 100;

/** Rows that were removed whole, and that something else in the books tells of. */
export async function removalFaults(
  session: Session,
  { table, missing }: RemovalCheck,
): Promise<readonly AuditFault[]> {
  const rows = await session.query<{ key: string }>(
    sql`select key from (${missing}) m order by key limit ${FAULTS_PER_CHECK_MAX}`,
  );
  return rows.map(({ key }) => ({ table, key, says: 'It was removed, and no event tells of it.' }));
}

interface Reference {
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
}

/** Every reference of one of these tables to another row of them: where it leads, there has to be one. */
export async function referencesOf(session: Session): Promise<readonly Reference[]> {
  return session.query<Reference>(sql`
    select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent,
      (select json_agg(a.attname order by k.n) from unnest(c.conkey) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
      (select json_agg(a.attname order by k.n) from unnest(c.confkey) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as "parentColumns"
    from pg_constraint c
    where c.contype = 'f' and c.connamespace = current_schema()::regnamespace
    order by c.conrelid::regclass::text, c.conname`);
}

/** Rows that others refer to and that are not there; each is named once by table and key. */
export async function referenceFaults(session: Session): Promise<readonly AuditFault[]> {
  const faults = new Map<string, AuditFault>();
  for (const { child, parent, columns, parentColumns } of await referencesOf(session)) {
    const pairs = columns.map((column, index) => [name(column), name(parentColumns[index] ?? column)] as const);
    const key = join(
      pairs.map(([own]) => sql`c.${own}`),
      sql`, `,
    );
    const isWhole = join(
      pairs.map(([own]) => sql`c.${own} is not null`),
      sql` and `,
    );
    const isSame = join(
      pairs.map(([own, other]) => sql`p.${other} = c.${own}`),
      sql` and `,
    );
    const rows = await session.query<{ key: string }>(sql`
      select distinct concat_ws(' ', ${key}) as key from ${name(child)} c
      where ${isWhole} and not exists (select from ${name(parent)} p where ${isSame})
      order by 1 limit ${FAULTS_PER_CHECK_MAX}`);
    for (const row of rows) {
      const says = `It was removed, and rows of ${child} refer to it.`;
      const fault = { table: parent, key: row.key, says };
      if (!faults.has(`${parent} ${row.key}`)) faults.set(`${parent} ${row.key}`, fault);
    }
  }
  return [...faults.values()];
}

function join(parts: readonly Sql[], between: Sql): Sql {
  return parts.reduce((all, next) => sql`${all}${between}${next}`);
}

/** A name that comes from the catalogue of the database, as part of a statement. */
export function name(text: string): Sql {
  return { strings: [`"${text.replaceAll('"', '""')}"`], values: [] };
}
