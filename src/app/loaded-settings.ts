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

/** Whether whoever works on a connection has to end, because another process or other settings go on from here. */
export function endsWork({ code }: { readonly code: string }): boolean {
  return code === 'LEASE_LOST' || code === 'SETTINGS_OUTDATED';
}
