import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Actor, AuditKey, AuditKeys, JsonObject } from '../app/index.ts';
import { assert, HAND_OVER_FORMAT, type KeyHandOver, signedText } from '../core/index.ts';
import { appendAuditEvent, appendToInstallation, PROGRAM, recordEnds } from './audit.ts';
import { readKeys } from './audit-key-record.ts';
import type { Database } from './database.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

/** Among the secrets of the installation. */
export const AUDIT_KEY_NAME = 'audit.signingKey';

const PLACE = { connectionId: null, name: AUDIT_KEY_NAME };
const SUBJECT = 'installation/audit';

interface SecretRow extends SealedRow {
  readonly stored_at: string;
}

export function auditKeys(database: Database, vault: Vault, readTime: ReadTime): AuditKeys {
  /** The key in use, which nobody replaces while `work` runs. */
  const withKey = <Result>(work: (session: Session, key: KeyObject) => Result | Promise<Result>): Promise<Result> =>
    database.transaction(async (session) => {
      await vault.hold(session, null);
      const row = (await secretRow(session, sql`for share`)) ?? (await makeKey(session, vault, readTime));
      const key = createPrivateKey(await vault.open(session, PLACE, sealedOf(row)));
      await putOnRecord(session, publicKeyOf(key), row.stored_at, readTime);
      return work(session, key);
    });
  return {
    auditKey: () =>
      withKey(async (session, key) => {
        const publicKey = publicKeyOf(key);
        const own = (await readKeys(session)).find((each) => each.publicKey === publicKey);
        assert(own !== undefined, 'the key of the audit log is not on record although it was put there');
        return own;
      }),

    listAuditKeys: () => readKeys(database),

    signAudit: (write) =>
      withKey((_session, key) => {
        const publicKey = publicKeyOf(key);
        return { publicKey, signature: signatureOf(key, write(publicKey)) };
      }),

    async rotateAuditKey(actor, why) {
      // There may be none yet, and none is handed over before it is on record.
      await withKey(() => undefined);
      return database.transaction((session) => rotate(session, { vault, readTime, actor, why }));
    },
  };
}

/** Waits for whoever signs, and whoever wants to sign waits for it. */
async function rotate(
  session: Session,
  { vault, readTime, actor, why }: { vault: Vault; readTime: ReadTime; actor: Actor; why: string },
): Promise<AuditKey> {
  await vault.hold(session, null);
  const row = await secretRow(session, sql`for update`);
  assert(row !== undefined, 'the key of the audit log went while it was replaced');
  const old = createPrivateKey(await vault.open(session, PLACE, sealedOf(row)));
  const { privateKey } = generateKeyPairSync('ed25519');
  const { dataKeyId, nonce, ciphertext, tag } = await vault.seal(session, PLACE, pemOf(privateKey));
  const at = await readTime(session);
  // So that the older key signs, as its last, where every chain ended.
  const others = await recordEnds(session, actor, 'the key that signs the audit log is replaced', at);
  const number = (await lastNumber(session)) + 1;
  const publicKey = publicKeyOf(privateKey);
  let handOver: KeyHandOver | undefined;
  await appendToInstallation(session, at, (end) => {
    const facts = { format: HAND_OVER_FORMAT, number, previousKey: publicKeyOf(old), publicKey, at, why, end, others };
    handOver = { ...facts, signature: signatureOf(old, signedText(facts)) };
    const after = { publicKey, handOver } as unknown as JsonObject;
    return { actor, action: 'audit.key-rotate', subject: SUBJECT, why, after };
  });
  assert(handOver !== undefined, 'a key was replaced and not handed over');
  await session.query(sql`
    insert into audit_key (number, public_key, since, hand_over)
    values (${number}, ${publicKey}, ${at}, ${signedText(handOver)})`);
  await session.query(sql`
    update installation_secret set key_id = null, data_key_id = ${dataKeyId}, nonce = ${nonce}, ciphertext = ${ciphertext},
      tag = ${tag}, stored_at = ${at} where name = ${AUDIT_KEY_NAME}`);
  return { number, publicKey, since: at, until: null, handOver };
}

/** The public part of the key in use by what is sealed, `null` where there is none. */
export async function sealedAuditKey(session: Session, vault: Vault): Promise<string | null> {
  const row = await secretRow(session, sql``);
  return row ? publicKeyOf(createPrivateKey(await vault.open(session, PLACE, sealedOf(row)))) : null;
}

function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function signatureOf(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text, 'utf8'), key).toString('base64');
}

async function secretRow(session: Session, lock: Sql): Promise<SecretRow | undefined> {
  const [row] = await session.query<SecretRow>(
    sql`select key_id, data_key_id, nonce, ciphertext, tag, stored_at from installation_secret
      where name = ${AUDIT_KEY_NAME} ${lock}`,
  );
  return row;
}

async function lastNumber(session: Session): Promise<number> {
  const [row] = await session.query<{ number: number }>(sql`select number from audit_key order by number desc limit 1`);
  return row?.number ?? 0;
}

/** Of several that make one at once all get the one that was stored first. */
async function makeKey(session: Session, vault: Vault, readTime: ReadTime): Promise<SecretRow> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { dataKeyId, nonce, ciphertext, tag } = await vault.seal(session, PLACE, pemOf(privateKey));
  const at = await readTime(session);
  const made = await session.query(sql`
    insert into installation_secret (name, data_key_id, nonce, ciphertext, tag, stored_at)
    values (${AUDIT_KEY_NAME}, ${dataKeyId}, ${nonce}, ${ciphertext}, ${tag}, ${at})
    on conflict (name) do nothing returning name`);
  if (made.length > 0) await recordKey(session, publicKeyOf(privateKey), { since: at, at, how: 'made' });
  const row = await secretRow(session, sql`for share`);
  assert(row !== undefined, 'the key of the audit log is not there although it was stored');
  return row;
}

/** A key that no older one signed for: the first of all, or one that came because the one before it was lost. */
async function recordKey(
  session: Session,
  publicKey: string,
  { since, at, how }: { since: string; at: string; how: 'made' | 'found' },
): Promise<void> {
  const number = (await lastNumber(session)) + 1;
  const put = await session.query(sql`
    insert into audit_key (number, public_key, since) values (${number}, ${publicKey}, ${since})
    on conflict do nothing returning number`);
  if (put.length === 0) return;
  const made =
    number === 1
      ? 'the key that signs heads of the audit log was made'
      : 'another key that signs heads of the audit log was made: the one before it is lost';
  const found = `a key that signs heads of the audit log was put on record: it has been there since ${since}`;
  const why = how === 'made' ? made : found;
  const fact = { actor: PROGRAM, action: 'audit.key', subject: SUBJECT, why, after: { publicKey, number } } as const;
  await appendAuditEvent(session, fact, at);
}

/** A key whose event was archived before keys were put on record, or that an older program made which runs beside this one. */
async function putOnRecord(session: Session, publicKey: string, since: string, readTime: ReadTime): Promise<void> {
  const known = await session.query(sql`select from audit_key where public_key = ${publicKey}`);
  if (known.length === 0) await recordKey(session, publicKey, { since, at: await readTime(session), how: 'found' });
}
