import type { Actor, LoadedSettings } from '../app/index.ts';
import { formatMinute, Problem } from '../core/index.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';

/** These works send entries; a pause of any of them stops a sync before the next one. */
const POSTING_WORKS = ['settlements', 'posting'];

/**
 * Raises `SETTINGS_OUTDATED` (conflict) and `POSTING_PAUSED` (unavailable). The settings stay as they are until the commit: an
 * update of them waits, and then sees what was recorded. Call it before any record is locked, as whoever updates does.
 */
export async function assertStillLoaded(session: Session, { connection, since }: LoadedSettings): Promise<void> {
  const { id, name } = connection;
  const [stored] = await session.query<{ settings: LoadedSettings['connection']['settings'] }>(
    sql`select settings from connection where id = ${id} for share`,
  );
  if (!stored || toJson(stored.settings) !== toJson(connection.settings)) throw outdated(name);
  if (since === undefined) return;
  const [pause] = await session.query<Pause>(sql`
    select paused_by as by, paused_at as at, paused_why as why from schedule
    where connection_id = ${id} and work = any(${POSTING_WORKS}) and paused_at > ${since}
      and (paused_until is null or paused_until > clock_timestamp())
    order by paused_at limit 1`);
  if (pause) throw paused(name, pause);
}

interface Pause {
  readonly by: Actor;
  readonly at: string;
  readonly why: string;
}

/** What was not sent stays as it is, for whoever reads the settings anew. */
function outdated(name: string): Problem {
  return new Problem({
    code: 'SETTINGS_OUTDATED',
    kind: 'conflict',
    says: `The settings of ${name} were changed after this work had read them, so it sends nothing more to SAP.`,
    next: `Nothing is lost, and a service goes on by itself with the new settings. At the command line: seller-ledger sync ${name}`,
    data: name,
  });
}

function paused(name: string, { by, at, why }: Pause): Problem {
  return new Problem({
    code: 'POSTING_PAUSED',
    kind: 'unavailable',
    says: `${by.name} paused the work of ${name} at ${formatMinute(at)} (${why}), so nothing more is sent to SAP.`,
    next: `What is approved waits. When the reason is gone: seller-ledger schedule resume ${name} --why TEXT`,
    data: name,
  });
}
