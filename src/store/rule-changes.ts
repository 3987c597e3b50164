import type { Actor, AuditSubject, Connection, JsonObject, RuleChangeStore } from '../app/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** Of the section `posting`: what says who approves. */
export const APPROVAL_MEMBERS = ['approval', 'automaticUpTo', 'fourEyesAbove', 'approverNot'] as const;

/** Changes of the settings that say who approves, and who else accepted them. */
export function ruleChangeStore(database: Database, readTime: ReadTime): RuleChangeStore {
  return {
    listRuleChanges: async (connectionId) => {
      const rows = await database.query<{
        sequence: bigint;
        before: JsonObject;
        person: string;
        why: string;
        at: string;
      }>(sql`
        select sequence, before::json as before, person, why, at from approval_rule_change c
        where connection_id = ${connectionId}
          and not exists (select from approval_rule_acceptance a where a.change_sequence = c.sequence)
        order by sequence`);
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
    },

    acceptRuleChanges: ({ connectionId, sequences, actor, why }) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const accepted = await session.query<{ sequence: bigint }>(sql`
          insert into approval_rule_acceptance (change_sequence, person, why, at)
          select sequence, ${actor.name.trim()}, ${why}, ${at}::timestamptz from approval_rule_change
          where connection_id = ${connectionId} and sequence = any(${sequences}::bigint[])
          on conflict (change_sequence) do nothing
          returning change_sequence as sequence`);
        if (accepted.length === 0) return;
        const subject: AuditSubject = `connection/${connectionId}`;
        const after = { accepted: accepted.map(({ sequence }) => Number(sequence)) };
        await appendAuditEvent(session, { actor, action: 'connection.rules-accepted', subject, why, after }, at);
      }),
  };
}

/** Puts on record what held before, when an update changes who approves. */
export async function recordRuleChange(
  session: Session,
  change: {
    readonly before: Connection;
    readonly after: Connection;
    readonly actor: Actor;
    readonly why: string;
    readonly at: string;
  },
): Promise<void> {
  const { actor, why, at } = change;
  const before = approvalPartOf(change.before);
  await session.query(sql`
    insert into approval_rule_change (connection_id, before, person, why, at)
    select ${change.before.id}::uuid, ${toJson(before)}::jsonb, ${actor.name.trim()}, ${why}, ${at}::timestamptz
    where ${toJson(before)}::jsonb <> ${toJson(approvalPartOf(change.after))}::jsonb`);
}

function approvalPartOf({ settings }: Connection): JsonObject {
  const posting = (settings.posting ?? {}) as JsonObject;
  return Object.fromEntries(
    APPROVAL_MEMBERS.flatMap((name) => {
      const value = posting[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
