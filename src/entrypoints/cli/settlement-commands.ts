import type { Command } from 'commander';
import {
  approveSettlement,
  correctionLinks,
  type EntryRecord,
  hasRowsOfItsOwn,
  receiveEvidence,
  type SettlementRecord,
  type SettlementState,
} from '../../app/index.ts';
import { approvalsOf, approvalView } from '../approvals.ts';
import { openFile } from '../files.ts';
import { entrySummary, heldFaults, openProblemOf, settlementDetail, settlementWithProgress } from '../http/views.ts';
import { sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { countEntries, describeEntry, formatForPeople, groupThousands, sayEntry, sayProofs } from './format-entry.ts';
import { openApprovals, openConnection, withBooks } from './lazy.ts';
import { type ListOptions, limitOption, noteMore, stateOption } from './list-part.ts';
import { sayQuarantine } from './preview.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReissueCommands } from './reissue-commands.ts';
import { addLeaveCommand, addSettlementReversal } from './reverse-commands.ts';
import { sayCorrections, sayFiles, sayLinks } from './say-corrections.ts';
import { addSimulateCommand } from './simulation-commands.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

const EXIT_QUARANTINED = 3;
const SETTLEMENTS_SHOWN = 200;
/** A record, so that the compiler misses a state that is left out. */
const STATES: Readonly<Record<SettlementState, true>> = {
  received: true,
  proven: true,
  proposed: true,
  quarantined: true,
};

export function addSettlementCommands(program: Command, run: RunCommand): void {
  const settlements = program.command('settlements').description('what Amazon reported for each payout period');
  settlements
    .command('list')
    .description('settlements, the newest first')
    .addOption(limitOption(SETTLEMENTS_SHOWN))
    .addOption(stateOption(Object.keys(STATES)))
    .addOption(jsonOption())
    .action(run((context, options: ListOptions<SettlementState>) => list(context, options)));
  settlements
    .command('show')
    .description('one settlement with its proofs and entries')
    .argument('<settlement>', 'settlement id')
    .option('--all', 'also the entries of earlier proposals')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { all?: boolean }) => show(context, ref, options.all ?? false)));
  settlements
    .command('approve')
    .description('approve every proposed entry of a settlement exactly as it is now; they are sent only together')
    .argument('<settlement>')
    .option('--reason <text>', 'why, for the audit log', 'approved at the command line')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { reason: string }) => approve(context, ref, options.reason)));
  addSettlementReversal(settlements, run);
  addLeaveCommand(settlements, run);
  addReissueCommands(settlements, run);
  addSimulateCommand(settlements, run);
  settlements
    .command('import')
    .description('receive a settlement from a file, as if Amazon had delivered it')
    .argument('<file>')
    .requiredOption('--connection <name>', 'whose settlement it is')
    .option('--charset <name>', 'utf-8, windows-1252 or shift_jis')
    .addOption(jsonOption())
    .action(
      run((context, file: string, options: { connection: string; charset?: string }) =>
        importFile(context, file, options),
      ),
    );
}

function list(context: CommandContext, { limit, state }: ListOptions<SettlementState>): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const records = await books.listSettlements({ limit, ...(state && { state }) });
    const counts = (await books.countRecords()).settlements;
    const entryCounts = await books.countEntries(records.map(({ key }) => key));
    const held = heldFaults(await books.listEntries({ states: ['proposed', 'approved'] }));
    const rows = records.map((record) =>
      settlementWithProgress(record, entryCounts.get(record.key) ?? {}, held.get(record.key)),
    );
    terminal.json(rows);
    if (records.length === 0) {
      terminal.say(
        state ? `No settlement is ${state}.` : 'No settlement yet. Fetch what Amazon has: seller-ledger sync NAME',
      );
      return 0;
    }
    sayTable(terminal, rows, [
      { title: 'settlement', value: (row) => row.settlementId },
      { title: 'connection', value: (row) => row.connection, yields: 3 },
      { title: 'from', value: (row) => row.startTime.slice(0, 10), yields: 2 },
      { title: 'to', value: (row) => row.endTime.slice(0, 10) },
      { title: 'rows', value: (row) => String(row.lineCount), align: 'right' },
      { title: 'total', value: (row) => groupThousands(row.totalAmount), align: 'right' },
      { title: '', value: (row) => row.currency },
      { title: 'proofs', value: (row) => (row.proofsHold ? 'hold' : 'fail'), yields: 1 },
      { title: 'state', value: (row) => row.progress },
    ]);
    noteMore(terminal, { command: 'settlements list', state, shown: records.length, counts });
    return 0;
  });
}

function show(context: CommandContext, ref: string, isWhole: boolean): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { books } = workspace;
    const { terminal } = context;
    const record = await books.getSettlement(ref);
    const entries = await books.listEntries({ originKey: record.key });
    const approvals = await approvalsOf(workspace, entries);
    const files = await books.listSettlementFiles(record.key);
    const detail = settlementDetail(record, entries, files);
    terminal.json({
      ...detail,
      approvals: [...approvals.values()].map((each) => ({
        postingKey: each.record.entry.postingKey,
        ...approvalView(each),
      })),
    });
    saySettlement(context, record, entries);
    sayFiles(terminal, files);
    sayCorrections(terminal, record, entries);
    sayEntries(context, record, { entries, isWhole, approvals });
    return 0;
  });
}

interface ShownEntries {
  readonly entries: readonly EntryRecord[];
  readonly isWhole: boolean;
  readonly approvals: Awaited<ReturnType<typeof approvalsOf>>;
}

/** The entries as they stand now, each with what is wrong with it; those of earlier proposals when all are asked for. */
function sayEntries(
  { terminal }: CommandContext,
  { settlementId }: SettlementRecord,
  { entries, isWhole, approvals }: ShownEntries,
): void {
  const current = entries.filter(hasRowsOfItsOwn);
  const shown = isWhole || current.length === 0 ? entries : current;
  const links = correctionLinks(entries);
  for (const record of shown) {
    sayEntry(terminal, record.entry, describeEntry(record));
    if (isWhole) sayLinks(terminal, record, links.get(record.id));
    sayApproval(terminal, approvals.get(record.id));
    const problem = openProblemOf(record);
    if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}\n`);
  }
  const earlier = entries.length - shown.length;
  if (earlier > 0) terminal.say(`${earlier} earlier: seller-ledger settlements show ${settlementId} --all`);
}

function approve(context: CommandContext, ref: string, reason: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const record = await workspace.books.getSettlement(ref);
    const desk = await openApprovals(workspace, record.connectionName);
    const after = await approveSettlement(desk, record, userActor(context.environment), reason);
    sayApproved(terminal, after, await approvalsOf(workspace, after));
    if (after.every(({ state }) => state === 'approved')) {
      terminal.say(`Send them: seller-ledger sync ${record.connectionName}`);
    }
    terminal.json(after.map(entrySummary));
    return 0;
  });
}

function saySettlement({ terminal }: CommandContext, record: SettlementRecord, entries: readonly EntryRecord[]): void {
  const summary = settlementDetail(record, entries);
  terminal.say(`${terminal.paint('bold', `Settlement ${record.settlementId}`)}  ${summary.progress}`);
  terminal.say(`  ${summary.startTime} to ${summary.endTime}, deposit ${summary.depositDate}`);
  terminal.say(
    `  total ${formatForPeople(record.header.total)} ${summary.currency} in ${record.lineCount} rows, file ${record.sha256}`,
  );
  if (record.problem) terminal.say(`  ${record.problem.code}: ${record.problem.says} Next: ${record.problem.next}`);
  terminal.say();
  sayProofs(terminal, record.proofs);
  terminal.say();
  if (record.quarantine.length > 0) sayQuarantine(terminal, record.quarantine);
}

function importFile(
  context: CommandContext,
  file: string,
  options: { connection: string; charset?: string },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const connection = await openConnection(workspace, options.connection, {
      actor: userActor(context.environment),
      onProgress: (event) => {
        if (event.step === 'reading') terminal.progress(`reading ${file}: ${event.rows} rows`);
      },
    });
    try {
      const evidence = await workspace.books.putEvidence(openFile(file), {
        origin: `file:${file}`,
        contentType: options.charset === undefined ? null : `text/plain; charset=${options.charset}`,
        headers: {},
      });
      const record = await receiveEvidence(connection.context, evidence.sha256, file);
      const entries = await workspace.books.listEntries({ originKey: record.key });
      terminal.json(settlementDetail(record, entries));
      saySettlement(context, record, entries);
      if (record.state === 'proposed') terminal.say(nextAfterImport(record, entries, connection.context.posting));
      return record.state === 'quarantined' ? EXIT_QUARANTINED : 0;
    } finally {
      await connection.close();
    }
  });
}

/** A known file may be received again, so its entries may be anywhere in their life. */
function nextAfterImport(
  record: SettlementRecord,
  entries: readonly EntryRecord[],
  { approval }: { approval: 'automatic' | 'review' },
): string {
  const proposed = entries.filter(({ state }) => state === 'proposed').length;
  const toSend = entries.filter(({ state }) => !SENT_OR_GONE.includes(state)).length;
  const sync = `seller-ledger sync ${record.connectionName}`;
  if (toSend === 0) return settlementDetail(record, entries).progress;
  if (proposed === 0 || approval === 'automatic') return `${countEntries(toSend)} to post: ${sync}`;
  const approve = `seller-ledger settlements approve ${record.settlementId}`;
  return `${countEntries(proposed)} proposed. Approve first: ${approve}\nThen post: ${sync}`;
}

const SENT_OR_GONE: readonly EntryRecord['state'][] = ['posted', 'reversed', 'withdrawn'];
