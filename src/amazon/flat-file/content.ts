import { isProblem } from '../../core/index.ts';
import { openContent, type PlainContent } from '../settlement-file/gzip.ts';
import { damaged, type Place } from './problems.ts';

/** Two are open at a time while a report is downloaded, and rows take longer than their chunks. */
const INFLATE_CHUNK_BYTES = 64 * 1024;

/** A report's content, decompressed when its first bytes say gzip. Raises `REPORT_DAMAGED` (invalid) while it is read. */
export async function openReport(source: {
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}): Promise<PlainContent> {
  const content = await openContent({ name: source.name, open: () => source.open() }, INFLATE_CHUNK_BYTES);
  return { ...content, chunks: withProblems(content.chunks, { file: source.name }) };
}

async function* withProblems(chunks: AsyncIterable<Buffer>, place: Place): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks;
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code.startsWith('SETTLEMENT_GZIP')) throw damaged(place, thrown);
    throw thrown;
  }
}
