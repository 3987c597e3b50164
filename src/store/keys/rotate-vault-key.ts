import { randomBytes } from 'node:crypto';
import type { Actor } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import { type Session, sql } from '../sql.ts';
import { type DataKeyPlace, type DataKeyPurpose, putWrapping, type VaultKeyRow } from './data-keys.ts';
import type { KeyCareContext } from './key-care.ts';
import { type Resealed, reseal } from './reseal.ts';
import type { WrappingKey } from './vault-key.ts';

/** What a rotation came to. */
export interface Rotation {
  /** The vault key in use from now on, and the one before it. */
  readonly to: string;
  readonly from: string;
  /** How many data keys it has wrapped. */
  readonly dataKeys: number;
  readonly resealed: Resealed;
}

interface UnwrappedRow {
  readonly id: string;
  readonly connection_id: DataKeyPlace['connectionId'];
  readonly purpose: DataKeyPurpose;
  readonly version: number;
}

const BATCH_KEYS = 50;
export const KEYS_SUBJECT = 'installation/keys' as const;

/**
 * Puts another vault key into use: it wraps every data key beside the one in use, which goes on opening everything until it is
 * retired, so that processes which have only that one run on. Safe to stop and to repeat at any moment; a repetition goes on with
 * the same key. Raises `VAULT_KEY_NEXT_MISSING` (invalid) where keys are not made here and none is new.
 */
export async function rotateVaultKey(context: KeyCareContext, actor: Actor, why: string): Promise<Rotation> {
  const { database, dataKeys, sealing } = context;
  await dataKeys.ring.reload();
  const { key, id } = await joining(context, actor, why);
  let count = 0;
  for (;;) {
    const wrapped = await database.transaction((session) => wrapSome(session, context, { key, id }));
    count += wrapped;
    if (wrapped < BATCH_KEYS) break;
  }
  const resealed = await reseal(database, sealing, 'without-data-key');
  return database.transaction(async (session) => {
    const rows = await lockVaultKeys(session);
    const before = rows.find(({ state }) => state === 'current')?.id ?? '';
    // With the rows locked nobody makes another data key, and those made since the last batch are wrapped now.
    for (;;) {
      const wrapped = await wrapSome(session, context, { key, id });
      count += wrapped;
      if (wrapped < BATCH_KEYS) break;
    }
    await session.query(sql`update vault_key set state = 'previous' where state = 'current'`);
    await session.query(sql`update vault_key set state = 'current' where id = ${id}`);
    const after = { vaultKeyId: id, dataKeys: count, ...resealed };
    const fact = { actor, action: 'key.rotate', subject: KEYS_SUBJECT, why, before: { vaultKeyId: before }, after };
    await appendAuditEvent(session, fact, await context.readTime(session));
    return { to: id, from: before, dataKeys: count, resealed };
  });
}

/** All that are not retired. Whoever makes a data key waits, or is waited for. */
export function lockVaultKeys(session: Session): Promise<readonly VaultKeyRow[]> {
  return session.query<VaultKeyRow>(
    sql`select id, kind, state from vault_key where state <> 'retired' order by id for update`,
  );
}

interface Joining {
  readonly id: string;
  readonly key: WrappingKey;
}

/** The key that is to come into use, known to the database before it wraps anything. */
async function joining(context: KeyCareContext, actor: Actor, why: string): Promise<Joining> {
  const { database, dataKeys } = context;
  const { ring } = dataKeys;
  const known = await database.query<VaultKeyRow>(sql`select id, kind, state from vault_key order by id`);
  const begun = known.find(({ state }) => state === 'joining');
  await proveCommands(context, known);
  const going = begun && ring.held(begun.id);
  if (begun && going) return { id: begun.id, key: going };
  const held = new Set(known.map(({ id }) => ring.held(id)));
  const isNew = (key: WrappingKey) => !held.has(key) && !known.some(({ id }) => id === key.id);
  // One that a rotation made and did not come to use is used now.
  const key = ring.keys.find(isNew) ?? (await ring.maker?.add?.());
  if (key === undefined) throw nextMissing(ring.where);
  await ring.reload();
  return database.transaction(async (session) => {
    await lockVaultKeys(session);
    await session.query(sql`
      delete from wrapped_data_key where vault_key_id in (select id from vault_key where state = 'joining')`);
    await session.query(sql`delete from vault_key where state = 'joining'`);
    const id = key.id ?? randomBytes(8).toString('hex');
    const at = await context.readTime(session);
    await session.query(
      sql`insert into vault_key (id, kind, state, added_at) values (${id}, ${key.kind}, 'joining', ${at})`,
    );
    const after = { vaultKeyId: id, kind: key.kind };
    await appendAuditEvent(session, { actor, action: 'key.join', subject: KEYS_SUBJECT, why, after }, at);
    return { id, key };
  });
}

/** Which of the commands is which is known by what they open. */
async function proveCommands({ database, dataKeys }: KeyCareContext, known: readonly VaultKeyRow[]): Promise<void> {
  for (const row of known) {
    if (row.kind !== 'command' || row.state === 'retired') continue;
    const problem = await dataKeys.prove(database, row);
    // Otherwise the key in use would be taken for a new one while its service is away.
    if (problem && row.state === 'current') throw problem;
  }
}

async function wrapSome(session: Session, { dataKeys }: KeyCareContext, { id, key }: Joining): Promise<number> {
  const rows = await session.query<UnwrappedRow>(sql`
    select d.id, d.connection_id, d.purpose, d.version from data_key d
    where not exists (select from wrapped_data_key w where w.data_key_id = d.id and w.vault_key_id = ${id})
    order by d.created_at, d.id limit ${BATCH_KEYS}`);
  for (const row of rows) {
    const place = { id: row.id, connectionId: row.connection_id, purpose: row.purpose, version: row.version };
    await putWrapping(session, { place, vaultKeyId: id, key, bytes: await dataKeys.open(session, row.id) });
  }
  return rows.length;
}

function nextMissing(where: string): Problem {
  return new Problem({
    code: 'VAULT_KEY_NEXT_MISSING',
    kind: 'invalid',
    says: `There is no new vault key to rotate to: this process has only keys that the database knows (${where}).`,
    next: 'Make one (openssl rand -base64 32) and give both, the new one and the one in use: docs/operations.md, "The vault key is rotated".',
  });
}
