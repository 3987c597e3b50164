import type { Pool, PoolClient, QueryConfig } from 'pg';
import { databaseProblem } from './database-problem.ts';

/** A statement with its values kept apart from its text. Made only by {@link sql}. */
export interface Sql {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

/** Tagged template for one statement. A value becomes a parameter; a nested `sql` becomes part of the statement. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return { strings, values };
}

/** Where statements run: directly on the database, or inside one database transaction. */
export interface Session {
  query<Row extends object>(statement: Sql): Promise<readonly Row[]>;
}

/** Which part of a list is wanted. */
export interface ListPart {
  readonly limit?: number;
  readonly skip?: number;
  /** The end of the statement in place of both: order and limit of whoever reads a list part by part. */
  readonly end?: Sql;
}

/** All of the conditions that are given. */
export function allOf(conditions: readonly (Sql | undefined)[]): Sql {
  return conditions.reduce<Sql>((all, each) => (each ? sql`${all} and ${each}` : all), sql`true`);
}

/** The end of a list's statement: all in their usual order, or a part of them in the order of the newest first. */
export function orderOf(part: ListPart, orders: { usual: Sql; newestFirst: Sql }): Sql {
  if (part.end) return part.end;
  return part.limit === undefined
    ? sql`order by ${orders.usual}`
    : sql`order by ${orders.newestFirst} limit ${part.limit} offset ${part.skip ?? 0}`;
}

// Only the types whose default reading by `pg` would lose something: a day would become a moment in the local time zone.
const OID_INT8 = 20;
const OID_DATE = 1082;
const OID_TIMESTAMPTZ = 1184;
const OID_BYTEA = 17;
const OID_JSON = 114;
const OID_INT4 = 23;
const OID_BOOL = 16;
const OID_INT4_ARRAY = 1007;

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [OID_INT8, (text) => BigInt(text)],
  [OID_INT4, (text) => Number(text)],
  [OID_BOOL, (text) => text === 't'],
  [OID_DATE, (text) => text],
  [OID_TIMESTAMPTZ, (text) => new Date(text).toISOString()],
  [OID_BYTEA, (text) => Buffer.from(text.slice(2), 'hex')],
  [OID_JSON, (text) => JSON.parse(text)],
  [OID_INT4_ARRAY, (text) => JSON.parse(`[${text.slice(1, -1)}]`)],
]);

const types = { getTypeParser: (oid: number) => PARSERS.get(oid) ?? ((text: string) => text) };

function toQuery(statement: Sql): QueryConfig {
  const values: unknown[] = [];
  const render = ({ strings, values: parts }: Sql): string =>
    strings.reduce((text, string, index) => {
      const part = parts[index - 1];
      if (isSql(part)) return text + render(part) + string;
      return `${text}$${values.push(part)}${string}`;
    });
  const text = render(statement);
  // `pg` types getTypeParser for its built-in list only; any function from text is accepted.
  return { text, values, types: types as unknown as NonNullable<QueryConfig['types']> };
}

function isSql(part: unknown): part is Sql {
  return typeof part === 'object' && part !== null && 'strings' in part && 'values' in part;
}

/**
 * Runs statements on a connection. 64-bit numbers come back as `bigint`, days as `YYYY-MM-DD`, moments as ISO 8601 UTC,
 * bytes as `Buffer`. Raises a problem for what an operator can act on; other database errors pass through.
 */
export function sessionOn(connection: Pool | PoolClient): Session {
  return {
    async query<Row extends object>(statement: Sql) {
      try {
        return (await connection.query<Row>(toQuery(statement))).rows;
      } catch (error) {
        throw databaseProblem(error);
      }
    },
  };
}

const BEGIN_SNAPSHOT = 'begin isolation level repeatable read read only';

/**
 * A process that stands still in the middle of a database transaction would keep its locks, and others could not go on with
 * its work. The server undoes it after a minute without a statement; a limit that the server has of its own stands.
 */
const BEGIN_WRITING = `
  begin;
  select set_config('idle_in_transaction_session_timeout', '60s', true)
  where current_setting('idle_in_transaction_session_timeout') = '0'`;

/** Commits what `work` did when it returns, and undoes all of it when it throws. */
export function runTransaction<Result>(
  pool: Pool,
  work: (session: Session) => Promise<Result>,
  mode: 'read write' | 'one snapshot' = 'read write',
): Promise<Result> {
  const begin = mode === 'one snapshot' ? BEGIN_SNAPSHOT : BEGIN_WRITING;
  return runOnClient(pool, begin, (client) => work(sessionOn(client)));
}

/** The same for what needs the client itself, begun by a statement of the caller. */
export async function runOnClient<Result>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseProblem(error);
  });
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw databaseProblem(error);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
