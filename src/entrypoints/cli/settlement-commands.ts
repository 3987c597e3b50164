import { type Command, Option } from 'commander';
import { type EntryRecord, receiveEvidence, type SettlementRecord, type SettlementState } from '../../app/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import { openFile } from '../files.ts';
import { EntryDetail } from '../http/contract/entries.ts';
import { SettlementDetail, SettlementList } from '../http/contract/settlements.ts';
import { settlementDetail } from '../http/views.ts';
import { approveAll, sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { countEntries, describeItem, groupThousands, sayLines, sayProofs } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type ListOptions, limitOption, noteMore, stateOption } from './list-part.ts';
import { onApi } from './on-api.ts';
import { sayQuarantine } from './preview.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReissueCommands } from './reissue-commands.ts';
import { addLeaveCommand, addSettlementReversal } from './reverse-commands.ts';
import { sayFiles, sayLinks } from './say-corrections.ts';
import { addSimulateCommand } from './simulation-commands.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
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

/** How far it is in SAP. */
const POSTED = ['not', 'partly', 'fully'] as const;
type Posted = (typeof POSTED)[number];

export function addSettlementCommands(program: Command, run: RunCommand): void {
  const settlements = program.command('settlements').description('what Amazon reported for each payout period');
  settlements
    .command('list')
    .description('settlements, the newest first')
    .addOption(limitOption(SETTLEMENTS_SHOWN))
    .addOption(stateOption(Object.keys(STATES)))
    .addOption(new Option('--posted <how>', 'only those that are in SAP this far').choices(POSTED))
    .addOption(jsonOption())
    .action(run(onApi(list)));
  settlements
    .command('show')
    .description('one settlement with its proofs and entries')
    .argument('<settlement>', 'settlement id')
    .option('--all', 'also the entries of earlier proposals')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  settlements
    .command('approve')
    .description('approve every proposed entry of a settlement exactly as it is now; they are sent only together')
    .argument('<settlement>')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(approve)));
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

async function list(
  { terminal }: CommandContext,
  api: Api,
  { limit, state, posted }: ListOptions<SettlementState> & { readonly posted?: Posted },
): Promise<number> {
  const { items: rows, total } = await readList(limit, (part) =>
    api.ask({
      path: '/settlements',
      query: { ...part, state, posted, withTotal: part.cursor === undefined },
      answer: SettlementList,
    }),
  );
  terminal.json(rows);
  if (rows.length === 0) {
    terminal.say(
      posted
        ? `No settlement is ${posted} posted.`
        : state
          ? `No settlement is ${state}.`
          : 'No settlement yet. Fetch what Amazon has: seller-ledger sync NAME',
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
  noteMore(terminal, { command: 'settlements list', state, shown: rows.length, total });
  return 0;
}

async function show(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { all: isWhole = false }: { readonly all?: boolean },
): Promise<number> {
  const settlement = await api.ask({ path: '/settlements/:id', params: { id }, answer: SettlementDetail });
  const { files, corrections } = settlement;
  terminal.json(settlement);
  if (terminal.isJson) return 0;
  saySettlement(terminal, settlement);
  sayFiles(terminal, files);
  if (corrections.length > 0) {
    sayProofs(terminal, corrections);
    terminal.say();
  }
  await sayEntries(terminal, api, settlement, isWhole);
  return 0;
}

/** The entries as they stand now, each with what is wrong with it; those of earlier proposals when all are asked for. */
async function sayEntries(
  terminal: Terminal,
  api: Api,
  { settlementId, entries }: SettlementDetail,
  isWhole: boolean,
): Promise<void> {
  const current = entries.filter(({ isCurrent }) => isCurrent);
  const shown = isWhole || current.length === 0 ? entries : current;
  for (const { id } of shown) {
    const entry = await api.ask({ path: '/entries/:id', params: { id }, answer: EntryDetail });
    const { problem } = entry;
    sayLines(terminal, entry, describeItem(entry));
    if (isWhole) sayLinks(terminal, entry);
    sayApproval(terminal, entry.state, entry.approval);
    if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}\n`);
  }
  const earlier = entries.length - shown.length;
  if (earlier > 0) terminal.say(`${earlier} earlier: seller-ledger settlements show ${settlementId} --all`);
}

async function approve(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { why }: { readonly why: string },
): Promise<number> {
  const { entries, approved, connection } = await approveAll(api, 'settlements', id, why);
  sayApproved(terminal, approved);
  if (entries.every(({ state }) => state === 'approved')) terminal.say(`Send them: seller-ledger sync ${connection}`);
  terminal.json(entries);
  return 0;
}

type ShownSettlement = Pick<
  SettlementDetail,
  | 'settlementId'
  | 'progress'
  | 'startTime'
  | 'endTime'
  | 'depositDate'
  | 'totalAmount'
  | 'currency'
  | 'lineCount'
  | 'evidenceSha256'
  | 'problem'
  | 'proofs'
  | 'quarantine'
>;

function saySettlement(terminal: Terminal, settlement: ShownSettlement): void {
  const { settlementId, progress, totalAmount, currency, lineCount, problem, proofs, quarantine } = settlement;
  terminal.say(`${terminal.paint('bold', `Settlement ${settlementId}`)}  ${progress}`);
  terminal.say(`  ${settlement.startTime} to ${settlement.endTime}, deposit ${settlement.depositDate}`);
  terminal.say(
    `  total ${groupThousands(totalAmount)} ${currency} in ${lineCount} rows, file ${settlement.evidenceSha256}`,
  );
  if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}`);
  terminal.say();
  sayProofs(terminal, proofs);
  terminal.say();
  if (quarantine.length > 0) sayQuarantine(terminal, quarantine);
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
      const detail = settlementDetail(record, entries);
      terminal.json(detail);
      saySettlement(terminal, detail);
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
  const approve = `seller-ledger settlements approve ${record.settlementId} --why TEXT`;
  return `${countEntries(proposed)} proposed. Approve first: ${approve}\nThen post: ${sync}`;
}

const SENT_OR_GONE: readonly EntryRecord['state'][] = ['posted', 'reversed', 'withdrawn'];
