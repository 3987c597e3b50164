import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { PackageSink, PackageSource } from '../../app/index.ts';
import type { Sha256 } from '../../core/index.ts';
import { notWritten } from '../reports/write-report.ts';

/** A sink that takes its name when it is finished, and leaves nothing when it is not. */
export interface FinishedSink extends PackageSink {
  finish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * A package as a folder. It is written beside its place and renamed at the end. Raises `FILE_NOT_WRITTEN` (invalid), also when
 * the folder exists and is not empty.
 */
export async function folderSink(folder: string): Promise<FinishedSink> {
  const draft = `${folder}.${process.pid}.tmp`;
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (cause) {
      throw notWritten(folder, cause);
    }
  };
  await guarded(async () => {
    await assertFree(folder);
    await mkdir(draft);
  });
  return {
    write: (path, content) =>
      guarded(async () => {
        const target = join(draft, ...path.split('/'));
        await mkdir(dirname(target), { recursive: true });
        const hash = createHash('sha256');
        let bytes = 0;
        const file = await open(target, 'wx');
        try {
          for await (const chunk of content) {
            hash.update(chunk);
            bytes += chunk.length;
            await file.writeFile(chunk);
          }
        } finally {
          await file.close();
        }
        return { path, bytes, sha256: hash.digest('hex') as Sha256 };
      }),
    finish: () => guarded(() => rename(draft, folder)),
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

/** Nothing is overwritten: an empty folder may be replaced, anything else stays. */
async function assertFree(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}

/** The files below a folder as a package. */
export function folderSource(folder: string): PackageSource {
  return {
    list: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort();
    },
    open: (path) => createReadStream(join(folder, ...path.split('/'))),
  };
}
