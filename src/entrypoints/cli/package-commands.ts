import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import type { PackageVerification, WrittenPackage } from '../../app/index.ts';
import { Problem, type Sha256 } from '../../core/index.ts';
import { programVersion } from '../package-root.ts';
import { renderCsv } from '../reports/render-csv.ts';
import { counted } from './format-entry.ts';
import { settlementReader, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addPeriodOptions, type PeriodOptions, periodOf } from './report-period.ts';
import { userActor } from './user.ts';

const EXIT_DIFFERS = 3;
const SAMPLE_MAX = 10_000;
const DIFFERENCES_SHOWN = 20;

interface PackageOptions extends PeriodOptions {
  readonly output: string;
  readonly connection?: string;
  readonly sample: number;
  readonly seed: string;
}

/** `audit package` and `audit verify-package`. */
export function addPackageCommands(audit: Command, run: RunCommand): void {
  const write = audit
    .command('package')
    .description('everything an auditor needs to repeat the books of a period, in a folder or a .zip file')
    .requiredOption('--output <path>', 'a new folder, or a file that ends with .zip')
    .option('--connection <name>', 'only this one (default: all)')
    .option('--sample <count>', 'draw so many entries and show the rows behind their lines', parseSample, 0)
    .option('--seed <text>', 'by which the sample is drawn: the auditor chooses it', 'seller-ledger');
  addPeriodOptions(write);
  write.addOption(jsonOption()).action(run((context, options: PackageOptions) => pack(context, options)));
  audit
    .command('verify-package')
    .description(
      'read a package again, repeat the books from its files, and name the first difference; needs no database',
    )
    .argument('<path>', 'the folder or .zip file')
    .option('--manifest <sha256>', 'the SHA-256 of its manifest, as it was told to you', parseSha256)
    .addOption(jsonOption())
    .action(run((context, path: string, options: { manifest?: Sha256 }) => verify(context, path, options.manifest)));
}

function pack(context: CommandContext, options: PackageOptions): Promise<number> {
  const { from, to } = periodOf(options);
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const connections =
      options.connection === undefined
        ? await books.listConnections({ withErased: true })
        : [await books.getConnection(options.connection)];
    const sink = await openSink(options.output);
    let written: WrittenPackage;
    terminal.progress(`writing ${options.output}`);
    try {
      const { writeAuditPackage } = await import('../../app/index.ts');
      written = await writeAuditPackage(
        {
          books,
          readSettlement: await settlementReader(),
          connections,
          from,
          to,
          sample: { size: options.sample, seed: options.seed },
          programVersion: programVersion(),
          renderCsv: (report, section) => renderCsv(report, { section }),
          actor: userActor(context.environment),
        },
        sink,
      );
      await sink.finish();
    } catch (error) {
      await sink.discard();
      throw error;
    }
    sayWritten(context, options.output, written);
    terminal.json({ output: options.output, manifestSha256: written.manifestSha256, ...written.manifest });
    return 0;
  });
}

async function openSink(output: string) {
  if (/\.zip$/i.test(output)) return (await import('../audit-package/archive.ts')).archiveSink(output);
  return (await import('../audit-package/folder.ts')).folderSink(output);
}

function sayWritten({ terminal }: CommandContext, output: string, { manifest, manifestSha256 }: WrittenPackage): void {
  const { population, sample, files } = manifest;
  terminal.say(`${output}: ${counted(files.length + 1, 'file')}`);
  terminal.say(
    `  ${counted(population.settlements, 'settlement')} with ${counted(population.rows, 'row')}, ${counted(population.accruals, 'accrual')}, ${counted(population.entries, 'entry', 'entries')}, ${counted(population.sapDocuments, 'SAP document')}`,
  );
  if (sample.size > 0) terminal.say(`  sample of ${sample.postingKeys.length}, seed ${sample.seed}`);
  terminal.say(`  manifest, SHA-256  ${manifestSha256}`);
  terminal.say(`Verify it anywhere: seller-ledger audit verify-package ${output} --manifest ${manifestSha256}`);
}

async function verify(context: CommandContext, path: string, manifestSha256: Sha256 | undefined): Promise<number> {
  const { terminal } = context;
  if (!existsSync(path)) throw packageMissing(path);
  const { folderSource } = await import('../audit-package/folder.ts');
  const { verifyAuditPackage } = await import('../../app/index.ts');
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : await (await import('../audit-package/archive.ts')).unpackArchive(path);
  try {
    const result = await verifyAuditPackage({
      source: folderSource(folder),
      readSettlement: await settlementReader(),
      manifestSha256,
      onProgress: (says, share) => terminal.progress(says, share),
    });
    sayVerified(context, result);
    terminal.json({ isWhole: result.differences.length === 0, ...result, manifest: undefined });
    return result.differences.length === 0 ? 0 : EXIT_DIFFERS;
  } finally {
    terminal.endProgress();
    if (!isFolder) await rm(folder, { recursive: true, force: true });
  }
}

function sayVerified({ terminal }: CommandContext, result: PackageVerification): void {
  const { manifest, differences } = result;
  if (manifest.programVersion !== programVersion()) {
    terminal.note(`It was written by version ${manifest.programVersion}, and this is ${programVersion()}.`);
  }
  for (const { path, says } of differences.slice(0, DIFFERENCES_SHOWN)) {
    terminal.say(`${terminal.paint('red', '✗')} ${path}: ${says}`);
  }
  const more = differences.length - DIFFERENCES_SHOWN;
  if (more > 0) terminal.say(`  and ${more} more: --json lists them`);
  const looked = `${counted(result.files, 'file')}, ${counted(result.settlements, 'settlement')} and ${counted(result.accruals, 'accrual')} (${result.recomputed} worked out anew), ${counted(result.entries, 'entry', 'entries')}, ${counted(result.events, 'event')}`;
  if (differences.length === 0)
    terminal.say(`${terminal.paint('green', '✓')} ${looked}: everything is as it was written.`);
  else terminal.say(`  looked at ${looked}`);
  const known = result.isManifestKnown ? 'as told' : 'compare it with the one you were given, or with the audit log';
  terminal.say(`  manifest, SHA-256  ${result.manifestSha256} (${known})`);
}

function parseSample(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= SAMPLE_MAX) return count;
  throw new Problem({
    code: 'SAMPLE_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a number of entries from 0 to ${SAMPLE_MAX}.`,
    next: 'Give a whole number, for example 25.',
    data: text,
  });
}

export function parseSha256(text: string): Sha256 {
  if (/^[0-9a-f]{64}$/.test(text)) return text as Sha256;
  throw new Problem({
    code: 'DIGEST_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a SHA-256: 64 digits and letters from a to f.`,
    next: 'Copy it from where the file was written; seller-ledger audit list shows it under audit.package and backup.create.',
    data: text,
  });
}

function packageMissing(path: string): Problem {
  return new Problem({
    code: 'PACKAGE_UNREADABLE',
    kind: 'invalid',
    says: `The package cannot be verified: ${path} does not exist.`,
    next: 'Name the folder or the .zip file that seller-ledger audit package wrote, unchanged.',
    where: { file: path },
  });
}
