import { formatMinute, Problem } from '../core/index.ts';
import type { Connection } from './ports.ts';

/**
 * What whoever sends to SAP goes by: the settings that it has read, and since when it is at it. Looked at in the database
 * transaction that records the attempt, so that nothing leaves by settings that are not those any more.
 */
export interface LoadedSettings {
  readonly connection: Pick<Connection, 'id' | 'name' | 'settings'>;
  /** ISO 8601 UTC: a pause that a person began after this ends it; absent: pauses do not count. */
  readonly since?: string | undefined;
}

/** These works send entries; a pause of any of them stops a sync before the next one. */
export const POSTING_WORKS: readonly string[] = ['settlements', 'posting'];

export const SETTINGS_OUTDATED = 'SETTINGS_OUTDATED';

/** Whether whoever works on a connection has to end, because another process or other settings go on from here. */
export function endsWork({ code }: { readonly code: string }): boolean {
  return code === 'LEASE_LOST' || code === SETTINGS_OUTDATED;
}

/** `SETTINGS_OUTDATED` (conflict): what was not sent stays as it is, for whoever reads the settings anew. */
export function settingsOutdated(name: string): Problem {
  return new Problem({
    code: SETTINGS_OUTDATED,
    kind: 'conflict',
    says: `The settings of ${name} were changed after this work had read them, so it sends nothing more to SAP.`,
    next: `Nothing is lost, and a service goes on by itself with the new settings. At the command line: seller-ledger sync ${name}`,
    data: name,
  });
}

/** `POSTING_PAUSED` (unavailable): a person paused it while it was done. */
export function postingPaused(
  name: string,
  pause: { readonly by: string; readonly at: string; readonly why: string },
): Problem {
  return new Problem({
    code: 'POSTING_PAUSED',
    kind: 'unavailable',
    says: `${pause.by} paused the work of ${name} at ${formatMinute(pause.at)} (${pause.why}), so nothing more is sent to SAP.`,
    next: `What is approved waits. When the reason is gone: seller-ledger schedule resume ${name} --why TEXT`,
    data: name,
  });
}
