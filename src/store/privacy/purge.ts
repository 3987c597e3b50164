import type { Actor, BuyerPurge, LeftPartner, PurgedConnection } from '../../app/index.ts';
import { appendAuditEvent } from '../audit.ts';
import { type Session, sql } from '../sql.ts';

interface PurgeRow {
  readonly connection_name: string;
  readonly removed: number;
  readonly held: number;
  readonly kept: number;
  readonly oldest_due_at: string | null;
  readonly next_due_at: string | null;
}

interface PartnerRow {
  readonly connection_name: string;
  readonly sap_system: string;
  readonly reference: string;
  readonly partner_number: string;
}

export interface PurgeOptions {
  readonly actor: Actor;
  readonly at: string;
  readonly isDryRun: boolean;
  /** Also where nothing was due, as proof that it ran. */
  readonly isRecordedAlways: boolean;
  /** How many partners are named one by one. */
  readonly partnersMax: number;
}

/** Who stores and who deletes meet at the same rows in any order, and would wait for each other for good. */
export async function lockBuyers(session: Session): Promise<void> {
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended('buyers', 0))`);
}

/** Counts first, then removes exactly what was counted: nobody else writes buyers meanwhile. */
export async function purgeDueBuyers(session: Session, options: PurgeOptions): Promise<BuyerPurge> {
  const { actor, at, isDryRun, partnersMax } = options;
  await lockBuyers(session);
  const connections = await countBuyers(session, at);
  const partners = await partnersOfDue(session, at);
  const count = sum(connections, ({ removedCount }) => removedCount);
  if (!isDryRun && count > 0) {
    await session.query(sql`
      delete from order_buyer where delete_after <= ${at} and not is_held(connection_id, order_id, true, ${at})`);
  }
  if (!isDryRun && (count > 0 || options.isRecordedAlways)) {
    const after = {
      count,
      held: sum(connections, ({ heldCount }) => heldCount),
      kept: sum(connections, ({ keptCount }) => keptCount),
      partners: partners.length,
      oldestDueAt: connections.flatMap(({ oldestDueAt }) => oldestDueAt ?? []).sort()[0] ?? null,
      connections: Object.fromEntries(
        connections
          .filter(({ removedCount, heldCount }) => removedCount + heldCount > 0)
          .map(({ connectionName, removedCount, heldCount }) => [connectionName, [removedCount, heldCount]]),
      ),
    };
    const why = 'the time for which buyers are kept is over';
    await appendAuditEvent(session, { actor, action: 'buyer.purge', subject: 'buyers/all', why, after }, at);
  }
  return { at, isDryRun, connections, partners: partners.slice(0, partnersMax), partnerCount: partners.length };
}

async function countBuyers(session: Session, at: string): Promise<readonly PurgedConnection[]> {
  const rows = await session.query<PurgeRow>(sql`
    select c.name as connection_name,
      count(*) filter (where b.is_due and not b.is_held)::integer as removed,
      count(*) filter (where b.is_due and b.is_held)::integer as held,
      count(*) filter (where not b.is_due)::integer as kept,
      min(b.delete_after) filter (where b.is_due and not b.is_held) as oldest_due_at,
      min(b.delete_after) filter (where not b.is_due) as next_due_at
    from connection c join (
      select connection_id, delete_after, delete_after <= ${at} as is_due,
        delete_after <= ${at} and is_held(connection_id, order_id, true, ${at}) as is_held
      from order_buyer) b on b.connection_id = c.id
    group by c.name order by c.name`);
  return rows.map((row) => ({
    connectionName: row.connection_name,
    removedCount: row.removed,
    heldCount: row.held,
    keptCount: row.kept,
    oldestDueAt: row.oldest_due_at,
    nextDueAt: row.next_due_at,
  }));
}

async function partnersOfDue(session: Session, at: string): Promise<readonly LeftPartner[]> {
  const rows = await session.query<PartnerRow>(sql`
    select c.name as connection_name, k.sap_system, k.reference, k.partner_number
    from order_buyer b
    join customer k on k.connection_id = b.connection_id and k.kind = 'buyer' and k.reference = b.order_id
      and k.partner_number is not null
    join connection c on c.id = b.connection_id
    where b.delete_after <= ${at} and not is_held(b.connection_id, b.order_id, true, ${at})
    order by c.name, k.reference`);
  return rows.map(partnerOf);
}

export function partnerOf(row: PartnerRow): LeftPartner {
  return {
    connectionName: row.connection_name,
    sapSystem: row.sap_system,
    orderId: row.reference,
    partnerNumber: row.partner_number,
  };
}

function sum<Item>(items: readonly Item[], countOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + countOf(item), 0);
}
