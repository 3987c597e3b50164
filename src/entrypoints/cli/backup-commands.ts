import type { Command } from 'commander';
import { Problem, type Sha256 } from '../../core/index.ts';
import type { BackupFacts } from '../../store/index.ts';
import { counted } from './format-entry.ts';
import { openWorkspace, withBooks, withKeys } from './lazy.ts';
import { parseSha256 } from './package-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

const EXIT_DIFFERS = 3;
const FAULTS_SHOWN = 20;

interface ReadOptions {
  readonly manifest?: Sha256;
}

export function addBackupCommands(program: Command, run: RunCommand): void {
  const backup = program.command('backup').description('the books in one file, and back');
  backup
    .command('create')
    .description('write all of the books, as they are at one moment, to a file; others may go on working')
    .argument('<file>', 'a file that does not exist yet')
    .addOption(jsonOption())
    .action(run(create));
  backup
    .command('verify')
    .description('read a backup and compare every byte with its manifest; needs no database')
    .argument('<file>', 'what backup create wrote')
    .option('--manifest <sha256>', 'the SHA-256 of its manifest, as backup create told it', parseSha256)
    .addOption(jsonOption())
    .action(run(verify));
  backup
    .command('restore')
    .description('fill an empty database, or a new home, with a backup')
    .argument('<file>', 'what backup create wrote')
    .option('--manifest <sha256>', 'the SHA-256 of its manifest, as backup create told it', parseSha256)
    .option('--without-key', 'although the vault key of its secrets is not here: they have to be entered again')
    .addOption(jsonOption())
    .action(run(restore));
  backup
    .command('list')
    .description('what is known of the backups: daily ones, the newest, the last drill')
    .addOption(jsonOption())
    .action(run(list));
  backup
    .command('drill')
    .description('restore a backup beside the books, check everything in it, and drop it again')
    .argument('<file>', 'what backup create wrote')
    .addOption(jsonOption())
    .action(run(drill));
}

function create(context: CommandContext, path: string): Promise<number> {
  return withBooks(context, async ({ books, database }) => {
    const { terminal } = context;
    const { writeBackupFile } = await import('../backup/backup-file.ts');
    const { recordBackup } = await import('../backup/record-backup.ts');
    const facts = await writeBackupFile(database, path, (name, share) => terminal.progress(name, share));
    const actor = userActor(context.environment);
    await recordBackup(books, { action: 'backup.create', actor, why: 'a person asked for it', path }, facts);
    terminal.endProgress();
    terminal.json(documentOf(path, facts));
    sayFacts(context, path, facts);
    terminal.say(`Written and read back. Verify it anywhere: seller-ledger backup verify ${path}`);
    if (facts.about.keyIds.length > 0) {
      terminal.say('Its secrets are sealed: keep the vault key too, and in another place.');
    }
    return 0;
  });
}

async function verify(context: CommandContext, path: string, { manifest }: ReadOptions): Promise<number> {
  const { backupSource } = await import('../backup/backup-file.ts');
  const { readBackup } = await import('../../store/index.ts');
  const facts = await readBackup(backupSource(path));
  assertExpected(path, facts, manifest);
  context.terminal.json({ isWhole: true, ...documentOf(path, facts) });
  sayFacts(context, path, facts);
  context.terminal.say(`${context.terminal.paint('green', '✓')} every byte is as it was written.`);
  if (manifest === undefined) context.terminal.say('  compare the manifest with the one that backup create told you');
  return 0;
}

async function restore(
  context: CommandContext,
  path: string,
  { manifest, withoutKey }: ReadOptions & { withoutKey?: boolean },
): Promise<number> {
  const { terminal } = context;
  const { backupSource } = await import('../backup/backup-file.ts');
  const { readBackup, readBackupAbout, restoreBackup } = await import('../../store/index.ts');
  const { openDatabaseFor } = await import('../composition.ts');
  const source = backupSource(path);
  if (!withoutKey) {
    const { assertKeyIsHere } = await import('../backup/restore-keys.ts');
    await assertKeyIsHere(context, path, (await readBackupAbout(source)).keyIds);
  }
  // Before anything is made, so that a damaged file leaves no empty database behind.
  assertExpected(path, await readBackup(source), manifest);
  const database = await openDatabaseFor(context);
  let facts: BackupFacts;
  try {
    facts = await restoreBackup({
      pool: database.pool,
      place: database.place,
      source,
      onTable: (name, share) => terminal.progress(`restoring ${name}`, share),
    });
  } finally {
    await database.close();
  }
  if (withoutKey) await giveUpSecrets(context, facts);
  return afterRestore(context, path, facts);
}

/** Otherwise the books would not open without the key that is lost. The backup still has what is given up here. */
async function giveUpSecrets(context: CommandContext, { about }: BackupFacts): Promise<void> {
  const { abandonLostKeys } = await import('../backup/restore-keys.ts');
  const given = await withKeys(context, ({ keys }) => abandonLostKeys(keys, userActor(context.environment)));
  if (given === undefined || about.keyIds.length === 0) return;
  context.terminal.endProgress();
  context.terminal.say(`Given up with the lost key: ${counted(given.secrets, 'secret')}. Enter them again:`);
  context.terminal.say('  seller-ledger connections update NAME --file FILE --why TEXT');
}

/** Opening the books brings the schema up to this program. */
async function afterRestore(context: CommandContext, path: string, facts: BackupFacts): Promise<number> {
  const { terminal } = context;
  const { recordBackup } = await import('../backup/record-backup.ts');
  const workspace = await openWorkspace(context);
  try {
    const { books, database } = workspace;
    const chain = await books.verify();
    const actor = userActor(context.environment);
    await recordBackup(books, { action: 'backup.restore', actor, why: 'a person asked for it', path }, facts);
    const connections = await books.listConnections();
    terminal.endProgress();
    terminal.json({ ...documentOf(path, facts), into: database.place, isChainWhole: chain.ok });
    sayFacts(context, path, facts);
    terminal.say(`Restored into ${database.place}. Audit chain: ${chain.ok ? 'unbroken' : 'BROKEN'}.`);
    terminal.say('Nothing is booked twice: before it sends, a sync links what SAP holds already. Next:');
    for (const { name } of connections) terminal.say(`  seller-ledger sync ${name}`);
    return chain.ok ? 0 : EXIT_DIFFERS;
  } finally {
    await workspace.close();
  }
}

function drill(context: CommandContext, path: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const { runDrill } = await import('../backup/run-drill.ts');
    const { keySourcesOf } = await import('../vault-keys.ts');
    const result = await runDrill(workspace, {
      path,
      actor: userActor(context.environment),
      why: 'a person asked for it',
      keySources: keySourcesOf(context.environment, context.home, workspace.clock),
      onTable: (name, share) => terminal.progress(`restoring ${name}`, share),
    });
    const { facts, checked, isOfTheseBooks, durationMs } = result;
    terminal.endProgress();
    terminal.json({ ...documentOf(path, facts), isOfTheseBooks, ...checked, durationMs });
    sayFacts(context, path, facts);
    for (const fault of checked.faults.slice(0, FAULTS_SHOWN)) terminal.say(`${terminal.paint('red', '✗')} ${fault}`);
    const numbers = `${counted(facts.rows, 'row')}, ${counted(checked.auditEvents, 'audit event')}, ${counted(checked.entries, 'entry', 'entries')}, ${counted(checked.evidenceFiles, 'stored file')}, ${counted(checked.mappingTexts, 'account table')}, ${counted(checked.secrets, 'secret')}`;
    const mark = checked.faults.length === 0 ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
    const seconds = (durationMs / 1000).toFixed(1);
    terminal.say(`${mark} restored and checked in ${seconds} s: ${numbers}, ${checked.faults.length} wrong.`);
    if (!isOfTheseBooks) terminal.say('  It is a backup of other books than those that are open.');
    return checked.faults.length === 0 ? 0 : EXIT_DIFFERS;
  });
}

function list(context: CommandContext): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const { backupStatus } = await import('../backup/backup-status.ts');
    const status = await backupStatus(workspace);
    terminal.json(status);
    const { settings, lastBackupAt, lastDrill, isOverdue, kept } = status;
    terminal.say(
      settings
        ? `The service writes a backup a day to ${settings.folder} and keeps ${settings.keep}.`
        : 'No daily backup is asked for: seller-ledger settings update, section backup.',
    );
    for (const { file, at } of kept) terminal.say(`  ${at}  ${file}`);
    terminal.say(`Newest backup on record: ${lastBackupAt ?? 'none'}`);
    const result = lastDrill?.isWhole ? 'everything whole' : 'with faults';
    terminal.say(`Last drill: ${lastDrill ? `${lastDrill.at}, ${result}` : 'none'}`);
    if (isOverdue) terminal.say(terminal.paint('red', 'The daily backup is overdue.'));
    return isOverdue || lastDrill?.isWhole === false ? EXIT_DIFFERS : 0;
  });
}

function documentOf(path: string, { about, manifest, manifestSha256, rows, bytes }: BackupFacts) {
  const { programVersion, createdAt, place, booksId, postgresVersion, leftOut, keyIds, migrations } = about;
  const origin = { programVersion, createdAt, place, booksId, postgresVersion, leftOut, keyIds };
  return { file: path, manifestSha256, bytes, rows, ...origin, schema: migrations.length, tables: manifest.tables };
}

function sayFacts({ terminal }: CommandContext, path: string, facts: BackupFacts): void {
  const { about, manifest, manifestSha256, rows, bytes } = facts;
  terminal.say(`${path}: ${counted(rows, 'row')} of ${manifest.tables.length} tables, ${bytes} bytes`);
  terminal.say(
    `  the books ${about.booksId} as they were at ${about.createdAt}, by version ${about.programVersion}, schema ${about.migrations.length}`,
  );
  terminal.say(`  from ${about.place}`);
  for (const [table, why] of Object.entries(about.leftOut)) terminal.say(`  without the rows of ${table}: ${why}`);
  if (about.keyIds.length > 0) terminal.say(`  sealed with the keys  ${about.keyIds.join(', ')}`);
  terminal.say(`  manifest, SHA-256  ${manifestSha256}`);
}

function assertExpected(path: string, { manifestSha256 }: BackupFacts, expected: Sha256 | undefined): void {
  if (expected === undefined || expected === manifestSha256) return;
  throw new Problem({
    code: 'BACKUP_OTHER',
    kind: 'conflict',
    says: `${path} is whole, but its manifest has the SHA-256 ${manifestSha256}, not the one that was told.`,
    next: 'It is another backup, or somebody made it anew: seller-ledger audit list --subject installation/backup',
    where: { file: path },
  });
}
