import type { Actor, ConnectionId, MappingStore, MappingVersion, MappingVersionText } from '../app/index.ts';
import { assert, type LocalDate, Problem, type Sha256, sha256Of } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface VersionRow {
  readonly connection_id: ConnectionId;
  readonly number: number;
  readonly name: string;
  readonly sha256: Sha256;
  readonly valid_from: LocalDate | null;
  readonly author_kind: Actor['kind'];
  readonly author_name: string;
  readonly reason: string;
  readonly recorded_at: string;
  readonly approver_kind: Actor['kind'] | null;
  readonly approver_name: string | null;
  readonly approval_reason: string | null;
  readonly approved_at: string | null;
}

interface TextRow extends VersionRow {
  readonly text: string;
}

/** The account tables of connections, version by version. */
export function mappingStore(database: Database, readTime: ReadTime): MappingStore {
  return {
    recordMapping: (input) =>
      database.transaction(async (session) => {
        const { connectionId, after, text, author, reason, isApproved } = input;
        const newest = await lockVersions(session, connectionId);
        if (newest !== after) throw moved(`version ${newest} was recorded meanwhile`);
        const at = await readTime(session);
        const number = after + 1;
        const sha256 = sha256Of(text);
        await session.query(sql`
          insert into mapping_text (sha256, text) values (${sha256}, ${text}) on conflict (sha256) do nothing`);
        const approver = isApproved ? author : null;
        await session.query(sql`
          insert into mapping_version (connection_id, number, name, sha256, valid_from, author_kind, author_name, reason,
            recorded_at, approver_kind, approver_name, approval_reason, approved_at)
          values (${connectionId}, ${number}, ${input.name}, ${sha256}, ${input.validFrom}, ${author.kind}, ${author.name},
            ${reason}, ${at}, ${approver?.kind ?? null}, ${approver?.name ?? null}, ${isApproved ? reason : null},
            ${isApproved ? at : null})`);
        const facts = { version: number, name: input.name, mapping: sha256, validFrom: input.validFrom };
        await appendAuditEvent(
          session,
          {
            actor: author,
            action: 'mapping.record',
            subject: `connection/${connectionId}`,
            why: reason,
            after: { ...facts, changes: input.changes, isApproved },
          },
          at,
        );
        return versionOf(session, connectionId, number);
      }),

    async listMappings(connectionId) {
      const rows = await database.query<VersionRow>(
        sql`select * from mapping_version where connection_id = ${connectionId} order by number`,
      );
      return rows.map(readVersion);
    },

    async findMapping(connectionId, number) {
      const [row] = await database.query<TextRow>(sql`
        select v.*, t.text from mapping_version v join mapping_text t on t.sha256 = v.sha256
        where v.connection_id = ${connectionId} and v.number = ${number}`);
      return row && readText(row);
    },

    async findMappingInUse(connectionId) {
      const [row] = await database.query<TextRow>(sql`
        select v.*, t.text from mapping_version v join mapping_text t on t.sha256 = v.sha256
        where v.connection_id = ${connectionId} and v.approved_at is not null order by v.number desc limit 1`);
      return row && readText(row);
    },

    approveMapping: ({ connectionId, number, actor, reason }) =>
      database.transaction(async (session) => {
        await lockVersions(session, connectionId);
        const [later] = await session.query<{ number: number }>(sql`
          select number from mapping_version
          where connection_id = ${connectionId} and number >= ${number} and approved_at is not null limit 1`);
        if (later)
          throw moved(later.number === number ? 'it is approved already' : `version ${later.number} is in use`);
        const at = await readTime(session);
        await session.query(sql`
          update mapping_version set approver_kind = ${actor.kind}, approver_name = ${actor.name},
            approval_reason = ${reason}, approved_at = ${at}
          where connection_id = ${connectionId} and number = ${number}`);
        const version = await versionOf(session, connectionId, number);
        const after = { version: number, mapping: version.sha256 };
        await appendAuditEvent(
          session,
          { actor, action: 'mapping.approve', subject: `connection/${connectionId}`, why: reason, after },
          at,
        );
        return version;
      }),
  };
}

/** The newest number, 0 before there is one; nobody else records or approves until the commit. */
async function lockVersions(session: Session, connectionId: ConnectionId): Promise<number> {
  await session.query(sql`select from connection where id = ${connectionId} for no key update`);
  const [row] = await session.query<{ number: number }>(sql`
    select number from mapping_version where connection_id = ${connectionId} order by number desc limit 1`);
  return row?.number ?? 0;
}

async function versionOf(session: Session, connectionId: ConnectionId, number: number): Promise<MappingVersion> {
  const [row] = await session.query<VersionRow>(
    sql`select * from mapping_version where connection_id = ${connectionId} and number = ${number}`,
  );
  assert(row !== undefined, `version ${number} of an account table is missing although it was just written`);
  return readVersion(row);
}

function readText({ text, ...row }: TextRow): MappingVersionText {
  return { ...readVersion(row), text };
}

function readVersion(row: VersionRow): MappingVersion {
  const { approver_kind: kind, approver_name: name, approval_reason: reason, approved_at: at } = row;
  const isWhole = kind !== null && name !== null && reason !== null && at !== null;
  return {
    connectionId: row.connection_id,
    number: row.number,
    name: row.name,
    sha256: row.sha256,
    validFrom: row.valid_from,
    author: { kind: row.author_kind, name: row.author_name },
    reason: row.reason,
    recordedAt: row.recorded_at,
    approval: isWhole ? { actor: { kind, name }, reason, at } : null,
  };
}

function moved(what: string): Problem {
  return new Problem({
    code: 'MAPPING_MOVED',
    kind: 'conflict',
    says: `The account table of the connection is not as it was seen: ${what}.`,
    next: 'Look at what there is now, and decide again: seller-ledger mapping list NAME',
  });
}
