import { type Sha256, sha256Of } from './digest.ts';

/** What the first event of all follows. */
export const NO_HASH = '0'.repeat(64) as Sha256;

/** A place in a chain: behind the event with this number, whose hash it is. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: Sha256;
}

/** One event as it is chained. */
export interface ChainLink extends ChainPlace {
  readonly previousHash: Sha256;
  /** Canonical JSON, of which the hash is; `undefined` where only its place is known. */
  readonly text: string | undefined;
}

/** The first event that was changed, removed or inserted. */
export interface ChainBreak {
  readonly sequence: number;
  readonly says: string;
}

/** The hash of an event: it covers the one before it, so that anyone can recompute the chain with sha256sum. */
export function chainHash(previousHash: Sha256, text: string): Sha256 {
  return sha256Of(previousHash + text);
}

/**
 * Walks one chain event by event and names the first that was changed, removed or inserted. Give every event to `step` in
 * the order of their numbers, then ask `finish`. After a break nothing is chained any more: stop there.
 */
export class ChainWalk {
  readonly #chain: string;
  readonly #end: ChainPlace | null;
  #last: ChainPlace;

  /** `begin` is where the first event is attached; `end` is where the chain is said to end, `null` when nobody says so. */
  constructor(chain: string, begin: ChainPlace, end: ChainPlace | null) {
    this.#chain = chain;
    this.#last = begin;
    this.#end = end;
  }

  /** The newest event known to be whole in itself. */
  get last(): ChainPlace {
    return this.#last;
  }

  /** `isSame`: what stands beside the text says the same as the text. */
  step(
    link: ChainLink,
    isSame: (content: Readonly<Record<string, unknown>>) => boolean = () => true,
  ): ChainBreak | null {
    const broken = this.#breakAt(link, isSame);
    if (!broken) this.#last = { sequence: link.sequence, hash: link.hash };
    return broken;
  }

  finish(): ChainBreak | null {
    const { sequence, hash } = this.#last;
    if (this.#end === null) return null;
    if (sequence < this.#end.sequence) {
      const removed = `Event ${sequence + 1} and all after it, up to ${this.#end.sequence}, were removed.`;
      return { sequence: sequence + 1, says: removed };
    }
    if (hash === this.#end.hash) return null;
    return { sequence, says: `Event ${sequence} was changed: the chain ends in another hash.` };
  }

  #breakAt(link: ChainLink, isSame: (content: Readonly<Record<string, unknown>>) => boolean): ChainBreak | null {
    const { sequence } = link;
    const expected = this.#last.sequence + 1;
    if (this.#end && sequence > this.#end.sequence) {
      return { sequence, says: `Event ${sequence} was inserted: the chain ends at ${this.#end.sequence}.` };
    }
    if (sequence !== expected) return { sequence: expected, says: missing(expected, sequence) };
    if (link.text !== undefined) {
      const content = contentOf(link.text);
      const isWhole =
        chainHash(link.previousHash, link.text) === link.hash &&
        content !== undefined &&
        // Events of the founding chain are from before there were others.
        content.chain === (this.#chain === 'founding' ? undefined : this.#chain) &&
        isSame(content);
      const own = Number(content?.sequence);
      if (isWhole && own < sequence) {
        return { sequence: own, says: `Event ${own} was inserted: the real one is now ${sequence}.` };
      }
      if (!isWhole || own !== sequence) return { sequence, says: `Event ${sequence} was changed.` };
    }
    if (link.previousHash === this.#last.hash) return null;
    // This event is whole and remembers another predecessor, so it is the predecessor that was rewritten.
    return expected === 1
      ? { sequence, says: 'Event 1 was replaced: it does not begin the chain.' }
      : {
          sequence: expected - 1,
          says: `Event ${expected - 1} was replaced: event ${sequence} remembers another one.`,
        };
  }
}

function missing(expected: number, found: number): string {
  return found === expected + 1 ? `Event ${expected} was removed.` : `Events ${expected} to ${found - 1} were removed.`;
}

function contentOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
