import type { ChainPlace, KeyHandOver, ProgressShare, Sha256 } from '../core/index.ts';
import type { Actor, JsonObject } from './ports.ts';

/**
 * What an event is about, by our own id. `buyers/all`: the buyers of all connections; `installation/…`: what holds for all of
 * them, such as settings, keys and backups.
 */
export type AuditSubject =
  | `connection/${string}`
  | `settlement/${string}`
  | `accrual/${string}`
  | `entry/${string}`
  | `deposit/${string}`
  | `job/${string}`
  | `user/${string}`
  | `installation/${string}`
  | 'buyers/all';

/**
 * `founding` has what was recorded before each connection had a chain of its own; `installation` what belongs to no connection,
 * the beginning of each other chain, and checkpoints; every other chain has the id of its connection as its name.
 */
export type AuditChain = string;

export interface AuditEvent {
  readonly chain: AuditChain;
  /** Counts the events of its chain, from 1. */
  readonly sequence: number;
  /** Counts the events of all chains in the order in which they were written. */
  readonly position: number;
  readonly at: string;
  readonly actor: Actor;
  readonly action: string;
  readonly subject: AuditSubject;
  readonly why: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Seal of the row of the subject after the change; absent where there is none. */
  readonly record?: string;
  /** Of the command, job or request in which it happened; absent in events of older programs. */
  readonly correlationId?: string;
  readonly previousHash: Sha256;
  readonly hash: Sha256;
}

/** An event exactly as it is chained: the hash is of the previous one and `text`. */
export interface ChainedEvent extends ChainPlace {
  readonly chain: AuditChain;
  readonly subject: AuditSubject;
  readonly text: string;
  readonly previousHash: Sha256;
}

/** One chain: from where its events are still here, and where it ends. */
export interface ChainExtent {
  readonly chain: AuditChain;
  /** What its first event here follows: event 0 and the hash of its beginning, or the last event that was archived. */
  readonly begin: ChainPlace;
  readonly end: ChainPlace;
}

export interface AuditVerification {
  readonly ok: boolean;
  /** How many events were looked at. */
  readonly eventCount: number;
  /** Those that are whole, up to the first that is not. */
  readonly chains: readonly ChainExtent[];
  /** The first event that was changed, removed or inserted. */
  readonly firstBroken: { readonly chain: AuditChain; readonly sequence: number; readonly says: string } | null;
}

export interface AuditLog {
  /**
   * For facts that change no state: a request made, a secret used, a download. It is in the chain of the connection that its
   * subject belongs to, or of `connectionId` where the subject does not tell.
   */
  record(event: {
    actor: Actor;
    action: string;
    subject: AuditSubject;
    why: string;
    after?: JsonObject;
    connectionId?: string;
  }): Promise<void>;
  /** The latest ones, oldest first, in the order in which they were written, whatever their chain; of one subject, or of several. */
  listEvents(filter?: {
    subject?: AuditSubject | readonly AuditSubject[];
    chain?: AuditChain;
    limit?: number;
  }): Promise<readonly AuditEvent[]>;
  /** Walks every chain, or only this one, and how they hang together. */
  verify(filter?: { chain?: AuditChain }): Promise<AuditVerification>;
  /** `founding` (where it has events) and `installation` first. */
  listChains(): Promise<readonly ChainExtent[]>;
  /** Events of one chain after this number, oldest first, at most so many. */
  listChainEvents(chain: AuditChain, after: number, limit: number): Promise<readonly ChainedEvent[]>;
  /**
   * Records where each chain ends, in the chain of the installation: who cuts a chain short, or takes one away, is found out by
   * it. Tells how many chains there are.
   */
  checkpoint(actor: Actor, why: string): Promise<{ readonly chains: number }>;
  /**
   * Removes the events of these chains up to these places, which are in the file with this digest; what stands for them, and by
   * whom and why they were removed, stays. Tells how many went.
   */
  archive(input: {
    readonly cuts: readonly (ChainPlace & { readonly chain: AuditChain })[];
    readonly fileSha256: Sha256;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<{ readonly events: number }>;
}

/** A record that is not as it was written. */
export interface AuditFault {
  readonly table: string;
  /** Its primary key. */
  readonly key: string;
  readonly says: string;
}

/** What of a table was looked at, and by what it is covered. */
export interface TableCoverage {
  readonly table: string;
  readonly rows: number;
  readonly by: readonly string[];
}

export interface EverythingVerification {
  readonly ok: boolean;
  readonly tables: readonly TableCoverage[];
  readonly faults: readonly AuditFault[];
}

/** Looks at every record, whatever it is about. */
export interface RecordVerifier {
  /** Names table and record of all that is not as it was written. Reads every byte, so it takes its time. */
  verifyEverything(onProgress?: (table: string, share: ProgressShare) => void): Promise<EverythingVerification>;
}

/** A key that signs, or signed, what the audit log of an installation came to. */
export interface AuditKey {
  /** From 1. */
  readonly number: number;
  /** Ed25519, DER (SPKI) in base64. */
  readonly publicKey: string;
  readonly since: string;
  /** `null`: it is the one in use. */
  readonly until: string | null;
  /** By the key before it; `null` for the first one, and where the key before it was lost. */
  readonly handOver: KeyHandOver | null;
}

/**
 * The key by which the installation signs what its audit log came to. It is made when it is first needed, which is an event.
 * All raise `VAULT_KEY_WRONG` (invalid).
 */
export interface AuditKeys {
  /** The one in use. */
  auditKey(): Promise<AuditKey>;
  /** All there have been, the first one first; none where none was needed yet. */
  listAuditKeys(): Promise<readonly AuditKey[]>;
  /**
   * The signature in base64 of the text, in UTF-8, that is written for this key. The key stays in use until it is signed: nothing
   * is signed by a key that was replaced.
   */
  signAudit(write: (publicKey: string) => string): Promise<{ readonly publicKey: string; readonly signature: string }>;
  /** Another key signs from now on, whose public part the one before it signed as its last. Waits for those who sign. */
  rotateAuditKey(actor: Actor, why: string): Promise<AuditKey>;
}
