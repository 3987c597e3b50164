import type { AuditSubject, ConnectionId, PauseStore, SapPause } from '../app/index.ts';
import type { ProblemFacts } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { storableJson } from './feed-batches.ts';
import { problemToJson } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface PauseRow {
  readonly connection_id: ConnectionId;
  readonly problem: ProblemFacts;
  readonly since: string;
  readonly until: string;
  readonly looks: number;
}

export function pauseStore(database: Database, readTime: ReadTime): PauseStore {
  return {
    async sapPauseOf(connectionId) {
      const [row] = await database.query<PauseRow>(sql`select * from sap_pause where connection_id = ${connectionId}`);
      return row && pauseOf(row);
    },

    pauseSap: (connectionId, { problem, until, looks }, actor) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const [row] = await session.query<PauseRow>(sql`
          insert into sap_pause as known (connection_id, problem, since, until, looks)
          values (${connectionId}, ${storableJson(problemToJson(problem) ?? '')}, ${at}, ${until}, ${looks})
          on conflict (connection_id) do update set problem = excluded.problem, looks = excluded.looks,
            until = greatest(known.until, excluded.until)
          returning *`);
        const pause = pauseOf(row as PauseRow);
        const after = { code: problem.code, until: pause.until, looks };
        const fact = {
          actor,
          action: 'connection.sap-pause',
          subject: subjectOf(connectionId),
          why: problem.says,
          after,
        };
        await appendAuditEvent(session, fact, at);
        return pause;
      }),

    endSapPause: (connectionId, actor, why) =>
      database.transaction(async (session) => {
        const pause = await removePause(session, connectionId);
        if (!pause) return undefined;
        const before = { code: pause.problem.code, since: pause.since, until: pause.until, looks: pause.looks };
        const fact = { actor, action: 'connection.sap-resume', subject: subjectOf(connectionId), why, before };
        await appendAuditEvent(session, fact, await readTime(session));
        return pause;
      }),
  };
}

/** Without an event of its own: what removes it has one. */
export async function removePause(session: Session, connectionId: ConnectionId): Promise<SapPause | undefined> {
  const [row] = await session.query<PauseRow>(
    sql`delete from sap_pause where connection_id = ${connectionId} returning *`,
  );
  return row && pauseOf(row);
}

function subjectOf(connectionId: ConnectionId): AuditSubject {
  return `connection/${connectionId}`;
}

function pauseOf(row: PauseRow): SapPause {
  const { connection_id: connectionId, problem, since, until, looks } = row;
  return { connectionId, problem, since, until, looks };
}
