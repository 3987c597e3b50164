import {
  type CloseCheck,
  checkMonth,
  checksFrom,
  closePack,
  cutOffCheck,
  cutOffReport,
  journalReport,
  listCutOff,
  monthCheckReport,
  monthFacts,
  monthReconciliation,
  monthSections,
  orderReceivableReport,
  type ProfitView,
  profitOf,
  type ReportSection,
  recordedChecks,
  sectionsOf,
  statementOf,
} from '../../app/index.ts';
import type { LocalDate, YearMonth } from '../../core/index.ts';
import type { OpenConnection } from '../composition.ts';
import { listed, type MadeReport, made, madeOfChecks, type ReportDesk } from './made-report.ts';
import { openReconciliation } from './reconciliation-makers.ts';

export interface Period {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** The statement of one settlement. */
export async function makeStatement({ workspace }: ReportDesk, ref: string): Promise<MadeReport> {
  const { books, feedBooks, reconciliation } = workspace;
  const { listDeposits, listDepositMatches } = reconciliation;
  const stores = { ...books, listPayouts: feedBooks.listPayouts, listDeposits, listDepositMatches };
  return listed(await statementOf(stores, ref));
}

/** Entries of a period with every line. */
export async function makeJournal({ workspace }: ReportDesk, name: string, period: Period): Promise<MadeReport> {
  return listed(await journalReport(workspace.books, name, period));
}

/** Fees, sales, or both, by kind, marketplace and month. */
export async function makeProfit(
  { workspace }: ReportDesk,
  view: ProfitView,
  connection: string,
  period: Period,
): Promise<MadeReport> {
  const { readSettlementFile } = await import('../../amazon/index.ts');
  const report = await profitOf(workspace.books, readSettlementFile, { view, connection, ...period });
  return listed(report);
}

/** What accrued orders owe. */
export function makeOrderReceivable(desk: ReportDesk, name: string, overdueDays: number): Promise<MadeReport> {
  return onConnection(desk, name, async ({ context }) => listed(await orderReceivableReport(context, { overdueDays })));
}

/** The pack of a month end; open until every check of it holds. */
export async function makeClose(desk: ReportDesk, name: string, month: YearMonth): Promise<MadeReport> {
  const { checks, sections } = await answerClose(desk, name, month);
  return madeOfChecks(closePack({ connection: name, month, checks, sections }).report, checks);
}

/** The questions of a month end with their answers, and the tables behind them. */
export async function answerClose(
  desk: ReportDesk,
  name: string,
  month: YearMonth,
): Promise<{ readonly checks: readonly CloseCheck[]; readonly sections: readonly ReportSection[] }> {
  const { books } = desk.workspace;
  const connection = await books.getConnection(name);
  const facts = await monthFacts(books, connection, month);
  const check = await checkMonth(books, connection, month);
  const reconciled = await reconciliationOf(desk, name, month);
  return onConnection(desk, name, async (opened) => {
    const late = await listCutOff(opened.context, month);
    const cutOff = cutOffCheck(late, cutOffReport(name, month, late).sections);
    const identity = sectionsOf('identity', 'Profit and loss', monthCheckReport(check).sections);
    return {
      checks: [...recordedChecks(facts, check), cutOff, ...reconciled],
      sections: [...identity, ...monthSections(facts)],
    };
  });
}

/** Whether profit and loss of a month is settled plus accrued less released. */
export async function makeMonthCheck({ workspace }: ReportDesk, name: string, month: YearMonth): Promise<MadeReport> {
  const { books } = workspace;
  const check = await checkMonth(books, await books.getConnection(name), month);
  const compared = { count: check.rows.length, of: check.rows.length };
  return made(monthCheckReport(check), !check.holds, compared);
}

/** Rows that are booked in another month than their own. */
export function makeCutOff(desk: ReportDesk, name: string, month: YearMonth): Promise<MadeReport> {
  return onConnection(desk, name, async ({ context }) =>
    listed(cutOffReport(name, month, await listCutOff(context, month))),
  );
}

async function onConnection<Result>(
  { workspace, actor }: ReportDesk,
  name: string,
  work: (opened: OpenConnection) => Promise<Result>,
): Promise<Result> {
  // What connects to Amazon and SAP is loaded by the reports that need it.
  const { withConnection } = await import('../with-connection.ts');
  return withConnection(workspace, name, { actor }, work);
}

async function reconciliationOf(desk: ReportDesk, name: string, month: YearMonth) {
  const { reconciliation, connections } = await openReconciliation(desk, name);
  const { report, checks } = await monthReconciliation(reconciliation, connections, month, { withOrders: false });
  return checksFrom({
    prefix: 'reconciliation',
    title: 'Reconciliation',
    next: `seller-ledger reconcile month ${name} ${month}`,
    checks,
    sections: sectionsOf('reconciliation', 'Reconciliation', report.sections),
  });
}
