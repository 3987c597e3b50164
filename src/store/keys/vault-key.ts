import { createHash, createHmac } from 'node:crypto';
import { Problem } from '../../core/index.ts';
import { joinSealed, KEY_BYTES, openBytes, sealBytes, splitSealed } from './cipher.ts';

/** Wraps data keys. Held by the program ({@link VaultKey}), or by a command that never tells it. */
export interface WrappingKey {
  readonly kind: 'bytes' | 'command';
  /** `null`: it is known only by what it opens. */
  readonly id: string | null;
  /** The place is bound: in another place the data key does not come out again. */
  wrap(place: Buffer, dataKey: Buffer): Promise<Buffer>;
  /** Raises an error when it was wrapped by another key or for another place. */
  unwrap(place: Buffer, wrapped: Buffer): Promise<Buffer>;
}

/** Key material in memory. `toString` and JSON do not show it. */
export class VaultKey implements WrappingKey {
  readonly kind = 'bytes';
  /** First 16 hexadecimal digits of a digest of the key: tells keys apart without telling the key. */
  readonly id: string;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.id = createHash('sha256').update('seller-ledger/vault-key/').update(bytes).digest('hex').slice(0, 16);
  }

  /** The 32 bytes themselves, for the cipher only. */
  use<Result>(work: (bytes: Buffer) => Result): Result {
    return work(this.#bytes);
  }

  async wrap(place: Buffer, dataKey: Buffer): Promise<Buffer> {
    return joinSealed(sealBytes(this.#bytes, place, dataKey));
  }

  async unwrap(place: Buffer, wrapped: Buffer): Promise<Buffer> {
    return openBytes(this.#bytes, place, splitSealed(wrapped));
  }

  /** What fingerprints were made with before there were data keys, so that they stay what they are. */
  fingerprintKey(): Buffer {
    return createHmac('sha256', this.#bytes).update('seller-ledger/fingerprint').digest();
  }
}

/**
 * Keys as text: base64, separated by spaces or line ends; what follows a `#` in a line says nothing. Raises
 * `VAULT_KEY_UNREADABLE` (invalid), without the text.
 */
export function parseVaultKeys(text: string, where: string): readonly VaultKey[] {
  const words = text
    .split('\n')
    .flatMap((line) => (line.split('#')[0] ?? '').split(/\s+/))
    .filter((word) => word !== '');
  if (words.length === 0) throw unreadable(where);
  return words.map((word) => parseVaultKey(word, where));
}

function parseVaultKey(word: string, where: string): VaultKey {
  const bytes = Buffer.from(word, 'base64');
  if (bytes.length === KEY_BYTES && bytes.toString('base64') === word) return new VaultKey(bytes);
  throw unreadable(where);
}

function unreadable(where: string): Problem {
  return new Problem({
    code: 'VAULT_KEY_UNREADABLE',
    kind: 'invalid',
    says: `The vault key (${where}) is not ${KEY_BYTES} bytes in base64.`,
    next: 'Use the key as it was made, or make one: openssl rand -base64 32',
  });
}
