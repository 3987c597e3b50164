import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { beginsAsGzip, GZIP_MAGIC_BYTES } from '../../core/index.ts';
import type { SettlementSource } from '../../mapping/index.ts';
import { gzipCorrupt, gzipTruncated } from './problems.ts';

/** Each chunk costs a round trip to the thread pool; with the default of 16 KB those take most of the time. */
const INFLATE_CHUNK_BYTES = 1024 * 1024;

/** The content of a file, decompressed when its first bytes say gzip, whatever its name says. */
export interface PlainContent {
  readonly compression: 'gzip' | 'none';
  readonly chunks: AsyncIterable<Buffer>;
}

/** Opens the source; ending the iteration early closes it. Smaller chunks take less memory and more time. */
export async function openContent(
  source: SettlementSource,
  inflateChunkBytes = INFLATE_CHUNK_BYTES,
): Promise<PlainContent> {
  const iterator = nonEmpty(source.open())[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const all = resume(head, iterator);
  return beginsAsGzip(head)
    ? { compression: 'gzip', chunks: inflate(all, source.name, inflateChunkBytes) }
    : { compression: 'none', chunks: all };
}

async function* nonEmpty(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (chunk.length > 0) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function* resume(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* inflate(compressed: AsyncGenerator<Buffer>, file: string, chunkSize: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  const counted = countBytes(compressed);
  // A failure of either side reaches the loop below through the destroyed gunzip stream.
  const feeding = pipeline(Readable.from(counted.chunks, { objectMode: false }), gunzip).catch(() => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    refuseBytesAfterEnd(gunzip, counted.count(), file);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'Z_BUF_ERROR') throw gzipTruncated({ file }, counted.count(), thrown);
    if (code?.startsWith('Z_')) throw gzipCorrupt({ file }, (thrown as Error).message, thrown);
    throw thrown;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

function countBytes(chunks: AsyncIterable<Buffer>): { chunks: AsyncIterable<Buffer>; count: () => number } {
  let count = 0;
  async function* counting(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      count += chunk.length;
      yield chunk;
    }
  }
  return { chunks: counting(), count: () => count };
}

/** The inflater stops silently at a zero byte after the last member; what follows could be part of the settlement. */
function refuseBytesAfterEnd(gunzip: Gunzip, fedBytes: number, file: string): void {
  const ignored = fedBytes - gunzip.bytesWritten;
  if (ignored > 0) throw gzipCorrupt({ file }, `${ignored} bytes follow the end of the compressed content`);
}
