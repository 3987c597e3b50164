import { randomBytes, randomUUID } from 'node:crypto';
import type { ConnectionId } from '../../app/index.ts';
import { assert, isProblem, Problem } from '../../core/index.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import { KEY_BYTES } from './cipher.ts';
import type { KeyRing } from './key-ring.ts';
import type { WrappingKey } from './vault-key.ts';

/** A key that seals, in memory. */
export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

export type DataKeyPurpose = 'seal' | 'fingerprint';

/** What a data key is for; bound into its wrapping. */
export interface DataKeyPlace {
  readonly id: string;
  readonly connectionId: ConnectionId | null;
  readonly purpose: DataKeyPurpose;
  readonly version: number;
}

export interface VaultKeyRow {
  readonly id: string;
  readonly kind: WrappingKey['kind'];
  readonly state: 'joining' | 'current' | 'previous' | 'retired';
}

interface WrappingRow {
  readonly id: string;
  readonly connection_id: ConnectionId | null;
  readonly purpose: DataKeyPurpose;
  readonly version: number;
  readonly vault_key_id: string;
  readonly kind: WrappingKey['kind'];
  readonly wrapped: Buffer;
}

const CACHE_MAX = 10_000;
/** How often a creation may meet another one, or a rotation. */
const TRIES_MAX = 5;

/** The data keys of a database, unwrapped by the ring of this process. */
export class DataKeys {
  readonly ring: KeyRing;
  readonly #opened = new Map<string, Buffer>();

  constructor(ring: KeyRing) {
    this.ring = ring;
  }

  /** Raises `VAULT_KEY_WRONG` (invalid), `SECRET_DAMAGED` (conflict), or what a key command raises. */
  async open(session: Session, id: string): Promise<Buffer> {
    // What it sealed is deleted before a data key is, so one in memory opens nothing that the database has given up.
    const known = this.#opened.get(id);
    if (known) return known;
    const rows = await session.query<WrappingRow>(sql`
      select d.id, d.connection_id, d.purpose, d.version, w.vault_key_id, k.kind, w.wrapped
      from data_key d join wrapped_data_key w on w.data_key_id = d.id join vault_key k on k.id = w.vault_key_id
      where d.id = ${id} order by k.kind, k.state`);
    let opened = await this.#tryToUnwrap(rows);
    if (opened === undefined) {
      await this.ring.reload();
      opened = await this.#tryToUnwrap(rows);
    }
    if (isProblem(opened)) throw opened;
    if (opened === undefined) throw wrongKey(rows, this.ring);
    if (this.#opened.size >= CACHE_MAX) this.#opened.clear();
    this.#opened.set(id, opened);
    return opened;
  }

  async #tryToUnwrap(rows: readonly WrappingRow[]): Promise<Buffer | Problem | undefined> {
    let failure: Problem | undefined;
    for (const row of rows) {
      for (const key of this.ring.candidates(row.vault_key_id, row.kind)) {
        try {
          const bytes = await key.unwrap(placeBytes(placeOf(row)), row.wrapped);
          this.ring.remember(row.vault_key_id, key);
          return bytes;
        } catch (cause) {
          if (isProblem(cause)) failure = cause;
          else failure = damaged(row, cause);
        }
      }
    }
    return failure;
  }

  /** The key that seals from now on, made when there is none; it stays that until the transaction ends. */
  async current(session: Session, connectionId: ConnectionId | null, at: string): Promise<DataKey> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const [row] = await session.query<{ id: string }>(sql`
        select id from data_key where ${isOf(connectionId)} and purpose = 'seal' and is_current for share`);
      if (row) return { id: row.id, bytes: await this.open(session, row.id) };
      // A rotation that ended while this waited has left another one, which only a new statement sees.
      const [other] = await session.query(sql`
        select from data_key where ${isOf(connectionId)} and purpose = 'seal' and is_current`);
      if (other) continue;
      const made = await this.make(session, { connectionId, purpose: 'seal', at });
      if (made) return made;
    }
    throw new Problem({
      code: 'VAULT_KEY_MOVING',
      kind: 'unavailable',
      says: 'The data key was changed again and again while this waited for it.',
      next: 'Run it again. Look at who rotates keys: seller-ledger keys list',
    });
  }

  /** A new current one; `undefined` when another process made one at the same time. */
  async make(
    session: Session,
    input: {
      readonly connectionId: ConnectionId | null;
      readonly purpose: DataKeyPurpose;
      readonly at: string;
      readonly bytes?: Buffer;
    },
  ): Promise<DataKey | undefined> {
    const { connectionId, purpose, at, bytes = randomBytes(KEY_BYTES) } = input;
    const vaultKeys = await this.#keysToWrapWith(session);
    const id = randomUUID();
    const [row] = await session.query<{ version: number }>(sql`
      insert into data_key (id, connection_id, purpose, version, is_current, created_at)
      select ${id}, ${connectionId}, ${purpose}, coalesce(max(version), 0) + 1, true, ${at}
      from data_key where ${isOf(connectionId)} and purpose = ${purpose}
      on conflict do nothing returning version`);
    if (!row) return undefined;
    const place = { id, connectionId, purpose, version: row.version };
    for (const [vaultKeyId, key] of vaultKeys) await putWrapping(session, { place, vaultKeyId, key, bytes });
    this.#opened.set(id, bytes);
    return { id, bytes };
  }

  /** Whoever holds the key in use or one before it has to be able to open what is sealed from now on. */
  async #keysToWrapWith(session: Session): Promise<ReadonlyMap<string, WrappingKey>> {
    const rows = await liveVaultKeys(session);
    const current = rows.find(({ state }) => state === 'current');
    assert(current !== undefined, 'no vault key is in use');
    if (!this.ring.held(current.id)) await this.ring.reload();
    for (const row of rows) if (row.kind === 'command' && !this.ring.held(row.id)) await this.prove(session, row);
    const held = rows.map(({ id }) => [id, this.ring.held(id)] as const);
    if (!this.ring.held(current.id)) throw rotated(current.id, this.ring);
    return new Map(held.flatMap(([id, key]) => (key ? [[id, key]] : [])));
  }

  /** A command is known by what it opens. Returns a problem where it should have opened and did not. */
  async prove(session: Session, { id }: VaultKeyRow): Promise<Problem | undefined> {
    const opened = await this.#tryToUnwrap(await this.#wrappingsBy(session, id));
    return isProblem(opened) ? opened : undefined;
  }

  /** Raises as {@link open} does, for this one vault key. */
  async assertOpens(session: Session, row: VaultKeyRow): Promise<void> {
    const wrappings = await this.#wrappingsBy(session, row.id);
    const opened = await this.#tryToUnwrap(wrappings);
    if (isProblem(opened)) throw opened;
    if (opened === undefined) throw wrongKey(wrappings, this.ring);
  }

  /** Whether this process has one of the vault keys. Raises what a command raises that cannot be asked. */
  async opensAny(session: Session, rows: readonly VaultKeyRow[]): Promise<boolean> {
    for (const row of rows) {
      const opened = await this.#tryToUnwrap(await this.#wrappingsBy(session, row.id));
      // A service that is away is not a key that is lost.
      if (isProblem(opened) && opened.kind === 'unavailable') throw opened;
      if (opened !== undefined && !isProblem(opened)) return true;
    }
    return false;
  }

  /** The oldest, which is that of the fingerprints; every vault key has wrapped it first. */
  #wrappingsBy(session: Session, vaultKeyId: string): Promise<readonly WrappingRow[]> {
    return session.query<WrappingRow>(sql`
      select d.id, d.connection_id, d.purpose, d.version, w.vault_key_id, k.kind, w.wrapped
      from data_key d join wrapped_data_key w on w.data_key_id = d.id join vault_key k on k.id = w.vault_key_id
      where w.vault_key_id = ${vaultKeyId} order by d.created_at, d.id limit 1`);
  }
}

/** The vault keys that open something. A rotation waits until this transaction ends, or this for the rotation. */
async function liveVaultKeys(session: Session): Promise<readonly VaultKeyRow[]> {
  for (let tries = 0; ; tries += 1) {
    const rows = await session.query<VaultKeyRow>(
      sql`select id, kind, state from vault_key where state <> 'retired' order by id for share`,
    );
    // Where a rotation was waited for, the rows are as it left them, but the one it has added is not among them.
    if (rows.some(({ state }) => state === 'current') || tries >= TRIES_MAX) return rows;
  }
}

export async function putWrapping(
  session: Session,
  input: { place: DataKeyPlace; vaultKeyId: string; key: WrappingKey; bytes: Buffer },
): Promise<void> {
  const { place, vaultKeyId, key, bytes } = input;
  const wrapped = await key.wrap(placeBytes(place), bytes);
  await session.query(sql`
    insert into wrapped_data_key (data_key_id, vault_key_id, wrapped) values (${place.id}, ${vaultKeyId}, ${wrapped})
    on conflict (data_key_id, vault_key_id) do update set wrapped = excluded.wrapped`);
}

export function isOf(connectionId: ConnectionId | null): Sql {
  return connectionId === null ? sql`connection_id is null` : sql`connection_id = ${connectionId}`;
}

export function placeBytes({ id, connectionId, purpose, version }: DataKeyPlace): Buffer {
  return Buffer.from(JSON.stringify(['data-key', id, connectionId, purpose, version]), 'utf8');
}

function placeOf(row: WrappingRow): DataKeyPlace {
  return { id: row.id, connectionId: row.connection_id, purpose: row.purpose, version: row.version };
}

function wrongKey(rows: readonly WrappingRow[], ring: KeyRing): Problem {
  const wanted = rows.map(({ vault_key_id }) => vault_key_id).join(' or ');
  return new Problem({
    code: 'VAULT_KEY_WRONG',
    kind: 'invalid',
    says: `Secrets of this database open with vault key ${wanted || '(none is left)'}; the key in use (${ring.where}) is ${ring.ids.join(', ') || 'another one'}.`,
    next: 'Start with the key of this database, and restart what still runs with an older one. Is it lost: seller-ledger keys abandon --help',
  });
}

function rotated(id: string, ring: KeyRing): Problem {
  return new Problem({
    code: 'VAULT_KEY_ROTATED',
    kind: 'conflict',
    says: `The vault key was rotated to ${id}, and this process has only ${ring.ids.join(', ') || 'another one'} (${ring.where}).`,
    next: 'Give it the new key and restart it; what is sealed already it can read until the old one is retired.',
  });
}

function damaged({ id, vault_key_id }: WrappingRow, cause: unknown): Problem {
  return new Problem(
    {
      code: 'SECRET_DAMAGED',
      kind: 'conflict',
      says: `Data key ${id} was changed in the database: vault key ${vault_key_id} does not open it.`,
      next: 'Find out who changed it (seller-ledger audit verify), and restore the database from a backup.',
    },
    { cause },
  );
}
