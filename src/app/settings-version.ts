import { Problem, sha256Of } from '../core/index.ts';
import type { AuditLog } from './audit-log.ts';
import type { Connection } from './ports.ts';

/** Among so many events of a connection its last update is looked for. */
const EVENTS_MAX = 1_000;

/** Names the settings of a connection as they are stored, so that whoever changes them can say which ones they have seen. */
export function settingsVersionOf({ settings }: Pick<Connection, 'settings'>): string {
  return sha256Of(JSON.stringify(settings));
}

/** Raises `CONNECTION_MOVED` (conflict) where the settings are not those of this version any more, with who changed them and why. */
export async function assertSettingsAre(
  books: Pick<AuditLog, 'listEvents'>,
  connection: Connection,
  version: string,
): Promise<void> {
  if (settingsVersionOf(connection) === version) return;
  const events = await books.listEvents({ subject: `connection/${connection.id}`, limit: EVENTS_MAX });
  const last = events.findLast(({ action }) => action === 'connection.update');
  const by = last ? ` by ${last.actor.name} at ${last.at.slice(0, 16).replace('T', ' ')} UTC (${last.why})` : '';
  throw new Problem({
    code: 'CONNECTION_MOVED',
    kind: 'conflict',
    says: `The settings of ${connection.name} were changed meanwhile${by}.`,
    next: 'Look at what they are now, and make your change from there. Nothing of yours was stored.',
    data: connection.name,
  });
}
