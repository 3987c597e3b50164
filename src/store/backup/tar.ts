/** The plain archive format that every system can unpack (POSIX ustar), written and read as a stream. */
import { Problem } from '../../core/index.ts';

const BLOCK_BYTES = 512;
/** Members are parts of at most some megabytes; one that claims more is no member of ours. */
export const MEMBER_BYTES_MAX = 64 * 1024 * 1024;
const NAME_BYTES_MAX = 100;

const MODE = '0000600';
const NOBODY = '0000000';

export interface Member {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A member as it stands in the archive: its header, its bytes, and zeros up to the next block. */
export function memberBytes({ name, bytes }: Member, atMs: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw new Error(`${name} is too long for a member of an archive`);
  header.write(name, 0);
  header.write(`${MODE}\0${NOBODY}\0${NOBODY}\0`, 100);
  header.write(`${octal(bytes.length, 11)}\0${octal(Math.floor(atMs / 1000), 11)}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(`${octal(sumOf(header), 6)}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc(paddingAfter(bytes.length))]);
}

/** Two empty blocks say that the archive ends here, and was not cut off. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_BYTES);

/**
 * The members in order, each checked as far as the format goes, with the bytes as they stand in the archive. Raises
 * `BACKUP_DAMAGED` (conflict) and, for what is no archive of ours, `BACKUP_UNREADABLE` (invalid).
 */
export async function* readMembers(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Member & { readonly raw: Buffer }> {
  const source = blocksOf(chunks);
  for (let isFirst = true; ; isFirst = false) {
    const header = await source.take(BLOCK_BYTES);
    if (isFirst && !isHeader(header)) throw notABackup(path);
    if (header === undefined) throw damaged(path, 'it ends before its end mark, so it was cut off');
    if (header.every((byte) => byte === 0)) {
      const rest = await source.take(BLOCK_BYTES);
      const hasMore = (await source.take(1)) !== undefined;
      if (rest?.every((byte) => byte === 0) !== true || hasMore) throw damaged(path, 'its end is not what it was');
      return;
    }
    if (!isHeader(header)) throw damaged(path, 'the head of one of its parts was changed');
    const name = textAt(header, 0, NAME_BYTES_MAX);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (!(size >= 0 && size <= MEMBER_BYTES_MAX)) throw damaged(path, `the size of its part ${name} cannot be`);
    const body = await source.take(size + paddingAfter(size));
    if (body === undefined) throw damaged(path, `it ends within its part ${name}, so it was cut off`);
    // Zeros, or nobody would notice what somebody put there.
    if (body.subarray(size).some((byte) => byte !== 0)) throw damaged(path, `something was added to its part ${name}`);
    yield { name, bytes: body.subarray(0, size), raw: Buffer.concat([header, body]) };
  }
}

/** A backup that is not what was written. Raised by whoever reads one. */
export function damaged(path: string, how: string): Problem {
  return new Problem({
    code: 'BACKUP_DAMAGED',
    kind: 'conflict',
    says: `The backup ${path} is not what was written: ${how}.`,
    next: 'Take another copy of it or an older backup, and look after the disk it lies on.',
    where: { file: path },
  });
}

/** A file that is no backup of this program. */
export function notABackup(path: string, why = 'it is not a file that seller-ledger backup create wrote'): Problem {
  return new Problem({
    code: 'BACKUP_UNREADABLE',
    kind: 'invalid',
    says: `${path} cannot be read as a backup: ${why}.`,
    next: 'Name the file that seller-ledger backup create wrote, unchanged.',
    where: { file: path },
  });
}

function isHeader(header: Buffer | undefined): header is Buffer {
  if (header === undefined || header.toString('latin1', 257, 262) !== 'ustar') return false;
  const copy = Buffer.from(header);
  copy.write('        ', 148);
  return Number.parseInt(textAt(header, 148, 8), 8) === sumOf(copy);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0);
}

function paddingAfter(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function textAt(header: Buffer, from: number, length: number): string {
  const text = header.toString('utf8', from, from + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

interface Blocks {
  /** Exactly so many bytes; `undefined` when there are fewer. */
  take(count: number): Promise<Buffer | undefined>;
}

function blocksOf(chunks: AsyncIterable<Uint8Array>): Blocks {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  return {
    async take(count) {
      while (heldBytes < count) {
        const next = await iterator.next();
        if (next.done) return undefined;
        held.push(next.value);
        heldBytes += next.value.length;
      }
      const all =
        held.length === 1 && held[0]
          ? Buffer.from(held[0].buffer, held[0].byteOffset, held[0].length)
          : Buffer.concat(held);
      held = [all.subarray(count)];
      heldBytes = all.length - count;
      return all.subarray(0, count);
    },
  };
}
