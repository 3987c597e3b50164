import type { YearMonth } from '../../core/index.ts';
import type { CompanyCode } from '../../ledger/index.ts';
import type { Actor, ConnectionId } from '../ports.ts';

/** One closing of a month, and its reopening if there was one. */
export interface ClosedPeriod {
  readonly connectionId: ConnectionId;
  readonly companyCode: CompanyCode;
  readonly month: YearMonth;
  readonly closedAt: string;
  readonly closedBy: Actor;
  readonly why: string;
  /** `null` while it is closed. */
  readonly reopened: { readonly at: string; readonly by: Actor; readonly why: string } | null;
}

/** By company code the last month that takes no more entries. */
export type ClosedMonths = Readonly<Record<string, YearMonth>>;

export interface PeriodStore {
  closedMonths(connectionId: ConnectionId): Promise<ClosedMonths>;
  /** By company code and month, the earlier closing of the same month first; those that were reopened only when asked for. */
  listClosedPeriods(
    connectionId: ConnectionId,
    options?: { readonly withReopened?: boolean },
  ): Promise<readonly ClosedPeriod[]>;
  /**
   * Closes the month in each of these company codes, with an audit event; one that has closed it already is passed over. Raises
   * `PERIOD_NOT_NEXT` (conflict) when a month between would be left open.
   */
  closeMonth(input: MonthOfCompanyCodes): Promise<void>;
  /** Only the last closed one. Raises `PERIOD_NOT_LAST_CLOSED` (conflict) otherwise. */
  reopenMonth(input: MonthOfCompanyCodes): Promise<void>;
}

export interface MonthOfCompanyCodes {
  readonly connectionId: ConnectionId;
  readonly companyCodes: readonly CompanyCode[];
  readonly month: YearMonth;
  readonly actor: Actor;
  readonly why: string;
}
