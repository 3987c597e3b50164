import type { AuditKey } from '../app/index.ts';
import { forgedHandOver, isHandedOver, type KeyHandOver, keyFingerprint, NO_HASH, signedText } from '../core/index.ts';
import { type Session, sql } from './sql.ts';

/** What the chain of the installation says about the keys that sign it. */
export interface ToldKeys {
  /** By public key the text of its hand-over, `null` where none is told. */
  readonly known: Map<string, string | null>;
  /** The key that was told last. */
  last: string | undefined;
  /** Whether no key can be on record that is not told. */
  isWhole: boolean;
}

const NO_PLACE = { sequence: 0, hash: NO_HASH };

interface KeyRow {
  readonly number: number;
  readonly public_key: string;
  readonly since: string;
  readonly hand_over: string | null;
}

/** Every key on record, the first one first. */
export async function readKeys(session: Session): Promise<readonly AuditKey[]> {
  const rows = await session.query<KeyRow>(
    sql`select number, public_key, since, hand_over from audit_key order by number`,
  );
  return rows.map(({ number, public_key: publicKey, since, hand_over: text }, index) => ({
    number,
    publicKey,
    since,
    until: rows[index + 1]?.since ?? null,
    handOver: text === null ? null : readHandOver(text, number),
  }));
}

function readHandOver(text: string, number: number): KeyHandOver {
  try {
    return JSON.parse(text) as KeyHandOver;
  } catch {
    // Signed by nobody, as whoever verifies it finds.
    return {
      format: '',
      number,
      previousKey: '',
      publicKey: '',
      at: '',
      why: '',
      end: NO_PLACE,
      others: [],
      signature: '',
    };
  }
}

/** What of the keys on record is not what the events tell of them, or was not signed by the key before it. */
export function keysBreak(keys: readonly AuditKey[], { known, last, isWhole }: ToldKeys): string | null {
  const missing = [...known.keys()].find((told) => !keys.some(({ publicKey }) => publicKey === told));
  if (missing !== undefined) return `The signing key ${keyFingerprint(missing)} is not on record any more.`;
  for (const [index, { number, publicKey, handOver }] of keys.entries()) {
    const text = known.get(publicKey);
    if (text === undefined && isWhole) return `Signing key ${number} is on record, and no event tells of it.`;
    if (handOver === null) {
      if (text) return `The hand-over to signing key ${number} was removed.`;
      continue;
    }
    const isItsOwn = handOver.publicKey === publicKey && handOver.previousKey === keys[index - 1]?.publicKey;
    if (!isItsOwn || !isHandedOver(handOver)) return forgedHandOver(number);
    if (text && text !== signedText(handOver))
      return `The hand-over to signing key ${number} is not the one that its event tells of.`;
  }
  return last === undefined || keys.at(-1)?.publicKey === last
    ? null
    : 'The signing keys on record are in another order.';
}
