import { createReadStream, readFileSync, statSync } from 'node:fs';
import { Problem } from '../core/index.ts';
import { type AccountTable, readAccountTable, type SettlementSource } from '../mapping/index.ts';
import { packageRoot } from './package-root.ts';

const READ_CHUNK_BYTES = 1 << 20;
/** Of the account table that ships, below the package's folder. */
export const TEMPLATE_NAME = 'templates/ycoa.yaml';

/** A settlement file on disk. Raises `FILE_UNREADABLE` (invalid) when it cannot be opened, or not more than once. */
export function fileSource(path: string, contentType?: string): SettlementSource {
  return { name: path, contentType, open: () => openFileAgain(path) };
}

async function* openFileAgain(path: string): AsyncIterable<Uint8Array> {
  if (isPipe(path)) throw pipeUnreadable(path);
  yield* openFile(path);
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    // Opening it fails as well, and says why.
    return false;
  }
}

function pipeUnreadable(path: string): Problem {
  return new Problem({
    code: 'FILE_UNREADABLE',
    kind: 'invalid',
    says: `${path} is a pipe, which gives its bytes only once, and a settlement is read twice.`,
    next: 'Save the settlement to a file, plain or gzip, and name that file.',
    where: { file: path },
  });
}

export async function* openFile(path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })) {
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The account table in that file, or the template that ships with the program. */
export function loadAccountTable(path?: string): AccountTable {
  return path === undefined
    ? readAccountTable({ name: TEMPLATE_NAME, text: templateText() })
    : readAccountTable({ name: path, text: readText(path) });
}

export function templateText(): string {
  return readFileSync(new URL(TEMPLATE_NAME, packageRoot()), 'utf8');
}

function unreadable(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== 'string' || !code.startsWith('E')) return cause;
  const why: Record<string, string> = {
    ENOENT: 'it does not exist',
    EACCES: 'this user may not read it',
    EISDIR: 'it is a folder',
  };
  return new Problem(
    {
      code: 'FILE_UNREADABLE',
      kind: 'invalid',
      says: `${path} cannot be read: ${why[code] ?? code}.`,
      next: 'Check the path and the permissions.',
      where: { file: path },
    },
    { cause },
  );
}
