import type { LocalDate, Sha256 } from '../../core/index.ts';
import type { SettlementHeader, SettlementReading } from '../../mapping/index.ts';
import type { SettlementState } from '../life-cycle.ts';
import type { Actor, ConnectionId, EntryId, SettlementKey, SettlementRecord, Withdraws } from '../ports.ts';

/**
 * What became of a file of a settlement. `waiting`: nobody has decided yet. `left-out`: kept as evidence only. `wanted`: it is
 * to take the place of the one that is used. `used`: the settlement is read from it. `replaced`: it was, until another took its
 * place.
 */
export type SettlementFileState = 'waiting' | 'left-out' | 'wanted' | 'used' | 'replaced';

/** One of the files that came for a settlement. */
export interface SettlementFile {
  readonly settlementKey: SettlementKey;
  readonly sha256: Sha256;
  readonly state: SettlementFileState;
  /** Digest of what it says after decompression; `null` of an only file, of which nobody has asked. */
  readonly contentSha256: Sha256 | null;
  readonly header: SettlementHeader;
  readonly lineCount: number;
  readonly receivedAt: string;
  /** Where its bytes came from: `amazon:report-document:…` or `file:…`, one for each delivery. */
  readonly origins: readonly string[];
  /** The last one about it; `null` before there is one. */
  readonly decision: SettlementFileDecision | null;
}

export interface SettlementFileDecision {
  readonly actor: Actor;
  readonly why: string;
  readonly at: string;
  /** How booked entries are reversed before a wanted file takes the place of the one that is used. */
  readonly reason: string | null;
  readonly postingDate: LocalDate | null;
}

export interface ReplaceFileInput {
  readonly key: SettlementKey;
  /** The state in which the settlement is expected. It becomes `received`. */
  readonly from: SettlementState;
  /** A file that is `wanted`. */
  readonly sha256: Sha256;
  readonly actor: Actor;
  readonly why: string;
  /** As in `moveSettlement`. */
  readonly withdraws: Withdraws;
}

/** The files of settlements that came more than once. Nothing of them is ever deleted. */
export interface SettlementFileStore {
  /** Keeps another file of a settlement as `waiting`, with its audit event. Recording it again changes nothing. */
  recordSettlementFile(input: {
    readonly key: SettlementKey;
    /** Of the file that the settlement uses now. */
    readonly usedContentSha256: Sha256;
    readonly sha256: Sha256;
    readonly contentSha256: Sha256;
    readonly reading: SettlementReading;
    readonly actor: Actor;
  }): Promise<SettlementFile>;
  /** All of them in the order in which they came; of a settlement that came once its only one, which is `used`. */
  listSettlementFiles(key: SettlementKey): Promise<readonly SettlementFile[]>;
  /** Those of a connection in one of these states, in the order in which they came. */
  listFilesIn(connectionId: ConnectionId, states: readonly SettlementFileState[]): Promise<readonly SettlementFile[]>;
  /**
   * Decides about a file that is not used, with its audit event. One that was wanted before becomes `waiting`. Raises
   * `STATE_MOVED` (conflict) when it is used.
   */
  decideSettlementFile(input: {
    readonly key: SettlementKey;
    readonly sha256: Sha256;
    readonly to: 'left-out' | 'wanted' | 'waiting';
    readonly reason?: string | null;
    readonly postingDate?: LocalDate | null;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<SettlementFile>;
  /**
   * The wanted file takes the place of the one that is used, and the settlement starts over from it, all in one database
   * transaction with its audit event. Raises `STATE_MOVED` and, as `moveSettlement` does, `PROPOSAL_FROZEN` (conflict).
   */
  replaceSettlementFile(input: ReplaceFileInput): Promise<SettlementRecord>;
  /** The file that the proposal of an entry was made from. */
  fileOfEntry(id: EntryId): Promise<Sha256>;
}
