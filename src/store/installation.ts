import type { InstallationStore, JsonObject } from '../app/index.ts';
import { appendAuditEvent } from './audit.ts';
import { AUDIT_KEY_NAME } from './audit-key.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

interface SecretRow extends SealedRow {
  readonly name: string;
}

export function installationStore(database: Database, vault: Vault, readTime: ReadTime): InstallationStore {
  return {
    installationSettings: () => settingsOf(database),

    changeInstallation: (input, actor, why) =>
      database.transaction(async (session) => {
        await session.query(sql`lock table installation_settings in share row exclusive mode`);
        const at = await readTime(session);
        const before = { settings: await settingsOf(session) };
        await session.query(sql`
          insert into installation_settings (settings, changed_at) values (${toJson(input.settings)}, ${at})
          on conflict (only_row) do update set settings = excluded.settings, changed_at = excluded.changed_at`);
        const replacedSecretNames = Object.keys(input.secrets).sort();
        const known = new Set([...replacedSecretNames, ...input.keptSecretNames]);
        const removedSecretNames: string[] = [];
        for (const { name } of await secretRows(session)) {
          if (known.has(name)) continue;
          await session.query(sql`delete from installation_secret where name = ${name}`);
          removedSecretNames.push(name);
        }
        for (const [name, secret] of Object.entries(input.secrets)) {
          const { dataKeyId, nonce, ciphertext, tag } = await vault.seal(session, { connectionId: null, name }, secret);
          await session.query(sql`
            insert into installation_secret (name, data_key_id, nonce, ciphertext, tag, stored_at)
            values (${name}, ${dataKeyId}, ${nonce}, ${ciphertext}, ${tag}, ${at})
            on conflict (name) do update set key_id = null, data_key_id = excluded.data_key_id, nonce = excluded.nonce,
              ciphertext = excluded.ciphertext, tag = excluded.tag, stored_at = excluded.stored_at`);
        }
        const after = { settings: input.settings, replacedSecretNames, removedSecretNames };
        const subject = 'installation/settings' as const;
        await appendAuditEvent(session, { actor, action: 'installation.change', subject, why, before, after }, at);
      }),

    openInstallationSecrets: (actor, why) =>
      database.transaction(async (session) => {
        await vault.hold(session, null);
        const rows = await secretRows(session);
        const secrets: [string, string][] = [];
        for (const row of rows) {
          secrets.push([row.name, await vault.open(session, { connectionId: null, name: row.name }, sealedOf(row))]);
        }
        const after = { secretNames: rows.map(({ name }) => name) };
        const subject = 'installation/settings' as const;
        const fact = { actor, action: 'secret.use', subject, why, after };
        await appendAuditEvent(session, fact, await readTime(session));
        return Object.fromEntries(secrets);
      }),

    installationSecretNames: async () => (await secretRows(database)).map(({ name }) => name),
  };
}

async function settingsOf(session: Session): Promise<JsonObject> {
  const [row] = await session.query<{ settings: JsonObject }>(sql`select settings from installation_settings`);
  return row?.settings ?? {};
}

function secretRows(session: Session): Promise<readonly SecretRow[]> {
  return session.query<SecretRow>(
    // The key of the audit log belongs to no setting, and no change of settings takes it away.
    sql`select name, key_id, data_key_id, nonce, ciphertext, tag from installation_secret
      where name <> ${AUDIT_KEY_NAME} order by name`,
  );
}
