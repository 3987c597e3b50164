import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { assertServerSessions } from './server-sessions.ts';

/** A pool whose clients get their sessions from a server or a pooler. `sessionFor` is asked at each statement. */
function poolOf(sessionFor: (client: number, holders: Set<number>) => number) {
  let clients = 0;
  let inUse = 0;
  const holders = new Set<number>();
  const connect = async () => {
    clients += 1;
    inUse += 1;
    const client = clients;
    return {
      query: async (text: string) => {
        if (text === 'begin') holders.add(client);
        if (text === 'rollback') holders.delete(client);
        return { rows: [{ pid: sessionFor(client, holders) }] };
      },
      release: () => {
        inUse -= 1;
      },
    };
  };
  return { pool: { connect } as unknown as Pool, inUse: () => inUse };
}

describe('DATABASE_POOLED', () => {
  it('is raised when the server sessions go from client to client', async () => {
    // The last session that became free is handed out first; one that is in a transaction stays with its client.
    const pooled = poolOf((client, holders) => (holders.size > 0 && !holders.has(client) ? 2 : 1));
    await expect(assertServerSessions(pooled.pool)).rejects.toMatchObject({ code: 'DATABASE_POOLED' });
    expect(pooled.inUse()).toBe(0);
  });

  it('control: is not raised when each client has a session of its own', async () => {
    const direct = poolOf((client) => client);
    await assertServerSessions(direct.pool);
    expect(direct.inUse()).toBe(0);
  });
});
