import type { ProblemFacts } from '../core/index.ts';
import type { UtcInstant } from './amazon-feeds.ts';
import type { Actor, ConnectionId } from './ports.ts';

/** SAP as a whole does not answer now: maintenance, or more requests than it takes. */
export interface SapAway {
  /** How long SAP asked us to wait; `null` when it named no time. */
  readonly retryAfterMs: number | null;
}

/** The time in which no process calls SAP for a connection. Amazon's side of it goes on. */
export interface SapPause {
  readonly connectionId: ConnectionId;
  /** What SAP said when it was looked at last. */
  readonly problem: ProblemFacts;
  /** When SAP was first found away. */
  readonly since: UtcInstant;
  /** SAP is not called before; after it, one look decides. */
  readonly until: UtcInstant;
  /** How often in a row SAP was found away, from 1. */
  readonly looks: number;
}

export interface PauseStore {
  /** `undefined` when there is none. One whose time is over stays until somebody has looked. */
  sapPauseOf(connectionId: ConnectionId): Promise<SapPause | undefined>;
  /** Begins a pause, or prolongs the one there is: `since` stays, the later `until` counts. Audit event. */
  pauseSap(
    connectionId: ConnectionId,
    pause: { readonly problem: ProblemFacts; readonly until: UtcInstant; readonly looks: number },
    actor: Actor,
  ): Promise<SapPause>;
  /** Says which pause it ended; `undefined` when there was none. Audit event. */
  endSapPause(connectionId: ConnectionId, actor: Actor, why: string): Promise<SapPause | undefined>;
}
