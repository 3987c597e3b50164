import type { ReportDownload } from '../../app/index.ts';
import { isProblem } from '../../core/index.ts';
import { openReport } from '../flat-file/content.ts';
import { redact } from '../redact.ts';
import { decoderOf } from '../settlement-file/charset.ts';

const EXPLANATION_CHARS_MAX = 2_000;
/** Of a restricted kind the document may hold rows after all, and a row names a buyer. */
const RESTRICTED_CHARS_MAX = 200;
/** More than the characters that are shown can take. */
const EXPLANATION_BYTES_MAX = 16_000;

/**
 * What the document of a failed report says, in one line without tokens, or `null` when it cannot be had: not to know why is no
 * reason to lose that it failed. Of a restricted kind no more than the start of its first line.
 */
export async function explainFailure(
  reportDocumentId: string,
  { isRestricted, open }: { readonly isRestricted: boolean; readonly open: () => Promise<ReportDownload> },
): Promise<string | null> {
  try {
    const { bytes } = await open();
    const { chunks } = await openReport({ name: reportDocumentId, open: () => bytes });
    const pieces: Buffer[] = [];
    let count = 0;
    for await (const chunk of chunks) {
      pieces.push(chunk);
      count += chunk.length;
      if (count >= EXPLANATION_BYTES_MAX) break;
    }
    const text = Buffer.concat(pieces).subarray(0, EXPLANATION_BYTES_MAX);
    const lines = decoderOf('utf-8')(text, 0, text.length).replaceAll('\u0000', ' ').split('\n');
    // Redacting cuts at a length of its own, so it is given a line at a time.
    const clean = lines.map((line) => redact(line, [])).filter((line) => line !== '');
    if (isRestricted) return clean[0]?.slice(0, RESTRICTED_CHARS_MAX) ?? null;
    return clean.join(' ').slice(0, EXPLANATION_CHARS_MAX) || null;
  } catch (thrown) {
    const isExpected = isProblem(thrown) && ['unavailable', 'rejected', 'invalid'].includes(thrown.kind);
    if (isExpected && thrown.code !== 'AMAZON_CLOSED') return null;
    throw thrown;
  }
}
