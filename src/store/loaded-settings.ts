import { type Actor, type LoadedSettings, POSTING_WORKS, postingPaused, settingsOutdated } from '../app/index.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';

/**
 * Raises `SETTINGS_OUTDATED` (conflict) and `POSTING_PAUSED` (unavailable). The settings stay as they are until the commit: an
 * update of them waits, and then sees what was recorded. Call it before any record is locked, as whoever updates does.
 */
export async function assertStillLoaded(
  session: Session,
  { connection, since }: LoadedSettings,
  works: readonly string[] = POSTING_WORKS,
): Promise<void> {
  const { id, name } = connection;
  const [stored] = await session.query<{ settings: LoadedSettings['connection']['settings'] }>(
    sql`select settings from connection where id = ${id} for share`,
  );
  if (!stored || toJson(stored.settings) !== toJson(connection.settings)) throw settingsOutdated(name);
  if (since === undefined) return;
  const [pause] = await session.query<{ by: Actor; at: string; why: string }>(sql`
    select paused_by as by, paused_at as at, paused_why as why from schedule
    where connection_id = ${id} and work = any(${works}) and paused_at > ${since}
      and (paused_until is null or paused_until > clock_timestamp())
    order by paused_at limit 1`);
  if (pause) throw postingPaused(name, { by: pause.by.name, at: pause.at, why: pause.why });
}
