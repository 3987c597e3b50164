import type { Command } from 'commander';
import type { AuditSubject, Books } from '../../app/index.ts';
import { type LocalDate, Problem, parseLocalDate } from '../../core/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import { readText } from '../files.ts';
import { AuditEventPart, AuditVerified } from '../http/contract/audit.ts';
import { addAuditExportCommands, assertFits, type KnownEvidence, verifyExportFile } from './audit-export-commands.ts';
import { addAuditKeyCommands } from './audit-key-commands.ts';
import { counted } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { hereOrByService, notByService, onApi } from './on-api.ts';
import { addPackageCommands } from './package-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

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
    .action(run(hereOrByService(verify, verifyByService)));
  audit
    .command('list')
    .description('the latest events')
    .option('--subject <subject>', 'only of this subject, for example settlement/ID', parseSubject)
    .option('--connection <name>', 'only of the chain of this connection')
    .option('--action <action>', 'only of this action, or of several: entry.posted, entry.')
    .option('--actor <name>', 'only by this person, or by seller-ledger')
    .option('--correlation <id>', 'only of one command, job or request')
    .option('--since <day>', 'only of this day (UTC) and later', parseLocalDate)
    .option('--until <day>', 'only of this day (UTC) and earlier', parseLocalDate)
    .option('--text <text>', 'only with this in them: a SAP document, an order, a posting key, or any word')
    .addOption(limitOption(EVENTS_SHOWN))
    .addOption(jsonOption())
    .action(run(onApi(list)));
  addAuditExportCommands(audit, run);
  addAuditKeyCommands(audit, run);
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

// Names of connections have neither dots nor slashes.
const isFileName = (what: string | undefined): what is string => what !== undefined && /[./\\]/.test(what);

function verify(context: CommandContext, what: string | undefined, options: VerifyOptions): Promise<number> {
  const isFile = isFileName(what);
  assertFits(isFile, options);
  if (isFile) return verifyExportFile(context, what, options);
  if (options.everything) return verifyRecords(context);
  const { against: file } = options;
  if (file === undefined) return verifyChains(context, what);
  return withBooks(context, async (workspace) => {
    const { apiInProcess } = await import('../api-client/api-in-process.ts');
    const api = apiInProcess(workspace, userActor(context.environment));
    return sayVerified(context, api, what, { file, fault: await compare(workspace.books, file) });
  });
}

const verifyChains = onApi((context, api, what: string | undefined) => sayVerified(context, api, what));

/** A head that was kept, and what the books do not have of what it tells; `null`: they have all of it. */
interface Against {
  readonly file: string;
  readonly fault: string | null;
}

async function sayVerified(
  { terminal }: CommandContext,
  api: Api,
  connection: string | undefined,
  against?: Against,
): Promise<number> {
  const answer = await api.ask({ path: '/audit/verify', query: { connection }, answer: AuditVerified });
  const { records: _, firstBroken, chains, eventCount } = answer;
  terminal.json({ ok: answer.ok, eventCount, chains, firstBroken, ...(against && { against: against.fault }) });
  const named = (each: { readonly chain: string; readonly connection: string | null }) =>
    each.connection === null ? each.chain : `${each.connection} (${each.chain})`;
  if (firstBroken) {
    const { sequence, says } = firstBroken;
    terminal.say(`${terminal.paint('red', '✗')} chain ${named(firstBroken)} is broken at event ${sequence}: ${says}`);
  } else {
    const whole = counted(chains.length, 'chain');
    terminal.say(`${terminal.paint('green', '✓')} ${counted(eventCount, 'event')} in ${whole}, unbroken.`);
    for (const each of chains) terminal.say(`  ${named(each)}  ${each.end.sequence}  ${each.end.hash}`);
  }
  if (against?.fault) terminal.say(`${terminal.paint('red', '✗')} ${against.fault}`);
  else if (against) {
    terminal.say(`${terminal.paint('green', '✓')} The books still have what ${against.file} tells of.`);
  }
  return firstBroken || against?.fault ? EXIT_BROKEN : 0;
}

/** An exported file needs no books, wherever they are; what is kept here is compared with books that are here. */
function verifyByService(
  context: CommandContext,
  api: Api,
  what: string | undefined,
  options: VerifyOptions,
): Promise<number> {
  const isFile = isFileName(what);
  assertFits(isFile, options);
  if (isFile) return verifyExportFile(context, what, options);
  if (options.against !== undefined) throw notByService('audit verify --against');
  if (options.everything) throw notByService('audit verify --everything');
  return sayVerified(context, api, what);
}

/** A whole book is looked at, whatever connection it is about. */
function verifyRecords(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const result = await books.verifyEverything((table, share) => terminal.progress(table, share));
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
  readonly action?: string;
  readonly actor?: string;
  readonly correlation?: string;
  readonly since?: LocalDate;
  readonly until?: LocalDate;
  readonly text?: string;
  readonly limit: number;
}

async function list({ terminal }: CommandContext, api: Api, options: ListOptions): Promise<number> {
  const { limit, correlation, since, until, subject, connection, action, actor, text } = options;
  const filter = {
    ...{ subject, connection, action, actor, text },
    correlationId: correlation,
    from: since && `${since}T00:00:00.000Z`,
    to: until && `${until}T23:59:59.999Z`,
  };
  const { items } = await readList(limit, (part) =>
    api.ask({ path: '/audit/events', query: { ...part, ...filter }, answer: AuditEventPart }),
  );
  const events = items.toReversed();
  terminal.json(events);
  for (const { position, at, actor, action, subject, subjectName, why } of events) {
    const about = subjectName === null ? subject : `${subject} ${legible(subjectName)}`;
    terminal.say(`${String(position).padStart(6)}  ${at}  ${actor}  ${action}  ${about}  ${why}`);
  }
  return 0;
}
