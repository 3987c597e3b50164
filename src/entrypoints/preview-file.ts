import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../core/index.ts';
import { type AccountTable, readAccountTable, type SettlementSource } from '../mapping/index.ts';
import { loadAccountTable, openFile } from './files.ts';
import { textOfTableFile } from './spreadsheets/table-files.ts';

/** A file and the table before it: twice what a settlement of a year has. */
export const PREVIEW_BYTES_MAX = 256 * 1024 * 1024;

/** What came with the bytes. */
export interface PreviewFacts {
  /** Of the file, for problems. */
  readonly name: string;
  readonly charset?: string | undefined;
  readonly tableName?: string | undefined;
  readonly tableBytes?: number | undefined;
  /** Default: what the API takes. */
  readonly bytesMax?: number;
}

/**
 * Keeps a body in a file of its own while it is worked on, because a settlement is read twice, and removes it whatever happens.
 * Raises `PREVIEW_EMPTY` and `PREVIEW_TOO_LARGE` (invalid), and the problems of the account table.
 */
export async function withPreviewFile<Result>(
  body: unknown,
  facts: PreviewFacts,
  work: (preview: { readonly source: SettlementSource; readonly table: AccountTable }) => Promise<Result>,
): Promise<Result> {
  if (!(body instanceof Readable)) throw empty();
  const folder = await mkdtemp(join(tmpdir(), `seller-ledger-preview-${process.pid}-`));
  try {
    const path = join(folder, 'settlement');
    const tableBytes = await keep(body, path, facts);
    const source: SettlementSource = {
      name: facts.name,
      contentType: facts.charset && `text/plain; charset=${facts.charset}`,
      open: () => openFile(path),
    };
    return await work({ source, table: await tableOf(facts, tableBytes) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tableOf({ tableName }: PreviewFacts, bytes: Buffer): Promise<AccountTable> {
  if (tableName === undefined || bytes.length === 0) return loadAccountTable();
  return readAccountTable({ name: tableName, text: await textOfTableFile(tableName, bytes) });
}

/** Writes what follows the table to the path, and gives the table. */
async function keep(
  body: Readable,
  path: string,
  { tableBytes: tableSize = 0, bytesMax = PREVIEW_BYTES_MAX }: PreviewFacts,
): Promise<Buffer> {
  const tableParts: Uint8Array[] = [];
  let left = tableSize;
  let size = 0;
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > bytesMax) throw tooLarge(bytesMax);
        const ofTable = Math.min(left, chunk.length);
        left -= ofTable;
        if (ofTable > 0) tableParts.push(chunk.subarray(0, ofTable));
        if (ofTable < chunk.length) yield chunk.subarray(ofTable);
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  if (size <= tableSize) throw empty();
  return Buffer.concat(tableParts);
}

function empty(): Problem {
  return new Problem({
    code: 'PREVIEW_EMPTY',
    kind: 'invalid',
    says: 'No settlement file came with the request.',
    next: 'Send the bytes of the file as application/octet-stream. At the command line: seller-ledger preview FILE',
  });
}

function tooLarge(bytesMax: number): Problem {
  return new Problem({
    code: 'PREVIEW_TOO_LARGE',
    kind: 'invalid',
    says: `The file has more than ${bytesMax} bytes.`,
    next: 'Compress it with gzip, or use the command line, which takes any size: seller-ledger preview FILE',
  });
}
