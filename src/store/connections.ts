import type { AuditSubject, Connection, ConnectionId, ConnectionStore, JsonObject, Secrets } from '../app/index.ts';
import { isProblem, Problem, uuidFromName } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import { removeStop } from './connection-watch.ts';
import type { Database } from './database.ts';
import { brokenConstraint } from './database-problem.ts';
import { toJson } from './json.ts';
import { insertModelPeriod } from './orders-model.ts';
import { assertNotErased } from './privacy/erasure.ts';
import { recordRuleChange } from './rule-changes.ts';
import { removePause } from './sap-pauses.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

interface ConnectionRow {
  readonly id: ConnectionId;
  readonly name: string;
  readonly seller_account: string;
  readonly settings: JsonObject;
  readonly created_at: string;
  readonly erased_at: string | null;
}

interface SecretRow extends SealedRow {
  readonly name: string;
}

const CONNECTION_COLUMNS = sql`id, name, seller_account, settings, created_at,
  (select e.begun_at from seller_erasure e where e.connection_id = connection.id) as erased_at`;

/**
 * The connections, their secrets encrypted. Besides what {@link ConnectionStore} says, `addConnection` raises
 * `SELLER_ACCOUNT_CONNECTED` (conflict) for a second connection of one seller account in one Amazon region (where the first one
 * was erased: `SELLER_ACCOUNT_ERASED`, conflict), and `updateConnection` when another region would make it one. An update also lets a connection go on that was stopped.
 */
export function connectionStore(database: Database, vault: Vault, readTime: ReadTime): ConnectionStore {
  return {
    async addConnection(input, actor) {
      const id = uuidFromName(`seller-ledger/connection/${input.name}`) as string as ConnectionId;
      const createdAt = await readTime(database);
      const { name, sellerAccount, settings } = input;
      try {
        await database.transaction(async (session) => {
          await lockConnections(session);
          await session.query(sql`
            insert into connection (id, name, seller_account, settings, created_at)
            values (${id}, ${name}, ${sellerAccount}, ${toJson(settings)}, ${createdAt})`);
          await assertOnlyOneOfItsAccount(session, id);
          await putSecrets(session, { vault, id, secrets: input.secrets, at: createdAt });
          const after = { name, sellerAccount, settings, secretNames: Object.keys(input.secrets).sort() };
          await appendAuditEvent(
            session,
            { actor, action: 'connection.add', subject: connectionSubject(id), why: 'connection added', after },
            createdAt,
          );
          if (input.model) {
            const why = 'connection added';
            await insertModelPeriod(session, { connectionId: id, period: input.model, actor, why, at: createdAt });
          }
        });
      } catch (error) {
        if (brokenConstraint(error) === 'connection_pkey' || brokenConstraint(error) === 'connection_name_key') {
          throw new Problem({
            code: 'CONNECTION_EXISTS',
            kind: 'conflict',
            says: `There is already a connection named ${name}.`,
            next: 'Choose another name; look at the ones there are: seller-ledger connections list',
          });
        }
        throw error;
      }
      return connectionOf(database, id);
    },

    async getConnection(name) {
      const [row] = await database.query<ConnectionRow>(
        sql`select ${CONNECTION_COLUMNS} from connection where name = ${name}`,
      );
      if (row) return readConnection(row);
      const known = await database.query<{ name: string }>(sql`select name from connection order by name`);
      const names = known.map((connection) => connection.name).join(', ');
      throw new Problem({
        code: 'CONNECTION_UNKNOWN',
        kind: 'invalid',
        says: `There is no connection named ${name}; there ${known.length === 0 ? 'are none yet' : `is: ${names}`}.`,
        next: known.length === 0 ? 'Add one: seller-ledger connections add' : 'Use one of these names.',
        data: name,
      });
    },

    async listConnections({ withErased = false } = {}) {
      const rows = await database.query<ConnectionRow>(sql`
        select ${CONNECTION_COLUMNS} from connection
        where ${withErased}::boolean or not exists (select from seller_erasure e where e.connection_id = connection.id)
        order by name`);
      return rows.map(readConnection);
    },

    updateConnection: (id, input, actor, why) =>
      database.transaction(async (session) => {
        await lockConnections(session);
        // Whoever sends by these settings ends first; whoever comes later sees the new ones.
        await session.query(sql`select from connection where id = ${id} for no key update`);
        const before = await connectionOf(session, id);
        await assertNotErased(session, id);
        if (input.basis && toJson(input.basis) !== toJson(before.settings)) throw moved(before);
        const { sapMove = null, removedSecretNames: removed = [] } = input;
        // Here and not only before: a sync may have sent the first entry meanwhile.
        const isMoved = sapMove !== null && (await hasSent(session, id));
        if (isMoved) sapMove.assertMay();
        await session.query(sql`update connection set settings = ${toJson(input.settings)} where id = ${id}`);
        const after = await connectionOf(session, id);
        if (regionOf(after) !== regionOf(before)) await assertOnlyOneOfItsAccount(session, id);
        const at = await readTime(session);
        await putSecrets(session, { vault, id, secrets: input.secrets, at });
        await session.query(sql`delete from secret where connection_id = ${id} and name = any(${removed})`);
        await recordRuleChange(session, { before, after, actor, why, at });
        const resumedFrom = await removeStop(session, id, at);
        const endedPause = await removePause(session, id);
        const fact = {
          actor,
          action: 'connection.update',
          subject: connectionSubject(id),
          why,
          before: { settings: before.settings },
          after: {
            settings: input.settings,
            replacedSecretNames: Object.keys(input.secrets).sort(),
            ...(removed.length > 0 && { removedSecretNames: [...removed].sort() }),
            ...(isMoved && { sameSapSystem: { before: sapMove.before, after: sapMove.after } }),
            ...(resumedFrom !== undefined && { resumedFrom }),
            ...(endedPause && { endedPause: endedPause.problem.code }),
          },
        };
        await appendAuditEvent(session, fact, at);
        return after;
      }),

    openSecrets(id, actor, why) {
      return database.transaction(async (session) => {
        await assertNotErased(session, id);
        await vault.hold(session, id);
        const rows = await secretRows(session, id);
        const secrets: [string, string][] = [];
        for (const row of rows) secrets.push([row.name, await openSecret(session, { vault, id, row })]);
        const after = { secretNames: rows.map((row) => row.name) };
        await appendAuditEvent(
          session,
          { actor, action: 'secret.use', subject: connectionSubject(id), why, after },
          await readTime(session),
        );
        return Object.fromEntries(secrets);
      });
    },
  };
}

/** Two that are added at once must see each other. Readers are not held up. */
async function lockConnections(session: Session): Promise<void> {
  await session.query(sql`lock table connection in share row exclusive mode`);
}

/** Whether documents of the connection are in SAP, or may be. */
async function hasSent(session: Session, id: ConnectionId): Promise<boolean> {
  const sent = await session.query(sql`
    select from entry e
      left join settlement s on s.key = e.settlement_key
      left join accrual a on a.key = e.accrual_key
    where coalesce(s.connection_id, a.connection_id) = ${id} and e.state in ('sending', 'unknown', 'posted', 'reversed')
    limit 1`);
  return sent.length > 0;
}

/** Settlements are recorded once for each seller account, so a second connection would get none, or book them again. */
async function assertOnlyOneOfItsAccount(session: Session, id: ConnectionId): Promise<void> {
  const [other] = await session.query<{ name: string; seller_account: string; region: string; is_erased: boolean }>(sql`
    select o.name, o.seller_account, o.settings #>> '{amazon,region}' as region,
      exists (select from seller_erasure e where e.connection_id = o.id) as is_erased
    from connection o join connection c on c.seller_account = o.seller_account
      and c.settings #>> '{amazon,region}' = o.settings #>> '{amazon,region}'
    where c.id = ${id} and o.id <> c.id order by o.created_at limit 1`);
  if (!other) return;
  if (other.is_erased) throw erasedBefore(other);
  throw new Problem({
    code: 'SELLER_ACCOUNT_CONNECTED',
    kind: 'conflict',
    says: `Seller account ${other.seller_account} in region ${other.region} is connected already, by ${other.name}: its settlements are booked once.`,
    next: `Change that one: seller-ledger connections update ${other.name} --file FILE --why TEXT. To try another SAP system, use other books: --home FOLDER or --database-url URL`,
    data: other.name,
  });
}

function moved({ name }: Connection): Problem {
  return new Problem({
    code: 'CONNECTION_MOVED',
    kind: 'conflict',
    says: `The settings of ${name} were changed while this change was made.`,
    next: 'Look at what they are now, and make your change from there. Nothing of yours was stored.',
    data: name,
  });
}

function erasedBefore({ name, seller_account: account }: { name: string; seller_account: string }): Problem {
  return new Problem({
    code: 'SELLER_ACCOUNT_ERASED',
    kind: 'conflict',
    says: `Seller account ${account} was connected as ${name} and erased; what was booked for it stays in these books.`,
    next: `To book it again, use other books: --home FOLDER or --database-url URL. What is kept of it: seller-ledger privacy report ${name}`,
    data: name,
  });
}

function regionOf({ settings }: Connection): unknown {
  return (settings.amazon as { region?: unknown } | undefined)?.region;
}

export async function putSecrets(
  session: Session,
  input: { readonly vault: Vault; readonly id: ConnectionId; readonly secrets: Secrets; readonly at: string },
): Promise<void> {
  const { vault, id, secrets, at } = input;
  if (Object.keys(secrets).length === 0) return;
  const seal = await vault.sealerOf(session, id);
  const before = new Map((await secretRows(session, id)).map((row) => [row.name, row]));
  for (const [name, secret] of Object.entries(secrets)) {
    const row = before.get(name);
    // Who enters the whole connection file again has not renewed what stands in it as before.
    const isAsBefore = row !== undefined && (await isSecret(session, { vault, id, row, secret }));
    const { dataKeyId, nonce, ciphertext, tag } = seal(name, secret);
    await session.query(sql`
      insert into secret as known (connection_id, name, data_key_id, nonce, ciphertext, tag, stored_at)
      values (${id}, ${name}, ${dataKeyId}, ${nonce}, ${ciphertext}, ${tag}, ${at})
      on conflict (connection_id, name) do update set key_id = null, data_key_id = excluded.data_key_id,
        nonce = excluded.nonce, ciphertext = excluded.ciphertext, tag = excluded.tag,
        stored_at = case when ${isAsBefore} then known.stored_at else excluded.stored_at end`);
  }
}

function secretRows(session: Session, id: ConnectionId): Promise<readonly SecretRow[]> {
  return session.query<SecretRow>(
    sql`select name, key_id, data_key_id, nonce, ciphertext, tag from secret where connection_id = ${id} order by name`,
  );
}

interface StoredSecret {
  readonly vault: Vault;
  readonly id: ConnectionId;
  readonly row: SecretRow;
}

function openSecret(session: Session, { vault, id, row }: StoredSecret): Promise<string> {
  return vault.open(session, { connectionId: id, name: row.name }, sealedOf(row));
}

/** One that cannot be opened is entered anew to mend it. */
async function isSecret(session: Session, stored: StoredSecret & { readonly secret: string }): Promise<boolean> {
  try {
    return (await openSecret(session, stored)) === stored.secret;
  } catch (thrown) {
    if (isProblem(thrown)) return false;
    throw thrown;
  }
}

async function connectionOf(session: Session, id: ConnectionId): Promise<Connection> {
  const [row] = await session.query<ConnectionRow>(sql`select ${CONNECTION_COLUMNS} from connection where id = ${id}`);
  if (row) return readConnection(row);
  throw new Problem({
    code: 'CONNECTION_UNKNOWN',
    kind: 'invalid',
    says: `There is no connection with the id ${id}.`,
    next: 'Look at the ones there are: seller-ledger connections list',
    data: id,
  });
}

function connectionSubject(id: ConnectionId): AuditSubject {
  return `connection/${id}`;
}

function readConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    name: row.name,
    sellerAccount: row.seller_account,
    settings: row.settings,
    createdAt: row.created_at,
    ...(row.erased_at !== null && { erasedAt: row.erased_at }),
  };
}
