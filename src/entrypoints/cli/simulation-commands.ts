import type { Command } from 'commander';
import {
  isBookable,
  MASTER_DATA_KINDS,
  type MasterDataPart,
  type SimulationContext,
  type SimulationOptions,
  type SimulationResult,
  sayPart,
  simulateSettlement,
  validateTable,
} from '../../app/index.ts';
import { PROBLEM_KINDS, Problem } from '../../core/index.ts';
import type { OpenConnection, Workspace } from '../composition.ts';
import { masterDataPartView as partView, simulationView as resultView, simulationOf } from '../simulation-views.ts';
import { openAccountTable } from '../spreadsheets/table-files.ts';
import { sayFindings } from './finding-report.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { legible, type Terminal } from './terminal.ts';
import { userActor } from './user.ts';

const ROWS_SHOWN_MAX = 10_000;

interface RefreshOption {
  readonly refresh?: boolean;
}

export function addSimulateCommand(settlements: Command, run: RunCommand): void {
  settlements
    .command('simulate')
    .description('say what SAP would refuse of a settlement’s entries, by its master data; changes nothing')
    .argument('<settlement>', 'settlement id')
    .option('--refresh', 'read the master data anew first')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: RefreshOption) => simulate(context, ref, options)));
}

export function addValidateCommand(mapping: Command, run: RunCommand): void {
  mapping
    .command('validate')
    .description('check every row of an account table against SAP’s master data; includes what check does')
    .argument('<file>', 'account table: YAML, or a spreadsheet (.xlsx, .csv)')
    .requiredOption('--connection <name>', 'whose SAP system is asked')
    .option('--refresh', 'read the master data anew first')
    .addOption(jsonOption())
    .action(
      run((context, file: string, options: RefreshOption & { connection: string }) => validate(context, file, options)),
    );
}

export function addMasterDataCommands(program: Command, run: RunCommand): void {
  const masterData = program
    .command('master-data')
    .description('what was read of SAP’s master data, to check entries and account tables against');
  masterData
    .command('show')
    .description('what is kept, and how old it is')
    .argument('<connection>')
    .option('--kind <kind>', `the rows of one kind: ${MASTER_DATA_KINDS.join(', ')}`)
    .addOption(jsonOption())
    .action(run((context, name: string, options: { kind?: string }) => show(context, name, options.kind)));
  masterData
    .command('refresh')
    .description('read all that the connection’s account table needs from SAP now')
    .argument('<connection>')
    .addOption(jsonOption())
    .action(run((context, name: string) => refresh(context, name)));
}

function simulate(context: CommandContext, ref: string, { refresh: isForced = false }: RefreshOption): Promise<number> {
  return withBooks(context, async (workspace) => {
    const record = await workspace.books.getSettlement(ref);
    return simulateOnConnection(context, workspace, {
      connectionName: record.connectionName,
      about: `Settlement ${record.settlementId}`,
      facts: { settlementId: record.settlementId },
      isForced,
      simulate: (simulation, options) => simulateSettlement(simulation, record, options),
    });
  });
}

/** What SAP would say to the entries of a settlement or accrual, for a person and as JSON. Gives the exit code. */
export function simulateOnConnection(
  context: CommandContext,
  workspace: Workspace,
  asked: {
    readonly connectionName: string;
    readonly about: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly isForced: boolean;
    readonly simulate: (simulation: SimulationContext, options: SimulationOptions) => Promise<SimulationResult>;
  },
): Promise<number> {
  const { about, facts, isForced } = asked;
  return onConnection(context, workspace, asked.connectionName, async (connection) => {
    const result = await asked.simulate(simulationOf(connection), { isForced });
    sayFindings(context.terminal, result, {
      bookable: `${about}: SAP would book every entry, as far as it could be checked.`,
      refused: `${about}: SAP would refuse it.`,
    });
    context.terminal.json({ ...facts, ...resultView(result) });
    return exitCodeOf(result, isForced);
  });
}

async function validate(
  context: CommandContext,
  file: string,
  { connection: name, refresh: isForced = false }: RefreshOption & { readonly connection: string },
): Promise<number> {
  const table = await openAccountTable(file);
  return withBooks(context, (workspace) =>
    onConnection(context, workspace, name, async (connection) => {
      const result = await validateTable(simulationOf(connection), table, { isForced });
      sayFindings(context.terminal, result, {
        bookable: `${table.name} fits SAP, as far as it could be checked. Version ${table.sha256}`,
        refused: `${table.name} names what SAP has not or would not take. Version ${table.sha256}`,
      });
      context.terminal.json({ name: table.name, sha256: table.sha256, connection: name, ...resultView(result) });
      return exitCodeOf(result, isForced);
    }),
  );
}

function show(context: CommandContext, name: string, kind: string | undefined): Promise<number> {
  assertKind(kind);
  return withBooks(context, (workspace) =>
    onConnection(context, workspace, name, async ({ masterData: { source, store } }) => {
      const { terminal } = context;
      const all = await store.listMasterData(source.system);
      const parts = kind === undefined ? all : all.filter((part) => part.kind === kind);
      const nowMs = await workspace.books.sharedNowMs();
      const views = parts.map((part) => ({ ...partView(part), ...(kind !== undefined && { rows: part.rows ?? [] }) }));
      terminal.json({ connection: name, system: source.system, parts: views });
      if (parts.length === 0) {
        terminal.say(`Nothing is kept yet. Read it: seller-ledger master-data refresh ${name}`);
        return 0;
      }
      sayParts(terminal, parts, nowMs);
      if (kind !== undefined) for (const part of parts) sayRows(terminal, part);
      return 0;
    }),
  );
}

function refresh(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, (workspace) =>
    onConnection(context, workspace, name, async (connection) => {
      const { parts } = await validateTable(simulationOf(connection), connection.context.table, { isForced: true });
      const nowMs = await workspace.books.sharedNowMs();
      sayParts(context.terminal, parts, nowMs);
      context.terminal.json({ connection: name, parts: parts.map(partView) });
      const isWhole = parts.every(({ problem }) => problem === null);
      return isWhole ? 0 : PROBLEM_KINDS.unavailable.exitCode;
    }),
  );
}

async function onConnection(
  context: CommandContext,
  workspace: Workspace,
  name: string,
  work: (connection: OpenConnection) => Promise<number>,
): Promise<number> {
  const { withConnection } = await import('../with-connection.ts');
  return withConnection(workspace, name, { actor: userActor(context.environment) }, work);
}

function sayParts(terminal: Terminal, parts: readonly MasterDataPart[], nowMs: number): void {
  sayTable(terminal, parts, [
    { title: 'what', value: ({ kind, scope }) => sayPart(kind, scope), yields: 2 },
    { title: 'rows', value: ({ rows }) => (rows === null ? '' : String(rows.length)), align: 'right' },
    { title: 'read', value: ({ covers }) => (covers === 'all' ? 'all' : `${covers.length} by name`), yields: 1 },
    { title: 'age', value: ({ readAt }) => ageOf(readAt, nowMs), align: 'right' },
    { title: 'problem', value: ({ problem }) => problem?.code ?? '', yields: 2 },
  ]);
  for (const { kind, scope, problem } of parts) {
    if (problem) terminal.say(`${sayPart(kind, scope)}: ${problem.says} Next: ${problem.next}`);
  }
}

function sayRows(terminal: Terminal, { kind, scope, rows }: MasterDataPart): void {
  if (rows === null || rows.length === 0) return;
  terminal.say();
  terminal.say(terminal.paint('bold', sayPart(kind, scope)));
  const shown = rows.slice(0, ROWS_SHOWN_MAX);
  const columns = Object.keys(shown[0] ?? {}).map((title) => ({
    title,
    value: (row: (typeof shown)[number]) => legible(String((row as unknown as Record<string, unknown>)[title] ?? '')),
    yields: 3 as const,
  }));
  sayTable(terminal, shown, columns);
  if (rows.length > shown.length) terminal.note(`${rows.length - shown.length} more: --json has all of them`);
}

/** `3 h`; blank when it was never read. */
function ageOf(readAt: string | null, nowMs: number): string {
  if (readAt === null) return '';
  const minutes = Math.max(0, Math.floor((nowMs - Date.parse(readAt)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 72 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}

/** What could not be read, or not anew when asked to, is no yes: a script has to tell it from one. */
function exitCodeOf(result: SimulationResult, isForced: boolean): number {
  if (!isBookable(result)) return PROBLEM_KINDS.rejected.exitCode;
  const noYes = ['SIMULATION_NOT_READ', ...(isForced ? ['SIMULATION_MASTER_DATA_OLD'] : [])];
  return result.findings.some(({ code }) => noYes.includes(code)) ? PROBLEM_KINDS.unavailable.exitCode : 0;
}

function assertKind(kind: string | undefined): void {
  if (kind === undefined || MASTER_DATA_KINDS.some((each) => each === kind)) return;
  throw new Problem({
    code: 'MASTER_DATA_KIND_UNKNOWN',
    kind: 'invalid',
    says: `${JSON.stringify(kind)} is no kind of master data.`,
    next: `Name one of: ${MASTER_DATA_KINDS.join(', ')}.`,
    data: kind,
  });
}
