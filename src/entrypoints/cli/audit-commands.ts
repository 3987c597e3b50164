import type { Command } from 'commander';
import type { AuditSubject, Books } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { readText } from '../files.ts';
import { auditSummary } from '../http/views.ts';
import { addAuditExportCommands, assertFits, type KnownEvidence, verifyExportFile } from './audit-export-commands.ts';
import { counted } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { addPackageCommands } from './package-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

const EXIT_BROKEN = 70;
const EVENTS_SHOWN = 50;

export function addAuditCommands(program: Command, run: RunCommand): void {
  const audit = program.command('audit').description('the append-only, hash-chained log of everything that happened');
  audit
    .command('verify')
    .description(
      'check every chain, or an exported file, and name the first event that was changed, removed or inserted',
    )
    .argument('[what]', 'a connection, or an exported file, which needs no database (default: all chains of the books)')
    .option('--against <file>', 'a signed head that was kept: whether the books still have what it tells of')
    .option('--everything', 'every record besides the chains: each row, stored file, account table, entry and secret')
    .option('--head <file>', 'with an exported file: a signed head that was kept')
    .option('--public-key <key>', 'with an exported file: the key that must have signed it')
    .addOption(jsonOption())
    .action(run((context, what: string | undefined, options: VerifyOptions) => verify(context, what, options)));
  audit
    .command('list')
    .description('the latest events')
    .option('--subject <subject>', 'only of this subject, for example settlement/ID', parseSubject)
    .option('--connection <name>', 'only of the chain of this connection')
    .addOption(limitOption(EVENTS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, options: ListOptions) => list(context, options)));
  addAuditExportCommands(audit, run);
  addPackageCommands(audit, run);
}

function parseSubject(text: string): AuditSubject {
  if (isAuditSubject(text)) return text;
  throw new Problem({
    code: 'AUDIT_SUBJECT_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not something that the audit log is about.`,
    next: 'Write connection/ID, settlement/ID, accrual/ID, entry/ID, deposit/ID, job/ID, user/ID, installation/PART or buyers/all; seller-ledger audit list shows them.',
    data: text,
  });
}

function isAuditSubject(text: string): text is AuditSubject {
  return /^(connection|settlement|accrual|entry|deposit|job|user|installation)\/.|^buyers\/all$/.test(text);
}

interface VerifyOptions extends KnownEvidence {
  readonly against?: string;
  readonly everything?: boolean;
}

function verify(context: CommandContext, what: string | undefined, options: VerifyOptions): Promise<number> {
  // Names of connections have neither dots nor slashes.
  const isFile = what !== undefined && /[./\\]/.test(what);
  assertFits(isFile, options);
  if (isFile) return verifyExportFile(context, what, options);
  if (options.everything) return verifyRecords(context);
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const chain = what === undefined ? undefined : (await books.getConnection(what)).id;
    const result = await books.verify(chain === undefined ? {} : { chain });
    const against = options.against === undefined ? null : await compare(books, options.against);
    terminal.json({ ...result, ...(options.against !== undefined && { against }) });
    const { firstBroken } = result;
    const names = new Map<string, string>((await books.listConnections()).map(({ id, name }) => [id, name]));
    const named = (id: string) => (names.has(id) ? `${names.get(id)} (${id})` : id);
    if (firstBroken) {
      const { chain: broken, sequence, says } = firstBroken;
      terminal.say(`${terminal.paint('red', '✗')} chain ${named(broken)} is broken at event ${sequence}: ${says}`);
    } else {
      const chains = counted(result.chains.length, 'chain');
      terminal.say(`${terminal.paint('green', '✓')} ${counted(result.eventCount, 'event')} in ${chains}, unbroken.`);
      for (const { chain: id, end } of result.chains) terminal.say(`  ${named(id)}  ${end.sequence}  ${end.hash}`);
    }
    if (against !== null) terminal.say(`${terminal.paint('red', '✗')} ${against}`);
    else if (options.against !== undefined) {
      terminal.say(`${terminal.paint('green', '✓')} The books still have what ${options.against} tells of.`);
    }
    return firstBroken || against !== null ? EXIT_BROKEN : 0;
  });
}

/** A whole book is looked at, whatever connection it is about. */
function verifyRecords(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const result = await books.verifyEverything((table) => terminal.progress(table));
    terminal.endProgress();
    terminal.json(result);
    const { ok, tables, faults } = result;
    for (const { table, rows, by } of tables)
      terminal.say(`  ${table.padEnd(24)} ${String(rows).padStart(9)}  ${by.join(', ')}`);
    for (const { table, key, says } of faults) terminal.say(`${terminal.paint('red', '✗')} ${table} ${key}: ${says}`);
    if (ok) {
      const rows = tables.reduce((sum, each) => sum + each.rows, 0);
      const what = `${counted(rows, 'row')} in ${counted(tables.length, 'table')}`;
      terminal.say(`${terminal.paint('green', '✓')} ${what}: nothing was changed past the program.`);
    }
    return ok ? 0 : EXIT_BROKEN;
  });
}

async function compare(books: Books, path: string): Promise<string | null> {
  const { compareWithHead, readHead } = await import('../../app/index.ts');
  return compareWithHead(books, readHead(readText(path), path));
}

interface ListOptions {
  readonly subject?: AuditSubject;
  readonly connection?: string;
  readonly limit: number;
}

function list(context: CommandContext, { connection, ...options }: ListOptions): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const chain = connection === undefined ? {} : { chain: (await books.getConnection(connection)).id };
    const events = await books.listEvents({ ...options, ...chain });
    context.terminal.json(events.map(auditSummary));
    for (const event of events) {
      context.terminal.say(
        `${String(event.position).padStart(6)}  ${event.at}  ${event.actor.name}  ${event.action}  ${event.subject}  ${event.why}`,
      );
    }
    return 0;
  });
}
