import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Pool, type PoolClient } from 'pg';

/** Between one word to the server and the next: what was given up may try once more to write down how it ended. */
const AGAIN_MS = 1_000;

/**
 * The statements that a process has under way, so that whoever stops it need not wait for one that waits itself, for a lock that
 * somebody holds or for a table of millions of rows.
 */
export class StatementsUnderWay {
  readonly #pool: Pool;
  readonly #busy = new Set<PoolClient>();

  constructor(pool: Pool) {
    this.#pool = pool;
    pool.on('acquire', (client) => this.#busy.add(client));
    pool.on('release', (_error, client) => this.#busy.delete(client));
  }

  /**
   * Waits for `work`; from `patienceMs` on the server is told every second to give up what this process has under way. Each such
   * statement fails with `DATABASE_STATEMENT_CUT` (unavailable), and its database transaction is undone. Answers whether it was.
   */
  async cutFor(work: Promise<unknown>, patienceMs: number): Promise<boolean> {
    const ended = new AbortController();
    const hasEnded = work.then(
      () => ended.abort(),
      () => ended.abort(),
    );
    let isCut = false;
    for (let waitMs = patienceMs; ; waitMs = AGAIN_MS) {
      await Promise.race([hasEnded, sleep(waitMs, undefined, { signal: ended.signal }).catch(() => {})]);
      if (ended.signal.aborted) break;
      isCut = true;
      // A server that is away has nothing under way either.
      await this.#cut().catch(() => {});
    }
    await work;
    return isCut;
  }

  async #cut(): Promise<void> {
    const processes = [...this.#busy].map((client) => (client as unknown as { processID: number | null }).processID);
    // All of the pool's own clients may be in use. The password is not among the members that a copy takes along.
    const { options } = this.#pool;
    const client = new Client({ ...options, password: options.password });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select pg_cancel_backend(pid) from unnest($1::int[]) as pid', [
        processes.filter((pid) => pid !== null),
      ]);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
