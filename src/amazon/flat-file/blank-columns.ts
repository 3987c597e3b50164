import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { openReport } from './content.ts';
import { type FlatFileShape, type Header, readHeader } from './header.ts';
import { cellBounds, type Dialect, type RawRecord, RecordSplitter } from './records.ts';

/** Half the time of the usual level for a tenth more bytes. */
const GZIP_LEVEL = 3;

const LINE_ENDS = { '': Buffer.alloc(0), '\n': Buffer.from('\n'), '\r\n': Buffer.from('\r\n') } as const;

/** Keeps a blanked row what it was: not blank, and not a good one. */
const BLANKED = 'blanked';

/**
 * The same report with its personal columns empty, compressed if it was. A report that cannot be read as a table raises what `readHeader`
 * raises before a byte of it comes out: nobody knows what is in it. `onDigest` gets the SHA-256 of what came in, once.
 */
export async function* blankColumns(
  source: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  shape: FlatFileShape,
  onDigest: (sha256: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digest = createHash('sha256');
  async function* digested(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of source.bytes) {
      digest.update(piece);
      yield piece;
    }
  }
  const { compression, chunks } = await openReport({ name: source.name, open: digested });
  const blank = blankRecords(chunks, shape, source.name);
  yield* compression === 'gzip' ? compress(blank) : blank;
  onDigest(digest.digest('hex'));
}

/** A failure of the source reaches the reader of the compressed bytes. */
async function* compress(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Uint8Array, void, undefined> {
  const gzip = createGzip({ level: GZIP_LEVEL });
  const feed = Readable.from(chunks, { objectMode: false });
  feed.once('error', (error) => gzip.destroy(error));
  try {
    for await (const piece of feed.pipe(gzip)) yield piece as Buffer;
  } finally {
    feed.destroy();
    gzip.destroy();
  }
}

async function* blankRecords(
  chunks: AsyncIterable<Buffer>,
  shape: FlatFileShape,
  name: string,
): AsyncGenerator<Buffer, void, undefined> {
  const place = { file: name };
  const splitter = new RecordSplitter(shape.dialect, place);
  let header: Header | undefined;
  const blankAll = (records: Iterable<RawRecord>): Buffer => {
    const parts: Buffer[] = [];
    for (const record of records) {
      if (header === undefined) {
        header = readHeader(record, shape, place);
        parts.push(record.bytes);
      } else parts.push(...blankRow(record, header, shape.dialect));
      parts.push(LINE_ENDS[record.lineEnd]);
    }
    return Buffer.concat(parts);
  };
  for await (const chunk of chunks) {
    const blank = blankAll(splitter.push(chunk));
    if (blank.length > 0) yield blank;
  }
  const last = blankAll(splitter.end());
  if (header === undefined) readHeader(undefined, shape, place);
  if (last.length > 0) yield last;
}

/**
 * In a row that is not as wide as its header nobody knows which cell is which. One that is too narrow may be the end of
 * a row that an address broke in two: nothing of it is kept, and reading it names its number.
 */
function blankRow(record: RawRecord, header: Header, dialect: Dialect): Buffer[] {
  const { bytes } = record;
  const bounds = cellBounds(bytes, dialect);
  const count = bounds.length / 2;
  if (bytes.length === 0) return [];
  if (count < header.neededCount || record.isOpenEnded) return [Buffer.from(BLANKED)];
  if (count > header.names.length) return blankWideRow(bytes, bounds, header, dialect);
  const parts: Buffer[] = [];
  let from = 0;
  for (const column of header.personal) {
    if (column >= count) break;
    parts.push(bytes.subarray(from, bounds[2 * column]));
    from = bounds[2 * column + 1] as number;
  }
  parts.push(bytes.subarray(from));
  return parts;
}

/** Left of the first personal column the cells are where they seem to be; behind it nothing is certain. */
function blankWideRow(bytes: Buffer, bounds: readonly number[], header: Header, dialect: Dialect): Buffer[] {
  const count = bounds.length / 2;
  const firstPersonal = Math.min(count, ...header.personal);
  const separator = Buffer.from(dialect === 'tsv' ? '\t' : ',');
  const parts: Buffer[] = [];
  for (let column = 0; column < count; column++) {
    const cell = bytes.subarray(bounds[2 * column], bounds[2 * column + 1]);
    if (column > 0) parts.push(separator);
    if (column < firstPersonal) parts.push(cell);
    else if (column >= header.names.length && cell.length > 0) parts.push(Buffer.from(BLANKED));
  }
  return parts;
}
