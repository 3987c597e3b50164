import {
  firstDayOf,
  lastDayOf,
  nextYearMonth,
  Problem,
  type ProblemFacts,
  type YearMonth,
  yearMonthOf,
} from '../../core/index.ts';
import type { CompanyCode } from '../../ledger/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { EntryState } from '../life-cycle.ts';
import { sayOrigin } from '../origin.ts';
import type { ClosedMonths, EntryRecord, Lease, SettlementRecord } from '../ports.ts';
import { reconsiderSettlements } from '../propose-settlement.ts';
import { keepSyncLease, underSyncLease } from '../sync-lease.ts';

/** A month, in some company codes or in all of the account table, and why. */
export interface PeriodWish {
  readonly month: YearMonth;
  /** `null`: all of the account table. */
  readonly companyCode: string | null;
  /** For the audit log. */
  readonly why: string;
}

/** How it stands after a month was closed or opened again. */
export interface PeriodResult {
  readonly closedThrough: ClosedMonths;
  /** Settlements that were worked out anew, because nobody had approved their entries. */
  readonly settlements: readonly SettlementRecord[];
  /** Why one of them could not be worked out anew. */
  readonly problems: readonly ProblemFacts[];
}

/** What SAP may still get into a month that is to be closed: proposals that nobody approved are worked out anew instead. */
const ON_THEIR_WAY: readonly EntryState[] = ['approved', 'sending', 'unknown', 'rejected'];
const NOT_BOOKED: readonly EntryState[] = ['proposed', ...ON_THEIR_WAY];

/**
 * Closes a month: rows of settlements that belong to it go to the next open month from now on, also those of proposals that
 * nobody approved yet. Raises `PERIOD_NOT_NEXT`, `PERIOD_HAS_OPEN_ENTRIES` and `SYNC_RUNNING` (conflict), and
 * `COMPANY_CODE_NOT_IN_TABLE` (invalid).
 */
export async function closePeriod(ungated: ConnectionContext, wish: PeriodWish): Promise<PeriodResult> {
  const companyCodes = companyCodesOf(ungated, wish);
  return underSyncLease(ungated, async (lease, context) => {
    await assertNothingUnderWay(context, { companyCodes, month: wish.month, states: ON_THEIR_WAY });
    return move(context, lease, 'closeMonth', { companyCodes, ...wish });
  });
}

/**
 * Opens the last closed month again. Raises `PERIOD_NOT_LAST_CLOSED`, `PERIOD_HAS_ACCRUAL` and `SYNC_RUNNING` (conflict), and
 * `COMPANY_CODE_NOT_IN_TABLE` (invalid).
 */
export async function reopenPeriod(ungated: ConnectionContext, wish: PeriodWish): Promise<PeriodResult> {
  const companyCodes = companyCodesOf(ungated, wish);
  return underSyncLease(ungated, async (lease, context) => {
    const { books, connection } = context;
    const period = { from: firstDayOf(wish.month), to: lastDayOf(wish.month) };
    const [accrual] = await books.listAccruals({
      connectionId: connection.id,
      kind: 'month-end',
      period,
      isStanding: true,
    });
    if (accrual) {
      throw new Problem({
        code: 'PERIOD_HAS_ACCRUAL',
        kind: 'conflict',
        says: `${wish.month} is accrued: settlements dated into it now would be in the books twice.`,
        next: `Take the accrual back first: seller-ledger accruals withdraw ${accrual.name} --why TEXT (accruals reverse, once it is in SAP)`,
      });
    }
    return move(context, lease, 'reopenMonth', { companyCodes, ...wish });
  });
}

/**
 * Raises `PERIOD_HAS_OPEN_ENTRIES` (conflict) while entries of settlements dated up to the end of the month are in one of these
 * states, or entries of accruals are not booked: what they come to in SAP would change the month after it was closed, and an accrual is
 * not worked out anew for another month.
 */
export async function assertNothingUnderWay(
  { books, connection }: ConnectionContext,
  wish: {
    readonly companyCodes: readonly CompanyCode[];
    readonly month: YearMonth;
    readonly states: readonly EntryState[];
  },
): Promise<void> {
  const { companyCodes, month, states } = wish;
  const entries = await books.listEntries({ connectionId: connection.id, states: NOT_BOOKED });
  const open = entries.filter(
    ({ entry, origin, state }) =>
      (origin.kind === 'accrual' || states.includes(state)) &&
      yearMonthOf(entry.postingDate) <= month &&
      companyCodes.includes(entry.companyCode),
  );
  if (open.length > 0) throw hasOpenEntries(month, open, connection.name);
}

/**
 * Raises `PERIOD_CLOSED` (conflict) when a reversal would be dated into a closed month. What a month-end accrual booked is taken back
 * in its own month, which is closed because it was accrued.
 */
export async function assertReversalMonthOpen(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  original: EntryRecord,
  postingDate: EntryRecord['entry']['postingDate'],
): Promise<void> {
  const { origin } = original;
  if (origin.kind === 'accrual' && origin.accrualKind === 'month-end') return;
  const closed = (await books.closedMonths(connection.id))[original.entry.companyCode];
  if (closed === undefined || yearMonthOf(postingDate) > closed) return;
  throw new Problem({
    code: 'PERIOD_CLOSED',
    kind: 'conflict',
    says: `Entry ${original.entry.postingKey} cannot be reversed on ${postingDate}: company code ${original.entry.companyCode} is closed through ${closed}.`,
    next: `Take it back in an open month: --date ${firstDayOf(nextYearMonth(closed))}`,
  });
}

/** Those of the account table that are meant. Raises `COMPANY_CODE_NOT_IN_TABLE` (invalid). */
export function companyCodesOf(
  { table }: Pick<ConnectionContext, 'table'>,
  { companyCode }: { readonly companyCode: string | null },
): readonly CompanyCode[] {
  const all = table.companyCodes().map((rule) => rule.companyCode);
  if (companyCode === null) return all;
  const found = all.find((code) => code === companyCode);
  if (found !== undefined) return [found];
  throw new Problem({
    code: 'COMPANY_CODE_NOT_IN_TABLE',
    kind: 'invalid',
    says: `The account table has no company code ${companyCode}; it has ${all.join(', ')}.`,
    next: 'Name one of them, or leave --company-code out to mean all of them.',
    data: companyCode,
  });
}

/** Works proposals out anew at once: an entry that is approved before the next sync would go to the wrong month. */
async function move(
  context: ConnectionContext,
  lease: Lease,
  how: 'closeMonth' | 'reopenMonth',
  { companyCodes, month, why }: PeriodWish & { readonly companyCodes: readonly CompanyCode[] },
): Promise<PeriodResult> {
  const { books, connection, actor } = context;
  await books[how]({ connectionId: connection.id, companyCodes, month, actor, why });
  const problems: ProblemFacts[] = [];
  const settlements = await reconsiderSettlements(context, {
    onProblem: (problem) => problems.push(problem),
    keepAlive: () => keepSyncLease(context, lease),
  });
  return { closedThrough: await books.closedMonths(connection.id), settlements, problems };
}

function hasOpenEntries(month: YearMonth, open: readonly EntryRecord[], connectionName: string): Problem {
  const list = open.slice(0, 5).map(({ entry, state, origin }) => {
    return `${entry.postingKey} of ${sayOrigin(origin)} (${state}, ${entry.postingDate})`;
  });
  const more = open.length > list.length ? ` and ${open.length - list.length} more` : '';
  const entries = open.length === 1 ? '1 entry is' : `${open.length} entries are`;
  return new Problem({
    code: 'PERIOD_HAS_OPEN_ENTRIES',
    kind: 'conflict',
    says: `${month} cannot be closed while ${entries} dated in it or before and not booked yet: ${list.join(', ')}${more}.`,
    next: `Have them approved and sent, then close the month: seller-ledger sync ${connectionName}`,
  });
}
