import type { Actor, SettlementKey, SettlementState, TakeBack, TakeBackDecision, TakeBackStore } from '../app/index.ts';
import type { LocalDate } from '../core/index.ts';
import type { PostingKey } from '../ledger/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { stateMoved } from './moves.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface DecisionRow {
  readonly settlement_key: SettlementKey;
  readonly outcome: TakeBackDecision['outcome'];
  readonly reversal_reason: string;
  readonly posting_date: LocalDate | null;
  readonly reversed_keys: readonly PostingKey[];
  readonly why: string;
  readonly actor_kind: Actor['kind'];
  readonly actor_name: string;
}

export function takeBackStore(database: Database, readTime: ReadTime): TakeBackStore {
  return {
    decideTakeBack: ({ settlementKey, decision, actor, why }) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const proposalId = await lockProposal(session, settlementKey);
        const [earlier] = await session.query<DecisionRow>(sql`
          delete from take_back where proposal_id = ${proposalId} returning *`);
        if (decision) await insertDecision(session, { proposalId, decision, actor, why, at });
        else if (!earlier) return;
        await appendAuditEvent(
          session,
          {
            actor,
            action: decision ? `settlement.take-back-${decision.outcome}` : 'settlement.take-back-dropped',
            subject: `settlement/${settlementKey}`,
            why,
            before: earlier ? { ...decisionOf(earlier) } : null,
            after: decision && { ...decision },
          },
          at,
        );
      }),

    async listTakeBacks(connectionId) {
      const rows = await database.query<DecisionRow>(sql`
        select t.*, p.settlement_key from take_back t
        join proposal p on p.id = t.proposal_id and p.replaced_at is null
        join settlement s on s.key = p.settlement_key
        where s.connection_id = ${connectionId}
        order by t.decided_at, t.proposal_id`);
      return rows.map(
        (row): TakeBack => ({
          settlementKey: row.settlement_key,
          decision: decisionOf(row),
          actor: { kind: row.actor_kind, name: row.actor_name },
          why: row.why,
        }),
      );
    },
  };
}

/** The lock keeps the proposal from being replaced before the decision about it can be seen. */
async function lockProposal(session: Session, key: SettlementKey): Promise<bigint> {
  const [settlement] = await session.query<{ state: SettlementState }>(
    sql`select state from settlement where key = ${key} for update`,
  );
  const [proposal] = await session.query<{ id: bigint }>(
    sql`select id from proposal where settlement_key = ${key} and replaced_at is null`,
  );
  if (settlement?.state === 'proposed' && proposal) return proposal.id;
  throw stateMoved({
    subject: 'settlement',
    ref: key,
    expected: 'proposed',
    actual: settlement?.state ?? 'not there',
  });
}

async function insertDecision(
  session: Session,
  taken: { proposalId: bigint; decision: TakeBackDecision; actor: Actor; why: string; at: string },
): Promise<void> {
  const { proposalId, decision, actor, why, at } = taken;
  const again = decision.outcome === 'propose-again' ? decision : null;
  const left = decision.outcome === 'leave' ? toJson(decision.reversedKeys) : null;
  await session.query(sql`
    insert into take_back (proposal_id, outcome, reversal_reason, posting_date, reversed_keys, why, actor_kind,
      actor_name, decided_at)
    values (${proposalId}, ${decision.outcome}, ${again?.reason ?? null}, ${again?.postingDate ?? null}, ${left}, ${why},
      ${actor.kind}, ${actor.name}, ${at})`);
}

function decisionOf(row: DecisionRow): TakeBackDecision {
  return row.outcome === 'leave'
    ? { outcome: 'leave', reversedKeys: row.reversed_keys }
    : { outcome: 'propose-again', reason: row.reversal_reason, postingDate: row.posting_date };
}
