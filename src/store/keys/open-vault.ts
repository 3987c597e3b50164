import { randomBytes } from 'node:crypto';
import { Problem } from '../../core/index.ts';
import type { Database } from '../database.ts';
import { type Session, sql } from '../sql.ts';
import { databaseTime, type ReadTime } from '../store-time.ts';
import { createSealing, createVault, type Vault } from '../vault.ts';
import { KEY_BYTES } from './cipher.ts';
import { DataKeys } from './data-keys.ts';
import { KeyRing, type KeySource } from './key-ring.ts';
import { VaultKey, type WrappingKey } from './vault-key.ts';

export interface OpenVaultOptions {
  readonly database: Database;
  /** The first makes keys; the others bring what is still needed. */
  readonly sources: readonly KeySource[];
  /** By default the clock of the database. */
  readonly readTime?: ReadTime;
}

/** The vault of a database, and its keys for those who care for them. */
export interface OpenVault {
  readonly vault: Vault;
  readonly dataKeys: DataKeys;
}

/**
 * Opens the vault with the keys of this process. A database without a vault key takes the first one; with another key than its
 * own nothing opens. Raises `VAULT_KEY_WRONG` and `VAULT_KEY_MISSING` (invalid), and what reading the keys raises.
 */
export async function openVault(options: OpenVaultOptions): Promise<OpenVault> {
  const { database, readTime = databaseTime } = options;
  const ring = await KeyRing.load(options.sources);
  const dataKeys = new DataKeys(ring);
  const id =
    (await fingerprintKeyId(database)) ??
    (await database.transaction(async (session) => adopt(session, dataKeys, await readTime(session))));
  if (ring.keys.length === 0) throw missing(ring);
  const fingerprintKey = await dataKeys.open(database, id);
  return { vault: createVault(createSealing(dataKeys, readTime), fingerprintKey), dataKeys };
}

/** The one data key that every database with a vault key has; whoever opens it has the right vault key. */
async function fingerprintKeyId(session: Session): Promise<string | undefined> {
  const [row] = await session.query<{ id: string }>(
    sql`select id from data_key where purpose = 'fingerprint' and is_current`,
  );
  return row?.id;
}

async function adopt(session: Session, dataKeys: DataKeys, at: string): Promise<string> {
  const { ring } = dataKeys;
  // Several first starts at once: one gives its key, and the others find it.
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended('seller-ledger/vault-key', 0))`);
  const taken = await fingerprintKeyId(session);
  if (taken !== undefined) return taken;
  const sealedBy = await vaultKeysOfOldSecrets(session);
  if (ring.keys.length === 0 && sealedBy.length === 0) await ring.make();
  const key = keyFor(ring, sealedBy);
  const id = key.id ?? randomBytes(8).toString('hex');
  await session.query(sql`
    insert into vault_key (id, kind, state, added_at) values (${id}, ${key.kind}, 'current', ${at})
    on conflict (id) do update set state = 'current', retired_at = null`);
  ring.remember(id, key);
  const [customer] = await session.query(sql`select from customer limit 1`);
  // Fingerprints that are there were made with the vault key itself, and have to stay comparable.
  const bytes = customer && key instanceof VaultKey ? key.fingerprintKey() : randomBytes(KEY_BYTES);
  const made = await dataKeys.make(session, { connectionId: null, purpose: 'fingerprint', at, bytes });
  return made?.id ?? adopt(session, dataKeys, at);
}

/** Before there were data keys, vault keys sealed by themselves. */
export async function vaultKeysOfOldSecrets(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ key_id: string }>(sql`
    select key_id from secret where key_id is not null union select key_id from installation_secret where key_id is not null
    union select key_id from order_buyer where key_id is not null order by key_id`);
  return rows.map(({ key_id }) => key_id);
}

/** A new database takes the first key there is; one that has secrets only the key they were sealed with. */
function keyFor(ring: KeyRing, sealedBy: readonly string[]): WrappingKey {
  const key = sealedBy.length === 0 ? ring.keys[0] : ring.keys.find(({ id }) => id !== null && sealedBy.includes(id));
  if (key) return key;
  if (ring.keys.length === 0) throw missing(ring);
  throw new Problem({
    code: 'VAULT_KEY_WRONG',
    kind: 'invalid',
    says: `Secrets of this database were encrypted with vault key ${sealedBy.join(' and ')}, the key in use (${ring.where}) is ${ring.ids.join(', ') || 'another one'}.`,
    next: 'Start with the vault key that was used when the connections were added.',
  });
}

function missing(ring: KeyRing): Problem {
  return new Problem({
    code: 'VAULT_KEY_MISSING',
    kind: 'invalid',
    says: `This database has a vault key, and here (${ring.where}) is none.`,
    next: 'Bring the key here: copy vault.key from the machine that has it, or set SELLER_LEDGER_KEY, SELLER_LEDGER_KEY_FILE or SELLER_LEDGER_KEY_COMMAND.',
  });
}
