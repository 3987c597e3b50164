import { gzipSync } from 'node:zlib';
import type { ReadRow, ReportBytes } from '../../app/index.ts';

/** Bytes as a report, in pieces of a given size, so that rows and characters are cut where they should not be. */
export function reportOf(
  content: string | Buffer,
  options: { contentType?: string | null; pieceBytes?: number; gzip?: boolean } = {},
): ReportBytes {
  const { contentType = 'text/plain; charset=UTF-8', pieceBytes = 7, gzip = false } = options;
  const plain = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const bytes = gzip ? gzipSync(plain) : plain;
  return {
    name: 'a report',
    contentType,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/** A flat file of the given columns; a row names the cells that are not empty. */
export function tableOf(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
  separator = '\t',
): string {
  const lines = [columns.join(separator), ...rows.map((row) => columns.map((name) => row[name] ?? '').join(separator))];
  return lines.map((line) => `${line}\n`).join('');
}

export async function readAll<Item>(rows: AsyncIterable<ReadRow<Item>>): Promise<{
  readonly items: readonly Item[];
  readonly unreadable: readonly Extract<ReadRow<Item>, { unreadable: unknown }>['unreadable'][];
}> {
  const items: Item[] = [];
  const unreadable: Extract<ReadRow<Item>, { unreadable: unknown }>['unreadable'][] = [];
  for await (const row of rows) {
    if ('item' in row) items.push(row.item);
    else unreadable.push(row.unreadable);
  }
  return { items, unreadable };
}
