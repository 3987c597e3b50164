import { type CanonicalValue, canonicalJson, type Sha256, sha256Of } from '../../core/index.ts';
import { PATHS, type PackageManifest, type PackageSource, type PackedEvent } from './package-format.ts';
import type { PackageDifference } from './verify-records.ts';

const NO_HASH = '0'.repeat(64) as Sha256;
const LINE_BYTES_MAX = 16 << 20;

/**
 * Walks the packed audit chain from its first event to the end that the manifest names, and looks in it for the posting of
 * every entry that is in SAP. Stops at the first break, because nothing behind it is chained any more.
 */
export async function verifyChain(
  source: PackageSource,
  end: PackageManifest['auditChain'],
  posted: ReadonlySet<string>,
): Promise<PackageDifference[]> {
  const missing = new Set(posted);
  let last: { readonly sequence: number; readonly hash: Sha256 } = { sequence: 0, hash: NO_HASH };
  for await (const line of linesOf(source.open(PATHS.events))) {
    const packed = JSON.parse(line) as PackedEvent;
    const broken = breakAt(packed, last);
    if (broken !== null) return [{ path: PATHS.events, says: broken }];
    last = packed;
    const event = packed.event as { readonly subject?: string; readonly action?: string } | undefined;
    if (event?.action === 'entry.posted' && event.subject !== undefined) missing.delete(event.subject);
  }
  if (last.sequence !== end.eventCount || (end.headHash !== null && last.hash !== end.headHash)) {
    const says = `The chain ends at event ${last.sequence} with ${last.hash}; the manifest says ${end.eventCount} with ${end.headHash ?? '(none)'}.`;
    return [{ path: PATHS.events, says }];
  }
  return [...missing].map((subject) => ({ path: PATHS.events, says: `No event tells that ${subject} was posted.` }));
}

function breakAt(packed: PackedEvent, last: { readonly sequence: number; readonly hash: Sha256 }): string | null {
  const expected = last.sequence + 1;
  if (packed.sequence !== expected) return `Event ${expected} is missing: ${packed.sequence} follows ${last.sequence}.`;
  if (packed.previousHash !== last.hash)
    return `Event ${packed.sequence} does not follow event ${last.sequence}: its previous hash is another one.`;
  if (packed.event === undefined) return null;
  const { sequence } = packed.event as { readonly sequence?: CanonicalValue };
  const isWhole = sha256Of(packed.previousHash + canonicalJson(packed.event)) === packed.hash && sequence === expected;
  return isWhole ? null : `Event ${packed.sequence} was changed.`;
}

async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of content) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LINE_BYTES_MAX) break;
  }
  if (rest !== '') yield rest;
}
