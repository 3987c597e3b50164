import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isProblem, Problem, type ProgressShare } from '../../core/index.ts';
import { type BackupFacts, type BackupSource, createBackup, type Database, readBackup } from '../../store/index.ts';
import { openFile } from '../files.ts';
import { programVersion } from '../package-root.ts';

/** A backup on a disk. */
export function backupSource(path: string): BackupSource {
  return { path, open: () => openFile(path) };
}

/**
 * Writes a backup, reads it back, and only then gives it its name: what has the name is whole. Only its owner may read it.
 * Raises `BACKUP_EXISTS` (invalid) rather than replace a file, and `BACKUP_NOT_WRITTEN` (unavailable), after which nothing of it
 * is left.
 */
export async function writeBackupFile(
  database: Database,
  path: string,
  onTable: (name: string, share: ProgressShare) => void = () => {},
): Promise<BackupFacts> {
  if (existsSync(path)) throw exists(path);
  const draft = `${path}.${process.pid}.tmp`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', 0o600);
    const target = file;
    const facts = await createBackup({
      database,
      programVersion: programVersion(),
      write: async (bytes) => {
        await target.writeFile(bytes);
      },
      onTable: ({ name }, share) => onTable(name, share),
    });
    await file.sync();
    await file.close();
    await assertReadBack(draft, facts);
    if (existsSync(path)) throw exists(path);
    await rename(draft, path);
    await syncFolder(dirname(path));
    return facts;
  } catch (error) {
    await file?.close().catch(() => {});
    if (file) await rm(draft, { force: true }).catch(() => {});
    throw notWritten(path, error);
  }
}

async function assertReadBack(draft: string, { manifestSha256 }: BackupFacts): Promise<void> {
  const back = await readBackup(backupSource(draft));
  if (back.manifestSha256 !== manifestSha256) throw new Error('another backup was read than was written');
}

/** The name is on the disk as well as the bytes, so that a power cut leaves both. Not every file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function exists(path: string): Problem {
  return new Problem({
    code: 'BACKUP_EXISTS',
    kind: 'invalid',
    says: `${path} exists already, and a backup never replaces a file.`,
    next: 'Name a file that does not exist yet.',
    where: { file: path },
  });
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full',
  EDQUOT: 'the space that this user may use is full',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOENT: 'the folder does not exist',
  EROFS: 'its disk cannot be written',
  EIO: 'its disk is broken',
};

function notWritten(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (isProblem(cause) || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return cause;
  return new Problem(
    {
      code: 'BACKUP_NOT_WRITTEN',
      kind: 'unavailable',
      says: `The backup ${path} could not be written: ${WHY[code] ?? code}. Nothing of it is left; older backups stay.`,
      next: `Free space or name another folder, then make the backup again: df -h '${dirname(path)}'`,
      where: { file: path },
    },
    { cause },
  );
}
