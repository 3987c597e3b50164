import type {
  ConnectionId,
  CustomerFindings,
  CustomerKey,
  CustomerKind,
  CustomerMove,
  CustomerPlace,
  CustomerRecord,
  CustomerState,
  CustomerStore,
  FieldPrints,
} from '../app/index.ts';
import { assert, canonicalJson, Problem, type ProblemFacts } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { assertBatch, batchJson } from './feed-batches.ts';
import { problemToJson, toJson } from './json.ts';
import { assertStillLoaded } from './loaded-settings.ts';
import { type Session, type Sql, sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';
import type { Vault } from './vault.ts';

/** Says whether a customer may make a move; the rule belongs to `app` and is handed in. */
export type AssertCustomerMove = (from: CustomerState, to: CustomerState) => void;

export interface CustomerStoreOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly assertCustomerMove: AssertCustomerMove;
  /** By default the clock of the database. */
  readonly readTime?: ReadTime;
}

interface CustomerRow {
  readonly connection_id: ConnectionId;
  readonly connection_name: string;
  readonly sap_system: string;
  readonly customer_key: CustomerKey;
  readonly kind: CustomerKind;
  readonly reference: string;
  readonly state: CustomerState;
  readonly partner_number: string | null;
  readonly customer_number: string | null;
  readonly written: FieldPrints;
  readonly intended: FieldPrints;
  readonly edited: readonly string[];
  readonly attempt: number;
  readonly unknown_since: string | null;
  readonly problem: ProblemFacts | null;
  readonly checked_at: string | null;
  readonly updated_at: string;
}

const LIST_MAX = 10_000;
const LIST_USUAL = 200;
const ORDERS_MAX = 200;

/** The key map of customers, on the same database as the books. Any number of processes may have their own. */
export function createCustomerStore(options: CustomerStoreOptions): CustomerStore {
  const { database, vault, readTime = databaseTime } = options;
  const fingerprint = (key: CustomerKey, field: string, value: string) =>
    vault.fingerprint(canonicalJson(['customer', key, field, value]));
  return {
    wantCustomers: (place, wanted, actor) =>
      database.transaction(async (session) => {
        assertBatch(wanted);
        const at = await readTime(session);
        const added = await session.query(sql`
          insert into customer (connection_id, sap_system, customer_key, kind, reference, state, created_at, updated_at)
          select ${place.connectionId}, ${place.sapSystem}, w.key, w.kind, w.reference, 'wanted', ${at}, ${at}
          from json_to_recordset(${batchJson(wanted)}) as w(key text, kind text, reference text)
          on conflict do nothing
          returning customer_key`);
        const count = added.length;
        if (count > 0) {
          const why = 'customers that SAP is to have';
          const after = { count, sapSystem: place.sapSystem };
          const subject = `connection/${place.connectionId}` as const;
          await appendAuditEvent(session, { actor, action: 'customer.want', subject, why, after }, at);
        }
        return count;
      }),

    async listCustomers(filter) {
      const { connectionId = null, sapSystem = null, kind = null, after = null, states } = filter;
      const limit = Math.max(0, Math.min(filter.limit ?? LIST_USUAL, LIST_MAX));
      return readCustomers(
        database,
        sql`(${connectionId}::uuid is null or c.connection_id = ${connectionId})
          and (${sapSystem}::text is null or c.sap_system = ${sapSystem})
          and (${kind}::text is null or c.kind = ${kind})
          and (${after}::text is null or c.customer_key > ${after})
          and (${states === undefined} or c.state in (select json_array_elements_text(${toJson(states ?? [])})))
          and (${filter.withoutNumber !== true} or c.customer_number is null)
          order by c.customer_key, c.connection_id, c.sap_system limit ${limit}`,
      );
    },

    async findCustomer({ connectionId, sapSystem, key }) {
      const [record] = await readCustomers(
        database,
        sql`c.connection_id = ${connectionId} and c.sap_system = ${sapSystem} and c.customer_key = ${key}`,
      );
      return record;
    },

    async getCustomer(ref) {
      const found = await readCustomers(
        database,
        sql`${ref} in (c.customer_key, c.reference, c.partner_number, c.customer_number)
          order by c.updated_at desc limit 10`,
      );
      const [only, second] = found;
      if (only === undefined) throw unknownCustomer(ref);
      if (second !== undefined) throw ambiguous(ref, found);
      return only;
    },

    moveCustomer: ({ loaded, ...move }) =>
      database.transaction(async (session) => {
        if (loaded) await assertStillLoaded(session, loaded);
        return applyMove(session, move, options, readTime);
      }),

    noteCustomer: (place, state, findings, event) =>
      database.transaction(async (session) => {
        if (event?.loaded) await assertStillLoaded(session, event.loaded);
        const at = await readTime(session);
        const current = await lockCustomer(session, place);
        if (current.state !== state) throw moved(current, state);
        const isNew = findings.partnerNumber !== undefined && findings.partnerNumber !== current.partnerNumber;
        assert(!isNew || event !== undefined, 'another business partner for a customer is told to the audit');
        await write(session, current, { findings, state, at });
        if (event) {
          const { actor, action, why, before, after } = event;
          const subject = `connection/${place.connectionId}` as const;
          const key = { customerKey: place.key };
          const fact = {
            actor,
            action,
            subject,
            why,
            ...(before && { before: { ...key, ...before } }),
            ...(after && { after: { ...key, ...after } }),
          };
          await appendAuditEvent(session, fact, at);
        }
        return readCustomer(session, place);
      }),

    async ordersWantingCustomer({ connectionId, sapSystem }, after) {
      const at = await readTime(database);
      const rows = await database.query<{ order_id: string }>(sql`
        select b.order_id from order_buyer b
        join amazon_order o on o.connection_id = b.connection_id and o.order_id = b.order_id
        left join customer c on c.connection_id = b.connection_id and c.sap_system = ${sapSystem}
          and c.kind = 'buyer' and c.reference = b.order_id
        where b.connection_id = ${connectionId} and b.delete_after > ${at}
          and o.status in ('partially-shipped', 'shipped')
          and coalesce(c.state, 'wanted') in ('wanted', 'refused')
          and (${after}::text is null or b.order_id > ${after})
        order by b.order_id limit ${ORDERS_MAX}`);
      return rows.map(({ order_id }) => order_id);
    },

    fingerprint,
    fingerprints: (key, fields) =>
      Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, fingerprint(key, field, value)])),
  };
}

async function applyMove(
  session: Session,
  move: CustomerMove,
  { assertCustomerMove }: CustomerStoreOptions,
  readTime: ReadTime,
): Promise<CustomerRecord> {
  const { from, to, actor, why } = move;
  assertCustomerMove(from, to);
  const at = await readTime(session);
  const current = await lockCustomer(session, move);
  if (current.state !== from) throw moved(current, from);
  await write(session, current, { findings: move, state: to, at });
  const after = await readCustomer(session, move);
  const subject = `connection/${move.connectionId}` as const;
  const tell = ({ state, partnerNumber, customerNumber, attempt }: CustomerRecord) => ({
    customerKey: move.key,
    sapSystem: move.sapSystem,
    state,
    partnerNumber,
    customerNumber,
    attempt,
  });
  const fact = { actor, action: `customer.${to}`, subject, why, before: tell(current), after: tell(after) };
  await appendAuditEvent(session, fact, at);
  return after;
}

async function write(
  session: Session,
  current: CustomerRecord,
  input: { readonly findings: CustomerFindings; readonly state: CustomerState; readonly at: string },
): Promise<void> {
  const { findings, state, at } = input;
  if (findings.partnerNumber !== undefined) await assertFree(session, current, findings.partnerNumber);
  const problem = problemToJson(findings.problem === undefined ? current.problem : findings.problem);
  const isNewAttempt = state === 'creating' && current.state !== 'creating';
  const unknownSince = state !== 'unknown' ? null : current.state === 'unknown' ? current.unknownSince : at;
  const customerNumber = findings.customerNumber === undefined ? current.customerNumber : findings.customerNumber;
  await session.query(sql`
    update customer set state = ${state}, partner_number = ${findings.partnerNumber ?? current.partnerNumber},
      customer_number = ${customerNumber}, written = ${toJson(findings.written ?? current.written)},
      intended = ${toJson(findings.intended ?? current.intended)}, edited = ${toJson(findings.edited ?? current.edited)},
      attempt = ${current.attempt + (isNewAttempt ? 1 : 0)}, unknown_since = ${unknownSince}, problem = ${problem},
      checked_at = ${findings.isChecked ? at : current.checkedAt}, updated_at = ${at}
    where ${whereIs(current)}`);
}

/** One business partner stands for one customer. */
async function assertFree(session: Session, { key, ...place }: CustomerRecord, partnerNumber: string): Promise<void> {
  const [taken] = await session.query<{ customer_key: CustomerKey }>(sql`
    select customer_key from customer where connection_id = ${place.connectionId}
      and sap_system = ${place.sapSystem} and partner_number = ${partnerNumber} and customer_key <> ${key}`);
  if (taken === undefined) return;
  throw new Problem({
    code: 'CUSTOMER_NUMBER_TAKEN',
    kind: 'conflict',
    says: `Business partner ${partnerNumber} stands for customer ${taken.customer_key} already, so it cannot stand for ${key} too.`,
    next: `Look at both: seller-ledger customers show ${taken.customer_key}`,
    data: partnerNumber,
  });
}

/** The line of one customer. */
function whereIs({ connectionId, sapSystem, key }: CustomerPlace): Sql {
  return sql`connection_id = ${connectionId} and sap_system = ${sapSystem} and customer_key = ${key}`;
}

async function lockCustomer(session: Session, place: CustomerPlace): Promise<CustomerRecord> {
  await session.query(sql`select from customer where ${whereIs(place)} for update`);
  return readCustomer(session, place);
}

async function readCustomer(
  session: Session,
  { connectionId, sapSystem, key }: CustomerPlace,
): Promise<CustomerRecord> {
  const [record] = await readCustomers(
    session,
    sql`c.connection_id = ${connectionId} and c.sap_system = ${sapSystem} and c.customer_key = ${key}`,
  );
  assert(record !== undefined, `there is no customer ${key}`);
  return record;
}

async function readCustomers(session: Session, where: Sql): Promise<readonly CustomerRecord[]> {
  const rows = await session.query<CustomerRow>(sql`
    select c.*, n.name as connection_name from customer c join connection n on n.id = c.connection_id where ${where}`);
  return rows.map((row) => ({
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    sapSystem: row.sap_system,
    key: row.customer_key,
    kind: row.kind,
    reference: row.reference,
    state: row.state,
    partnerNumber: row.partner_number,
    customerNumber: row.customer_number,
    written: row.written,
    intended: row.intended,
    edited: row.edited,
    attempt: row.attempt,
    unknownSince: row.unknown_since,
    problem: row.problem,
    checkedAt: row.checked_at,
    updatedAt: row.updated_at,
  }));
}

function moved({ key, state }: CustomerRecord, expected: CustomerState): Problem {
  return new Problem({
    code: 'STATE_MOVED',
    kind: 'conflict',
    says: `Customer ${key} is not ${expected} any more: it is ${state}.`,
    next: `Look at it again: seller-ledger customers show ${key}`,
  });
}

function unknownCustomer(ref: string): Problem {
  return new Problem({
    code: 'CUSTOMER_UNKNOWN',
    kind: 'invalid',
    says: `There is no customer ${JSON.stringify(ref)} in the key map.`,
    next: 'List them: seller-ledger customers list',
    data: ref,
  });
}

function ambiguous(ref: string, found: readonly CustomerRecord[]): Problem {
  return new Problem({
    code: 'CUSTOMER_AMBIGUOUS',
    kind: 'invalid',
    says: `${found.length} customers go by ${JSON.stringify(ref)}: ${found.map(({ key, sapSystem }) => `${key} in ${sapSystem}`).join(', ')}.`,
    next: 'Name one by its key. Where one key is in several SAP systems, the list shows each: seller-ledger customers list',
    data: ref,
  });
}
