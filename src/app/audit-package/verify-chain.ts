import { ChainWalk, canonicalJson, type Sha256 } from '../../core/index.ts';
import type { AuditChain, ChainExtent } from '../audit-log.ts';
import { PATHS, type PackageSource, type PackedEvent } from './package-format.ts';
import type { PackageDifference } from './verify-records.ts';

const LINE_BYTES_MAX = 16 << 20;

/**
 * Walks the packed audit chains from their first events to the ends that the manifest names, checks that each hangs on the one
 * that tells of its beginning, and looks in them for the posting of every entry that is in SAP. Stops at the first break, because
 * nothing behind it is chained any more.
 */
export async function verifyPackedChains(
  source: PackageSource,
  extents: readonly ChainExtent[],
  posted: ReadonlySet<string>,
): Promise<PackageDifference[]> {
  const missing = new Set(posted);
  const begun = new Map<AuditChain, Sha256>();
  const walks = new Map(extents.map(({ chain, begin, end }) => [chain, new ChainWalk(chain, begin, end)]));
  const found = (chain: AuditChain, says: string) => [{ path: PATHS.events, says: `${nameOf(chain, extents)}${says}` }];
  for await (const line of linesOf(source.open(PATHS.events))) {
    const { chain = 'founding', event, ...place } = JSON.parse(line) as PackedEvent;
    const broken = walks.get(chain)?.step({ ...place, text: event === undefined ? undefined : canonicalJson(event) });
    if (broken === undefined) return found(chain, 'It is not in the manifest.');
    if (broken) return found(chain, broken.says);
    const { action, subject, after } = (event ?? {}) as EventFacts;
    if (action === 'entry.posted' && subject !== undefined) missing.delete(subject);
    if (action === 'audit.begin' && after?.chain !== undefined) begun.set(after.chain, place.hash);
  }
  for (const [chain, walk] of walks) {
    const short = walk.finish();
    if (short) return found(chain, short.says);
  }
  const loose = extents.find((extent) => !hangs(extent, extents, begun));
  if (loose) return found(loose.chain, 'Nothing in the package tells of the beginning of this chain.');
  return [...missing].map((subject) => ({ path: PATHS.events, says: `No event tells that ${subject} was posted.` }));
}

interface EventFacts {
  readonly action?: string;
  readonly subject?: string;
  readonly after?: { readonly chain?: AuditChain } | null;
}

/** Whether a chain goes on from where the chain before it says; what was archived cannot be asked any more. */
function hangs(
  { chain, begin }: ChainExtent,
  extents: readonly ChainExtent[],
  begun: ReadonlyMap<AuditChain, Sha256>,
): boolean {
  if (chain === 'founding' || begin.sequence > 0) return true;
  if (chain !== 'installation') {
    const installation = extents.find((extent) => extent.chain === 'installation');
    return begun.get(chain) === begin.hash || (installation !== undefined && installation.begin.sequence > 0);
  }
  const founding = extents.find((extent) => extent.chain === 'founding');
  return founding === undefined || founding.end.hash === begin.hash;
}

function nameOf(chain: AuditChain, extents: readonly ChainExtent[]): string {
  return extents.length === 1 ? '' : `Chain ${chain}: `;
}

/** The lines of a file, the last one also without its end. */
export async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
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
