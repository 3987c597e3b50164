import type { Command } from 'commander';
import { approveMappingVersion, rejectMappingVersion } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import { diffTables, listTableWarnings, readTableContent } from '../../mapping/index.ts';
import { TEMPLATE_NAME, templateText } from '../files.ts';
import { changeView, versionView } from '../mapping-views.ts';
import {
  openAccountTable,
  TABLE_FORMATS,
  type TableFormat,
  tableFileOf,
  tableFormatOf,
} from '../spreadsheets/table-files.ts';
import { openMapping, withBooks } from './lazy.ts';
import { addImpactCommands, sayCarriedOn } from './mapping-import-commands.ts';
import { numberOf, versionOf, withRefs } from './mapping-refs.ts';
import { addTeachCommands } from './mapping-teach-commands.ts';
import { sayChanges } from './mapping-words.ts';
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
      run(async ({ terminal }) => {
        terminal.say(templateText().trimEnd());
        terminal.json({ name: TEMPLATE_NAME, text: templateText() });
        return 0;
      }),
    );
  mapping
    .command('check')
    .description('read an account table and list every fault in it, and what an accountant would ask about')
    .argument('<file>', 'account table: YAML, or a spreadsheet (.xlsx, .csv)')
    .addOption(jsonOption())
    .action(
      run(async ({ terminal }, file: string) => {
        const table = await openAccountTable(file);
        const warnings = listTableWarnings(table);
        terminal.say(`${table.name} can be used. Version ${table.sha256}`);
        for (const { line, column, path, says } of warnings) {
          terminal.say(`Warning ${line}:${column} ${path}: ${says}`);
        }
        terminal.json({ name: table.name, sha256: table.sha256, warnings });
        return 0;
      }),
    );
}

function addVersionCommands(mapping: Command, run: RunCommand): void {
  mapping
    .command('list')
    .description('every version of a connection’s account table: who, when and why')
    .argument('<connection>')
    .addOption(jsonOption())
    .action(run((context, name: string) => list(context, name)));
  mapping
    .command('show')
    .description('one version of the account table, word for word')
    .argument('<connection>')
    .option('--version <number>', 'which one (default: the one in use)')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { version?: string }) => show(context, name, options.version)));
  mapping
    .command('export')
    .description('write a version as YAML or as a spreadsheet to edit')
    .argument('<connection>')
    .option('--version <number>', 'which one (default: the one in use)')
    .option('--format <format>', `${TABLE_FORMATS.join(', ')} (default: by the name of the file)`)
    .requiredOption('--output <file>', 'where to')
    .addOption(jsonOption())
    .action(run((context, name: string, options: ExportOptions) => exportTable(context, name, options)));
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
    .requiredOption('--reason <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: ApproveOptions) => approve(context, name, options)));
  mapping
    .command('reject')
    .description('take back the version that waits; the one in use stays, and is the newest again')
    .argument('<connection>')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { reason: string }) => reject(context, name, options)));
}

function list(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const { books, connection, inUse } = await openMapping(workspace, name);
    const versions = await books.listMappings(connection.id);
    terminal.json(versions.map((version) => ({ ...versionView(version), inUse: version.number === inUse.number })));
    const stateOf = (version: (typeof versions)[number]) => {
      if (version.number === inUse.number) return 'in use';
      if (version.approval) return '';
      return version.number === versions.length ? 'waits for approval' : 'overtaken';
    };
    sayTable(terminal, versions.toReversed(), [
      { title: 'version', value: ({ number }) => String(number), align: 'right' },
      { title: 'recorded', value: ({ recordedAt }) => formatMinute(recordedAt), yields: 1 },
      { title: 'by', value: ({ author }) => legible(author.name), yields: 2 },
      { title: 'from', value: ({ validFrom }) => validFrom ?? '' },
      { title: 'approved by', value: ({ approval }) => legible(approval?.actor.name ?? ''), yields: 2 },
      { title: 'state', value: stateOf },
      { title: 'source', value: (version) => legible(version.name), yields: 1 },
      { title: 'reason', value: ({ reason }) => legible(reason), yields: 2 },
    ]);
    return 0;
  });
}

function show(context: CommandContext, name: string, number: string | undefined): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const version = await versionOf(await openMapping(workspace, name), number);
    terminal.json({ ...versionView(version), text: version.text });
    terminal.say(version.text.trimEnd());
    return 0;
  });
}

interface ExportOptions {
  readonly version?: string;
  readonly format?: string;
  readonly output: string;
}

function exportTable(context: CommandContext, name: string, options: ExportOptions): Promise<number> {
  const format = formatOf(options);
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const version = await versionOf(await openMapping(workspace, name), options.version);
    const bytes = await tableFileOf(version.text, format);
    const { replaceFile } = await import('../reports/write-report.ts');
    await replaceFile(options.output, bytes);
    terminal.say(`${options.output} is version ${version.number} of the account table of ${name}.`);
    terminal.say(
      `Edited, it becomes the next one: seller-ledger mapping import ${name} ${options.output} --reason TEXT`,
    );
    terminal.json({ connection: name, version: version.number, format, file: options.output, bytes: bytes.length });
    return 0;
  });
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

function reject(context: CommandContext, name: string, { reason }: { readonly reason: string }): Promise<number> {
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
  readonly reason: string;
}

function approve(context: CommandContext, name: string, { version, reason }: ApproveOptions): Promise<number> {
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
