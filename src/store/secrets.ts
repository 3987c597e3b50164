import type { ConnectionId, SecretStore } from '../app/index.ts';
import { DAY_MS } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import { removeStop } from './connection-watch.ts';
import { putSecrets } from './connections.ts';
import type { Database } from './database.ts';
import { removePause } from './sap-pauses.ts';
import { sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';
import type { Vault } from './vault.ts';

/** On the same database as the books. */
export function createSecretStore(database: Database, vault: Vault, readTime: ReadTime = databaseTime): SecretStore {
  return {
    async listSecrets(id: ConnectionId) {
      const rows = await database.query<{ name: string; stored_at: string | null }>(
        sql`select name, stored_at from secret where connection_id = ${id} order by name`,
      );
      const nowMs = Date.parse(await readTime(database));
      return rows.map(({ name, stored_at: storedAt }) => ({
        name,
        storedAt,
        ageDays: storedAt === null ? null : Math.max(0, Math.floor((nowMs - Date.parse(storedAt)) / DAY_MS)),
      }));
    },

    setSecret: (id, { name, value }, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const known = await session.query(sql`select from secret where connection_id = ${id} and name = ${name}`);
        await putSecrets(session, { vault, id, secrets: { [name]: value }, at });
        const resumedFrom = (await removeStop(session, id, at)) ?? null;
        const endedPause = await removePause(session, id);
        const wasStored = known.length > 0;
        const after = { secretName: name, wasStored, resumedFrom, endedPause: endedPause?.problem.code ?? null };
        const subject = `connection/${id}` as const;
        await appendAuditEvent(session, { actor, action: 'secret.set', subject, why, after }, at);
        return { wasStored, resumedFrom };
      }),
  };
}
