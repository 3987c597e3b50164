import type { AuditChain, AuditVerification, ChainExtent } from '../app/index.ts';
import {
  type ChainBreak,
  type ChainPlace,
  ChainWalk,
  handOverBreak,
  type KeyHandOver,
  NO_HASH,
  type Sha256,
  signedText,
} from '../core/index.ts';
import { keysBreak, readKeys, type ToldKeys } from './audit-key-record.ts';
import { type Session, sql } from './sql.ts';

interface EventRow {
  readonly sequence: bigint;
  readonly position: bigint;
  readonly action: string;
  readonly subject: string;
  readonly event: string;
  readonly previous_hash: Sha256;
  readonly hash: Sha256;
}

interface PlaceRow {
  readonly chain: AuditChain;
  readonly sequence: bigint;
  readonly hash: Sha256;
}

/** What the chain of the installation says about the others. */
interface Told {
  /** Hashes of the events with which chains begin. */
  readonly begins: Map<AuditChain, Sha256>;
  /** Ends at checkpoints: by chain and number the hash. */
  readonly ends: Map<AuditChain, Map<number, Sha256>>;
  /** The events that were archived, by chain the last one of them. */
  archived: ReadonlyMap<AuditChain, ChainPlace>;
  readonly keys: ToldKeys;
}

const VERIFY_BATCH_ROWS = 1_000;

/** Every chain with where it begins and ends, as the records say. */
export async function readExtents(session: Session): Promise<readonly ChainExtent[]> {
  const heads = await headsOf(session);
  const anchors = await anchorsOf(session);
  const extents: ChainExtent[] = [];
  for (const [chain, end] of heads) {
    if (chain === 'founding' && end.sequence === 0) continue;
    const anchor = anchors.get(chain);
    extents.push({ chain, begin: anchor ?? (await beginOf(session, chain, end)), end });
  }
  return extents;
}

/** Walks all chains, or one beside those of the installation, and how they hang together; stops at the first break. */
export async function verifyChains(session: Session, only: AuditChain | null): Promise<AuditVerification> {
  const heads = await headsOf(session);
  const anchors = await anchorsOf(session);
  const chains: ChainExtent[] = [];
  let eventCount = 0;
  const keys: ToldKeys = {
    known: new Map(),
    last: undefined,
    isWhole: !anchors.has('installation') && !anchors.has('founding'),
  };
  const told: Told = { begins: new Map(), ends: new Map(), archived: new Map(), keys };
  const result = (chain: AuditChain, broken: ChainBreak | null): AuditVerification => ({
    ok: broken === null,
    eventCount,
    chains,
    firstBroken: broken && { chain, ...broken },
  });
  const present = await chainsWithEvents(session);
  for (const chain of inOrder([...heads.keys(), ...present, 'founding', 'installation'])) {
    if (only !== null && ![only, 'founding', 'installation'].includes(chain)) continue;
    const end = heads.get(chain);
    const anchor = anchors.get(chain);
    const begin = anchor ?? beginTold(chain, told, chains, anchors) ?? (await firstOf(session, chain));
    const walk = new ChainWalk(chain, begin, end ?? null);
    const broken = await walkChain(session, chain, walk, told);
    eventCount += walk.last.sequence - begin.sequence;
    if (broken) return result(chain, broken);
    const sequence = walk.last.sequence + 1;
    if (!end) return result(chain, { sequence, says: 'The head of the chain was removed.' });
    const short = walk.finish() ?? checkpointBreak(told.ends.get(chain), walk.last);
    if (short) return result(chain, short);
    if (end.sequence > 0) chains.push({ chain, begin, end });
    if (chain === 'installation') {
      const secret = [...anchors].find(([name, anchor]) => !isSame(told.archived.get(name), anchor));
      if (secret) return result(secret[0], removedSecretly(secret[1]));
      const gone = [...new Set([...told.begins.keys(), ...told.ends.keys()])].find((name) => !heads.has(name));
      if (gone !== undefined) return result(gone, { sequence: 1, says: 'The whole chain was removed.' });
      const says = keysBreak(await readKeys(session), keys);
      if (says !== null) return result(chain, { sequence: end.sequence, says });
    }
  }
  return result('', null);
}

/** The chain of the installation is before all that hang on it. */
function inOrder(chains: readonly AuditChain[]): readonly AuditChain[] {
  const first = ['founding', 'installation'];
  const others = new Set(chains.filter((chain) => !first.includes(chain)));
  return [...first, ...[...others].sort()];
}

/** Where a chain begins by what those before it say; `undefined` when that was archived. */
function beginTold(
  chain: AuditChain,
  told: Told,
  walked: readonly ChainExtent[],
  anchors: ReadonlyMap<AuditChain, ChainPlace>,
): ChainPlace | undefined {
  if (chain === 'founding') return { sequence: 0, hash: NO_HASH };
  if (chain === 'installation') {
    const founding = walked.find((extent) => extent.chain === 'founding');
    return { sequence: 0, hash: founding?.end.hash ?? NO_HASH };
  }
  const hash = told.begins.get(chain);
  if (hash) return { sequence: 0, hash };
  // Nothing tells of its beginning: one that was made up does not follow the hash of nothing.
  return anchors.has('installation') ? undefined : { sequence: 0, hash: NO_HASH };
}

async function walkChain(session: Session, chain: AuditChain, walk: ChainWalk, told: Told): Promise<ChainBreak | null> {
  let position = 0n;
  for (;;) {
    const rows = await session.query<EventRow>(sql`
      select * from audit_event where chain = ${chain} and sequence > ${walk.last.sequence}
      order by sequence limit ${VERIFY_BATCH_ROWS}`);
    for (const row of rows) {
      const sequence = Number(row.sequence);
      const broken = walk.step(
        { sequence, text: row.event, previousHash: row.previous_hash, hash: row.hash },
        (content) =>
          content.action === row.action &&
          content.subject === row.subject &&
          (content.position === undefined
            ? Number(row.position) === sequence
            : content.position === Number(row.position)),
      );
      if (broken) return broken;
      if (row.position <= position)
        return { sequence, says: `Event ${sequence} was changed: it stands before its predecessor.` };
      position = row.position;
      if (chain === 'installation' || chain === 'founding') {
        const says = listen(told, row);
        if (says !== null) return { sequence, says };
      } else if ((told.ends.get(chain)?.get(sequence) ?? row.hash) !== row.hash) {
        return {
          sequence,
          says: `Event ${sequence} was replaced: a checkpoint of the installation tells of another one.`,
        };
      }
    }
    if (rows.length < VERIFY_BATCH_ROWS) return null;
  }
}

/** Keeps what an event of the installation says about other chains and about keys; says what of it cannot be. */
function listen(told: Told, row: EventRow): string | null {
  const { action, event, hash } = row;
  if (!['audit.begin', 'audit.checkpoint', 'audit.archive', 'audit.key', 'audit.key-rotate'].includes(action))
    return null;
  const { after } = JSON.parse(event) as {
    after: {
      chain?: AuditChain;
      heads?: readonly (ChainPlace & { chain: AuditChain })[];
      anchors?: readonly (ChainPlace & { chain: AuditChain })[];
      keys?: readonly string[];
      publicKey?: string;
      handOver?: KeyHandOver;
    };
  };
  const { keys } = told;
  if (after.keys) {
    keys.isWhole = true;
    for (const key of after.keys) if (!keys.known.has(key)) keys.known.set(key, null);
    keys.last = after.keys.at(-1);
  }
  if (action === 'audit.key-rotate') {
    const place = { sequence: Number(row.sequence), previousHash: row.previous_hash };
    const says = handOverBreak(after.handOver, place, keys.last);
    if (says !== null) return says;
  }
  if (after.publicKey !== undefined) {
    keys.known.set(after.publicKey, after.handOver ? signedText(after.handOver) : null);
    keys.last = after.publicKey;
  }
  if (after.chain !== undefined) told.begins.set(after.chain, hash);
  if (after.anchors) told.archived = new Map(after.anchors.map((anchor) => [anchor.chain, anchor]));
  for (const head of after.heads ?? []) {
    const known = told.ends.get(head.chain) ?? new Map<number, Sha256>();
    known.set(head.sequence, head.hash);
    told.ends.set(head.chain, known);
  }
  return null;
}

/** A chain that ends before a checkpoint was cut short together with its head. */
function checkpointBreak(ends: ReadonlyMap<number, Sha256> | undefined, last: ChainPlace): ChainBreak | null {
  const told = Math.max(0, ...(ends?.keys() ?? []));
  if (told <= last.sequence) return null;
  const says = `Event ${last.sequence + 1} and all after it, up to ${told} at least, were removed: a checkpoint of the installation tells of them.`;
  return { sequence: last.sequence + 1, says };
}

function isSame(told: ChainPlace | undefined, { sequence, hash }: ChainPlace): boolean {
  return told?.sequence === sequence && told.hash === hash;
}

/** What stands for removed events is written together with an event of the installation that tells of it. */
function removedSecretly({ sequence }: ChainPlace): ChainBreak {
  return { sequence, says: `Events up to ${sequence} were removed, and no event tells that they were archived.` };
}

async function headsOf(session: Session): Promise<ReadonlyMap<AuditChain, ChainPlace>> {
  const rows = await session.query<PlaceRow>(sql`select chain, sequence, hash from audit_head`);
  const heads = new Map(rows.map(({ chain, sequence, hash }) => [chain, { sequence: Number(sequence), hash }]));
  return new Map(
    inOrder([...heads.keys()]).flatMap((chain) => (heads.has(chain) ? [[chain, heads.get(chain) as ChainPlace]] : [])),
  );
}

/** The newest anchor of each chain that was cut. */
async function anchorsOf(session: Session): Promise<ReadonlyMap<AuditChain, ChainPlace>> {
  const rows = await session.query<PlaceRow>(
    sql`select distinct on (chain) chain, sequence, hash from audit_anchor order by chain, sequence desc`,
  );
  return new Map(rows.map(({ chain, sequence, hash }) => [chain, { sequence: Number(sequence), hash }]));
}

async function chainsWithEvents(session: Session): Promise<readonly AuditChain[]> {
  const rows = await session.query<{ chain: AuditChain }>(sql`
    with recursive chains as (
      select min(chain) as chain from audit_event
      union all
      select (select min(e.chain) from audit_event e where e.chain > c.chain) from chains c where c.chain is not null)
    select chain from chains where chain is not null`);
  return rows.map(({ chain }) => chain);
}

/** What the first event that is here follows, by its own word. */
async function firstOf(session: Session, chain: AuditChain): Promise<ChainPlace> {
  const [row] = await session.query<EventRow>(
    sql`select * from audit_event where chain = ${chain} order by sequence limit 1`,
  );
  return { sequence: Number(row?.sequence ?? 1n) - 1, hash: row?.previous_hash ?? NO_HASH };
}

/** Of an event that was not archived; an empty chain begins where it ends. */
async function beginOf(session: Session, chain: AuditChain, end: ChainPlace): Promise<ChainPlace> {
  return end.sequence === 0 ? end : firstOf(session, chain);
}
