import type { CurrencyCode, LocalDate, Money, Sha256 } from '../../core/index.ts';
import type { FinanceEvent, Order, TimeWindow } from '../amazon-feeds.ts';
import type { Actor, ConnectionId, SettlementKey } from '../ports.ts';
import type { LedgerLine } from './ledgers.ts';
import type { SettlementFileSums } from './settlement-sums.ts';

declare const depositIdBrand: unique symbol;
/** Our own id of a movement in a bank account. */
export type DepositId = string & { readonly [depositIdBrand]: true };

/** `reference`: the bank repeats one. `amount`: the only one that it can be. `person`: somebody decided. */
export type DepositMatchRule = 'reference' | 'amount' | 'person';

/** A movement in a bank account, as the statement tells it. Positive came in, negative went out. */
export interface Deposit {
  /** IBAN or number, as the statement writes it. */
  readonly bankAccount: string;
  readonly statementId: string;
  /** Unique in its bank account: the same movement in two statements is one. */
  readonly entryReference: string;
  readonly bookedOn: LocalDate;
  readonly valueOn: LocalDate | null;
  readonly amount: Money;
  readonly counterparty: string;
  /** Everything the bank says of it: remittance information and references, in one text. */
  readonly text: string;
}

export interface DepositRecord extends Deposit {
  readonly id: DepositId;
  /** Evidence: what was taken from the statement. */
  readonly evidenceSha256: Sha256;
  /** Of the whole statement, which stays where it is. `null` for one that a person entered. */
  readonly statementSha256: Sha256 | null;
  readonly recordedAt: string;
  /** Taken back by a person, because it was entered by mistake. */
  readonly withdrawnAt: string | null;
}

export interface DepositMatch {
  readonly depositId: DepositId;
  readonly settlementKey: SettlementKey;
  readonly rule: DepositMatchRule;
  readonly actor: Actor;
  readonly why: string;
  readonly matchedAt: string;
  /** When and why it was taken apart; `null` while it stands. */
  readonly endedAt: string | null;
  readonly endedWhy: string | null;
}

/** Movements of bank accounts. They belong to no connection: several may be paid into one account. */
export interface DepositStore {
  /**
   * Records those that are new, in one database transaction with its audit event. Raises `DEPOSIT_CHANGED` (conflict) for a
   * movement that is known with another day or amount.
   */
  recordDeposits(input: {
    readonly deposits: readonly Deposit[];
    readonly evidenceSha256: Sha256;
    readonly statementSha256: Sha256 | null;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<{ readonly recorded: readonly DepositRecord[]; readonly known: number }>;
  /** Without the withdrawn ones, the oldest first. */
  listDeposits(filter?: { readonly from?: LocalDate; readonly until?: LocalDate }): Promise<readonly DepositRecord[]>;
  /** By id, or by the start of one, or by entry reference. Raises `DEPOSIT_UNKNOWN` (invalid). */
  getDeposit(ref: string): Promise<DepositRecord>;
  /** Raises `DEPOSIT_MATCHED` (conflict) while it is matched. */
  withdrawDeposit(id: DepositId, actor: Actor, why: string): Promise<void>;
  /** Of all deposits, also the ones that were taken apart. */
  listDepositMatches(): Promise<readonly DepositMatch[]>;
  /** A pair that stands already stays as it is. Raises `DEPOSIT_MATCHED` (conflict) where the deposit stands for another one. */
  matchDeposit(input: {
    readonly depositId: DepositId;
    readonly settlementKey: SettlementKey;
    readonly rule: DepositMatchRule;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<void>;
  /** Takes a pair apart, which stays on record and is not made again by the program. Raises `DEPOSIT_NOT_MATCHED` (conflict). */
  unmatchDeposit(depositId: DepositId, actor: Actor, why: string): Promise<void>;
}

/** Sums of files by their content, so that each is read once. */
export interface SettlementSumsStore {
  findSums(sha256: Sha256): Promise<SettlementFileSums | undefined>;
  keepSums(sha256: Sha256, sums: SettlementFileSums): Promise<void>;
}

/** What the reconciliation reads beside the books and the feeds. */
export interface ReconciliationReads {
  /** Lines of these kinds in entries that are in SAP or wait to be sent there; reversed ones and their reversals both. */
  listLedgerLines(connectionId: ConnectionId, kinds: readonly string[]): Promise<readonly LedgerLine[]>;
  /** Orders by their numbers. At most 500 at once. */
  ordersOf(connectionId: ConnectionId, orderIds: readonly string[]): Promise<readonly Order[]>;
  /** Financial events of orders. At most 500 orders at once. */
  eventsOfOrders(connectionId: ConnectionId, orderIds: readonly string[]): Promise<readonly FinanceEvent[]>;
  /** Numbers of orders that shipped in the window, a page at a time in their order. */
  shippedOrderIds(
    connectionId: ConnectionId,
    window: TimeWindow,
    after: string,
    limit: number,
  ): Promise<readonly string[]>;
  /** Numbers of orders with events posted in the window, likewise. */
  eventOrderIds(
    connectionId: ConnectionId,
    window: TimeWindow,
    after: string,
    limit: number,
  ): Promise<readonly string[]>;
  /** Amazon's own summaries of settlements. */
  listSummaries(connectionId: ConnectionId): Promise<readonly SettlementSummary[]>;
}

/** What Amazon says a settlement comes to, with its breakdown. */
export interface SettlementSummary {
  readonly settlementId: string;
  readonly currency: CurrencyCode | null;
  readonly netProceedsMinor: bigint | null;
  readonly amounts: readonly { readonly path: readonly string[]; readonly amount: Money }[];
}

export type ReconciliationStore = DepositStore & SettlementSumsStore & ReconciliationReads;
