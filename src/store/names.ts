import { Client, type ClientConfig } from 'pg';
import { DATABASE_USER, readPassword } from './embedded/data-directory.ts';
import { findCluster } from './embedded/home.ts';
import { findServer } from './embedded/server.ts';
import type { ProcessTable } from './processes.ts';

export interface NamesWanted {
  readonly databaseUrl?: string | undefined;
  readonly home: string;
  /** In the embedded server; default `seller_ledger`. */
  readonly databaseName?: string | undefined;
  readonly processes: ProcessTable;
  readonly kind: 'connection' | 'settlement' | 'entry';
  /** Only names that begin with it. */
  readonly beginning: string;
  readonly countMax: number;
}

/** Somebody holds the tab key. */
const WAIT_MS_MAX = 1_000;

const QUERIES: Readonly<Record<NamesWanted['kind'], string>> = {
  connection: 'select name from connection where starts_with(name, $1) order by name limit $2',
  settlement:
    'select settlement_id as name from settlement where starts_with(settlement_id, $1) order by end_at desc limit $2',
  entry: 'select posting_key as name from entry where starts_with(posting_key, $1) order by updated_at desc limit $2',
};

/**
 * Names in the books, the newest first, for the completion of a command line. Looks only where a server answers at once: an
 * embedded one that does not run is not started, nothing is made or migrated, and then there are none.
 */
export async function readNames(wanted: NamesWanted): Promise<string[]> {
  const address = await addressOf(wanted);
  if (!address) return [];
  const client = new Client({
    ...address,
    application_name: 'seller-ledger completion',
    connectionTimeoutMillis: WAIT_MS_MAX,
    query_timeout: WAIT_MS_MAX,
  });
  // The query tells as well; without a listener a lost connection would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(QUERIES[wanted.kind], [wanted.beginning, wanted.countMax]);
    return rows.map(({ name }) => name);
  } catch {
    return [];
  } finally {
    await client.end().catch(() => {});
  }
}

async function addressOf({
  databaseUrl,
  home,
  databaseName,
  processes,
}: NamesWanted): Promise<ClientConfig | undefined> {
  if (databaseUrl) return { connectionString: databaseUrl };
  const cluster = await findCluster(home);
  const server = cluster === undefined ? undefined : await findServer(cluster, processes);
  if (cluster === undefined || !server?.isReady) return undefined;
  const password = await readPassword(cluster).catch(() => undefined);
  if (password === undefined) return undefined;
  const { host, port } = server;
  return { host, port, password, user: DATABASE_USER, database: databaseName ?? 'seller_ledger' };
}
