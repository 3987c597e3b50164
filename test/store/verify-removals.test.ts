/** A row that was taken away whole is missed, whichever of the tables that the books rest on it was in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditFault, type EntryRecord, importDeposits, type SettlementRecord } from '../../src/app/index.ts';
import { type LocalDate, money, sha256Of, type YearMonth } from '../../src/core/index.ts';
import type { CompanyCode } from '../../src/ledger/index.ts';
import {
  createAccessStore,
  createPrivacyStore,
  createReconciliationStore,
  databaseTime,
} from '../../src/store/index.ts';
import { type Session, type Sql, sql } from '../../src/store/sql.ts';
import { AUDITED, verifyEverything } from '../../src/store/verify-everything.ts';
import { MAY_BE_GONE, REMOVAL_CHECKS, referencesOf, removalFaults } from '../../src/store/verify-removals.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import {
  ANNA,
  addConnection,
  bytesOf,
  EUR,
  entry,
  line,
  postingKey,
  proposalOf,
  reading,
  receive,
  SYSTEM_ACTOR,
} from './samples.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
  await live();
});
afterAll(() => test.close());

const BERT = { kind: 'user', name: 'bert' } as const;

async function live(): Promise<void> {
  const { books, database } = test;
  const connection = await addConnection(books);
  const connectionId = connection.id;
  const settlement = await receive(books, connection, '70000000001');
  await bookOne(settlement);
  await quarantineOne(await receive(books, connection, '70000000002'));
  await reissue(settlement);
  await books.decideTakeBack({
    settlementKey: settlement.key,
    decision: { outcome: 'leave', reversedKeys: [] },
    actor: ANNA,
    why: 'it stays',
  });
  for (const after of [0, 1]) {
    const table = { name: 'mine.yaml', text: `text: ${after}`, validFrom: null, isApproved: true };
    const changes = { added: 0, removed: 0, changed: 0 };
    await books.recordMapping({ connectionId, after, ...table, changes, author: ANNA, reason: 'test' });
  }
  await books.recordModelPeriod(
    connectionId,
    { model: 'orders', from: '2026-10-01' as LocalDate, summarise: 'day' },
    ANNA,
    'test',
  );
  await books.closeMonth({
    connectionId,
    companyCodes: ['1710' as CompanyCode],
    month: '2026-09' as YearMonth,
    actor: ANNA,
    why: 'closed',
  });
  await matchOne(settlement);
  await books.changeInstallation({ settings: {}, secrets: {}, keptSecretNames: [] }, ANNA, 'test');
  await accrueOne(connectionId);
  const privacy = createPrivacyStore({ database, readTime: databaseTime });
  await privacy.placeHold({ connectionId, covers: 'orders', orderIds: ['1', '2'], why: 'a claim', endsAt: null }, ANNA);
  const other = await addConnection(books);
  await privacy.beginErasure(other.id, ANNA, 'asked');
  await changeRules(connectionId);
  const access = createAccessStore(database, databaseTime);
  const facts = { name: 'carl', displayName: 'Carl', roles: ['viewer' as const], passwordHash: 'none' };
  const user = await access.addUser(facts, { actor: ANNA, action: 'user.add', why: 'test' });
  const token = { userId: user.id, label: 'one', secretHash: sha256Of('x'), scopes: [], days: 3 };
  await access.addToken(token, { actor: ANNA, action: 'token.create', why: 'test' });
  await books.auditKey();
}

async function bookOne(settlement: SettlementRecord): Promise<EntryRecord> {
  const { books } = test;
  const { key } = settlement;
  const proofs = [0, 1].map((n) => ({ name: `proof-${n}`, ok: true, expected: '1', actual: '1', says: 'it ties' }));
  await books.moveSettlement({ key, from: 'received', to: 'proven', actor: SYSTEM_ACTOR, why: 'it ties', proofs });
  const entries = [entry(postingKey(1), [line(5n, { buckets: [1] }), line(-5n)])];
  const proposal = proposalOf(entries, { rows: { bucketOfRow: new Uint32Array([0, 0, 1]), runs: [] } });
  await books.moveSettlement({ key, from: 'proven', to: 'proposed', actor: SYSTEM_ACTOR, why: 'mapped', proposal });
  const [proposed] = await books.listEntries({ originKey: key });
  const { id, digest } = proposed as EntryRecord;
  await books.recordApproval({
    id,
    from: 'proposed',
    digest,
    actor: ANNA,
    why: 'right',
    judge: () => ({ needed: 0, isComplete: false }),
  });
  const move = { id, actor: SYSTEM_ACTOR, why: 'test' };
  await books.moveEntry({ ...move, from: 'proposed', to: 'approved', approvedDigest: digest });
  for (const to of ['approved', 'unknown'] as const) {
    const { attempt } = await books.moveEntry({
      ...move,
      from: 'approved',
      to: 'sending',
      messageCreatedAt: '2026-11-01T00:00:00.000Z',
    });
    await books.moveEntry({ ...move, from: 'sending', to, attempt });
  }
  return books.getEntry(id);
}

async function quarantineOne({ key }: SettlementRecord): Promise<void> {
  const item = {
    code: 'LINE_UNKNOWN',
    transactionType: 't',
    amountType: 'a',
    amountDescription: 'd',
    marketplace: 'm',
    count: 1,
    amount: money(EUR, 5n),
    firstRow: 3,
    says: 'it is unknown',
    next: 'look',
  };
  const to = { to: 'quarantined' as const, quarantine: [item], problem: null };
  await test.books.moveSettlement({ key, from: 'received', ...to, actor: SYSTEM_ACTOR, why: 'unknown' });
}

/** The same settlement comes again with other content. */
async function reissue({ key }: SettlementRecord): Promise<void> {
  const { sha256 } = await test.books.putEvidence(bytesOf('again'), { origin: 'test', contentType: null, headers: {} });
  await test.books.recordSettlementFile({
    key,
    sha256,
    contentSha256: sha256Of('again'),
    usedContentSha256: sha256Of('first'),
    reading: reading('70000000001', 9n),
    actor: SYSTEM_ACTOR,
  });
}

async function matchOne({ key }: SettlementRecord): Promise<void> {
  const { books, database } = test;
  const reconciliation = createReconciliationStore(database);
  const movement = {
    bankAccount: 'DE02120300000000202051',
    statementId: '1',
    entryReference: 'a',
    bookedOn: '2026-10-15' as LocalDate,
    valueOn: null,
    amount: money(EUR, 12_345n),
    counterparty: 'AMAZON',
    text: 'payout',
  };
  const facts = { leftOut: 0, statementSha256: sha256Of('statement'), origin: 'bank statement', why: 'month end' };
  const { recorded } = await importDeposits({ books, reconciliation, actor: ANNA }, { deposits: [movement], ...facts });
  await reconciliation.matchDeposit({
    depositId: recorded[0]!.id,
    settlementKey: key,
    rule: 'person',
    actor: ANNA,
    why: 'the same amount',
  });
}

async function accrueOne(connectionId: EntryRecord['connectionId']): Promise<void> {
  const sources = { origin: 'test', contentType: null, headers: {} };
  const { sha256: sourcesSha256 } = await test.books.putEvidence(bytesOf('sources'), sources);
  const entries = [entry(postingKey(7), [line(5n), line(-5n)]), entry(postingKey(8), [line(-5n), line(5n)])];
  const { rows: _, revision: __, ...proposal } = proposalOf(entries);
  const period = { from: '2026-10-01' as LocalDate, to: '2026-10-31' as LocalDate };
  await test.books.recordAccrual({
    connectionId,
    kind: 'month-end',
    name: '2026-10',
    revision: 0,
    period,
    asOf: '2026-11-02T08:00:00.000Z',
    sourcesSha256,
    sourceCount: 2,
    proposal,
    actor: ANNA,
    why: 'month end',
  });
}

async function changeRules(connectionId: EntryRecord['connectionId']): Promise<void> {
  const settings = { region: 'eu', posting: { approval: 'review', fourEyesAbove: '1' } };
  await test.books.updateConnection(connectionId, { settings, secrets: {} }, ANNA, 'stricter');
  const changes = await test.books.listRuleChanges(connectionId);
  const sequences = changes.map(({ sequence }) => sequence);
  await test.books.acceptRuleChanges({ connectionId, sequences, actor: BERT, why: 'agreed' });
  const looser = { ...settings, posting: { approval: 'automatic' } };
  await test.books.updateConnection(connectionId, { settings: looser, secrets: {} }, ANNA, 'nobody accepts it');
  const other = { ...looser, region: 'na' };
  await test.books.updateConnection(connectionId, { settings: other, secrets: {} }, ANNA, 'no rule changes');
}

/** Removes past all triggers and references, as somebody with full rights could, looks, and undoes it. */
async function faultsWithout(table: string, { which = 'min', isWhole = false } = {}): Promise<readonly AuditFault[]> {
  let found: readonly AuditFault[] = [];
  const undone = new Error('undone');
  await test.database
    .transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      const gone = await session.query(
        raw(`delete from "${table}" where ctid = (select ${which}(ctid) from "${table}") returning 1`),
      );
      expect(gone, `a row of ${table}`).toHaveLength(1);
      const own = REMOVAL_CHECKS.find((check) => check.table === table);
      // The one check is enough where there is one; all of them together are looked at for the others.
      if (own && !isWhole) {
        found = await removalFaults(session, own);
        throw undone;
      }
      const inside = {
        ...test.database,
        snapshot: <Result>(work: (session: Session) => Promise<Result>) => work(session),
      };
      found = (await verifyEverything(inside, test.vault, () => {})).faults;
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return found;
}

const raw = (text: string): Sql => ({ strings: [text], values: [] });

it('control: nothing is missed in books that nobody touched', async () => {
  expect((await test.books.verifyEverything()).faults).toEqual([]);
});

describe('a row that was removed whole is missed, and named by its table', () => {
  const REFERRED = ['mapping_text', 'entry_line', 'approval_rule_change'];
  const tables = [
    ...new Set([
      ...REMOVAL_CHECKS.map(({ table }) => table),
      ...Object.keys(AUDITED),
      'approval',
      'audit_key',
      ...REFERRED,
    ]),
  ];

  it.each(tables)('%s', async (table) => {
    const faults = await faultsWithout(table);
    // A line of an entry is missed in its entry; a key in the chain that tells of it.
    const named = { entry_line: 'entry', audit_key: 'audit_event' }[table] ?? table;
    expect(faults.map((fault) => fault.table)).toContain(named);
    expect(faults.find((fault) => fault.table === named)?.key).not.toBe('');
  });

  it('by the command that looks at everything, too', async () => {
    for (const table of ['attempt', 'evidence']) {
      expect(
        (await faultsWithout(table, { isWhole: true })).map((fault) => fault.table),
        table,
      ).toContain(table);
    }
  });

  it('the last row of a series is missed like the first', async () => {
    for (const table of ['attempt', 'proof', 'mapping_version', 'closed_period']) {
      expect(
        (await faultsWithout(table, { which: 'max' })).map((fault) => fault.table),
        table,
      ).toContain(table);
    }
  });
});

describe('a change of the approval rules', () => {
  it('that nobody has accepted is missed by the update that made it, and names its connection', async () => {
    const [fault, ...more] = await faultsWithout('approval_rule_change', { which: 'max' });
    expect(more, 'control: updates that change no rule have none').toEqual([]);
    expect(fault?.key).toMatch(/^[0-9a-f-]{36} at /);
  });

  it('is not missed of a time in which nobody kept a record of them', async () => {
    const check = REMOVAL_CHECKS.find(({ table }) => table === 'approval_rule_change')!;
    const undone = new Error('undone');
    const found: number[] = [];
    const work = test.database.transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      await session.query(sql`delete from approval_rule_change`);
      found.push((await removalFaults(session, check)).length);
      await session.query(sql`update schema_migration set applied_at = clock_timestamp() where number = 38`);
      found.push((await removalFaults(session, check)).length);
      throw undone;
    });
    await expect(work).rejects.toBe(undone);
    expect(found).toEqual([2, 0]);
  });
});

it('the last of several blocks of rows is missed like the first, and one that is just full is not the last of more', async () => {
  const check = REMOVAL_CHECKS.find(
    ({ table }) => table === 'settlement_row_bucket',
  ) as (typeof REMOVAL_CHECKS)[number];
  const undone = new Error('undone');
  const found: number[] = [];
  const work = test.database.transaction(async (session) => {
    const look = async () => found.push((await removalFaults(session, check)).length);
    await session.query(sql`set local session_replication_role = replica`);
    await session.query(sql`update settlement_row_bucket set row_count = 262144`);
    // Row 1 names the columns, and one is the summary.
    await session.query(sql`update settlement set line_count = 262141`);
    await look();
    await session.query(sql`update settlement set line_count = 262142`);
    await look();
    await session.query(sql`
      insert into settlement_row_bucket (settlement_key, first_row, row_count, bytes)
      select settlement_key, 262144, 1, bytes from settlement_row_bucket`);
    await look();
    await session.query(sql`delete from settlement_row_bucket where first_row = 0`);
    await look();
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  expect(found).toEqual([0, 1, 0, 1]);
});

it('every sealed table misses its rows, or stands among those that need not, with a reason', async () => {
  const sealed = await test.database.query<{ name: string }>(sql`select name from sealed_table order by name`);
  const missed = new Set([
    ...REMOVAL_CHECKS.map(({ table }) => table),
    ...Object.keys(AUDITED),
    'approval',
    'audit_key',
    'entry_line',
    'mapping_text',
    'audit_anchor',
  ]);
  const letBe = Object.keys(MAY_BE_GONE);
  expect(letBe.filter((table) => missed.has(table))).toEqual([]);
  expect(sealed.map(({ name }) => name).filter((name) => !missed.has(name) && !letBe.includes(name))).toEqual([]);
  const names = new Set(sealed.map(({ name }) => name));
  expect([...letBe, ...missed].filter((name) => !names.has(name) && name !== 'audit_anchor')).toEqual([]);
  expect((await referencesOf(test.database)).length).toBeGreaterThan(50);
});
