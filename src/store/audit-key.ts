import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { AuditKeys } from '../app/index.ts';
import { assert } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

/** Among the secrets of the installation. */
export const AUDIT_KEY_NAME = 'audit.signingKey';

const PLACE = { connectionId: null, name: AUDIT_KEY_NAME };

interface KeyRow extends SealedRow {
  readonly stored_at: string;
}

export function auditKeys(database: Database, vault: Vault, readTime: ReadTime): AuditKeys {
  const privateKey = (): Promise<{ key: KeyObject; since: string }> =>
    database.transaction(async (session) => {
      await vault.hold(session, null);
      const row = (await keyRow(session)) ?? (await makeKey(session, vault, readTime));
      const text = await vault.open(session, PLACE, sealedOf(row));
      return { key: createPrivateKey(text), since: row.stored_at };
    });
  return {
    async auditKey() {
      const { key, since } = await privateKey();
      return { publicKey: publicKeyOf(key), since };
    },
    async signAudit(text) {
      const { key } = await privateKey();
      return sign(null, Buffer.from(text, 'utf8'), key).toString('base64');
    },
  };
}

function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

async function keyRow(session: Session): Promise<KeyRow | undefined> {
  const [row] = await session.query<KeyRow>(
    sql`select key_id, data_key_id, nonce, ciphertext, tag, stored_at from installation_secret
      where name = ${AUDIT_KEY_NAME}`,
  );
  return row;
}

/** Of several that make one at once all get the one that was stored first. */
async function makeKey(session: Session, vault: Vault, readTime: ReadTime): Promise<KeyRow> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { dataKeyId, nonce, ciphertext, tag } = await vault.seal(
    session,
    PLACE,
    privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
  const at = await readTime(session);
  const made = await session.query(sql`
    insert into installation_secret (name, data_key_id, nonce, ciphertext, tag, stored_at)
    values (${AUDIT_KEY_NAME}, ${dataKeyId}, ${nonce}, ${ciphertext}, ${tag}, ${at})
    on conflict (name) do nothing returning name`);
  if (made.length > 0) {
    const actor = { kind: 'system', name: 'seller-ledger' } as const;
    const after = { publicKey: publicKeyOf(privateKey) };
    const why = 'the key that signs heads of the audit log was made';
    await appendAuditEvent(session, { actor, action: 'audit.key', subject: 'installation/audit', why, after }, at);
  }
  const row = await keyRow(session);
  assert(row !== undefined, 'the key of the audit log is not there although it was stored');
  return row;
}
