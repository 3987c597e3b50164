import { createPublicKey, verify } from 'node:crypto';
import { type CanonicalValue, canonicalJson, type Sha256, sha256Of } from './digest.ts';
import type { ChainPlace } from './hash-chain.ts';

/** The version of the form of a hand-over; a verifier refuses another one. */
export const HAND_OVER_FORMAT = 'seller-ledger audit key hand-over 1';

/**
 * One signing key of the audit log put the next one into its place. It is the last that the older key signed: whatever else it
 * signs about a later place of any chain, somebody signed who has no right to. Times say nothing of that: clocks are set back.
 */
export interface KeyHandOver {
  readonly format: string;
  /** Of the new key; the first key of all is number 1 and was handed over by none. */
  readonly number: number;
  /** Ed25519, DER (SPKI) in base64. */
  readonly previousKey: string;
  readonly publicKey: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly why: string;
  /** Where the chain of the installation ended; the event of the hand-over is the next one. */
  readonly end: ChainPlace;
  /** Where every other chain ended. */
  readonly others: readonly (ChainPlace & { readonly chain: string })[];
  /** By the previous key, of all the other members as canonical JSON, base64. */
  readonly signature: string;
}

/** Whether the signature is of all the other members as canonical JSON in UTF-8, by this Ed25519 key (DER, SPKI, base64). */
export function isSignedBy(publicKey: string, { signature, ...facts }: { readonly signature: string }): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const bytes = Buffer.from(signature, 'base64');
    // Base64 has several texts for some bytes; only the one that was written is taken.
    const isPlain = key.asymmetricKeyType === 'ed25519' && bytes.toString('base64') === signature;
    return isPlain && verify(null, Buffer.from(signedText(facts), 'utf8'), key, bytes);
  } catch {
    return false;
  }
}

/** What is signed of a head or a hand-over: all its members but the signature. */
export function signedText(facts: object): string {
  return canonicalJson(facts as CanonicalValue);
}

/** Short enough to be read out: groups of the SHA-256 of a public key. */
export function keyFingerprint(publicKey: string): string {
  const digest = sha256Of(Buffer.from(publicKey, 'base64'));
  return (digest.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

/** Whether the older key signed all that this hand-over says. */
export function isHandedOver(handOver: KeyHandOver): boolean {
  // Whoever stole a key signs whatever form he likes.
  const isOfForm = typeof handOver.end?.sequence === 'number' && Array.isArray(handOver.others);
  return handOver.format === HAND_OVER_FORMAT && isOfForm && isSignedBy(handOver.previousKey, handOver);
}

/** What is wrong with hand-overs in their order, in words; empty when each key handed over to the one after it. */
export function handOverFaults(handOvers: readonly KeyHandOver[]): string[] {
  return handOvers.flatMap((handOver, index) => {
    const before = handOvers[index - 1];
    if (!isHandedOver(handOver)) return [forgedHandOver(handOver.number)];
    if (!before || before.publicKey === handOver.previousKey) return [];
    return before.number + 1 === handOver.number
      ? [`Signing key ${handOver.number} was handed over by another key than signing key ${before.number}.`]
      : [];
  });
}

/** Of a hand-over that the older key did not sign. */
export function forgedHandOver(number: number): string {
  return `The hand-over to signing key ${number} was forged: signing key ${number - 1} did not sign it.`;
}

/** Whether one key was put into the place of another by signed hand-overs alone, or is the same. */
export function leadsTo(handOvers: readonly KeyHandOver[], from: string, to: string): boolean {
  let key = from;
  for (let steps = 0; steps <= handOvers.length; steps += 1) {
    if (key === to) return true;
    const next = handOvers.find((each) => each.previousKey === key && isHandedOver(each));
    if (!next) return false;
    key = next.publicKey;
  }
  return false;
}

/** What a key signed after it was replaced: a head of a place that the chain did not have yet. */
export function isSignedTooLate(
  handOvers: readonly KeyHandOver[],
  head: { readonly chain: string; readonly sequence: number; readonly publicKey: string },
): boolean {
  const last = handOvers.find((each) => each.previousKey === head.publicKey && isHandedOver(each));
  if (!last) return false;
  const end = head.chain === 'installation' ? last.end : last.others.find(({ chain }) => chain === head.chain);
  return head.sequence > (end?.sequence ?? 0);
}

/**
 * Whether an event that hands the key over is what it says at this place of the chain; says what is not so. `before` is the key
 * that was told last, `undefined` where the events that told of it were archived.
 */
export function handOverBreak(
  handOver: KeyHandOver | undefined,
  place: { readonly sequence: number; readonly previousHash: Sha256 },
  before: string | undefined,
): string | null {
  if (!handOver || !isHandedOver(handOver)) return forgedHandOver(handOver?.number ?? 2);
  if (before !== undefined && before !== handOver.previousKey) {
    return `Signing key ${handOver.number} was handed over by a key that was not in use.`;
  }
  const { sequence, hash } = handOver.end;
  return sequence === place.sequence - 1 && hash === place.previousHash
    ? null
    : `The hand-over to signing key ${handOver.number} was signed at another place of the chain.`;
}
