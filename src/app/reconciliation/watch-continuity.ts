import {
  epochSecondsOfUtcMidnight,
  formatMoney,
  type LocalDate,
  money,
  type ProblemFacts,
  utcDayOf,
} from '../../core/index.ts';
import { gapsOf, type PeriodGap, type PeriodLink } from './continuity.ts';
import type { ConnectionFacts, ReconciliationContext } from './gather.ts';

/** Gaps in the settlements of a connection and laws between them that do not hold. */
export interface ContinuityFindings {
  readonly gaps: readonly PeriodGap[];
  readonly broken: readonly PeriodLink[];
  /** One for each, the most urgent first. */
  readonly problems: readonly ProblemFacts[];
}

/** Pure: what continuity comes to on a day. What ended before the program took over is no finding. */
export function continuityFindings(facts: ConnectionFacts, today: LocalDate): ContinuityFindings {
  const { chains, bookFrom, connection } = facts;
  const gaps = [...gapsOf(chains, { today, bookFrom })].sort((a, b) => a.daysLeft - b.daysLeft);
  const broken = chains
    .flatMap(({ links }) => links)
    .filter(({ to }) => bookFrom === null || to.startAt >= epochSecondsOfUtcMidnight(bookFrom))
    .filter(({ reserve, debt }) => reserve?.ok === false || debt?.ok === false);
  return {
    gaps,
    broken,
    problems: [...gaps.map((gap) => gapProblem(connection.name, gap)), ...broken.flatMap(linkProblems)],
  };
}

/**
 * Tells what is new since the last look: a gap when it is found and at 30, 14 and 7 days before Amazon deletes the report,
 * a broken law once. Each is told once for all processes. Returns what was told.
 */
export async function watchContinuity(
  context: ReconciliationContext,
  facts: ConnectionFacts,
): Promise<readonly ProblemFacts[]> {
  const { gaps, broken } = continuityFindings(facts, context.today);
  const { connection } = facts;
  const told: ProblemFacts[] = [];
  const tell = async (warning: { kind: string; expiresOn: LocalDate; threshold: number }, problem: ProblemFacts) => {
    if (!(await context.feedBooks.warnOnce(connection.id, warning))) return;
    told.push(problem);
    context.log.write('warn', 'connection.warning', {
      connection: connection.name,
      code: problem.code,
      says: problem.says,
    });
  };
  for (const gap of gaps) {
    const kind = `gap after ${gap.after.settlementId}`;
    const warning = { kind, expiresOn: gap.deletedOn, threshold: gap.threshold ?? 90 };
    await tell(warning, gapProblem(connection.name, gap));
  }
  for (const link of broken) {
    for (const problem of linkProblems(link)) {
      const kind = `${problem.code} ${link.to.settlementId}`;
      await tell({ kind, expiresOn: utcDayOf(link.to.startAt), threshold: 0 }, problem);
    }
  }
  return told;
}

function gapProblem(name: string, gap: PeriodGap): ProblemFacts {
  const { after, before, days, daysLeft, deletedOn } = gap;
  const where = gap.marketplace === null ? gap.currency : `${gap.marketplace} (${gap.currency})`;
  const time = `from ${utcDayOf(after.endAt)} to ${utcDayOf(before.startAt)}`;
  const left =
    daysLeft < 0
      ? `Amazon has deleted its report on ${deletedOn}`
      : `Amazon deletes its report on ${deletedOn}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
  return {
    code: 'SETTLEMENT_GAP',
    kind: 'unproven',
    says: `No settlement of ${name} for ${where} ${time}, ${days} ${days === 1 ? 'day' : 'days'}: settlement ${after.settlementId} ends and ${before.settlementId} starts there. ${left}.`,
    next:
      daysLeft < 0
        ? `Ask Amazon's Selling Partner Support for it, or download it in Seller Central (Payments, All statements) while it is there; then: seller-ledger settlements import FILE --connection ${name}`
        : `Fetch it before that day: seller-ledger sync ${name}; where it does not come, look in Seller Central: Payments, All statements.`,
  };
}

function linkProblems({ from, to, reserve, debt }: PeriodLink): readonly ProblemFacts[] {
  const text = (minor: bigint) => `${formatMoney(money(to.currency, minor))} ${to.currency}`;
  const next = 'Open both in Seller Central and compare what was carried over; docs/operations.md says what it may be.';
  const problems: ProblemFacts[] = [];
  if (reserve?.ok === false) {
    problems.push({
      code: 'RESERVE_BROKEN',
      kind: 'unproven',
      says: `Settlement ${from.settlementId} holds back a reserve of ${text(reserve.expectedMinor)}, but settlement ${to.settlementId}, which follows it, gives back ${text(reserve.actualMinor)}.`,
      next,
    });
  }
  if (debt?.ok === false) {
    problems.push({
      code: 'DEBT_BROKEN',
      kind: 'unproven',
      says: `Settlement ${from.settlementId} leaves a debt of ${text(-debt.expectedMinor)}, but settlement ${to.settlementId}, which follows it, carries in ${text(-debt.actualMinor)}.`,
      next,
    });
  }
  return problems;
}
