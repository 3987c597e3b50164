import {
  type CanonicalValue,
  type ChainPlace,
  ChainWalk,
  canonicalJson,
  handOverBreak,
  handOverFaults,
  isSignedTooLate,
  type KeyHandOver,
  leadsTo,
  Problem,
  type Sha256,
  signedText,
} from '../../core/index.ts';
import type { AuditChain, ChainedEvent } from '../audit-log.ts';
import type { Books } from '../ports.ts';
import { isSigned, type SignedHead } from './signed-head.ts';
import { EXPORT_FORMAT, EXPORT_FORMAT_OF_ONE_KEY, type ExportHeader, handOversOf } from './write-export.ts';

/** What a verification of an export looked at and found. */
export interface ExportVerification {
  readonly events: number;
  readonly heads: readonly SignedHead[];
  /** How the keys that signed came to do so. */
  readonly handOvers: readonly KeyHandOver[];
  /** What is not as it was written, in words; empty when everything is. */
  readonly faults: readonly string[];
}

interface ExportLine extends Partial<Omit<ChainedEvent, 'text'>> {
  readonly event?: CanonicalValue;
  readonly head?: SignedHead;
  readonly handOvers?: readonly KeyHandOver[];
}

interface Reading {
  readonly walks: Map<AuditChain, ChainWalk>;
  /** Chains with a fault that was told; what stands behind it is not told again line by line. */
  readonly broken: Set<AuditChain>;
  readonly begun: Map<AuditChain, Sha256>;
  readonly heads: SignedHead[];
  /** Hashes at the places that a head from elsewhere tells of. */
  readonly met: Map<string, Sha256>;
  /** `undefined`: no line tells of them. */
  handOvers: readonly KeyHandOver[] | undefined;
  /** Places of the chain of the installation at which an event hands a key over, with its hand-over as it was signed. */
  readonly handedOver: Map<number, string>;
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
    handOvers: undefined,
    handedOver: new Map(),
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
  faults.push(...endFaults(header, reading), ...keyFaults(header, reading), ...headFaults(reading, known));
  return { events: reading.events, heads: reading.heads, handOvers: reading.handOvers ?? [], faults };
}

function readLine(text: string, reading: Reading, wanted: ReadonlySet<string>): string | null {
  const line = parse(text);
  if (line?.head) {
    reading.heads.push(line.head);
    return null;
  }
  if (reading.handOvers === undefined && line?.handOvers?.every?.((each) => typeof each?.signature === 'string')) {
    reading.handOvers = line.handOvers;
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
  const { action, after } = event as {
    action?: string;
    after?: { chain?: AuditChain; handOver?: KeyHandOver } | null;
  };
  if (action === 'audit.begin' && after?.chain) reading.begun.set(after.chain, hash);
  if (chain !== 'installation' || action !== 'audit.key-rotate') return null;
  reading.handedOver.set(sequence, signedText(after?.handOver ?? {}));
  return handOverBreak(after?.handOver, link, undefined);
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

/** Which keys there were stands in every export but the oldest ones, and each of them signed for the next one. */
function keyFaults({ format, chains }: ExportHeader, { handOvers, handedOver, walks }: Reading): string[] {
  if ((format === EXPORT_FORMAT_OF_ONE_KEY) !== (handOvers === undefined)) {
    return [
      handOvers
        ? 'A line of hand-overs is in an export of a form that has none.'
        : 'The line of hand-overs is missing.',
    ];
  }
  const told = new Set((handOvers ?? []).map(signedText));
  const untold = [...handedOver].filter(([, text]) => !told.has(text));
  const begin = chains.find(({ chain }) => chain === 'installation')?.begin.sequence ?? 0;
  const end = walks.get('installation')?.last.sequence ?? 0;
  const unheard = (handOvers ?? []).filter((handOver) => {
    const place = (handOver.end?.sequence ?? 0) + 1;
    return place > begin && place <= end && handedOver.get(place) !== signedText(handOver);
  });
  return [
    ...handOverFaults(handOvers ?? []),
    ...untold.map(([sequence]) => `Event ${sequence} tells of another hand-over than the line of hand-overs.`),
    ...unheard.map(({ number }) => `No event at its place tells of the hand-over to signing key ${number}.`),
  ];
}

function headFaults(
  { heads, met, handOvers = [] }: Reading,
  known: { readonly heads: readonly SignedHead[]; readonly publicKey?: string | undefined },
): string[] {
  const faults = heads
    .filter((head) => !isSigned(head))
    .map(({ chain }) => `Chain ${chain}: the signature of its head is not of what it says.`);
  const keys = [...new Set(heads.map(({ publicKey }) => publicKey))];
  const isOfKey = (own: string) => keys.some((key) => leadsTo(handOvers, own, key));
  const { publicKey: named } = known;
  if (named !== undefined && !keys.every((key) => leadsTo(handOvers, named, key))) {
    faults.push('It is signed by another key than the one you named, and no hand-over leads from yours to it.');
  }
  for (const head of [...heads, ...known.heads]) {
    if (isSignedTooLate(handOvers, head)) faults.push(`Chain ${head.chain}: ${signedTooLate(head)}`);
  }
  for (const { chain, sequence, hash, publicKey } of known.heads) {
    const found = met.get(`${chain} ${sequence}`);
    if (!isOfKey(publicKey)) {
      faults.push(
        `The head of chain ${chain} that you kept is signed by another key. If that key was put into use after the file was written, take a newer export.`,
      );
    }
    if (found === undefined)
      faults.push(`Chain ${chain}: event ${sequence}, of which you kept the head, is not in it.`);
    else if (found !== hash)
      faults.push(`Chain ${chain}: event ${sequence} is not the one of which you kept the head.`);
  }
  return faults;
}

function signedTooLate({ at, sequence }: SignedHead): string {
  return `The head of event ${sequence}, which says that it is of ${at}, was signed by a key that had been replaced before there was that event: somebody else has that key.`;
}

/** Whether the books still have what a head tells of; says what is not so, `null` when it is. */
export async function compareWithHead(
  books: Pick<Books, 'listChains' | 'listChainEvents' | 'listAuditKeys' | 'auditKey'>,
  head: SignedHead,
): Promise<string | null> {
  const { chain, sequence, hash } = head;
  // It may be that nothing signed yet since keys are on record; this puts the one in use there.
  await books.auditKey();
  const keys = await books.listAuditKeys();
  const ownKey = keys.find(({ publicKey }) => publicKey === head.publicKey);
  if (!ownKey) return 'The head is signed by another key than those of these books.';
  const handOvers = handOversOf(keys);
  // From the key that signed the head to the one in use; those before it prove nothing about it.
  const [forged] = handOverFaults(handOvers.filter(({ number }) => number > ownKey.number));
  if (forged) return forged;
  if (isSignedTooLate(handOvers, head)) return signedTooLate(head);
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
  const isKnown = header?.format === EXPORT_FORMAT || header?.format === EXPORT_FORMAT_OF_ONE_KEY;
  if (isKnown && Array.isArray(header.chains)) return header as ExportHeader;
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
