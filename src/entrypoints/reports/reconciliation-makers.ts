import {
  comparedLedgers,
  comparedLinks,
  comparedOrders,
  comparedPayouts,
  comparedSummaries,
  compareSummaries,
  continuityFindings,
  continuitySections,
  daysAfter,
  gatherConnection,
  ledgerSections,
  monthReconciliation,
  movementSection,
  orderSections,
  pairSection,
  payoutSections,
  type Reconciliation,
  reconcile,
  reconcileOrders,
  reconciliationReport,
  recordMatches,
  summarySections,
  unmatchedDeposits,
} from '../../app/index.ts';
import { type LocalDate, Problem, type YearMonth } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { type MadeReport, made, madeOfChecks, type ReportDesk } from './made-report.ts';

/** Without a first day a look goes back so far. */
const DAYS_BACK = 92;

/** The days that a reconciliation looks at; by default the last three months. */
export interface LookPeriod {
  readonly from?: LocalDate | undefined;
  readonly until?: LocalDate | undefined;
}

/** What a reconciliation of a connection looks at. Raises `CONNECTION_UNKNOWN` (invalid). */
export async function openReconciliation({ workspace, actor }: ReportDesk, name: string) {
  const { reconciledConnections, reconciliationContext } = await import('../reconciliation.ts');
  return {
    connections: await reconciledConnections(workspace, name),
    reconciliation: await reconciliationContext(workspace, actor),
  };
}

/** Matches deposits and payouts that are certain over all connections, on behalf of whoever asks. */
export async function matchNow({ workspace, actor }: ReportDesk) {
  const { allConnections, reconciliationContext } = await import('../reconciliation.ts');
  const reconciliation = await reconciliationContext(workspace, actor);
  const facts = [];
  for (const each of await allConnections(workspace)) facts.push(await gatherConnection(reconciliation, each));
  return recordMatches(reconciliation, facts);
}

/** Missing settlements, reserves and debts that do not carry over. */
export async function makeContinuity(desk: ReportDesk, name: string): Promise<MadeReport> {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  const facts = await gatherConnection(reconciliation, connections.one);
  const findings = continuityFindings(facts, reconciliation.today);
  const about = { connection: name, until: reconciliation.today };
  const notes = findings.problems.flatMap(({ code, says, next }) => [`${code}: ${says}`, `next: ${next}`]);
  const sections = continuitySections(facts, findings);
  const report = reconciliationReport('continuity', 'Continuity of settlements', about, sections, notes);
  return made(report, findings.problems.length > 0, comparedLinks(facts));
}

/** Where the money of each settlement is. */
export async function makePayouts(desk: ReportDesk, name: string, period: LookPeriod): Promise<MadeReport> {
  const found = await look(desk, name, period);
  const lines = found.payouts.filter(
    ({ settlement }) => settlement.endOn >= found.from && settlement.endOn <= found.until,
  );
  const report = reconciliationReport('payouts', 'Payouts and bank', aboutOf(found), [
    ...payoutSections(lines, unmatchedDeposits(found.bank)),
    pairSection(found.pairs),
  ]);
  const isOpen = lines.some(({ isOverdue, candidates }) => isOverdue || candidates !== null);
  return made(report, isOpen, comparedPayouts(lines));
}

/** Balances with Amazon and their open items; with `movements` also every movement of the period. */
export async function makeLedgers(
  desk: ReportDesk,
  name: string,
  { movements = false, ...period }: LookPeriod & { readonly movements?: boolean | undefined },
): Promise<MadeReport> {
  const found = await look(desk, name, period);
  const sections = [...ledgerSections(found.ledgers), ...(movements ? [movementSection(found.ledgers)] : [])];
  const report = reconciliationReport('ledgers', 'Balances with Amazon', aboutOf(found), sections);
  const isOpen = found.ledgers.some(({ proof }) => proof?.ok === false);
  return made(report, isOpen, comparedLedgers(found.ledgers));
}

/** Orders, financial events and settlement rows, order by order. */
export async function makeOrders(desk: ReportDesk, name: string, wish: LookPeriod): Promise<MadeReport> {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  const period = lookPeriodOf(wish, reconciliation.today);
  const facts = await gatherConnection(reconciliation, connections.one);
  const matching = await reconcileOrders(reconciliation, facts, period);
  const about = { connection: name, ...period };
  const notes = [await completeness(desk.workspace, name)];
  const sections = orderSections(matching);
  const report = reconciliationReport('orders', 'Orders, events and settlements', about, sections, notes);
  const isOpen = matching.orderResiduals.length + matching.eventResiduals.length > 0;
  return made(report, isOpen, comparedOrders(matching));
}

/** Each settlement beside Amazon's own summary of it. */
export async function makeSummaries(desk: ReportDesk, name: string): Promise<MadeReport> {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  const compared = await compareSummaries(reconciliation, await gatherConnection(reconciliation, connections.one));
  const about = { connection: name, until: reconciliation.today };
  const report = reconciliationReport('summaries', 'Amazon’s summaries', about, summarySections(compared));
  const isOpen = compared.some(({ differenceMinor }) => differenceMinor !== 0n);
  return made(report, isOpen, comparedSummaries(compared));
}

/** Everything of a month on one report. */
export async function makeMonth(
  desk: ReportDesk,
  name: string,
  { month, withOrders }: { readonly month: YearMonth; readonly withOrders: boolean },
): Promise<MadeReport> {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  const { report, checks } = await monthReconciliation(reconciliation, connections, month, { withOrders });
  return madeOfChecks(report, checks);
}

async function look(desk: ReportDesk, name: string, period: LookPeriod): Promise<Reconciliation> {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  return reconcile(reconciliation, connections, lookPeriodOf(period, reconciliation.today));
}

function aboutOf({ facts, from, until }: Reconciliation) {
  return { connection: facts.connection.name, from, until };
}

function lookPeriodOf({ from, until }: LookPeriod, today: LocalDate) {
  const end = until ?? today;
  const period = { from: from ?? daysAfter(end, -DAYS_BACK), until: end };
  if (period.from <= period.until) return period;
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: `The period would run from ${period.from} to ${period.until}.`,
    next: 'Give the earlier day with --from and the later one with --until.',
  });
}

/** Until when the feeds are complete: an order that is missing here may not have been read yet. */
async function completeness({ books, feedBooks }: Workspace, name: string): Promise<string> {
  const runs = await feedBooks.listFeedRuns((await books.getConnection(name)).id);
  const of = (feed: string) =>
    runs
      .find((each) => each.feed === feed)
      ?.completeUntil?.slice(0, 16)
      .replace('T', ' ') ?? 'never read';
  return `Complete until (UTC): orders ${of('orders')}, financial events ${of('finances')}.`;
}
