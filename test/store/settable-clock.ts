import { Client } from 'pg';
import type { Database } from '../../src/store/index.ts';

/** The clock of one database of the test server, as if somebody set it. */
export interface SettableClock {
  setAhead(ms: number): Promise<void>;
}

/**
 * For a database that nobody has connected to yet: every `now()` and `clock_timestamp()` of our statements and of the queue's own
 * functions is that of a schema that is looked through first.
 */
export async function settableClock({ pool }: Database): Promise<SettableClock> {
  const client = new Client({ ...pool.options, password: pool.options.password });
  await client.connect();
  try {
    await client.query(`
      create schema settable;
      create table settable.clock (ahead interval not null);
      insert into settable.clock values ('0');
      create function settable.clock_timestamp() returns timestamptz language sql volatile
        as 'select pg_catalog.clock_timestamp() + ahead from settable.clock';
      create function settable.now() returns timestamptz language sql stable
        as 'select pg_catalog.now() + ahead from settable.clock'`);
    await client.query(`alter database ${pool.options.database} set search_path = public, settable, pg_catalog`);
  } finally {
    await client.end();
  }
  return {
    setAhead: async (ms) =>
      void (await pool.query("update settable.clock set ahead = $1 * interval '1 millisecond'", [ms])),
  };
}
