import { type CanonicalValue, canonicalJson, type KeyHandOver, Problem } from '../../core/index.ts';
import type { AuditChain, AuditKey, ChainExtent } from '../audit-log.ts';
import type { Books } from '../ports.ts';
import { type SignedHead, signHead } from './signed-head.ts';

/** The version of the form of an export; a verifier refuses another one. */
export const EXPORT_FORMAT = 'seller-ledger audit export 2';

/** The form before keys could be replaced: without a line that tells of hand-overs. */
export const EXPORT_FORMAT_OF_ONE_KEY = 'seller-ledger audit export 1';

/** The first line of an export. */
export interface ExportHeader {
  readonly format: string;
  /** Nothing stands here that the events or the signed heads do not prove. */
  readonly chains: readonly Pick<ChainExtent, 'chain' | 'begin'>[];
}

type ExportBooks = Pick<
  Books,
  | 'verify'
  | 'listChains'
  | 'listChainEvents'
  | 'listConnections'
  | 'checkpoint'
  | 'sharedNowMs'
  | 'listAuditKeys'
  | 'signAudit'
>;

export interface ExportInput {
  readonly books: ExportBooks;
  readonly programVersion: string;
  /** Only this one; `undefined`: all of them. */
  readonly chain?: AuditChain | undefined;
  /** From the first event of each chain that is not earlier than this moment, ISO 8601 UTC. */
  readonly since?: string | undefined;
  /** Up to the last event before this moment. */
  readonly before?: string | undefined;
}

const EVENTS_AT_ONCE = 1_000;

/** What is exported of one chain. */
export interface ExportedChain extends ChainExtent {
  readonly connection: string | null;
}

/**
 * The chains that an export has, whole as they were found. Raises `AUDIT_BROKEN` (conflict): what is not whole is not signed.
 */
export async function chainsToExport(input: ExportInput): Promise<readonly ExportedChain[]> {
  const { books, chain } = input;
  await assertWhole(books, chain);
  const names = new Map((await books.listConnections()).map(({ id, name }): [string, string] => [id, name]));
  const chains: ExportedChain[] = [];
  for (const extent of await books.listChains()) {
    if (chain !== undefined && extent.chain !== chain) continue;
    const cut = await cutToTimes(input, extent);
    if (cut.end.sequence > cut.begin.sequence) chains.push({ ...cut, connection: names.get(extent.chain) ?? null });
  }
  return chains;
}

/** The lines of an export: a header, every event exactly as it is chained, a signed head of each chain, and the hand-overs of keys. */
export async function* exportLines(input: ExportInput, chains: readonly ExportedChain[]): AsyncIterable<string> {
  const { books, programVersion } = input;
  const at = new Date(await books.sharedNowMs()).toISOString();
  yield line({ format: EXPORT_FORMAT, chains: chains.map(({ chain, begin }) => ({ chain, begin })) });
  for (const { chain, begin, end } of chains) {
    for (let { sequence } = begin; sequence < end.sequence; ) {
      const events = await books.listChainEvents(chain, sequence, EVENTS_AT_ONCE);
      if (events.length === 0) break;
      for (const { text, subject: _, ...place } of events) {
        if (place.sequence <= end.sequence) yield line({ ...place, event: JSON.parse(text) as CanonicalValue });
      }
      sequence = events.at(-1)?.sequence ?? end.sequence;
    }
  }
  for (const { chain, connection, end } of chains) {
    const head = await signHead(books, { chain, connection, ...end, at, programVersion });
    yield line({ head: { ...head } });
  }
  // After the last signature, so that the keys of all of them are told.
  yield line({ handOvers: handOversOf(await books.listAuditKeys()) });
}

/** How each key that was not lost was put into the place of the one before it, the first one first. */
export function handOversOf(keys: readonly AuditKey[]): readonly KeyHandOver[] {
  return keys.flatMap(({ handOver }) => handOver ?? []);
}

/** Signs where a chain ends now, after every event of it was looked at. Raises `AUDIT_BROKEN` (conflict). */
export async function signedHeadOf(
  books: ExportBooks,
  { chain, connection, programVersion }: { chain: AuditChain; connection: string | null; programVersion: string },
): Promise<SignedHead> {
  await assertWhole(books, chain);
  const extent = (await books.listChains()).find((each) => each.chain === chain);
  if (!extent) throw empty(connection ?? chain);
  const at = new Date(await books.sharedNowMs()).toISOString();
  return signHead(books, { chain, connection, ...extent.end, at, programVersion });
}

async function assertWhole(books: Pick<Books, 'verify'>, chain: AuditChain | undefined): Promise<void> {
  const { firstBroken } = await books.verify(chain === undefined ? {} : { chain });
  if (!firstBroken) return;
  throw new Problem({
    code: 'AUDIT_BROKEN',
    kind: 'conflict',
    says: `The audit log is not whole, and what is not whole is not signed. Chain ${firstBroken.chain}: ${firstBroken.says}`,
    next: 'Find out what happened: seller-ledger audit verify, and "The audit chain is broken" in docs/operations.md',
  });
}

/** The part of a chain that lies between two moments; events of a chain are in the order of their times. */
async function cutToTimes({ books, since, before }: ExportInput, extent: ChainExtent): Promise<ChainExtent> {
  if (since === undefined && before === undefined) return extent;
  let { begin } = extent;
  let end = extent.begin;
  for (let { sequence } = extent.begin; sequence < extent.end.sequence; ) {
    const events = await books.listChainEvents(extent.chain, sequence, EVENTS_AT_ONCE);
    for (const event of events) {
      const { at } = JSON.parse(event.text) as { readonly at: string };
      if (before !== undefined && at >= before) return { ...extent, begin, end };
      end = { sequence: event.sequence, hash: event.hash };
      if (since !== undefined && at < since) begin = end;
    }
    if (events.length === 0) break;
    sequence = events.at(-1)?.sequence ?? extent.end.sequence;
  }
  return { ...extent, begin, end };
}

function line(value: object): string {
  return `${canonicalJson(value as CanonicalValue)}\n`;
}

function empty(name: string): Problem {
  return new Problem({
    code: 'AUDIT_CHAIN_EMPTY',
    kind: 'invalid',
    says: `Nothing was recorded of ${name} since each connection has a chain of its own.`,
    next: 'Look at the chains there are: seller-ledger audit verify',
  });
}
