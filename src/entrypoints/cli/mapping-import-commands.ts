import { type Command, Option } from 'commander';
import {
  type ImpactRequest,
  type MappingImpact,
  type MappingVersion,
  type PreparedMapping,
  prepareTable,
} from '../../app/index.ts';
import { type LocalDate, parseLocalDate } from '../../core/index.ts';
import { editTable, readAccountTable, readTableContent } from '../../mapping/index.ts';
import type { OpenMapping, Workspace } from '../composition.ts';
import { letCarryOn, namedImpactOf, recordChange } from '../mapping-changes.ts';
import { changeView, impactView, versionView } from '../mapping-views.ts';
import { tableFormatOf } from '../spreadsheets/table-files.ts';
import { openMapping, withBooks } from './lazy.ts';
import { tableOfFile, tableOfRef } from './mapping-refs.ts';
import { sayChanges, sayImpact } from './mapping-words.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

const BOOKED_COMPARED_MAX = 1_000;

interface ImportOptions {
  readonly why: string;
  readonly validFrom?: LocalDate;
  readonly dryRun?: boolean;
}

/** Of a command that records a change of an account table. */
export const WHY_CHANGED = 'why, for the record; not needed with --dry-run';

/** What records nothing needs no reason: the one that has to be given otherwise is as good as given. */
export function dryRunOption(description: string): Option {
  return new Option('--dry-run', description).implies({ why: '' });
}

export function addImpactCommands(mapping: Command, run: RunCommand): void {
  mapping
    .command('import')
    .description('record an account table as the next version of a connection’s, and book by it what is not booked yet')
    .argument('<connection>')
    .argument('<file>', 'YAML, or a spreadsheet (.xlsx, .csv) as export writes it')
    .requiredOption('--why <text>', WHY_CHANGED)
    .option(
      '--valid-from <day>',
      'its changes hold from this posting date on; earlier ones are booked as before',
      parseLocalDate,
    )
    .addOption(dryRunOption('show what it would change, and record nothing'))
    .addOption(jsonOption())
    .action(
      run((context, name: string, file: string, options: ImportOptions) =>
        importTable(context, { name, file, ...options }),
      ),
    );
  mapping
    .command('impact')
    .description('work out from the stored files what an account table would move, and record nothing')
    .argument('<connection>')
    .argument('<table>', 'a file, the number of a version, or template')
    .option('--booked <count>', 'also compare so many of the newest settlements that are booked', countOf, 0)
    .addOption(jsonOption())
    .action(
      run((context, name: string, ref: string, { booked }: { booked: number }) =>
        impact(context, { name, ref, booked }),
      ),
    );
}

function countOf(text: string): number {
  return Math.min(/^\d{1,6}$/.test(text) ? Number(text) : 0, BOOKED_COMPARED_MAX);
}

function importTable(
  context: CommandContext,
  {
    name,
    file,
    why: reason,
    validFrom = null,
    dryRun = false,
  }: Omit<ImportOptions, 'validFrom'> & {
    readonly name: string;
    readonly file: string;
    readonly validFrom?: LocalDate | null;
  },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const given = await tableOfFile(file);
    const mapping = await openMapping(workspace, name);
    // A spreadsheet has rows only: what is written around them stays as it is.
    const isText = tableFormatOf(file) === 'yaml';
    const text = isText ? given.text : editTable(mapping.inUse.text, readTableContent(given.text));
    const prepared = await prepareTable(mapping, { name: file, text, validFrom });
    sayChanges(context.terminal, prepared.changes);
    const preview = await sayImpactOf(context, workspace, { name, after: prepared.table });
    const views = { changes: prepared.changes.map(changeView), impact: impactView(preview) };
    if (dryRun) {
      context.terminal.say('Nothing is recorded.');
      context.terminal.json({ connection: name, version: null, ...views });
      return 0;
    }
    const recorded = await recordAndCarryOn(context, workspace, { mapping, prepared, reason });
    context.terminal.json({ connection: name, ...recorded, ...views });
    return 0;
  });
}

/** Records a change, says which version it became, and lets what waited for it go on. */
export async function recordAndCarryOn(
  context: CommandContext,
  workspace: Workspace,
  {
    mapping,
    prepared,
    reason,
  }: { readonly mapping: OpenMapping; readonly prepared: PreparedMapping; readonly reason: string },
) {
  const { connection } = mapping;
  const version = await recordChange(mapping, prepared, { author: userActor(context.environment), reason });
  sayRecorded(context, connection.name, version);
  const carriedOn = version.approval ? await sayCarriedOn(context, workspace, connection.name) : NOTHING_CARRIED_ON;
  return { ...versionView(version), ...carriedOn };
}

const NOTHING_CARRIED_ON = { settlements: [], problems: [] };

function sayRecorded({ terminal }: CommandContext, name: string, { number, approval }: MappingVersion): void {
  terminal.say(`It is version ${number} of the account table of ${name}.`);
  if (approval) return;
  terminal.say(`Somebody else has to approve it: seller-ledger mapping approve ${name} --why TEXT`);
}

/** Looks again at everything that is not booked, and says what became of it. A sync that is running does it at its end. */
export async function sayCarriedOn(context: CommandContext, workspace: Workspace, name: string) {
  const { terminal, environment } = context;
  const { settlements, problems, isLater } = await letCarryOn(workspace, name, userActor(environment));
  for (const { settlementId, state, problem } of settlements) {
    terminal.say(`Settlement ${settlementId} is ${state}${problem ? `: ${problem.says}` : '.'}`);
  }
  for (const { code, says, next } of problems) {
    terminal.say(`${code}: ${says} ${isLater ? 'The next sync books by this version.' : `Next: ${next}`}`);
  }
  if (settlements.length > 0) terminal.say(`Post what is approved: seller-ledger sync ${name}`);
  return { settlements: settlements.map(({ settlementId, state }) => ({ settlementId, state })), problems };
}

function impact(
  context: CommandContext,
  { name, ref, booked }: { readonly name: string; readonly ref: string; readonly booked: number },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const given = await tableOfRef(workspace, /^\d+$/.test(ref) ? `${name}@${ref}` : ref);
    const found = await sayImpactOf(context, workspace, { name, after: readAccountTable(given), booked });
    terminal.json({ connection: name, table: given.name, ...impactView(found) });
    return 0;
  });
}

/** Works out what a table would move, and says it. */
export async function sayImpactOf(
  { environment, terminal }: CommandContext,
  workspace: Workspace,
  {
    name,
    booked = 0,
    ...asked
  }: Pick<ImpactRequest, 'after' | 'isAsked'> & { readonly name: string; readonly booked?: number },
): Promise<MappingImpact> {
  const onProgress = (share: Parameters<typeof terminal.progress>[1]) =>
    terminal.progress('working out settlements by both tables', share);
  const { impact, nameOf } = await namedImpactOf(workspace, name, {
    ...asked,
    bookedMax: booked,
    actor: userActor(environment),
    onProgress,
  }).finally(() => terminal.endProgress());
  sayImpact(terminal, impact, nameOf);
  return impact;
}
