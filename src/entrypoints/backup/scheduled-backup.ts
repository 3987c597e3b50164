import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, SYSTEM } from '../../app/index.ts';
import { HOUR_MS, isProblem, toProblem } from '../../core/index.ts';
import { booksIdOf, readBackupAbout } from '../../store/index.ts';
import type { Workspace } from '../composition.ts';
import { installationSection } from '../installation-file.ts';
import { backupSource, writeBackupFile } from './backup-file.ts';
import type { BackupSettings } from './backup-settings.ts';
import { recordBackup } from './record-backup.ts';

type Place = Pick<Workspace, 'books' | 'database' | 'log'>;

/** The name says the books and the moment, so that the order of the names is the order in time. */
const NAME = /^seller-ledger-([0-9a-f]{16})-(\d{8}T\d{6}Z)\.backup$/;
/** A draft of a process that was killed; what is younger may still be written. */
const DRAFT = /^seller-ledger-[0-9a-f]{16}-\d{8}T\d{6}Z\.backup\.\d+\.tmp$/;
const DRAFT_HOURS_MAX = 24;
/** After a restart or a second asking, one backup a day is enough. */
const FRESH_HOURS = 20;

/** A backup that lies in the folder. */
export interface KeptBackup {
  readonly file: string;
  /** When it was begun. */
  readonly at: string;
}

/**
 * Writes the daily backup into the folder of the settings and removes the oldest ones beyond those that are kept, of the same
 * books only. Does nothing where the settings name no folder, or while the newest is fresh. Safe to repeat; other files in the
 * folder are left alone.
 */
export async function runScheduledBackup(place: Place): Promise<string | undefined> {
  const settings = await backupSettingsOf(place);
  if (!settings) return undefined;
  const { folder, keep } = settings;
  const nowMs = await place.books.sharedNowMs();
  const [newest] = await listBackups(place, folder);
  if (newest && nowMs - Date.parse(newest.at) < FRESH_HOURS * HOUR_MS) return undefined;
  try {
    const path = await writeDaily(place, folder, nowMs, SYSTEM);
    await prune(place, { folder, keep, nowMs });
    return path;
  } catch (thrown) {
    const problem = toProblem(thrown);
    place.log.write('error', 'backup.failed', { code: problem.code, says: problem.says });
    throw problem;
  }
}

/** The settings of the daily backup; `undefined`: none is made. */
export async function backupSettingsOf({ books }: Pick<Place, 'books'>): Promise<BackupSettings | undefined> {
  return installationSection(await books.installationSettings(), 'backup');
}

/** The backups of these books in a folder, the newest first. A folder that is not there has none. */
export async function listBackups({ database }: Pick<Place, 'database'>, folder: string): Promise<KeptBackup[]> {
  const booksId = await booksIdOf(database);
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => NAME.exec(name)?.[1] === booksId)
    .sort()
    .reverse()
    .map((name) => ({ file: join(folder, name), at: instantOf(NAME.exec(name)?.[2] ?? '') }));
}

async function writeDaily({ books, database, log }: Place, folder: string, nowMs: number, actor: Actor) {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const path = join(folder, `seller-ledger-${await booksIdOf(database)}-${stamp}.backup`);
  const facts = await writeBackupFile(database, path);
  await recordBackup(books, { action: 'backup.create', actor, why: 'the daily backup', path }, facts);
  log.write('info', 'backup.created', { file: path, rows: facts.rows, bytes: facts.bytes });
  return path;
}

/** A file is removed only when it is a backup of these books, by its name and by what it says of itself. */
async function prune(place: Place, { folder, keep, nowMs }: { folder: string; keep: number; nowMs: number }) {
  const booksId = await booksIdOf(place.database);
  for (const { file } of (await listBackups(place, folder)).slice(keep)) {
    const about = await readBackupAbout(backupSource(file)).catch((error: unknown) => {
      if (!isProblem(error)) throw error;
      return undefined;
    });
    if (about?.booksId !== booksId) place.log.write('warn', 'backup.not-ours', { file });
    else await rm(file, { force: true });
  }
  for (const name of await readdir(folder)) {
    const begun = DRAFT.test(name) ? Date.parse(instantOf(name.split('-').at(3)?.slice(0, 16) ?? '')) : Number.NaN;
    if (nowMs - begun > DRAFT_HOURS_MAX * HOUR_MS) await rm(join(folder, name), { force: true });
  }
}

/** `20261101T031500Z` as ISO 8601. */
function instantOf(stamp: string): string {
  return stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
}
