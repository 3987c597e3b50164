import type { Actor, ConnectionId, ConnectionWatch, SellerMarketplace, UtcInstant } from '../app/index.ts';
import type { CurrencyCode, LocalDate, ProblemFacts } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { batchJson, storableJson } from './feed-batches.ts';
import { problemToJson } from './json.ts';
import { assertNotErased } from './privacy/erasure.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface MarketplaceRow {
  readonly marketplace_id: string;
  readonly name: string;
  readonly country: string;
  readonly currency: CurrencyCode | null;
  readonly time_zone: string | null;
  readonly is_participating: boolean;
  readonly has_suspended_listings: boolean;
  readonly read_at: string;
}

const SYSTEM: Actor = { kind: 'system', name: 'seller-ledger' };

export function connectionWatch(database: Database, readTime: ReadTime): ConnectionWatch {
  return {
    stopConnection: (connectionId, problem, actor, runStartedAt) =>
      database.transaction(async (session) => {
        if (runStartedAt !== undefined && (await isMendedSince(session, connectionId, runStartedAt))) return false;
        const at = await readTime(session);
        const stopped = await session.query(sql`
          insert into connection_stop (connection_id, problem, stopped_at)
          values (${connectionId}, ${storableJson(problemToJson(problem) ?? '')}, ${at})
          on conflict (connection_id) do nothing returning connection_id`);
        if (stopped.length === 0) return true;
        const after = { code: problem.code };
        const subject = subjectOf(connectionId);
        await appendAuditEvent(session, { actor, action: 'connection.stop', subject, why: problem.says, after }, at);
        return true;
      }),

    resumeConnection: (connectionId, actor, why) =>
      database.transaction(async (session) => {
        await assertNotErased(session, connectionId);
        const at = await readTime(session);
        const code = await removeStop(session, connectionId, at);
        if (code === undefined) return;
        const fact = { actor, action: 'connection.resume', subject: subjectOf(connectionId), why, before: { code } };
        await appendAuditEvent(session, fact, at);
      }),

    async stoppedBy(connectionId) {
      const [row] = await database.query<{ problem: ProblemFacts; stopped_at: string }>(
        sql`select problem, stopped_at from connection_stop where connection_id = ${connectionId}`,
      );
      return row && { ...row.problem, stoppedAt: row.stopped_at };
    },

    async secretDays(connectionId) {
      const rows = await database.query<{ name: string; day: LocalDate }>(sql`
        select name, (stored_at at time zone 'UTC')::date as day from secret
        where connection_id = ${connectionId} and stored_at is not null order by name`);
      return Object.fromEntries(rows.map((row) => [row.name, row.day]));
    },

    warnOnce: (connectionId, { kind, expiresOn, threshold }) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const warned = await session.query(sql`
          insert into credential_warning (connection_id, kind, expires_on, threshold_days, warned_at)
          values (${connectionId}, ${kind}, ${expiresOn}, ${threshold}, ${at})
          on conflict do nothing returning kind`);
        if (warned.length === 0) return false;
        const why = `${kind}: ${expiresOn} is reached or near`;
        const after = { kind, expiresOn, threshold };
        const fact = { actor: SYSTEM, action: 'connection.warn', subject: subjectOf(connectionId), why, after };
        await appendAuditEvent(session, fact, at);
        return true;
      }),

    putMarketplaces: (connectionId, marketplaces) =>
      database.transaction(async (session) => {
        const rows = marketplaces.map((each) => ({
          marketplace_id: each.marketplaceId,
          name: each.name,
          country: each.country,
          currency: each.currency,
          time_zone: each.timeZone,
          is_participating: each.isParticipating,
          has_suspended_listings: each.hasSuspendedListings,
        }));
        await session.query(sql`delete from seller_marketplace where connection_id = ${connectionId}`);
        await session.query(sql`
          insert into seller_marketplace (connection_id, marketplace_id, name, country, currency, time_zone, is_participating,
            has_suspended_listings, read_at)
          select ${connectionId}, r.*, ${await readTime(session)}
          from json_to_recordset(${batchJson(rows)}) as r(marketplace_id text, name text, country text, currency text,
            time_zone text, is_participating boolean, has_suspended_listings boolean)
          on conflict do nothing`);
      }),

    async listMarketplaces(connectionId) {
      const rows = await database.query<MarketplaceRow>(
        sql`select * from seller_marketplace where connection_id = ${connectionId} order by marketplace_id`,
      );
      const [first] = rows;
      return first && { readAt: first.read_at, marketplaces: rows.map(marketplaceOf) };
    },
  };
}

/** Lets scheduled work go on, on a person's word; returns the code of what had stopped it. */
export async function removeStop(
  session: Session,
  connectionId: ConnectionId,
  at: UtcInstant,
): Promise<string | undefined> {
  await session.query(sql`update connection set mended_at = ${at} where id = ${connectionId}`);
  const [removed] = await session.query<{ problem: ProblemFacts }>(
    sql`delete from connection_stop where connection_id = ${connectionId} returning problem`,
  );
  return removed?.problem.code;
}

/** Waits for an update that is under way, so that neither misses the other. */
async function isMendedSince(session: Session, connectionId: ConnectionId, since: UtcInstant): Promise<boolean> {
  const [row] = await session.query<{ is_mended: boolean | null }>(
    sql`select mended_at > ${since} as is_mended from connection where id = ${connectionId} for share`,
  );
  return row?.is_mended ?? false;
}

function subjectOf(connectionId: ConnectionId): `connection/${string}` {
  return `connection/${connectionId}`;
}

function marketplaceOf(row: MarketplaceRow): SellerMarketplace {
  return {
    marketplaceId: row.marketplace_id,
    name: row.name,
    country: row.country,
    currency: row.currency,
    timeZone: row.time_zone,
    isParticipating: row.is_participating,
    hasSuspendedListings: row.has_suspended_listings,
  };
}
