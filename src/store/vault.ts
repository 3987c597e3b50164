import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionId } from '../app/index.ts';
import { Problem } from '../core/index.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** A secret as the database sees it. */
export interface SealedSecret {
  readonly keyId: string;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Where a secret belongs; a ciphertext moved to another place does not open. */
export interface SecretPlace {
  /** `null`: it belongs to the installation, not to one connection. */
  readonly connectionId: ConnectionId | null;
  readonly name: string;
}

/** Encrypts secrets with AES-256-GCM. The key itself cannot be read from it. */
export interface Vault {
  /** First 16 hexadecimal digits of a digest of the key: tells keys apart without telling the key. */
  readonly keyId: string;
  seal(place: SecretPlace, secret: string): SealedSecret;
  /** Raises `VAULT_KEY_WRONG` (invalid), and `SECRET_DAMAGED` (conflict) when the key fits but the secret does not. */
  open(place: SecretPlace, sealed: SealedSecret): string;
  /** 32 hexadecimal digits: the same for the same text, and without the key no text can be tried against them. */
  fingerprint(text: string): string;
}

/** Key material in memory. `toString` and JSON do not show it. */
export class VaultKey {
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
}

/**
 * The key from its base64 text when there is one, otherwise from the file. A missing file is made with a new random key
 * and mode 600; several processes doing so at once agree on one key. Raises `VAULT_KEY_UNREADABLE` (invalid).
 */
export async function loadVaultKey(input: { keyText?: string | undefined; keyPath: string }): Promise<VaultKey> {
  if (input.keyText !== undefined && input.keyText.trim() !== '') return parseVaultKey(input.keyText, 'the given key');
  const existing = await readKeyFile(input.keyPath);
  if (existing !== undefined) return parseVaultKey(existing, input.keyPath);
  await mkdir(dirname(input.keyPath), { recursive: true });
  const draft = `${input.keyPath}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // A link appears whole or not at all, and never replaces a key that another process made in the meantime.
    await link(draft, input.keyPath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return parseVaultKey((await readKeyFile(input.keyPath)) ?? '', input.keyPath);
}

export function createVault(key: VaultKey): Vault {
  return {
    keyId: key.id,

    seal(place, secret) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = key.use((bytes) => createCipheriv('aes-256-gcm', bytes, nonce));
      cipher.setAAD(associatedData(place));
      const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return { keyId: key.id, nonce, ciphertext, tag: cipher.getAuthTag() };
    },

    open(place, sealed) {
      if (sealed.keyId !== key.id) {
        throw new Problem({
          code: 'VAULT_KEY_WRONG',
          kind: 'invalid',
          says: `Secret ${place.name} was encrypted with vault key ${sealed.keyId}, the key in use is ${key.id}.`,
          next: 'Start with the vault key that was used when the connection was added.',
        });
      }
      try {
        const decipher = key.use((bytes) =>
          createDecipheriv('aes-256-gcm', bytes, sealed.nonce, { authTagLength: 16 }),
        );
        decipher.setAAD(associatedData(place)).setAuthTag(sealed.tag);
        return decipher.update(sealed.ciphertext, undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Problem(
          {
            code: 'SECRET_DAMAGED',
            kind: 'conflict',
            says: `Secret ${place.name} was changed in the database or belongs to another connection.`,
            next: 'Find out who changed it (seller-ledger audit verify), then enter the secret again.',
          },
          { cause },
        );
      }
    },

    fingerprint(text) {
      const own = key.use((bytes) => createHmac('sha256', bytes).update('seller-ledger/fingerprint').digest());
      return createHmac('sha256', own).update(text, 'utf8').digest('hex').slice(0, 32);
    },
  };
}

function associatedData(place: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([place.connectionId, place.name]), 'utf8');
}

function parseVaultKey(text: string, where: string): VaultKey {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length === KEY_BYTES && bytes.toString('base64') === text.trim()) return new VaultKey(bytes);
  throw new Problem({
    code: 'VAULT_KEY_UNREADABLE',
    kind: 'invalid',
    says: `The vault key (${where}) is not ${KEY_BYTES} bytes in base64.`,
    next: 'Use the key as it was made, or make one: openssl rand -base64 32',
  });
}

async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Problem(
      {
        code: 'VAULT_KEY_UNREADABLE',
        kind: 'invalid',
        says: `The vault key file ${path} cannot be read (${code ?? 'no code'}).`,
        next: `Let the user that runs seller-ledger read it: ls -l ${path}`,
      },
      { cause },
    );
  }
}
