import {
  type CanonicalValue,
  type ChainPlace,
  ChainWalk,
  canonicalJson,
  Problem,
  type Sha256,
} from '../../core/index.ts';
import type { AuditChain, ChainedEvent } from '../audit-log.ts';
import type { Books } from '../ports.ts';
import { isSigned, type SignedHead } from './signed-head.ts';
import { EXPORT_FORMAT, type ExportHeader } from './write-export.ts';

/** What a verification of an export looked at and found. */
export interface ExportVerification {
  readonly events: number;
  readonly heads: readonly SignedHead[];
  /** What is not as it was written, in words; empty when everything is. */
  readonly faults: readonly string[];
}

interface ExportLine extends Partial<Omit<ChainedEvent, 'text'>> {
  readonly event?: CanonicalValue;
  readonly head?: SignedHead;
}

interface Reading {
  readonly walks: Map<AuditChain, ChainWalk>;
  /** Chains with a fault that was told; what stands behind it is not told again line by line. */
  readonly broken: Set<AuditChain>;
  readonly begun: Map<AuditChain, Sha256>;
  readonly heads: SignedHead[];
  /** Hashes at the places that a head from elsewhere tells of. */
  readonly met: Map<string, Sha256>;
  events: number;
}

const FAULTS_MAX = 100;

/**
 * Reads an export again, without a database: every event against its hash and its predecessor, every chain against its signed
 * head, and against heads that were kept elsewhere. Raises `AUDIT_EXPORT_UNREADABLE` (invalid) for what is no export.
 */
export async function verifyAuditExport(
  lines: AsyncIterable<string>,
  known: { readonly heads: readonly SignedHead[]; readonly publicKey?: string | undefined },
): Promise<ExportVerification> {
  const faults: string[] = [];
  const reading: Reading = {
    walks: new Map(),
    broken: new Set(),
    begun: new Map(),
    heads: [],
    met: new Map(),
    events: 0,
  };
  const wanted = new Set(known.heads.map(({ chain, sequence }) => `${chain} ${sequence}`));
  let header: ExportHeader | undefined;
  for await (const text of lines) {
    if (!header) {
      header = headerOf(text);
      for (const { chain, begin } of header.chains) reading.walks.set(chain, new ChainWalk(chain, begin, null));
      continue;
    }
    const fault = readLine(text, reading, wanted);
    if (fault) faults.push(fault);
    if (faults.length >= FAULTS_MAX) break;
  }
  if (!header) throw unreadable('it is empty');
  faults.push(...endFaults(header, reading), ...headFaults(reading, known));
  return { events: reading.events, heads: reading.heads, faults };
}

function readLine(text: string, reading: Reading, wanted: ReadonlySet<string>): string | null {
  const line = parse(text);
  if (line?.head) {
    reading.heads.push(line.head);
    return null;
  }
  const { chain, sequence, event, previousHash, hash } = line ?? {};
  if (chain !== undefined && reading.broken.has(chain)) return null;
  const walk = chain === undefined ? undefined : reading.walks.get(chain);
  if (!walk || event === undefined || sequence === undefined || !previousHash || !hash) {
    return `A line after event ${reading.events} is no event of a chain of this export.`;
  }
  const link = { sequence, previousHash, hash, text: canonicalJson(event) };
  const broken = walk.step(link);
  if (broken) {
    // Nothing behind it is chained any more.
    reading.walks.delete(chain as AuditChain);
    reading.broken.add(chain as AuditChain);
    return `Chain ${chain}: ${broken.says}`;
  }
  reading.events += 1;
  if (wanted.has(`${chain} ${sequence}`)) reading.met.set(`${chain} ${sequence}`, hash);
  const { action, after } = event as { action?: string; after?: { chain?: AuditChain } | null };
  if (action === 'audit.begin' && after?.chain) reading.begun.set(after.chain, hash);
  return null;
}

/** Every chain ends where its head says, and begins where the chain of the installation says. */
function endFaults({ chains }: ExportHeader, { walks, heads, begun }: Reading): string[] {
  return chains.flatMap(({ chain, begin }) => {
    const walk = walks.get(chain);
    if (!walk) return [];
    const own = heads.filter((head) => head.chain === chain);
    if (own.length === 0) return [`Chain ${chain}: its signed head is missing.`];
    const { sequence, hash } = walk.last;
    const told = begin.sequence === 0 ? begun.get(chain) : undefined;
    return [
      ...(own.some((head) => head.sequence === sequence && head.hash === hash)
        ? []
        : [`Chain ${chain}: it ends at event ${sequence}, and its signed head tells of another end.`]),
      ...(told !== undefined && told !== begin.hash ? [`Chain ${chain}: it does not begin where it should.`] : []),
    ];
  });
}

function headFaults(
  { heads, met }: Reading,
  known: { readonly heads: readonly SignedHead[]; readonly publicKey?: string | undefined },
): string[] {
  const faults = heads
    .filter((head) => !isSigned(head))
    .map(({ chain }) => `Chain ${chain}: the signature of its head is not of what it says.`);
  const keys = new Set(heads.map(({ publicKey }) => publicKey));
  if (known.publicKey !== undefined && [...keys].some((key) => key !== known.publicKey)) {
    faults.push('It is signed by another key than the one you named.');
  }
  for (const { chain, sequence, hash, publicKey } of known.heads) {
    const found = met.get(`${chain} ${sequence}`);
    if (!keys.has(publicKey)) faults.push(`The head of chain ${chain} that you kept is signed by another key.`);
    if (found === undefined)
      faults.push(`Chain ${chain}: event ${sequence}, of which you kept the head, is not in it.`);
    else if (found !== hash)
      faults.push(`Chain ${chain}: event ${sequence} is not the one of which you kept the head.`);
  }
  return faults;
}

/** Whether the books still have what a head tells of; says what is not so, `null` when it is. */
export async function compareWithHead(
  books: Pick<Books, 'listChains' | 'listChainEvents' | 'auditKey'>,
  head: SignedHead,
): Promise<string | null> {
  const { chain, sequence, hash } = head;
  if ((await books.auditKey()).publicKey !== head.publicKey)
    return 'The head is signed by another key than that of these books.';
  const extent = (await books.listChains()).find((each) => each.chain === chain);
  if (!extent) return `Chain ${chain} is not here any more.`;
  if (sequence < extent.begin.sequence) {
    return `Event ${sequence} was archived, so that the head can be compared with the archive only: seller-ledger audit verify FILE --head HEAD`;
  }
  const place = await placeAt(books, chain, sequence, extent.begin);
  if (!place) return `Event ${sequence} of chain ${chain}, which was signed at ${head.at}, is not here any more.`;
  return place.hash === hash
    ? null
    : `Event ${sequence} of chain ${chain} is not the one that was signed at ${head.at}.`;
}

async function placeAt(
  books: Pick<Books, 'listChainEvents'>,
  chain: AuditChain,
  sequence: number,
  begin: ChainPlace,
): Promise<ChainPlace | undefined> {
  if (sequence === begin.sequence) return begin;
  const [event] = await books.listChainEvents(chain, sequence - 1, 1);
  return event?.sequence === sequence ? event : undefined;
}

function headerOf(text: string): ExportHeader {
  const header = parse(text) as Partial<ExportHeader> | undefined;
  if (header?.format === EXPORT_FORMAT && Array.isArray(header.chains)) return header as ExportHeader;
  throw unreadable(`its first line is not that of an export of this form (${EXPORT_FORMAT})`);
}

function parse(text: string): ExportLine | undefined {
  try {
    return JSON.parse(text) as ExportLine;
  } catch {
    return undefined;
  }
}

function unreadable(what: string): Problem {
  return new Problem({
    code: 'AUDIT_EXPORT_UNREADABLE',
    kind: 'invalid',
    says: `The export cannot be verified: ${what}.`,
    next: 'Name the file that seller-ledger audit export or audit archive wrote, unchanged.',
  });
}
