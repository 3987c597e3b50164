import type { AuditSubject, SettlementKey, SettlementRecord, SettlementState, SettlementStore } from '../app/index.ts';
import { assert, isUuid, Problem, type Sha256, uuidFromName } from '../core/index.ts';
import type { SettlementId } from '../mapping/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { problemToJson, toJson } from './json.ts';
import { type AssertMove, stateMoved } from './moves.ts';
import { recordProposal, withdrawProposal } from './proposals.ts';
import { namedMarketplaces, readSettlements, replaceProofs, replaceQuarantine } from './settlement-records.ts';
import { rowsOfBuckets, runsOfOrder } from './settlement-rows.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

type ReceiveInput = Parameters<SettlementStore['receiveSettlement']>[0];
type MoveInput = Parameters<SettlementStore['moveSettlement']>[0];

export function settlementStore(database: Database, readTime: ReadTime, assertMove: AssertMove): SettlementStore {
  return {
    receiveSettlement: (input, actor) =>
      database.transaction(async (session) => {
        const { key, isNew } = await insertSettlement(session, input, await readTime(session));
        const record = await recordOf(session, key);
        if (!isNew) {
          if (record.connectionId !== input.connectionId) throw ofOtherConnection(record);
          if (record.sha256 !== input.sha256) throw reissued(record, input.sha256);
          return record;
        }
        const { settlementId, currency, total } = record.header;
        const after = {
          state: 'received',
          settlementId,
          sellerAccount: record.sellerAccount,
          sha256: record.sha256,
          currency,
          totalMinor: total.minor,
          lineCount: record.lineCount,
        };
        const why = `settlement ${settlementId} was read from its file`;
        await appendAuditEvent(
          session,
          { actor, action: 'settlement.receive', subject: settlementSubject(key), why, after },
          await readTime(session),
        );
        return record;
      }),

    async getSettlement(ref) {
      const found = await readSettlements(database, isUuid(ref) ? sql`s.key = ${ref}` : sql`s.settlement_id = ${ref}`);
      const [record, second] = found;
      if (record && !second) return record;
      throw second ? ambiguous(ref, found) : unknownSettlement(ref);
    },

    listSettlements: (filter = {}) =>
      readSettlements(
        database,
        sql`(${filter.connectionId ?? null}::uuid is null or s.connection_id = ${filter.connectionId ?? null})
          and (${filter.state ?? null}::text is null or s.state = ${filter.state ?? null})`,
        filter,
      ),

    moveSettlement: (input) =>
      database.transaction(async (session) => {
        assertMove('settlement', input.from, input.to);
        assert(
          (input.to === 'proposed') === (input.proposal !== undefined),
          'a proposal comes with `to: proposed`, and only then',
        );
        const before = await lockSettlement(session, input);
        await applyMove(session, input, await readTime(session));
        const record = await recordOf(session, input.key);
        await appendAuditEvent(
          session,
          {
            actor: input.actor,
            action: `settlement.${input.to}`,
            subject: settlementSubject(input.key),
            why: input.why,
            before: { state: input.from, digest: before.digest },
            after: auditedFacts(record, input),
          },
          await readTime(session),
        );
        return record;
      }),

    rowsOfBuckets: (key, buckets) => rowsOfBuckets(database, key, buckets),
    runsOfOrder: (key, orderId) => runsOfOrder(database, key, orderId),
  };
}

/** What an auditor needs of a move; the full proofs and items are in their own tables. */
function auditedFacts(record: SettlementRecord, input: MoveInput) {
  return {
    state: record.state,
    digest: record.digest,
    proofs: record.proofs.map(({ name, ok, expected, actual }) => ({ name, ok, expected, actual })),
    quarantined: record.quarantine.map(({ code, count, amount }) => ({ code, count, amountMinor: amount.minor })),
    problem: record.problem?.code ?? null,
    mapping: input.proposal?.mappingSha256,
    programVersion: input.proposal?.programVersion,
    postingKeys: input.proposal?.entries.map((entry) => entry.postingKey),
  };
}

async function insertSettlement(
  session: Session,
  { connectionId, sha256, reading }: ReceiveInput,
  at: string,
): Promise<{ key: SettlementKey; isNew: boolean }> {
  const [connection] = await session.query<{ seller_account: string }>(
    sql`select seller_account from connection where id = ${connectionId}`,
  );
  assert(connection !== undefined, `connection ${connectionId} does not exist`);
  const { header } = reading;
  const sellerAccount = connection.seller_account;
  const key = settlementKeyOf(sellerAccount, header.settlementId);
  const inserted = await session.query(sql`
    insert into settlement (key, connection_id, seller_account, settlement_id, sha256, state, start_at, end_at,
      deposit_at, currency, total_minor, summary_row, line_count, last_row, file_format, marketplaces, received_at)
    values (${key}, ${connectionId}, ${sellerAccount}, ${header.settlementId}, ${sha256}, 'received',
      ${header.startAt}, ${header.endAt}, ${header.depositAt}, ${header.currency}, ${header.total.minor},
      ${header.row}, ${reading.lineCount}, ${reading.lastRow}, ${toJson(reading.format)}, ${toJson(namedMarketplaces(reading))}, ${at})
    on conflict (seller_account, settlement_id) do nothing
    returning key`);
  return { key, isNew: inserted.length === 1 };
}

async function lockSettlement(session: Session, input: MoveInput): Promise<{ digest: Sha256 | null }> {
  const [row] = await session.query<{ state: SettlementState; digest: Sha256 | null }>(sql`
    select s.state, (select digest from proposal where settlement_key = s.key and replaced_at is null) as digest
    from settlement s where s.key = ${input.key} for update of s`);
  if (!row) throw unknownSettlement(input.key);
  if (row.state !== input.from) {
    throw stateMoved({ subject: 'settlement', ref: input.key, expected: input.from, actual: row.state });
  }
  return row;
}

async function applyMove(session: Session, input: MoveInput, at: string): Promise<void> {
  const { key, to } = input;
  // Entries of a settlement that is not proposed must not be there to be approved.
  if (input.from === 'proposed' || input.proposal) {
    const { actor, why, withdraws = 'untouched' } = input;
    await withdrawProposal(session, { key, at, actor, why, withdraws });
  }
  if (input.proposal) await recordProposal(session, key, input.proposal, at);
  const problem = input.problem ?? null;
  if (to === 'quarantined' && input.problem === undefined) {
    await session.query(sql`update settlement set state = ${to} where key = ${key}`);
  } else {
    await session.query(
      sql`update settlement set state = ${to}, problem = ${problemToJson(problem)} where key = ${key}`,
    );
  }
  // A settlement that starts over has nothing proven and nothing held against it yet.
  const proofs = input.proofs ?? (to === 'received' ? [] : undefined);
  if (proofs) await replaceProofs(session, key, proofs);
  const quarantine = input.quarantine ?? (to === 'quarantined' ? undefined : []);
  if (quarantine) await replaceQuarantine(session, key, quarantine);
}

async function recordOf(session: Session, key: SettlementKey): Promise<SettlementRecord> {
  const [record] = await readSettlements(session, sql`s.key = ${key}`);
  assert(record !== undefined, `settlement ${key} is missing although it was just written`);
  return record;
}

function settlementKeyOf(sellerAccount: string, settlementId: SettlementId): SettlementKey {
  const name = `seller-ledger/settlement/${JSON.stringify([sellerAccount, settlementId])}`;
  return uuidFromName(name) as string as SettlementKey;
}

function settlementSubject(key: SettlementKey): AuditSubject {
  return `settlement/${key}`;
}

function ofOtherConnection(record: SettlementRecord): Problem {
  return new Problem({
    code: 'SETTLEMENT_OF_OTHER_CONNECTION',
    kind: 'conflict',
    says: `Settlement ${record.settlementId} of ${record.sellerAccount} belongs to connection ${record.connectionName}, which received it first; a settlement is booked once.`,
    next: `Read one seller account through one connection only; to try another SAP system use another database. Look at it: seller-ledger settlements show ${record.settlementId}`,
    data: record.connectionName,
  });
}

function reissued(record: SettlementRecord, sha256: Sha256): Problem {
  return new Problem({
    code: 'SETTLEMENT_REISSUED',
    kind: 'conflict',
    says: `Settlement ${record.settlementId} of ${record.sellerAccount} is known with file ${record.sha256.slice(0, 12)}, and now came with other bytes, ${sha256.slice(0, 12)}.`,
    next: `Compare the two files before deciding which one is right: seller-ledger settlements show ${record.settlementId}`,
    data: sha256,
  });
}

function unknownSettlement(ref: string): Problem {
  return new Problem({
    code: 'SETTLEMENT_UNKNOWN',
    kind: 'invalid',
    says: `There is no settlement ${ref}.`,
    next: 'Look at the ones there are: seller-ledger settlements list',
    data: ref,
  });
}

function ambiguous(ref: string, found: readonly SettlementRecord[]): Problem {
  const choices = found.map((record) => `${record.key} (${record.sellerAccount})`).join(', ');
  return new Problem({
    code: 'SETTLEMENT_AMBIGUOUS',
    kind: 'invalid',
    says: `Settlement ${ref} exists for ${found.length} seller accounts: ${choices}.`,
    next: `Name it by its own id: seller-ledger settlements show ${found[0]?.key ?? ''}`,
    data: ref,
  });
}
