import type { LocalDate, ProblemFacts, Sha256 } from '../core/index.ts';
import type { CompanyCode, JournalEntry, PostingKey, Proof } from '../ledger/index.ts';
import type {
  QuarantineItem,
  SettledOrder,
  SettlementHeader,
  SettlementId,
  SettlementReading,
} from '../mapping/index.ts';
import type { AccrualStore } from './accrual-store.ts';
import type { ModelPeriod, OrdersModelStore } from './accruals/orders-model.ts';
import type { ApprovalStore } from './approvals/approval-store.ts';
import type { RuleChangeStore } from './approvals/rule-changes.ts';
import type { AuditKeys, AuditLog, RecordVerifier } from './audit-log.ts';
import type { SettlementFileStore } from './corrections/file-store.ts';
import type { DrillDownStore } from './drill-down/drill-down-store.ts';
import type { ExchangeRecord, SapDocumentKey, SapMessage } from './general-ledger.ts';
import type { InstallationStore } from './installation-store.ts';
import type { EntryState, SettlementState } from './life-cycle.ts';
import type { ListStore } from './lists/list-store.ts';
import type { LoadedSettings } from './loaded-settings.ts';
import type { MappingStore } from './mapping-record/mapping-store.ts';
import type { EntryOrigin, OriginKey } from './origin.ts';
import type { ClosedMonths, PeriodStore } from './periods/period-store.ts';
import type { ReportEvidenceStore } from './reports/evidence-store.ts';
import type { ReversalStore, ReversingDocument } from './reversal-store.ts';
import type { PauseStore } from './sap-stores.ts';
import type { SapSystemMove } from './sap-system-move.ts';
import type { ScheduleStore } from './schedule/schedule-store.ts';
import type { TakeBackStore } from './take-back-store.ts';

export * from './accrual-store.ts';
export * from './approvals/approval-store.ts';
export * from './audit-log.ts';
export * from './corrections/file-store.ts';
export * from './drill-down/drill-down-store.ts';
export * from './general-ledger.ts';
export * from './installation-store.ts';
export * from './lists/list-store.ts';
export * from './mapping-record/mapping-store.ts';
export * from './origin.ts';
export * from './periods/period-store.ts';
export * from './reversal-store.ts';
export * from './sap-stores.ts';
export * from './take-back-store.ts';

// ---------------------------------------------------------------------------------------------------------- Amazon

/** A settlement report as Amazon lists it. The same document may be listed under several reports and marketplaces. */
export interface SettlementReportListing {
  readonly reportId: string;
  readonly reportDocumentId: string;
  readonly createdAt: string;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly marketplaceIds: readonly string[];
}

export interface ReportDownload {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly contentType: string | null;
  /** Response headers worth keeping as evidence; never a signed address or a token. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads from one seller account. Nothing here changes anything at Amazon. */
export interface SettlementReports {
  /** All finished settlement reports created since then, every page; `null`: as far back as Amazon keeps them, 89 days. */
  list(createdSince: string | null): AsyncIterable<SettlementReportListing>;
  /** Opens the document's bytes as Amazon delivers them, usually gzip. */
  download(reportDocumentId: string): Promise<ReportDownload>;
}

// ----------------------------------------------------------------------------------------------------------- Store

export interface Actor {
  readonly kind: 'user' | 'system';
  readonly name: string;
}

declare const connectionIdBrand: unique symbol;
export type ConnectionId = string & { readonly [connectionIdBrand]: true };
declare const entryIdBrand: unique symbol;
export type EntryId = string & { readonly [entryIdBrand]: true };
declare const settlementKeyBrand: unique symbol;
/** Our own id of a recorded settlement. */
export type SettlementKey = string & { readonly [settlementKeyBrand]: true };

/** Settings without secrets; the shape is checked by the composition before it is stored. */
export type JsonObject = { readonly [key: string]: unknown };

export interface Connection {
  readonly id: ConnectionId;
  readonly name: string;
  /** Amazon's seller (merchant) id. */
  readonly sellerAccount: string;
  readonly settings: JsonObject;
  readonly createdAt: string;
  /** Since when the seller is erased: its books stay, and nothing is read, sent or stored for it. Absent: it is not. */
  readonly erasedAt?: string;
}

/** Secret name to secret value, for example `amazon.refreshToken`. Exists in memory only. */
export type Secrets = Readonly<Record<string, string>>;

export interface ConnectionStore {
  /** Raises `CONNECTION_EXISTS` (conflict). Secrets are encrypted before they reach the database. */
  addConnection(
    input: {
      name: string;
      sellerAccount: string;
      settings: JsonObject;
      secrets: Secrets;
      /** Absent: orders are booked when they are settled. */
      model?: ModelPeriod | undefined;
    },
    actor: Actor,
  ): Promise<Connection>;
  /** Raises `CONNECTION_UNKNOWN` (invalid) and names the ones there are. */
  getConnection(name: string): Promise<Connection>;
  /** Those that are worked on; `withErased` also those whose seller was erased. */
  listConnections(filter?: { readonly withErased?: boolean }): Promise<readonly Connection[]>;
  /**
   * Replaces settings, and those secrets that are given. The seller account cannot change: it is part of every posting key. A
   * change of what `posting` says of approval is put on record for another person to accept. With `basis`, the settings
   * that the change was made from, it raises `CONNECTION_MOVED` (conflict) when they are other ones by now. A `sapMove`
   * that may be is put on record.
   */
  updateConnection(
    id: ConnectionId,
    input: {
      settings: JsonObject;
      secrets: Secrets;
      /** Of those that nothing uses any more. */
      removedSecretNames?: readonly string[];
      basis?: JsonObject;
      /** `assertMay` is asked where something was sent to the system before, or may be on its way. */
      sapMove?: (SapSystemMove & { readonly assertMay: () => void }) | null;
    },
    actor: Actor,
    why: string,
  ): Promise<Connection>;
  /** Decrypted. Each use is an audit event. Raises `VAULT_KEY_WRONG` when the key does not fit, and `CONNECTION_ERASED` (conflict). */
  openSecrets(id: ConnectionId, actor: Actor, why: string): Promise<Secrets>;
}

export interface EvidenceFacts {
  readonly origin: string;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Evidence {
  readonly sha256: Sha256;
  readonly byteCount: number;
  /** The same bytes had been stored before. */
  readonly isKnown: boolean;
}

export interface EvidenceStore {
  /** Stores the bytes as they are, before anything reads them. Memory stays bounded. Same bytes are stored once. */
  putEvidence(bytes: AsyncIterable<Uint8Array>, facts: EvidenceFacts): Promise<Evidence>;
  /** The stored bytes from the start; callable any number of times. */
  openEvidence(sha256: Sha256): AsyncIterable<Uint8Array>;
  describeEvidence(sha256: Sha256): Promise<EvidenceFacts & { readonly byteCount: number; readonly storedAt: string }>;
}

/** A document that was downloaded to the end and stored. */
export interface ReportDocument {
  readonly connectionId: ConnectionId;
  readonly reportDocumentId: string;
  readonly sha256: Sha256;
  /** Why it could not be read as a settlement; `null` when it was. Its bytes are kept either way. */
  readonly problem: ProblemFacts | null;
  readonly downloadedAt: string;
}

export interface ReportStore {
  /** `undefined` when the document was never downloaded to the end. */
  findReportDocument(connectionId: ConnectionId, reportDocumentId: string): Promise<ReportDocument | undefined>;
  /**
   * Recording the same document again replaces its `problem` and adds the listing, if there is one and it is new. Other bytes
   * replace those that could not be read (the evidence of both stays); otherwise raises `REPORT_DOCUMENT_CHANGED`
   * (conflict).
   */
  recordReportDocument(input: {
    connectionId: ConnectionId;
    reportDocumentId: string;
    /** `null` when Amazon does not list the document any more. */
    listing: SettlementReportListing | null;
    sha256: Sha256;
    problem: ProblemFacts | null;
    /** `false` when bytes of an earlier download were read again; default `true`. */
    isDownloaded?: boolean;
  }): Promise<void>;
  listReportDocuments(connectionId: ConnectionId): Promise<readonly ReportDocument[]>;
}

export interface SettlementRecord {
  readonly key: SettlementKey;
  readonly connectionId: ConnectionId;
  readonly connectionName: string;
  readonly sellerAccount: string;
  readonly settlementId: SettlementId;
  readonly sha256: Sha256;
  readonly state: SettlementState;
  readonly header: SettlementHeader;
  readonly lineCount: number;
  /** Stores that its rows name, as the file writes them; none for one that was received before they were kept. */
  readonly marketplaces: readonly string[];
  /** Digest of the current proposal, `null` before there is one. */
  readonly digest: Sha256 | null;
  /** Of the current proposal's posting keys, or of the next one's: 0 until entries whose keys stay taken were replaced. */
  readonly revision: number;
  /** Of the current proposal: which months were closed when it was worked out; absent while none was. */
  readonly closedThrough?: ClosedMonths;
  readonly proofs: readonly Proof[];
  readonly quarantine: readonly QuarantineItem[];
  /** Why it is quarantined, when it is. */
  readonly problem: ProblemFacts | null;
  readonly receivedAt: string;
}

/** Which bucket each row is in, and which rows an order has: what drill-down reads. */
export interface SettlementRows {
  /** Index: physical row number. Value: bucket number, or 0xffff_ffff for rows that are not detail rows. */
  readonly bucketOfRow: Uint32Array;
  readonly runs: readonly OrderRun[];
}

/** Consecutive rows of one order and SKU. */
export interface OrderRun {
  readonly orderId: string;
  readonly sku: string;
  readonly firstRow: number;
  readonly rowCount: number;
}

export interface SettlementStore {
  /**
   * Same connection, settlement id and bytes: returns the known record. Raises `SETTLEMENT_REISSUED` (conflict) for other
   * bytes, and `SETTLEMENT_OF_OTHER_CONNECTION` (conflict) when another connection of the seller account received it.
   */
  receiveSettlement(
    input: { connectionId: ConnectionId; sha256: Sha256; reading: SettlementReading },
    actor: Actor,
  ): Promise<SettlementRecord>;
  getSettlement(ref: string): Promise<SettlementRecord>;
  listSettlements(filter?: {
    connectionId?: ConnectionId;
    state?: SettlementState;
    /** The newest first, and at most so many, after `skip` of them. Without it: all, the oldest period first. */
    limit?: number;
    skip?: number;
  }): Promise<readonly SettlementRecord[]>;
  /** Moves the settlement and keeps what the move found, with its audit event, in one database transaction. */
  moveSettlement(input: {
    key: SettlementKey;
    from: SettlementState;
    to: SettlementState;
    actor: Actor;
    why: string;
    proofs?: readonly Proof[];
    quarantine?: readonly QuarantineItem[];
    problem?: ProblemFacts | null;
    /**
     * What may become of the entries when a proposal is taken back. `untouched` (default): only while nobody approved any.
     * `unbooked`: approved and refused ones become `withdrawn`. `reversed`: the same, and those that are reversed stay as
     * they are, with their reversals. Otherwise raises `PROPOSAL_FROZEN` (conflict).
     */
    withdraws?: Withdraws;
    /** With `to: 'proposed'`: the entries, recorded as `proposed`, and the row links. */
    proposal?: ProposalToRecord;
  }): Promise<SettlementRecord>;
  /** Rows of the bucket column, ascending. */
  rowsOfBuckets(key: SettlementKey, buckets: readonly number[]): Promise<readonly number[]>;
  runsOfOrder(key: SettlementKey, orderId: string): Promise<readonly OrderRun[]>;
}

/** How far the entries of a proposal may have gone that is taken back; see `moveSettlement`. */
export type Withdraws = 'untouched' | 'unbooked' | 'reversed';

export interface ProposalToRecord {
  readonly digest: Sha256;
  readonly mappingSha256: Sha256;
  readonly mappingText: string;
  readonly programVersion: string;
  /** The one the posting keys of the entries were made with. */
  readonly revision: number;
  /** Months that were closed when it was worked out; absent while none was. */
  readonly closedThrough?: ClosedMonths;
  readonly entries: readonly JournalEntry[];
  readonly rows: SettlementRows;
  /** What it pays of each order; absent where the connection never left the settlement model. */
  readonly orders?: readonly SettledOrder[] | undefined;
}

export interface EntryRecord {
  readonly id: EntryId;
  /** What it books; the entries of one origin are sent together. */
  readonly origin: EntryOrigin;
  readonly connectionId: ConnectionId;
  readonly connectionName: string;
  readonly state: EntryState;
  readonly entry: JournalEntry;
  /** It belongs to the current proposal of its origin. Amazon's rows are behind the lines of such entries only. */
  readonly isCurrent: boolean;
  /** Of the proposal it belongs to: entries that correct others have a higher one. */
  readonly revision: number;
  /** Of the entry that reverses this one, or is to: `null` when there is none. */
  readonly reversalKey: PostingKey | null;
  /** While `reversed`: by which document in SAP, as far as SAP named it. */
  readonly reversedBy: ReversingDocument | null;
  readonly digest: Sha256;
  readonly approvedDigest: Sha256 | null;
  /**
   * Counts sends; also the fence: an outcome is recorded only for the attempt that is current. 0 and `posted`: the document
   * was found in SAP, booked by a predecessor of this database.
   */
  readonly attempt: number;
  /** When the intent of the current attempt was committed. */
  readonly sendingSince: string | null;
  /** While `unknown`: since when, that is from when on nobody of ours is sending it any more. */
  readonly unknownSince: string | null;
  /** The creation time that the message carries, fixed at the first attempt. */
  readonly messageCreatedAt: string | null;
  readonly document: SapDocumentKey | null;
  readonly messages: readonly SapMessage[];
  readonly problem: ProblemFacts | null;
  readonly updatedAt: string;
}

export interface EntryAttempt {
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: string | null;
  readonly httpStatus: number | null;
  readonly durationMs: number | null;
  readonly requestSha256: Sha256 | null;
  readonly responseSha256: Sha256 | null;
  readonly messages: readonly SapMessage[];
  readonly problem: ProblemFacts | null;
}

/** What a database knows of what a connection may have in SAP, without its entries. */
export interface ConnectionPast {
  /** Of all its entries, whatever became of them. */
  readonly companyCodes: readonly CompanyCode[];
  /** The account tables that its settlements were proposed with, also where nothing is left of the proposal. */
  readonly mappingTexts: readonly string[];
  /** When the last document was found in SAP that this database has never sent; `null` when there was none. */
  readonly foundInSapAt: string | null;
}

export interface EntryStore {
  pastOf(connectionId: ConnectionId): Promise<ConnectionPast>;
  /** By id, posting key or SAP document number. Raises `ENTRY_UNKNOWN` (invalid). */
  getEntry(ref: string): Promise<EntryRecord>;
  listEntries(filter?: {
    connectionId?: ConnectionId;
    originKey?: OriginKey;
    states?: readonly EntryState[];
    /** Dated within these days, both included. */
    postingDates?: { readonly from: LocalDate; readonly to: LocalDate };
    /** Those of the newest settlements first, and at most so many, after `skip` of them. Without it: all. */
    limit?: number;
    skip?: number;
  }): Promise<readonly EntryRecord[]>;
  listAttempts(id: EntryId): Promise<readonly EntryAttempt[]>;
  /**
   * The one way an entry changes state. Checks the move, the expected state and (where given) the attempt, writes the
   * change and its audit event in one database transaction. Raises `STATE_MOVED` (conflict) when another was faster.
   */
  moveEntry(input: {
    id: EntryId;
    from: EntryState;
    to: EntryState;
    /** Required when leaving `sending`: the attempt whose outcome this is. */
    attempt?: number;
    actor: Actor;
    why: string;
    approvedDigest?: Sha256;
    /** With `to: 'sending'`: opens the next attempt with this message time when it is the first. */
    messageCreatedAt?: string;
    document?: SapDocumentKey;
    /** Required to become `posted` without being sent: SAP holds the document, and it was compared with the entry. */
    isFoundInSap?: boolean;
    /** With `to: 'reversed'`: the document in SAP that did it. */
    reversedBy?: ReversingDocument | null;
    messages?: readonly SapMessage[];
    problem?: ProblemFacts | null;
    exchange?: ExchangeRecord;
    /** What sends it, or approves it by itself, goes by. Raises `SETTINGS_OUTDATED` (conflict) and `POSTING_PAUSED` (unavailable). */
    loaded?: LoadedSettings;
  }): Promise<EntryRecord>;
  /**
   * Keeps a problem with an entry whose state does not change (`null`: it is gone), with its audit event. Raises
   * `STATE_MOVED` (conflict).
   */
  annotateEntry(input: {
    id: EntryId;
    state: EntryState;
    actor: Actor;
    problem: ProblemFacts | null;
  }): Promise<EntryRecord>;
}

/** A number for each state that occurs. */
export type EntryCounts = Readonly<Partial<Record<EntryState, number>>>;

/** Numbers for overviews, without reading the records. */
export interface BookCounts {
  countRecords(): Promise<{
    readonly settlements: Readonly<Partial<Record<SettlementState, number>>>;
    readonly accruals: Readonly<Partial<Record<'standing' | 'withdrawn', number>>>;
    readonly entries: EntryCounts;
    /** Of these entries the ones that stand in the books for their settlements: no reversals, and of current proposals. */
    readonly currentEntries: EntryCounts;
    readonly reversals: EntryCounts;
  }>;
  /** Entries in SAP with a posting date within these days, and of how many settlements and accruals; without reversals. */
  countPosted(days: {
    readonly from: LocalDate;
    readonly to: LocalDate;
  }): Promise<{ readonly entries: number; readonly origins: number }>;
  /**
   * The entries of the current proposal of each of these settlements and accruals, without reversals; what has no entries is
   * left out.
   */
  countEntries(keys: readonly OriginKey[]): Promise<ReadonlyMap<OriginKey, EntryCounts>>;
  /** How many faults of the check by master data hold entries of each of them; what is not held is left out. */
  countHeldFaults(keys: readonly OriginKey[]): Promise<ReadonlyMap<OriginKey, number>>;
  /** The documents in SAP of the same entries, the oldest first, as far as they stand there. */
  listDocuments(keys: readonly OriginKey[]): Promise<ReadonlyMap<OriginKey, readonly SapDocumentKey[]>>;
}

export interface Lease {
  readonly name: string;
  /** Raised at every change of holder. */
  readonly fence: number;
  /** Extends it; `false` when it was lost: then stop at once. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Leases {
  /**
   * Takes the lease when it is free, expired, or held by a process of this machine that no longer runs.
   * Otherwise says who holds it and until when.
   */
  acquire(name: string, leaseMs: number): Promise<Lease | { readonly heldBy: string; readonly until: string }>;
}

export interface SharedClock {
  /** Milliseconds since 1970 on the one clock that all processes share; that of a single machine may differ from it. */
  sharedNowMs(): Promise<number>;
  /**
   * The moment, on that clock, at which this process last noticed that somebody had set it; `null`: never. Absent where nobody
   * sets it (virtual time). Noticed by `sharedNowMs`, so ask afterwards.
   */
  sharedClockSetAtMs?(): number | null;
}

export type Books = ConnectionStore &
  EvidenceStore &
  ReportStore &
  SettlementStore &
  EntryStore &
  ApprovalStore &
  RuleChangeStore &
  ReversalStore &
  TakeBackStore &
  MappingStore &
  SettlementFileStore &
  DrillDownStore &
  AccrualStore &
  OrdersModelStore &
  ReportEvidenceStore &
  BookCounts &
  ListStore &
  AuditLog &
  AuditKeys &
  RecordVerifier &
  Leases &
  SharedClock &
  PauseStore &
  PeriodStore &
  ScheduleStore &
  InstallationStore;
