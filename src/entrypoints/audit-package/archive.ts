import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, type WriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Unzip, UnzipInflate, Zip, ZipDeflate } from 'fflate';
import { Problem, type Sha256 } from '../../core/index.ts';
import { notWritten } from '../reports/write-report.ts';
import type { FinishedSink } from './folder.ts';

/** Beyond these an archive needs a newer form, which not every program reads. */
const LIMITS = { filesMax: 65_000, bytesMax: 4_000_000_000 };
/** The first time that an archive can hold; told in local time, so that the same content is the same archive everywhere. */
const FIRST_TIME = new Date(1980, 0, 1);

/**
 * A package as one .zip file, written as it comes, so that memory stays small. The same content gives the same bytes. Raises
 * `FILE_NOT_WRITTEN` and `ARCHIVE_TOO_LARGE` (both invalid).
 */
export async function archiveSink(path: string, { filesMax, bytesMax } = LIMITS): Promise<FinishedSink> {
  const draft = `${path}.${process.pid}.tmp`;
  const output = createWriteStream(draft);
  let failure: unknown;
  output.on('error', (cause) => {
    failure ??= cause;
  });
  let written = 0;
  let files = 0;
  const zip = new Zip((error, chunk) => {
    if (error) failure ??= error;
    else {
      written += chunk.length;
      output.write(chunk);
    }
  });
  const drained = async () => {
    if (output.writableNeedDrain && failure === undefined) {
      await drainOrClose(output);
    }
    if (failure !== undefined) throw notWritten(path, failure);
    if (written > bytesMax || files > filesMax) throw tooLarge(path);
  };
  return {
    write: async (name, content) => {
      files += 1;
      const file = new ZipDeflate(name, { level: 6 });
      file.mtime = FIRST_TIME;
      zip.add(file);
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of content) {
        hash.update(chunk);
        bytes += chunk.length;
        // It keeps what it is given, and a reader may use its buffer again.
        file.push(Uint8Array.from(chunk));
        await drained();
      }
      file.push(new Uint8Array(), true);
      await drained();
      return { path: name, bytes, sha256: hash.digest('hex') as Sha256 };
    },
    finish: async () => {
      zip.end();
      output.end();
      try {
        await finished(output);
        await rename(draft, path);
      } catch (cause) {
        throw notWritten(path, cause);
      }
    },
    discard: async () => {
      output.destroy();
      await rm(draft, { force: true });
    },
  };
}

function drainOrClose(output: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      output.off('drain', done).off('close', done);
      resolve();
    };
    output.on('drain', done).on('close', done);
  });
}

function tooLarge(path: string): Problem {
  return new Problem({
    code: 'ARCHIVE_TOO_LARGE',
    kind: 'invalid',
    says: `${path} would be larger than an archive that every program can open (65,000 files, 4 GB).`,
    next: 'Write a folder instead (a name without .zip), or a shorter period.',
    where: { file: path },
  });
}

/** A package of a large seller's year is far below; an archive that unpacks to more is a trap. */
const UNPACKED_BYTES_MAX = 64_000_000_000;

/** What a path in a package looks like: relative, and without a step upwards. */
const SAFE_PATH = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

/**
 * Unpacks an archive into a new folder for temporary files, whose path it returns; whoever asked removes it. Paths that could
 * leave the folder are refused. Raises `ARCHIVE_UNREADABLE` (invalid).
 */
export async function unpackArchive(path: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-package-'));
  try {
    await unpackInto(path, folder);
    return folder;
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    if (cause instanceof Problem) throw cause;
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function unpackInto(path: string, folder: string): Promise<void> {
  const waiting: { readonly target: string; readonly chunks: Uint8Array[]; isFirst: boolean }[] = [];
  let total = 0;
  const unzip = new Unzip((file) => {
    if (!SAFE_PATH.test(file.name))
      throw unreadable(path, `it holds a file with the name ${JSON.stringify(file.name)}`);
    const part = { target: join(folder, ...file.name.split('/')), chunks: [] as Uint8Array[], isFirst: true };
    waiting.push(part);
    file.ondata = (error, chunk) => {
      if (error) throw error;
      total += chunk.length;
      part.chunks.push(chunk);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const flush = async () => {
    for (const part of waiting) {
      await mkdir(dirname(part.target), { recursive: true });
      const file = await open(part.target, part.isFirst ? 'wx' : 'a');
      part.isFirst = false;
      for (const chunk of part.chunks.splice(0)) await file.writeFile(chunk);
      await file.close();
    }
    // Only the last one may still grow.
    waiting.splice(0, waiting.length - 1);
    if (total > UNPACKED_BYTES_MAX) throw unreadable(path, `it unpacks to more than ${UNPACKED_BYTES_MAX} bytes`);
  };
  for await (const chunk of createReadStream(path)) {
    unzip.push(chunk as Uint8Array);
    await flush();
  }
  unzip.push(new Uint8Array(), true);
  await flush();
  if (waiting.length === 0) throw unreadable(path, 'it is no archive, or holds no file');
}

function unreadable(path: string, why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'ARCHIVE_UNREADABLE',
      kind: 'invalid',
      says: `${path} cannot be unpacked: ${why}.`,
      next: 'Name the .zip file that seller-ledger audit package wrote, or the folder that it was unpacked into.',
      where: { file: path },
    },
    { cause },
  );
}
