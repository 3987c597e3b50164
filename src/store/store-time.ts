import type { Clock } from '../core/index.ts';
import { type Session, sql } from './sql.ts';

/** Reads the time of records and events, ISO 8601 UTC. */
export type ReadTime = (session: Session) => Promise<string>;

/**
 * The clock of the database: the one that all processes share. What one machine writes, another one compares with the
 * present (how long an outcome has been unknown), so neither may use a clock of its own.
 */
export const databaseTime: ReadTime = async (session) => {
  const [row] = await session.query<{ now: string }>(sql`select clock_timestamp() as now`);
  return row?.now ?? '';
};

/** Another clock, for runs in virtual time. */
export function timeOf(clock: Clock): ReadTime {
  return async () => new Date(clock.nowMs()).toISOString();
}
