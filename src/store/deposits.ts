import type { Actor, Deposit, DepositId, DepositMatch, DepositRecord, DepositStore } from '../app/index.ts';
import { type CurrencyCode, formatMoney, type LocalDate, Problem, type Sha256, uuidFromName } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { type Session, type Sql, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface DepositRow {
  readonly id: DepositId;
  readonly bank_account: string;
  readonly statement_id: string;
  readonly entry_reference: string;
  readonly booked_on: LocalDate;
  readonly value_on: LocalDate | null;
  readonly currency: CurrencyCode;
  readonly amount_minor: bigint;
  readonly counterparty: string;
  readonly text: string;
  readonly evidence_sha256: Sha256;
  readonly statement_sha256: Sha256 | null;
  readonly recorded_at: string;
  readonly withdrawn_at: string | null;
}

interface MatchRow {
  readonly deposit_id: DepositId;
  readonly settlement_key: DepositMatch['settlementKey'];
  readonly rule: DepositMatch['rule'];
  readonly actor: Actor;
  readonly why: string;
  readonly matched_at: string;
  readonly ended_at: string | null;
  readonly ended_why: string | null;
}

const ID = /^[0-9a-f-]{8,36}$/;

/** Movements of bank accounts as {@link DepositStore} says: recorded once, never changed, matched with a history. */
export function depositStore(database: Database, readTime: ReadTime): DepositStore {
  return {
    recordDeposits: (input) =>
      database.transaction(async (session) => {
        const recorded: DepositRecord[] = [];
        let known = 0;
        for (const deposit of input.deposits) {
          const id = depositIdOf(deposit);
          const [before] = await readDeposits(session, sql`d.id = ${id}`);
          if (before) {
            assertSame(before, deposit);
            known += 1;
            continue;
          }
          await session.query(sql`
            insert into deposit (id, bank_account, statement_id, entry_reference, booked_on, value_on, currency,
              amount_minor, counterparty, text, evidence_sha256, statement_sha256, recorded_at)
            values (${id}, ${deposit.bankAccount}, ${deposit.statementId}, ${deposit.entryReference},
              ${deposit.bookedOn}, ${deposit.valueOn}, ${deposit.amount.currency}, ${deposit.amount.minor},
              ${deposit.counterparty}, ${deposit.text}, ${input.evidenceSha256}, ${input.statementSha256},
              ${await readTime(session)})`);
          recorded.push(await depositOf(session, id));
        }
        for (const { id, bookedOn, amount, entryReference } of recorded) {
          await append(session, { ...input, action: 'deposit.record', id }, await readTime(session), {
            bookedOn,
            currency: amount.currency,
            amountMinor: amount.minor,
            entryReference,
            evidence: input.evidenceSha256,
          });
        }
        return { recorded, known };
      }),

    listDeposits: ({ from, until } = {}) =>
      readDeposits(
        database,
        sql`d.withdrawn_at is null and (${from ?? null}::date is null or d.booked_on >= ${from ?? null})
          and (${until ?? null}::date is null or d.booked_on <= ${until ?? null})`,
      ),

    async getDeposit(ref) {
      const found = await readDeposits(
        database,
        sql`d.entry_reference = ${ref} or (${ID.test(ref)} and starts_with(d.id::text, ${ref}))`,
      );
      const [record, second] = found;
      if (record && !second) return record;
      throw second ? ambiguous(ref, found) : unknown(ref);
    },

    withdrawDeposit: (id, actor, why) =>
      database.transaction(async (session) => {
        await lockDeposit(session, id);
        const match = await activeMatch(session, id);
        if (match) throw matched(id, match);
        const at = await readTime(session);
        await session.query(sql`update deposit set withdrawn_at = ${at} where id = ${id} and withdrawn_at is null`);
        await append(session, { actor, why, action: 'deposit.withdraw', id }, at, {});
      }),

    async listDepositMatches() {
      const rows = await database.query<MatchRow>(sql`select * from deposit_match order by id`);
      return rows.map(matchOf);
    },

    matchDeposit: ({ depositId, settlementKey, rule, actor, why }) =>
      database.transaction(async (session) => {
        await lockDeposit(session, depositId);
        const match = await activeMatch(session, depositId);
        if (match?.settlementKey === settlementKey) return;
        if (match) throw matched(depositId, match);
        const at = await readTime(session);
        await session.query(sql`
          insert into deposit_match (deposit_id, settlement_key, rule, actor, why, matched_at)
          values (${depositId}, ${settlementKey}, ${rule}, ${toJson(actor)}, ${why}, ${at})`);
        await append(session, { actor, why, action: 'deposit.match', id: depositId }, at, { settlementKey, rule });
      }),

    unmatchDeposit: (id, actor, why) =>
      database.transaction(async (session) => {
        await lockDeposit(session, id);
        const match = await activeMatch(session, id);
        if (!match) throw notMatched(id);
        const at = await readTime(session);
        await session.query(sql`
          update deposit_match set ended_at = ${at}, ended_why = ${why} where deposit_id = ${id} and ended_at is null`);
        const { settlementKey } = match;
        await append(session, { actor, why, action: 'deposit.unmatch', id }, at, { settlementKey });
      }),
  };
}

/** The same movement in two statements, for example of a day and of a month, is one. */
function depositIdOf({ bankAccount, entryReference }: Deposit): DepositId {
  return uuidFromName(`seller-ledger/deposit/${JSON.stringify([bankAccount, entryReference])}`) as string as DepositId;
}

function append(
  session: Session,
  event: { readonly actor: Actor; readonly why: string; readonly action: string; readonly id: DepositId },
  at: string,
  after: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { actor, why, action, id } = event;
  return appendAuditEvent(session, { actor, action, subject: `deposit/${id}`, why, after }, at);
}

async function readDeposits(session: Session, condition: Sql): Promise<readonly DepositRecord[]> {
  const rows = await session.query<DepositRow>(
    sql`select d.* from deposit d where ${condition} order by d.booked_on, d.bank_account, d.entry_reference`,
  );
  return rows.map((row) => ({
    id: row.id,
    bankAccount: row.bank_account,
    statementId: row.statement_id,
    entryReference: row.entry_reference,
    bookedOn: row.booked_on,
    valueOn: row.value_on,
    amount: { currency: row.currency, minor: row.amount_minor },
    counterparty: row.counterparty,
    text: row.text,
    evidenceSha256: row.evidence_sha256,
    statementSha256: row.statement_sha256,
    recordedAt: row.recorded_at,
    withdrawnAt: row.withdrawn_at,
  }));
}

async function depositOf(session: Session, id: DepositId): Promise<DepositRecord> {
  const [record] = await readDeposits(session, sql`d.id = ${id}`);
  if (!record) throw unknown(id);
  return record;
}

async function lockDeposit(session: Session, id: DepositId): Promise<void> {
  const [row] = await session.query(sql`select id from deposit where id = ${id} and withdrawn_at is null for update`);
  if (!row) throw unknown(id);
}

async function activeMatch(session: Session, id: DepositId): Promise<DepositMatch | undefined> {
  const [row] = await session.query<MatchRow>(
    sql`select * from deposit_match where deposit_id = ${id} and ended_at is null`,
  );
  return row && matchOf(row);
}

function matchOf(row: MatchRow): DepositMatch {
  return {
    depositId: row.deposit_id,
    settlementKey: row.settlement_key,
    rule: row.rule,
    actor: row.actor,
    why: row.why,
    matchedAt: row.matched_at,
    endedAt: row.ended_at,
    endedWhy: row.ended_why,
  };
}

function assertSame(before: DepositRecord, deposit: Deposit): void {
  const isSame =
    before.bookedOn === deposit.bookedOn &&
    before.amount.currency === deposit.amount.currency &&
    before.amount.minor === deposit.amount.minor;
  if (isSame) return;
  const say = ({ amount, bookedOn }: Deposit) => `${formatMoney(amount)} ${amount.currency} of ${bookedOn}`;
  throw new Problem({
    code: 'DEPOSIT_CHANGED',
    kind: 'conflict',
    says: `Movement ${deposit.entryReference} of bank account ${deposit.bankAccount} is known with ${say(before)}, and now comes with ${say(deposit)}.`,
    next: `Ask the bank which one is right. If the known one was a mistake, withdraw it and enter the right one under another reference: seller-ledger deposits withdraw ${before.id} --why TEXT`,
    data: deposit.entryReference,
  });
}

function matched(id: DepositId, match: DepositMatch): Problem {
  return new Problem({
    code: 'DEPOSIT_MATCHED',
    kind: 'conflict',
    says: `Deposit ${id} is matched with settlement ${match.settlementKey} already; a deposit pays one settlement.`,
    next: `Take that pair apart first: seller-ledger reconcile unmatch ${id} --why TEXT`,
  });
}

function notMatched(id: DepositId): Problem {
  return new Problem({
    code: 'DEPOSIT_NOT_MATCHED',
    kind: 'conflict',
    says: `Deposit ${id} is matched with no settlement.`,
    next: 'Look at the deposits: seller-ledger deposits list',
  });
}

function unknown(ref: string): Problem {
  return new Problem({
    code: 'DEPOSIT_UNKNOWN',
    kind: 'invalid',
    says: `There is no deposit ${ref}.`,
    next: 'Look at the ones there are: seller-ledger deposits list',
    data: ref,
  });
}

function ambiguous(ref: string, found: readonly DepositRecord[]): Problem {
  return new Problem({
    code: 'DEPOSIT_UNKNOWN',
    kind: 'invalid',
    says: `${found.length} deposits are called ${ref}: ${found.map(({ id }) => id).join(', ')}.`,
    next: 'Name one of them by its whole id.',
    data: ref,
  });
}
