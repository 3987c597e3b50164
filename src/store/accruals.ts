import type { AccrualKey, AccrualKind, AccrualRecord, AccrualStore, AuditSubject, ConnectionId } from '../app/index.ts';
import { assert, isUuid, type LocalDate, Problem, type Sha256, uuidFromName } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { stateMoved } from './moves.ts';
import { recordAccruedOrders } from './orders-model.ts';
import { insertProposal, withdrawProposal } from './proposals.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type ToRecord = Parameters<AccrualStore['recordAccrual']>[0];

interface AccrualRow {
  readonly key: AccrualKey;
  readonly connection_id: ConnectionId;
  readonly connection_name: string;
  readonly seller_account: string;
  readonly kind: AccrualKind;
  readonly name: string;
  readonly revision: number;
  readonly period_from: LocalDate;
  readonly period_to: LocalDate;
  readonly as_of: string;
  readonly sources_sha256: Sha256;
  readonly source_count: bigint;
  readonly digest: Sha256;
  readonly mapping_sha256: Sha256;
  readonly program_version: string;
  readonly recorded_at: string;
  readonly replaced_at: string | null;
}

export function accrualStore(database: Database, readTime: ReadTime): AccrualStore {
  return {
    recordAccrual: (input) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const key = await insertAccrual(session, input, at);
        const { proposal, revision, actor, why } = input;
        await insertProposal(session, { accrualKey: key }, { ...proposal, revision }, at);
        const { connectionId, shipments = [] } = input;
        await recordAccruedOrders(session, { connectionId, accrualKey: key }, shipments);
        const record = await recordOf(session, key);
        await appendAuditEvent(
          session,
          {
            actor,
            action: 'accrual.propose',
            subject: subjectOf(key),
            why,
            before: null,
            after: {
              ...auditedFacts(record),
              postingKeys: proposal.entries.map(({ postingKey }) => postingKey),
            },
          },
          at,
        );
        return record;
      }),

    async getAccrual(ref) {
      const found = await readAccruals(database, isUuid(ref) ? sql`a.key = ${ref}` : sql`a.name = ${ref}`);
      const chosen = found.findLast(({ withdrawnAt }) => withdrawnAt === null) ?? found.at(-1);
      if (!chosen) throw unknownAccrual(ref);
      const others = found.filter(
        ({ sellerAccount, kind }) => sellerAccount !== chosen.sellerAccount || kind !== chosen.kind,
      );
      if (others.length > 0) throw ambiguous(ref, [chosen, ...others]);
      return chosen;
    },

    listAccruals: ({ connectionId = null, kind = null, period, isStanding = false } = {}) =>
      readAccruals(
        database,
        sql`(${connectionId}::uuid is null or a.connection_id = ${connectionId})
          and (${kind}::text is null or a.kind = ${kind})
          and (${period?.from ?? null}::date is null
            or (a.period_to >= ${period?.from ?? null} and a.period_from <= ${period?.to ?? null}))
          and (not ${isStanding}::boolean or p.replaced_at is null)`,
      ),

    withdrawAccrual: ({ key, actor, why }) =>
      database.transaction(async (session) => {
        const [locked] = await session.query(sql`select from accrual where key = ${key} for update`);
        if (!locked) throw unknownAccrual(key);
        const before = await recordOf(session, key);
        if (before.withdrawnAt !== null) {
          throw stateMoved({ subject: 'accrual', ref: before.name, expected: 'standing', actual: 'withdrawn' });
        }
        const at = await readTime(session);
        await withdrawProposal(session, { key, at, actor, why, withdraws: 'reversed' });
        const after = await recordOf(session, key);
        await appendAuditEvent(
          session,
          {
            actor,
            action: 'accrual.withdraw',
            subject: subjectOf(key),
            why,
            before: auditedFacts(before),
            after: auditedFacts(after),
          },
          at,
        );
        return after;
      }),
  };
}

async function insertAccrual(session: Session, input: ToRecord, at: string): Promise<AccrualKey> {
  const { connectionId, kind, name, revision, period } = input;
  const [connection] = await session.query<{ seller_account: string }>(
    sql`select seller_account from connection where id = ${connectionId} for update`,
  );
  assert(connection !== undefined, `connection ${connectionId} does not exist`);
  const sellerAccount = connection.seller_account;
  const [standing] = await readAccruals(
    session,
    sql`a.seller_account = ${sellerAccount} and a.kind = ${kind} and a.name = ${name}
      and (p.replaced_at is null or a.revision >= ${revision})`,
  );
  if (standing) throw exists(standing, revision);
  const key = accrualKeyOf({ sellerAccount, kind, name, revision });
  await session.query(sql`
    insert into accrual (key, connection_id, seller_account, kind, name, revision, period_from, period_to, as_of,
      sources_sha256, source_count, recorded_at)
    values (${key}, ${connectionId}, ${sellerAccount}, ${kind}, ${name}, ${revision}, ${period.from}, ${period.to},
      ${input.asOf}, ${input.sourcesSha256}, ${input.sourceCount}, ${at})`);
  return key;
}

async function readAccruals(session: Session, condition: Sql): Promise<readonly AccrualRecord[]> {
  const rows = await session.query<AccrualRow>(sql`
    select a.*, c.name as connection_name, p.digest, p.mapping_sha256, p.program_version, p.replaced_at
    from accrual a
    join connection c on c.id = a.connection_id
    join proposal p on p.accrual_key = a.key
    where ${condition}
    order by a.period_to, a.period_from, a.kind, a.name, a.revision, a.key`);
  return rows.map((row) => ({
    key: row.key,
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    sellerAccount: row.seller_account,
    kind: row.kind,
    name: row.name,
    revision: row.revision,
    period: { from: row.period_from, to: row.period_to },
    asOf: row.as_of,
    sourcesSha256: row.sources_sha256,
    sourceCount: Number(row.source_count),
    digest: row.digest,
    mappingSha256: row.mapping_sha256,
    programVersion: row.program_version,
    recordedAt: row.recorded_at,
    withdrawnAt: row.replaced_at,
  }));
}

async function recordOf(session: Session, key: AccrualKey): Promise<AccrualRecord> {
  const [record] = await readAccruals(session, sql`a.key = ${key}`);
  assert(record !== undefined, `accrual ${key} is missing although it was just written`);
  return record;
}

function auditedFacts(record: AccrualRecord) {
  const { kind, name, revision, period, asOf, sourcesSha256, sourceCount, digest, mappingSha256, withdrawnAt } = record;
  return { kind, name, revision, period, asOf, sourcesSha256, sourceCount, digest, mappingSha256, withdrawnAt };
}

function accrualKeyOf(facts: { sellerAccount: string; kind: AccrualKind; name: string; revision: number }): AccrualKey {
  const { sellerAccount, kind, name, revision } = facts;
  const text = `seller-ledger/accrual/${JSON.stringify([sellerAccount, kind, name, revision])}`;
  return uuidFromName(text) as string as AccrualKey;
}

function subjectOf(key: AccrualKey): AuditSubject {
  return `accrual/${key}`;
}

function exists(standing: AccrualRecord, revision: number): Problem {
  const { name, withdrawnAt } = standing;
  return new Problem({
    code: 'ACCRUAL_EXISTS',
    kind: 'conflict',
    says:
      withdrawnAt === null
        ? `Accrual ${name} stands already, as revision ${standing.revision}.`
        : `Accrual ${name} had revision ${standing.revision} before, so revision ${revision} cannot be made.`,
    next: `Look at it, and take it back before it is made anew: seller-ledger accruals show ${standing.key}`,
    data: name,
  });
}

function unknownAccrual(ref: string): Problem {
  return new Problem({
    code: 'ACCRUAL_UNKNOWN',
    kind: 'invalid',
    says: `There is no accrual ${ref}.`,
    next: 'Look at the ones there are: seller-ledger accruals list',
    data: ref,
  });
}

function ambiguous(ref: string, found: readonly AccrualRecord[]): Problem {
  const choices = found.map((record) => `${record.key} (${record.sellerAccount}, ${record.kind})`).join(', ');
  return new Problem({
    code: 'ACCRUAL_AMBIGUOUS',
    kind: 'invalid',
    says: `Accrual ${ref} exists more than once: ${choices}.`,
    next: `Name it by its own id: seller-ledger accruals show ${found[0]?.key ?? ''}`,
    data: ref,
  });
}
