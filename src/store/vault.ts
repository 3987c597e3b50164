import { createHmac } from 'node:crypto';
import type { ConnectionId } from '../app/index.ts';
import { Problem } from '../core/index.ts';
import { openBytes, type Sealed, sealBytes } from './keys/cipher.ts';
import { type DataKey, type DataKeys, isOf } from './keys/data-keys.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** A secret as the database sees it. */
export interface SealedSecret extends Sealed {
  /** The vault key, of a secret that was sealed before there were data keys. */
  readonly keyId: string | null;
  readonly dataKeyId: string | null;
}

/** The same as columns of a row. */
export interface SealedRow extends Sealed {
  readonly key_id: string | null;
  readonly data_key_id: string | null;
}

/** Where a secret belongs; a ciphertext moved to another place does not open. */
export interface SecretPlace {
  /** `null`: it belongs to the installation, not to one connection. */
  readonly connectionId: ConnectionId | null;
  readonly name: string;
}

/** Seals one secret after the other for one connection. */
export type Seal = (name: string, secret: string) => SealedSecret;

/**
 * Encrypts secrets with AES-256-GCM, each connection's with a data key of its own, which the vault key has wrapped. No key can be
 * read from it. Everything runs in the session that is given, so that a data key that is made stays or goes with what it seals.
 */
export interface Sealing {
  /** The data keys of a connection stay until the transaction ends; before its rows are read, so that they open. */
  hold(session: Session, connectionId: ConnectionId | null): Promise<void>;
  sealerOf(session: Session, connectionId: ConnectionId | null): Promise<Seal>;
  seal(session: Session, place: SecretPlace, secret: string): Promise<SealedSecret>;
  /** Raises `VAULT_KEY_WRONG` (invalid), and `SECRET_DAMAGED` (conflict) when the key fits but the secret does not. */
  open(session: Session, place: SecretPlace, sealed: SealedSecret): Promise<string>;
}

export interface Vault extends Sealing {
  /** 32 hexadecimal digits: the same for the same text, and without the key no text can be tried against them. */
  fingerprint(text: string): string;
}

export function createVault(sealing: Sealing, fingerprintKey: Buffer): Vault {
  return {
    ...sealing,
    fingerprint: (text) => createHmac('sha256', fingerprintKey).update(text, 'utf8').digest('hex').slice(0, 32),
  };
}

/** For books of which only what is not secret is looked at: every use of a secret is a mistake. */
export const unopenedVault: Vault = {
  hold: () => Promise.reject(new Error('the vault is not open')),
  sealerOf: () => Promise.reject(new Error('the vault is not open')),
  seal: () => Promise.reject(new Error('the vault is not open')),
  open: () => Promise.reject(new Error('the vault is not open')),
  fingerprint: () => {
    throw new Error('the vault is not open');
  },
};

export function createSealing(dataKeys: DataKeys, readTime: ReadTime): Sealing {
  const sealerOf = async (session: Session, connectionId: ConnectionId | null): Promise<Seal> => {
    const key = await dataKeys.current(session, connectionId, await readTime(session));
    return (name, secret) => sealWith(key, { connectionId, name }, secret);
  };
  return {
    async hold(session, connectionId) {
      await session.query(sql`select id from data_key where ${isOf(connectionId)} order by id for key share`);
    },
    sealerOf,
    seal: async (session, { connectionId, name }, secret) => (await sealerOf(session, connectionId))(name, secret),
    async open(session, place, sealed) {
      const bytes = await keyOf(session, dataKeys, { place, sealed });
      try {
        return openBytes(bytes, associatedData(place), sealed).toString('utf8');
      } catch (cause) {
        throw damaged(place, cause);
      }
    },
  };
}

function sealWith(key: DataKey, place: SecretPlace, secret: string): SealedSecret {
  const sealed = sealBytes(key.bytes, associatedData(place), Buffer.from(secret, 'utf8'));
  return { keyId: null, dataKeyId: key.id, ...sealed };
}

/** The secret of a row, as {@link Vault.open} takes it. */
export function sealedOf(row: SealedRow): SealedSecret {
  const { key_id: keyId, data_key_id: dataKeyId, nonce, ciphertext, tag } = row;
  return { keyId, dataKeyId, nonce, ciphertext, tag };
}

async function keyOf(
  session: Session,
  dataKeys: DataKeys,
  { place, sealed }: { readonly place: SecretPlace; readonly sealed: SealedSecret },
): Promise<Buffer> {
  if (sealed.dataKeyId !== null) return dataKeys.open(session, sealed.dataKeyId);
  const { ring } = dataKeys;
  const key = ring.bytesOf(sealed.keyId ?? '');
  if (key) return key.use((bytes) => bytes);
  throw new Problem({
    code: 'VAULT_KEY_WRONG',
    kind: 'invalid',
    says: `Secret ${place.name} was encrypted with vault key ${sealed.keyId}, the key in use (${ring.where}) is ${ring.ids.join(', ') || 'another one'}.`,
    next: 'Start with the vault key that was used when the connection was added.',
  });
}

function associatedData({ connectionId, name }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([connectionId, name]), 'utf8');
}

function damaged(place: SecretPlace, cause: unknown): Problem {
  return new Problem(
    {
      code: 'SECRET_DAMAGED',
      kind: 'conflict',
      says: `Secret ${place.name} was changed in the database or belongs to another connection.`,
      next: 'Find out who changed it (seller-ledger audit verify), then enter the secret again.',
    },
    { cause },
  );
}
