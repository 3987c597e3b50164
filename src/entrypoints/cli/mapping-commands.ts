import type { Command } from 'commander';
import { approveMappingVersion, mappingVersionUnknown, rejectMappingVersion } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import { diffTables, listTableWarnings, readTableContent } from '../../mapping/index.ts';
import type { Api } from '../api-client/api.ts';
import { TEMPLATE_NAME, templateText } from '../files.ts';
import { type MappingVersion, MappingVersions } from '../http/contract/mapping.ts';
import { changeView, versionView } from '../mapping-views.ts';
import { openAccountTable, TABLE_FORMATS, type TableFormat, tableFormatOf } from '../spreadsheets/table-files.ts';
import { openMapping, withBooks } from './lazy.ts';
import { addImpactCommands, sayCarriedOn } from './mapping-import-commands.ts';
import { numberOf, withRefs } from './mapping-refs.ts';
import { addTeachCommands } from './mapping-teach-commands.ts';
import { sayChanges } from './mapping-words.ts';
import { onApi, withoutBooks } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addValidateCommand } from './simulation-commands.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

export function addMappingCommands(program: Command, run: RunCommand): void {
  const mapping = program.command('mapping').description('the account table: which account each kind of line goes to');
  addFileCommands(mapping, run);
  addValidateCommand(mapping, run);
  addVersionCommands(mapping, run);
  addImpactCommands(mapping, run);
  addTeachCommands(mapping, run);
}

function addFileCommands(mapping: Command, run: RunCommand): void {
  mapping
    .command('template')
    .description('print the template for SAP’s chart of accounts YCOA, to be edited as a copy')
    .addOption(jsonOption())
    .action(
      run(
        withoutBooks(async ({ terminal }) => {
          terminal.say(templateText().trimEnd());
          terminal.json({ name: TEMPLATE_NAME, text: templateText() });
          return 0;
        }),
      ),
    );
  mapping
    .command('check')
    .description('read an account table and list every fault in it, and what an accountant would ask about')
    .argument('<file>', 'account table: YAML, or a spreadsheet (.xlsx, .csv)')
    .addOption(jsonOption())
    .action(
      run(
        withoutBooks(async ({ terminal }, file: string) => {
          const table = await openAccountTable(file);
          const warnings = listTableWarnings(table);
          terminal.say(`${table.name} can be used. Version ${table.sha256}`);
          for (const { line, column, path, says } of warnings) {
            terminal.say(`Warning ${line}:${column} ${path}: ${says}`);
          }
          terminal.json({ name: table.name, sha256: table.sha256, warnings });
          return 0;
        }),
      ),
    );
}

function addVersionCommands(mapping: Command, run: RunCommand): void {
  mapping
    .command('list')
    .description('every version of a connection’s account table: who, when and why')
    .argument('<connection>')
    .addOption(jsonOption())
    .action(run(onApi(list)));
  mapping
    .command('show')
    .description('one version of the account table, word for word')
    .argument('<connection>')
    .option('--version <number>', 'which one (default: the one in use)')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  mapping
    .command('export')
    .description('write a version as YAML or as a spreadsheet to edit')
    .argument('<connection>')
    .option('--version <number>', 'which one (default: the one in use)')
    .option('--format <format>', `${TABLE_FORMATS.join(', ')} (default: by the name of the file)`)
    .requiredOption('--output <file>', 'where to')
    .addOption(jsonOption())
    .action(run(onApi(exportTable)));
  mapping
    .command('diff')
    .description('what is different between two account tables, row by row')
    .argument('<before>', 'a file, NAME@NUMBER, NAME@current, or template')
    .argument('<after>', 'the same')
    .addOption(jsonOption())
    .action(run((context, before: string, after: string) => diff(context, before, after)));
  mapping
    .command('approve')
    .description('approve the version that waits, so that it is booked by from now on')
    .argument('<connection>')
    .option('--version <number>', 'which one (default: the newest)')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: ApproveOptions) => approve(context, name, options)));
  mapping
    .command('reject')
    .description('take back the version that waits; the one in use stays, and is the newest again')
    .argument('<connection>')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { why: string }) => reject(context, name, options)));
}

const STATE_WORDS: Readonly<Record<MappingVersion['state'], string>> = {
  'in-use': 'in use',
  waiting: 'waits for approval',
  overtaken: 'overtaken',
  past: '',
};

async function list({ terminal }: CommandContext, api: Api, connection: string): Promise<number> {
  const { items } = await api.ask({
    path: '/mapping/:connection/versions',
    params: { connection },
    answer: MappingVersions,
  });
  terminal.json(items.map((version) => ({ ...version, inUse: version.state === 'in-use' })).reverse());
  sayTable(terminal, items, [
    { title: 'version', value: ({ version }) => String(version), align: 'right' },
    { title: 'recorded', value: ({ recordedAt }) => formatMinute(recordedAt), yields: 1 },
    { title: 'by', value: ({ author }) => legible(author), yields: 2 },
    { title: 'from', value: ({ validFrom }) => validFrom ?? '' },
    { title: 'approved by', value: ({ approvedBy }) => legible(approvedBy ?? ''), yields: 2 },
    { title: 'state', value: ({ state }) => STATE_WORDS[state] },
    { title: 'source', value: ({ name }) => legible(name), yields: 1 },
    { title: 'reason', value: ({ reason }) => legible(reason), yields: 2 },
  ]);
  return 0;
}

/** The version of that number, or the one in use, with its file. Raises `MAPPING_VERSION_UNKNOWN` (invalid). */
async function versionFile(api: Api, connection: string, number: string | undefined, format: TableFormat) {
  const params = { connection };
  const { items } = await api.ask({ path: '/mapping/:connection/versions', params, answer: MappingVersions });
  const wanted = number === undefined ? undefined : numberOf(number);
  const version = items.find((each) => (wanted === undefined ? each.state === 'in-use' : each.version === wanted));
  if (!version) throw mappingVersionUnknown(connection, wanted ?? 0, items[0]?.version ?? 0);
  const bytes = await api.file({
    path: '/mapping/:connection/versions/:number/file',
    params: { ...params, number: String(version.version) },
    query: { format },
  });
  return { version, bytes };
}

async function show(
  { terminal }: CommandContext,
  api: Api,
  connection: string,
  { version: number }: { readonly version?: string },
): Promise<number> {
  const { version, bytes } = await versionFile(api, connection, number, 'yaml');
  const { state: _, ...facts } = version;
  const text = Buffer.from(bytes).toString();
  terminal.json({ ...facts, text });
  terminal.say(text.trimEnd());
  return 0;
}

interface ExportOptions {
  readonly version?: string;
  readonly format?: string;
  readonly output: string;
}

async function exportTable(
  { terminal }: CommandContext,
  api: Api,
  connection: string,
  options: ExportOptions,
): Promise<number> {
  const format = formatOf(options);
  const { version, bytes } = await versionFile(api, connection, options.version, format);
  const { replaceFile } = await import('../reports/write-report.ts');
  await replaceFile(options.output, bytes);
  terminal.say(`${options.output} is version ${version.version} of the account table of ${connection}.`);
  terminal.say(
    `Edited, it becomes the next one: seller-ledger mapping import ${connection} ${options.output} --why TEXT`,
  );
  terminal.json({ connection, version: version.version, format, file: options.output, bytes: bytes.length });
  return 0;
}

function formatOf({ format, output }: ExportOptions): TableFormat {
  const known = TABLE_FORMATS.find((each) => each === (format ?? tableFormatOf(output)));
  if (known) return known;
  throw new Problem({
    code: 'TABLE_FORMAT_UNKNOWN',
    kind: 'invalid',
    says: `${JSON.stringify(format)} is no format of an account table.`,
    next: `Name one of: ${TABLE_FORMATS.join(', ')}.`,
  });
}

function diff(context: CommandContext, before: string, after: string): Promise<number> {
  return withRefs(context, [before, after], async ([a, b]) => {
    const { terminal } = context;
    const changes = diffTables(readTableContent(a?.text ?? ''), readTableContent(b?.text ?? ''));
    terminal.json({ before: a?.name, after: b?.name, changes: changes.map(changeView) });
    sayChanges(terminal, changes);
    return 0;
  });
}

function reject(context: CommandContext, name: string, { why: reason }: { readonly why: string }): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const mapping = await openMapping(workspace, name);
    const { rejected, recorded } = await rejectMappingVersion(mapping, { actor: userActor(environment), reason });
    terminal.say(`Version ${rejected.number} of the account table of ${name} is rejected.`);
    terminal.say(`Version ${mapping.inUse.number} stays in use, recorded once more as version ${recorded.number}.`);
    terminal.json({ ...versionView(recorded), rejected: rejected.number });
    return 0;
  });
}

interface ApproveOptions {
  readonly version?: string;
  readonly why: string;
}

function approve(context: CommandContext, name: string, { version, why: reason }: ApproveOptions): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const { books, connection, rule } = await openMapping(workspace, name);
    const number = version === undefined ? null : numberOf(version);
    const asked = { number, actor: userActor(environment), reason, rule };
    const approved = await approveMappingVersion({ books, connection }, asked);
    terminal.say(`Version ${approved.number} of the account table of ${name} is approved.`);
    const carriedOn = await sayCarriedOn(context, workspace, name);
    terminal.json({ ...versionView(approved), ...carriedOn });
    return 0;
  });
}
