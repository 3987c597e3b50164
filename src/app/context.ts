import type { Clock, Log, ProblemFacts, Randomness, Sha256 } from '../core/index.ts';
import type { AccountTable, SettlementSource } from '../mapping/index.ts';
import type { ApprovalRules } from './approvals/approval-rules.ts';
import type { SettlementReader } from './evaluate-settlement.ts';
import type { Actor, Books, Connection, GeneralLedger, SapDocumentKey, SettlementReports } from './ports.ts';
import type { PostingHours } from './schedule/posting-windows.ts';
import type { SimulationSettings } from './simulation/simulate-settlement.ts';

/** When an entry may be posted without a person, and how it is sent. */
export interface PostingRules extends ApprovalRules {
  /**
   * How long after we stopped waiting for an answer SAP may still be working on the entry or not yet showing it. Only
   * after that does "not found" mean "not booked".
   */
  readonly quietPeriodMs: number;
  /** An entry that has not left for SAP this long after the lease was renewed does not leave any more. */
  readonly leaveWithinMs: number;
  /**
   * How long a sync may go without a sign of life. Longer than `leaveWithinMs` and the longest request together, so that
   * whoever takes over knows that nothing is being sent.
   */
  readonly leaseMs: number;
  /** Settlements that ended before this day (UTC) are kept and proven, but not proposed: they were booked by hand. */
  readonly bookFrom: string | null;
}

/** Everything the use cases of one connection need. */
export interface ConnectionContext {
  readonly connection: Connection;
  readonly books: Books;
  readonly reports: SettlementReports;
  readonly ledger: GeneralLedger;
  readonly table: AccountTable;
  readonly posting: PostingRules;
  /** When a sync may send entries to SAP; absent: at any time. */
  readonly postingHours?: PostingHours | undefined;
  /** Absent: entries are not checked against SAP's master data. */
  readonly simulation?: SimulationSettings | undefined;
  /** ISO 8601 UTC: a pause that a person begins after this stops it before the next posting; absent: since it has the lease. */
  readonly since?: string | undefined;
  readonly readSettlement: SettlementReader;
  /** Digest of what a settlement file says, whatever its compression. */
  readonly digestContent: (source: SettlementSource) => Promise<Sha256>;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly programVersion: string;
  readonly actor: Actor;
  readonly onProgress: (event: SyncProgress) => void;
}

/** What a person watching a sync is told, in order. */
export type SyncProgress =
  | { readonly step: 'discovering' }
  | { readonly step: 'downloading'; readonly reportDocumentId: string; readonly ordinal: number; readonly of: number }
  | { readonly step: 'reading'; readonly name: string; readonly rows: number }
  | { readonly step: 'settlement'; readonly settlementId: string; readonly state: string; readonly says: string }
  | { readonly step: 'posting'; readonly postingKey: string }
  | {
      readonly step: 'entry';
      readonly postingKey: string;
      readonly state: string;
      readonly document: SapDocumentKey | null;
      /** It stood in SAP already and was not sent. */
      readonly isLinked: boolean;
      readonly problem: ProblemFacts | null;
    }
  | { readonly step: 'waiting'; readonly untilMs: number; readonly says: string };

export const SYSTEM: Actor = { kind: 'system', name: 'seller-ledger' };
