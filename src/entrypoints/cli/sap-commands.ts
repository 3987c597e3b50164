import { type Command, Option } from 'commander';
import {
  type ConnectionContext,
  type PeriodProof,
  type RelinkReport,
  relinkConnection,
  sayProposal,
  verifyPeriod,
} from '../../app/index.ts';
import {
  firstDayOf,
  formatMoney,
  type LocalDate,
  lastDayOf,
  PROBLEM_KINDS,
  Problem,
  parseLocalDate,
  type YearMonth,
} from '../../core/index.ts';
import type { CompanyCode } from '../../ledger/index.ts';
import { entrySummary, settlementSummary } from '../http/views.ts';
import { formatDocument, formatForPeople } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { exitCodeOfProblems } from './sync-report.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

interface VerifyFlags {
  readonly from?: string;
  readonly to?: string;
  readonly month?: string;
  readonly companyCode?: readonly string[];
  readonly adoptReversals?: boolean;
}

export function addSapCommands(program: Command, run: RunCommand): void {
  const sap = program.command('sap').description('what stands in SAP, compared with the books');
  sap
    .command('verify')
    .description(
      'prove a period: each posted entry has one equal document in SAP, and each document under our posting keys an entry',
    )
    .argument('<name>', 'connection')
    .option('--from <date>', 'first posting date')
    .option('--to <date>', 'last posting date')
    .addOption(new Option('--month <month>', 'a whole month, 2026-10').conflicts(['from', 'to']))
    .option('--company-code <code...>', 'only these (default: all that the account table names)')
    .option('--adopt-reversals', 'record as reversed what was reversed in SAP past this program')
    .addOption(jsonOption())
    .action(run((context, name: string, flags: VerifyFlags) => verify(context, name, flags)));
  sap
    .command('relink')
    .description('compare every entry that is not posted with SAP, and link those that SAP holds; sends nothing')
    .argument('<name>', 'connection')
    .addOption(jsonOption())
    .action(run((context, name: string) => relink(context, name)));
}

async function verify(context: CommandContext, name: string, flags: VerifyFlags): Promise<number> {
  const period = periodOf(flags);
  const proof = await withConnection(context, name, (connection) =>
    verifyPeriod(connection, {
      ...period,
      ...(flags.companyCode && { companyCodes: flags.companyCode as readonly string[] as readonly CompanyCode[] }),
      adoptReversals: flags.adoptReversals ?? false,
    }),
  );
  sayProof(context, name, proof);
  return proof.isProven ? 0 : PROBLEM_KINDS.unproven.exitCode;
}

/** `--month`, or both ends. Raises `PERIOD_INVALID` (invalid). */
function periodOf({ from, to, month }: VerifyFlags): { from: LocalDate; to: LocalDate } {
  if (month !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    return { from: firstDayOf(month as YearMonth), to: lastDayOf(month as YearMonth) };
  }
  if (month === undefined && from !== undefined && to !== undefined) {
    return { from: parseLocalDate(from), to: parseLocalDate(to) };
  }
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: month === undefined ? 'The period to verify is not stated.' : `${month} is not a month.`,
    next: 'Name the first and the last day, or a month: --month 2026-10',
    ...(month !== undefined && { data: month }),
  });
}

function sayProof({ terminal }: CommandContext, name: string, proof: PeriodProof): void {
  terminal.json(proofDocument(name, proof));
  sayTable(terminal, proof.totals, [
    { title: 'company code', value: (row) => row.companyCode },
    { title: '', value: (row) => row.currency },
    { title: 'debit here, not taken back', value: (row) => formatForPeople(row.ours), align: 'right' },
    { title: 'debit in SAP', value: (row) => formatForPeople(row.sap), align: 'right' },
    { title: 'entries', value: (row) => String(row.entryCount), align: 'right' },
    { title: 'documents', value: (row) => String(row.documentCount), align: 'right' },
  ]);
  const quiet = proof.companyCodes.filter((code) => !proof.totals.some((total) => total.companyCode === code));
  if (quiet.length > 0) terminal.say(`nothing of ours stands in this period in company code ${quiet.join(', ')}`);
  for (const { postingKey, document, reversedBy, state } of proof.reversed) {
    const by = reversedBy ? ` by ${formatDocument({ ...document, ...reversedBy })}` : '';
    terminal.say(`reversed: document ${formatDocument(document)}${by}, ${postingKey} (${state ?? 'not on record'})`);
  }
  for (const { entry, state } of proof.open) terminal.say(`not in SAP: ${entry.postingKey} is ${state}`);
  for (const { entry } of proof.adopted) terminal.say(`recorded as reversed: ${entry.postingKey}`);
  for (const { problem } of proof.differences) terminal.say(`${problem.code}: ${problem.says} Next: ${problem.next}`);
  const light = proof.isProven ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
  const count = proof.differences.length;
  const verdict = proof.isProven ? 'proven' : `not proven, ${count} ${count === 1 ? 'difference' : 'differences'}`;
  terminal.say(`${light} ${name} from ${proof.from} to ${proof.to}: ${verdict}`);
  terminal.note(
    'Compared are documents under our posting keys only; what others post to the same accounts is not looked at.',
  );
}

function proofDocument(name: string, proof: PeriodProof) {
  const { from, to, companyCodes, isProven, totals, differences, reversed, open, adopted } = proof;
  return {
    connection: name,
    from,
    to,
    companyCodes,
    isProven,
    totals: totals.map((total) => ({ ...total, ours: formatMoney(total.ours), sap: formatMoney(total.sap) })),
    differences: differences.map(({ postingKey, document, problem }) => ({ postingKey, document, problem })),
    reversed,
    open: open.map(entrySummary),
    adopted: adopted.map(entrySummary),
  };
}

async function relink(context: CommandContext, name: string): Promise<number> {
  const { report, isEmpty } = await withConnection(context, name, async (connection) => ({
    report: await relinkConnection(connection),
    isEmpty:
      (await connection.books.listSettlements({ connectionId: connection.connection.id, limit: 1 })).length === 0,
  }));
  sayRelinked(context, name, report);
  if (isEmpty) {
    context.terminal.say(
      `No settlement was received yet, so there was nothing to compare. Receive them, which links what SAP holds before anything is sent: seller-ledger sync ${name}`,
    );
  }
  return exitCodeOfProblems(report.problems);
}

function sayRelinked({ terminal }: CommandContext, name: string, report: RelinkReport): void {
  const { documentsRead, adopted, open, settlements, problems } = report;
  terminal.json({
    connection: name,
    documentsRead,
    adopted: adopted.map(entrySummary),
    open: open.map(entrySummary),
    settlements: settlements.map(settlementSummary),
    problems,
  });
  for (const { entry, state, document } of adopted) {
    const as = document ? `: SAP document ${formatDocument(document)}` : '';
    terminal.say(`${entry.postingKey} is ${state}${as}`);
  }
  for (const { settlementId, revision } of settlements) {
    terminal.say(`settlement ${settlementId} was found in SAP under the keys of ${sayProposal(revision)}`);
  }
  for (const { entry, state } of open) terminal.say(`${entry.postingKey} is ${state}; SAP holds nothing of it`);
  for (const { code, says, next } of problems) terminal.say(`${code}: ${says} Next: ${next}`);
  terminal.say(`${documentsRead} documents read, ${adopted.length} entries linked, ${open.length} not in SAP.`);
}

function withConnection<Result>(
  context: CommandContext,
  name: string,
  work: (connection: ConnectionContext) => Promise<Result>,
): Promise<Result> {
  return withBooks(context, async (workspace) => {
    const connection = await openConnection(workspace, name, { actor: userActor(context.environment) });
    context.terminal.progress('reading in SAP what it holds, and comparing it');
    try {
      return await work(connection.context);
    } finally {
      context.terminal.endProgress();
      await connection.close();
    }
  });
}
