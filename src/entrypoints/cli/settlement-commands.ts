import type { Command } from 'commander';
import { approveSettlement, receiveEvidence, type SettlementRecord } from '../../app/index.ts';
import { openFile } from '../files.ts';
import { entrySummary, settlementDetail, settlementSummary, totalOf } from '../http/views.ts';
import { formatForPeople, sayEntry, sayProofs } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { limitOption, noteMore } from './list-part.ts';
import { sayQuarantine } from './preview.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { formatTable } from './terminal.ts';
import { userActor } from './user.ts';

const EXIT_QUARANTINED = 3;
const SETTLEMENTS_SHOWN = 200;

export function addSettlementCommands(program: Command, run: RunCommand): void {
  const settlements = program.command('settlements').description('what Amazon reported for each payout period');
  settlements
    .command('list')
    .description('settlements, the newest first')
    .addOption(limitOption(SETTLEMENTS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, { limit }: { limit: number }) => list(context, limit)));
  settlements
    .command('show')
    .description('one settlement with its proofs and entries')
    .argument('<settlement>', 'settlement id')
    .addOption(jsonOption())
    .action(run((context, ref: string) => show(context, ref)));
  settlements
    .command('approve')
    .description('approve every proposed entry of a settlement exactly as it is now; they are sent only together')
    .argument('<settlement>')
    .option('--reason <text>', 'why, for the audit log', 'approved at the command line')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { reason: string }) => approve(context, ref, options.reason)));
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

function list(context: CommandContext, limit: number): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const records = await books.listSettlements({ limit });
    const total = totalOf((await books.countRecords()).settlements);
    terminal.json(records.map(settlementSummary));
    if (records.length === 0) {
      terminal.say('No settlement yet. Fetch what Amazon has: seller-ledger sync NAME');
      return 0;
    }
    const lines = formatTable(records.map(settlementSummary), [
      { title: 'settlement', value: (row) => row.settlementId },
      { title: 'connection', value: (row) => row.connection },
      { title: 'from', value: (row) => row.startTime.slice(0, 10) },
      { title: 'to', value: (row) => row.endTime.slice(0, 10) },
      { title: 'rows', value: (row) => String(row.lineCount), align: 'right' },
      { title: 'total', value: (row) => row.totalAmount, align: 'right' },
      { title: '', value: (row) => row.currency },
      { title: 'proofs', value: (row) => (row.proofsHold ? 'hold' : 'fail') },
      { title: 'state', value: (row) => row.state },
    ]);
    for (const line of lines) terminal.say(line);
    noteMore(terminal, { command: 'settlements list', shown: records.length, total });
    return 0;
  });
}

function show(context: CommandContext, ref: string): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const record = await books.getSettlement(ref);
    const entries = await books.listEntries({ settlementKey: record.key });
    terminal.json(settlementDetail(record, entries));
    saySettlement(context, record);
    for (const entry of entries) sayEntry(terminal, entry.entry, describe(entry));
    return 0;
  });
}

function approve(context: CommandContext, ref: string, reason: string): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const record = await books.getSettlement(ref);
    const approved = await approveSettlement(books, record, userActor(context.environment), reason);
    for (const { entry } of approved) terminal.say(`${entry.postingKey} is approved.`);
    terminal.say(`Send them: seller-ledger sync ${record.connectionName}`);
    terminal.json(approved.map(entrySummary));
    return 0;
  });
}

function describe(entry: {
  state: string;
  document: { sapDocumentNumber: string; fiscalYear: string } | null;
}): string {
  return entry.document
    ? `${entry.state}, SAP document ${entry.document.sapDocumentNumber}/${entry.document.fiscalYear}`
    : entry.state;
}

function saySettlement({ terminal }: CommandContext, record: SettlementRecord): void {
  const summary = settlementSummary(record);
  terminal.say(`${terminal.paint('bold', `Settlement ${record.settlementId}`)}  ${record.state}`);
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
      const entries = await workspace.books.listEntries({ settlementKey: record.key });
      terminal.json(settlementDetail(record, entries));
      saySettlement(context, record);
      terminal.say(
        record.state === 'proposed'
          ? `${entries.length} entries proposed. Post them: seller-ledger sync ${options.connection}`
          : '',
      );
      return record.state === 'quarantined' ? EXIT_QUARANTINED : 0;
    } finally {
      await connection.close();
    }
  });
}
