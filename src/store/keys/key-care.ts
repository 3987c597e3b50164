import type { Actor, ConnectionId } from '../../app/index.ts';
import { assert, Problem } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { type Session, sql } from '../sql.ts';
import { databaseTime, type ReadTime } from '../store-time.ts';
import { createSealing, type Sealing } from '../vault.ts';
import { DataKeys, isOf, type VaultKeyRow } from './data-keys.ts';
import { KeyRing, type KeySource } from './key-ring.ts';
import { vaultKeysOfOldSecrets } from './open-vault.ts';
import { type Resealed, reseal } from './reseal.ts';
import { KEYS_SUBJECT, lockVaultKeys, type Rotation, rotateVaultKey } from './rotate-vault-key.ts';

export interface KeyCareContext {
  readonly database: Database;
  readonly dataKeys: DataKeys;
  readonly sealing: Sealing;
  readonly readTime: ReadTime;
}

export interface VaultKeyFacts {
  readonly id: string;
  readonly kind: VaultKeyRow['kind'];
  readonly state: VaultKeyRow['state'];
  readonly addedAt: string;
  readonly retiredAt: string | null;
  /** How many data keys it opens. */
  readonly dataKeys: number;
  /** Whether this process has it; `null`: only the command could say. */
  readonly isHere: boolean | null;
}

export interface DataKeyFacts {
  /** `null`: of the installation. */
  readonly connectionId: ConnectionId | null;
  readonly connection: string | null;
  readonly version: number;
  readonly isCurrent: boolean;
  readonly createdAt: string;
}

export interface KeyOverview {
  readonly vaultKeys: readonly VaultKeyFacts[];
  readonly dataKeys: readonly DataKeyFacts[];
  /** Secrets and buyers that are sealed by a vault key itself, as an older program did. */
  readonly withoutDataKey: number;
}

/** What a new data key came to. */
export interface DataRotation {
  readonly connectionId: ConnectionId | null;
  readonly version: number;
  readonly resealed: Resealed;
}

/** Keys, for those who care for them. None is ever shown. Each change is an audit event. */
export interface KeyCare {
  list(): Promise<KeyOverview>;
  /** Id of the vault key in use: that of the database, otherwise one that sealed secrets before there were data keys. */
  inUse(): Promise<string | undefined>;
  rotate(actor: Actor, why: string): Promise<Rotation>;
  /**
   * Ends the use of all vault keys before the one in use: they open nothing any more. Returns their ids. With `fromFile` they
   * are taken out of the key file, too. Raises what opening with the key in use raises.
   */
  retire(actor: Actor, why: string, options: { readonly fromFile: boolean }): Promise<readonly string[]>;
  /** A new data key for a connection, or for the installation (`null`); what the old one sealed is sealed again, and it goes. */
  rotateData(connectionId: ConnectionId | null, actor: Actor, why: string): Promise<DataRotation>;
  /** Gives up everything that a lost vault key sealed. Raises `VAULT_KEY_NOT_LOST` (conflict) when this process has the key. */
  abandon(id: string, actor: Actor, why: string): Promise<Abandoned>;
}

/** What nobody can open any more and was removed. */
export interface Abandoned {
  readonly secrets: number;
  readonly buyers: number;
}

/** Needs no key to be opened, so that a wrong or a lost one can be looked at. */
export async function openKeyCare(input: {
  readonly database: Database;
  readonly sources: readonly KeySource[];
  readonly readTime?: ReadTime;
}): Promise<KeyCare> {
  const { database, readTime = databaseTime } = input;
  const dataKeys = new DataKeys(await KeyRing.load(input.sources));
  const context = { database, dataKeys, readTime, sealing: createSealing(dataKeys, readTime) };
  return {
    list: () => listKeys(context),
    inUse: async () => (await keysInUse(database))[0],
    rotate: (actor, why) => rotateVaultKey(context, actor, why),
    retire: (actor, why, options) => retire(context, { actor, why, ...options }),
    rotateData: (connectionId, actor, why) => rotateData(context, { connectionId, actor, why }),
    abandon: (id, actor, why) => abandon(context, { id, actor, why }),
  };
}

async function listKeys({ database, dataKeys }: KeyCareContext): Promise<KeyOverview> {
  const vaultKeys = await database.query<VaultKeyRow & { added_at: string; retired_at: string | null; count: number }>(
    sql`select k.*, (select count(*)::int from wrapped_data_key w where w.vault_key_id = k.id) as count
        from vault_key k order by k.added_at, k.id`,
  );
  const keys = await database.query<{
    connection_id: ConnectionId | null;
    name: string | null;
    version: number;
    is_current: boolean;
    created_at: string;
  }>(sql`
    select d.connection_id, c.name, d.version, d.is_current, d.created_at from data_key d
    left join connection c on c.id = d.connection_id where d.purpose = 'seal' order by c.name nulls first, d.version`);
  const [old] = await database.query<{ count: number }>(sql`
    select ((select count(*) from secret where key_id is not null)
      + (select count(*) from installation_secret where key_id is not null)
      + (select count(*) from order_buyer where key_id is not null))::int as count`);
  return {
    vaultKeys: vaultKeys.map(({ id, kind, state, added_at, retired_at, count }) => ({
      id,
      kind,
      state,
      addedAt: added_at,
      retiredAt: retired_at,
      dataKeys: count,
      isHere: kind === 'bytes' ? dataKeys.ring.bytesOf(id) !== undefined : null,
    })),
    dataKeys: keys.map((row) => ({
      connectionId: row.connection_id,
      connection: row.name,
      version: row.version,
      isCurrent: row.is_current,
      createdAt: row.created_at,
    })),
    withoutDataKey: old?.count ?? 0,
  };
}

async function retire(
  context: KeyCareContext,
  input: { readonly actor: Actor; readonly why: string; readonly fromFile: boolean },
): Promise<readonly string[]> {
  const { database, dataKeys, sealing } = context;
  await reseal(database, sealing, 'without-data-key');
  const retired = await database.transaction(async (session) => {
    const rows = await lockVaultKeys(session);
    const current = rows.find(({ state }) => state === 'current');
    assert(current !== undefined, 'no vault key is in use');
    // Whoever retires shows that the key in use opens: otherwise nothing would, from here on.
    await dataKeys.assertOpens(session, current);
    const ids = rows.flatMap(({ id, state }) => (state === 'previous' ? [id] : []));
    if (ids.length === 0) return ids;
    const [unwrapped] = await session.query(sql`
      select from data_key d where not exists (
        select from wrapped_data_key w where w.data_key_id = d.id and w.vault_key_id = ${current.id})`);
    assert(unwrapped === undefined, 'the vault key in use wraps every data key');
    const at = await context.readTime(session);
    for (const id of ids) {
      await session.query(sql`delete from wrapped_data_key where vault_key_id = ${id}`);
      await session.query(sql`update vault_key set state = 'retired', retired_at = ${at} where id = ${id}`);
    }
    const { actor, why } = input;
    const after = { retired: ids, vaultKeyId: current.id };
    await appendAuditEvent(session, { actor, action: 'key.retire', subject: KEYS_SUBJECT, why, after }, at);
    return ids;
  });
  if (input.fromFile) await removeRetired(context);
  return retired;
}

/** Also those of a retirement that ended before it came to this. */
async function removeRetired({ database, dataKeys }: KeyCareContext): Promise<void> {
  const rows = await database.query<{ id: string }>(sql`select id from vault_key where state = 'retired' order by id`);
  for (const { id } of rows) await dataKeys.ring.maker?.remove?.(id);
}

async function rotateData(
  context: KeyCareContext,
  input: { readonly connectionId: ConnectionId | null; readonly actor: Actor; readonly why: string },
): Promise<DataRotation> {
  const { database, dataKeys, sealing, readTime } = context;
  const { connectionId, actor, why } = input;
  const subject = connectionId === null ? KEYS_SUBJECT : (`connection/${connectionId}` as const);
  const version = await database.transaction(async (session) => {
    const at = await readTime(session);
    await session.query(
      sql`update data_key set is_current = false where ${isOf(connectionId)} and purpose = 'seal' and is_current`,
    );
    const made = await dataKeys.make(session, { connectionId, purpose: 'seal', at });
    if (made === undefined) throw rotatedAtOnce();
    const [row] = await session.query<{ version: number }>(sql`select version from data_key where id = ${made.id}`);
    const after = { version: row?.version ?? 0, dataKeyId: made.id };
    await appendAuditEvent(session, { actor, action: 'key.rotate-data', subject, why, after }, at);
    return after.version;
  });
  const resealed = await reseal(database, sealing, { connectionId });
  await database.transaction(async (session) => {
    // Nothing is sealed with them since they are not in use, and the database itself would refuse if something were.
    const gone = await session.query<{ version: number }>(sql`
      delete from data_key where ${isOf(connectionId)} and purpose = 'seal' and not is_current and version < ${version}
      returning version`);
    const after = { versions: gone.map((row) => row.version), ...resealed };
    const fact = { actor, action: 'key.destroy-data', subject, why, after };
    await appendAuditEvent(session, fact, await readTime(session));
  });
  return { connectionId, version, resealed };
}

async function abandon(
  context: KeyCareContext,
  input: { readonly id: string; readonly actor: Actor; readonly why: string },
): Promise<Abandoned> {
  const { database, dataKeys, readTime } = context;
  const { id, actor, why } = input;
  return database.transaction(async (session) => {
    const rows = await lockVaultKeys(session);
    const inUse = await keysInUse(session);
    if (!inUse.includes(id)) throw notLost(`The vault key in use is ${inUse.join(' and ') || 'none'}, not ${id}.`);
    const isHere = dataKeys.ring.bytesOf(id) !== undefined;
    if (isHere || (await dataKeys.opensAny(session, rows))) throw notLost(`Vault key ${id} or one before it is here.`);
    const counts = {
      secrets:
        (await session.query(sql`delete from secret returning name`)).length +
        (await session.query(sql`delete from installation_secret returning name`)).length,
      buyers: (await session.query(sql`delete from order_buyer returning order_id`)).length,
    };
    await session.query(sql`delete from data_key`);
    const at = await readTime(session);
    await session.query(sql`update vault_key set state = 'retired', retired_at = ${at} where state <> 'retired'`);
    const fact = {
      actor,
      action: 'key.abandon',
      subject: KEYS_SUBJECT,
      why,
      before: { vaultKeyId: id },
      after: counts,
    };
    await appendAuditEvent(session, fact, at);
    return counts;
  });
}

async function keysInUse(session: Session): Promise<readonly string[]> {
  const [current] = await session.query<{ id: string }>(sql`select id from vault_key where state = 'current'`);
  return current ? [current.id] : vaultKeysOfOldSecrets(session);
}

function rotatedAtOnce(): Problem {
  return new Problem({
    code: 'VAULT_KEY_MOVING',
    kind: 'unavailable',
    says: 'Another process made a new data key at the same moment.',
    next: 'Look at what it did: seller-ledger keys list',
  });
}

function notLost(says: string): Problem {
  return new Problem({
    code: 'VAULT_KEY_NOT_LOST',
    kind: 'conflict',
    says,
    next: 'Nothing was given up. Look at the keys: seller-ledger keys list',
  });
}
