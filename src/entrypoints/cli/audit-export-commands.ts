import { createHash } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import type { SignedHead } from '../../app/index.ts';
import { type KeyHandOver, keyFingerprint, leadsTo, Problem, type Sha256 } from '../../core/index.ts';
import type { Api } from '../api-client/api.ts';
import { openFile, readText } from '../files.ts';
import { AuditHead } from '../http/contract/audit.ts';
import { programVersion } from '../package-root.ts';
import { notWritten } from '../reports/write-report.ts';
import { retentionRulesIn } from '../retention.ts';
import { counted } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { onApi } from './on-api.ts';
import { parseDay } from './order-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

const EXIT_BROKEN = 70;
const FAULTS_SHOWN = 20;

interface ExportOptions {
  readonly output: string;
  readonly since?: string;
}

/** `audit head`, `audit export` and `audit archive`. */
export function addAuditExportCommands(audit: Command, run: RunCommand): void {
  audit
    .command('head')
    .description(
      'the signed end of a chain, to be kept elsewhere; without a name of the chain that tells of all others',
    )
    .argument('[connection]', 'of this connection')
    .option('--output <file>', 'a new file, instead of the terminal')
    .addOption(jsonOption())
    .action(run(onApi(head)));
  audit
    .command('export')
    .description('the events as JSON lines, exactly as they are chained, with signed heads at the end')
    .argument('[connection]', 'only the chain of this connection (default: all chains)')
    .requiredOption('--output <file>', 'a new file')
    .option('--since <day>', 'from the first event of this day (UTC) on', parseDay)
    .addOption(jsonOption())
    .action(run((context, name: string | undefined, options: ExportOptions) => write(context, name, options)));
  audit
    .command('archive')
    .description('move events whose time of keeping is over out of the database into a file')
    .requiredOption('--before <day>', 'events before this day (UTC)', parseDay)
    .requiredOption('--output <file>', 'a new file')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(archive));
}

async function head(
  { terminal }: CommandContext,
  api: Api,
  connection: string | undefined,
  { output }: { readonly output?: string },
): Promise<number> {
  const signed = await api.ask({ path: '/audit/head', query: { connection }, answer: AuditHead });
  terminal.json(signed);
  if (output === undefined) {
    terminal.say(JSON.stringify(signed, null, 2));
    return 0;
  }
  await writeNewFile(output, [`${JSON.stringify(signed, null, 2)}\n`]);
  terminal.say(`${output}: chain ${signed.chain} ends at event ${signed.sequence}, hash ${signed.hash}`);
  terminal.say(`Keep it elsewhere. Later: seller-ledger audit verify --against ${output}`);
  return 0;
}

function write(context: CommandContext, name: string | undefined, options: ExportOptions): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const { chainsToExport, exportLines } = await import('../../app/index.ts');
    const chain = name === undefined ? undefined : (await books.getConnection(name)).id;
    // So that the event of its making is in the export that it signs.
    await books.auditKey();
    const input = { books, programVersion: programVersion(), chain, since: options.since };
    const chains = await chainsToExport(input);
    terminal.progress(`writing ${options.output}`);
    const { sha256 } = await writeNewFile(options.output, exportLines(input, chains));
    terminal.endProgress();
    const events = chains.reduce((sum, { begin, end }) => sum + end.sequence - begin.sequence, 0);
    const after = { sha256, events };
    const why = 'an export of the audit log was written';
    const subject = chain === undefined ? ('installation/audit' as const) : (`connection/${chain}` as const);
    await books.record({ actor: userActor(context.environment), action: 'audit.export', subject, why, after });
    terminal.json({ output: options.output, sha256, events, chains });
    terminal.say(
      `${options.output}: ${counted(events, 'event')} of ${counted(chains.length, 'chain')}. SHA-256 ${sha256}`,
    );
    terminal.say(`Verify it anywhere, without a database: seller-ledger audit verify ${options.output}`);
    return 0;
  });
}

function archive(
  context: CommandContext,
  options: { readonly before: string; readonly output: string; readonly why: string },
): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const { archiveAudit } = await import('../../app/index.ts');
    const { auditYears } = await retentionRulesIn(books);
    await books.auditKey();
    const { chains, events, sha256 } = await archiveAudit(
      {
        books,
        programVersion: programVersion(),
        before: options.before,
        auditYears,
        actor: userActor(context.environment),
        why: options.why,
      },
      {
        write: (lines) => writeNewFile(options.output, lines),
        verify: async () => (await readExport(options.output, {})).faults,
      },
    );
    terminal.json({ output: options.output, sha256, events, chains });
    terminal.say(
      `${options.output}: ${counted(events, 'event')} of ${counted(chains.length, 'chain')}. SHA-256 ${sha256}`,
    );
    terminal.say('They are no longer in the database. Keep this file for as long as the law wants it.');
    return 0;
  });
}

/** What `audit verify` is told besides what it verifies. */
export interface KnownEvidence {
  readonly head?: string | undefined;
  readonly publicKey?: string | undefined;
}

/** `audit verify FILE`: an export or an archive, without a database. */
export async function verifyExportFile(
  { terminal }: CommandContext,
  path: string,
  known: KnownEvidence,
): Promise<number> {
  const result = await readExport(path, known);
  const isWhole = result.faults.length === 0;
  terminal.json({ isWhole, ...result });
  for (const fault of result.faults.slice(0, FAULTS_SHOWN)) terminal.say(`${terminal.paint('red', '✗')} ${fault}`);
  if (!isWhole) return EXIT_BROKEN;
  const chains = counted(result.heads.length, 'chain');
  terminal.say(`${terminal.paint('green', '✓')} ${counted(result.events, 'event')} in ${chains}, as they were signed.`);
  for (const key of new Set(result.heads.map(({ publicKey }) => publicKey))) {
    const isKnown = howKnown(known.publicKey, key, result.handOvers);
    terminal.say(`  signed by ${keyFingerprint(key)} (${isKnown})`);
  }
  sayHandOvers(terminal, result.handOvers);
  return 0;
}

function howKnown(named: string | undefined, key: string, handOvers: readonly KeyHandOver[]): string {
  if (named === key) return 'as you named it';
  const isLed = named !== undefined && leadsTo(handOvers, named, key);
  const compare = 'compare it with seller-ledger audit key';
  return isLed ? `handed over to by the key you named; ${compare}` : compare;
}

/** A key that was stolen signs hand-overs, too, so they alone prove nothing about the key that they lead to. */
function sayHandOvers(terminal: CommandContext['terminal'], handOvers: readonly KeyHandOver[]): void {
  if (handOvers.length === 0) return;
  for (const { number, publicKey, at, why } of handOvers) {
    terminal.say(`  signing key ${number}: ${keyFingerprint(publicKey)}, handed over to at ${at} (${why})`);
  }
  terminal.say('Whoever stole an older key could have handed over to one of their own: compare numbers, times and');
  terminal.say('fingerprints with what the books say (seller-ledger audit key), or with what you wrote down.');
}

async function readExport(path: string, { head: headPath, publicKey }: KnownEvidence) {
  const { linesOf, readHead, verifyAuditExport } = await import('../../app/index.ts');
  const heads: SignedHead[] = headPath === undefined ? [] : [readHead(readText(headPath), headPath)];
  return verifyAuditExport(linesOf(openFile(path)), { heads, publicKey });
}

/**
 * Writes a file that takes its name when it is complete. Raises `FILE_NOT_WRITTEN` (invalid), also when there is one of this
 * name: evidence is not overwritten.
 */
async function writeNewFile(
  path: string,
  parts: Iterable<string> | AsyncIterable<string>,
): Promise<{ readonly sha256: Sha256 }> {
  const draft = `${path}.${process.pid}.tmp`;
  const hash = createHash('sha256');
  try {
    const file = await open(draft, 'wx');
    try {
      for await (const part of parts) {
        hash.update(part);
        await file.writeFile(part);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    // A link, unlike a renaming, never takes the place of another file.
    await link(draft, path);
  } catch (cause) {
    throw notWritten(path, cause);
  } finally {
    await rm(draft, { force: true });
  }
  return { sha256: hash.digest('hex') as Sha256 };
}

/** Raises `AUDIT_VERIFY_UNCLEAR` (invalid) for what is compared with a file where there is none, or with the books where there are none. */
export function assertFits(
  isFile: boolean,
  options: KnownEvidence & { readonly against?: string; readonly everything?: boolean },
): void {
  const misfit = isFile
    ? (options.against !== undefined && '--against') || (options.everything && '--everything')
    : (options.head !== undefined && '--head') || (options.publicKey !== undefined && '--public-key');
  if (!misfit) return;
  throw new Problem({
    code: 'AUDIT_VERIFY_UNCLEAR',
    kind: 'invalid',
    says: isFile
      ? `${misfit} is about the books, and a file is verified without them.`
      : `${misfit} is about an exported file, and none is named.`,
    next: 'A file: seller-ledger audit verify FILE --head HEAD --public-key KEY. The books: seller-ledger audit verify [CONNECTION] --against HEAD',
    data: misfit,
  });
}
