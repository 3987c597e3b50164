import type { UtcInstant } from './amazon-feeds.ts';
import type { Actor, ConnectionId } from './ports.ts';

/** What may be known of a secret. */
export interface StoredSecret {
  readonly name: string;
  /** `null`: by a program that did not note it. */
  readonly storedAt: UtcInstant | null;
  readonly ageDays: number | null;
}

/** Secrets one by one. They are written and never shown. */
export interface SecretStore {
  listSecrets(id: ConnectionId): Promise<readonly StoredSecret[]>;
  /**
   * Replaces one secret, or adds it. Like an update of the settings it lets a connection go on that was stopped. Says whether there
   * was one of that name, and the code of what had stopped the connection.
   */
  setSecret(
    id: ConnectionId,
    secret: { readonly name: string; readonly value: string },
    actor: Actor,
    why: string,
  ): Promise<{ readonly wasStored: boolean; readonly resumedFrom: string | null }>;
}
