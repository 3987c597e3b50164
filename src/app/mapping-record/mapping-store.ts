import type { LocalDate, Sha256 } from '../../core/index.ts';
import type { Actor, ConnectionId } from '../ports.ts';

/** One version of a connection's account table, as it was recorded. It never changes. */
export interface MappingVersion {
  readonly connectionId: ConnectionId;
  /** Counts from 1. */
  readonly number: number;
  /** What its source was called, for example the file. */
  readonly name: string;
  readonly sha256: Sha256;
  /** The first posting date for which its changes hold; `null`: for all that is not booked yet. */
  readonly validFrom: LocalDate | null;
  readonly author: Actor;
  readonly reason: string;
  readonly recordedAt: string;
  /** `null` while it waits for somebody else's approval: then nothing is booked by it. */
  readonly approval: MappingApproval | null;
}

export interface MappingApproval {
  readonly actor: Actor;
  readonly reason: string;
  readonly at: string;
}

/** A version with the table as it was given, word for word. */
export interface MappingVersionText extends MappingVersion {
  readonly text: string;
}

export interface MappingToRecord {
  readonly connectionId: ConnectionId;
  /** The newest version that the author has seen; 0 when there is none. */
  readonly after: number;
  readonly name: string;
  readonly text: string;
  readonly validFrom: LocalDate | null;
  readonly author: Actor;
  readonly reason: string;
  /** It is approved with that, by its author. */
  readonly isApproved: boolean;
  /** Rows added, removed and changed, for the audit log. */
  readonly changes: { readonly added: number; readonly removed: number; readonly changed: number };
}

export interface MappingStore {
  /**
   * Records the next version with its audit event. Raises `MAPPING_MOVED` (conflict) when a version was recorded that the
   * author has not seen.
   */
  recordMapping(input: MappingToRecord): Promise<MappingVersion>;
  /** The oldest first. */
  listMappings(connectionId: ConnectionId): Promise<readonly MappingVersion[]>;
  /** `undefined` when there is no such version. */
  findMapping(connectionId: ConnectionId, number: number): Promise<MappingVersionText | undefined>;
  /** The newest approved version: the one that is booked by. `undefined` before there is one. */
  findMappingInUse(connectionId: ConnectionId): Promise<MappingVersionText | undefined>;
  /** Approves a version that waits, with its audit event. Raises `MAPPING_MOVED` (conflict) when it does not wait any more. */
  approveMapping(input: {
    connectionId: ConnectionId;
    number: number;
    actor: Actor;
    reason: string;
  }): Promise<MappingVersion>;
}
