/** Approvals in the store: as many people as the rules ask for stand behind exactly what is sent, whatever happens in between. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Actor,
  type ApprovalRules,
  acceptRuleChanges,
  approveEntry,
  type Connection,
  type EntryRecord,
  type JsonObject,
  mappingInUse,
  refuseEntry,
  type SettlementRecord,
  waitingApprovals,
} from '../../src/app/index.ts';
import { money, sha256Of } from '../../src/core/index.ts';
import { approvalRulesOf, rulesInForce, waitingRuleChanges } from '../../src/entrypoints/approval-settings.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { deskOf } from './desk.ts';
import {
  ANNA,
  addConnection,
  EUR,
  entry,
  line,
  postingKey,
  problemCode,
  proposalOf,
  propose,
  receive,
  SYSTEM_ACTOR,
} from './samples.ts';

const FOUR_EYES: ApprovalRules = { approval: 'automatic', fourEyesAbove: new Map([[EUR, money(EUR, 10_000n)]]) };
const [BEN, CLEO, DORA] = ['ben', 'cleo', 'dora'].map((name): Actor => ({ kind: 'user', name })) as [
  Actor,
  Actor,
  Actor,
];

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

let made = 0;
interface Proposed {
  readonly settlement: SettlementRecord;
  readonly record: EntryRecord;
  readonly number: number;
}

async function proposed(minor = 50_000n, facts: Parameters<typeof proposalOf>[1] = {}): Promise<Proposed> {
  made += 1;
  const number = made;
  const settlement = await receive(test.books, connection, `7${String(number).padStart(6, '0')}`);
  return { settlement, number, record: await proposeAs(settlement, number, minor, facts) };
}

async function proposeAs(
  settlement: SettlementRecord,
  number: number,
  minor: bigint,
  facts = {},
): Promise<EntryRecord> {
  const lines = [line(minor, { buckets: [1] }), line(-minor, { buckets: [2] })];
  await propose(test.books, settlement, proposalOf([entry(postingKey(700 + number), lines)], facts));
  const [record] = await test.books.listEntries({ originKey: settlement.key });
  return record!;
}

const approve = (record: EntryRecord, by: Actor, rules = FOUR_EYES) =>
  approveEntry(deskOf(test.books, rules), record, by, 'looked at');
const refuse = (record: EntryRecord, by: Actor) => refuseEntry(test.books, record, by, 'wrong account');
const stateOf = async ({ id }: EntryRecord) => (await test.books.getEntry(id)).state;
const systemMove = ({ id, digest }: EntryRecord) =>
  test.books.moveEntry({
    id,
    from: 'proposed',
    to: 'approved',
    actor: SYSTEM_ACTOR,
    why: 'automatic',
    approvedDigest: digest,
  });

describe('an entry above the limit of four eyes', () => {
  it('stays proposed until two people have approved it, each with an audit event', async () => {
    const { record } = await proposed();
    expect(await approve(record, ANNA)).toMatchObject({ state: 'proposed' });
    expect(await approve(record, BEN)).toMatchObject({ state: 'approved', approvedDigest: record.digest });
    const said = await test.books.listApprovals({ entryIds: [record.id] });
    expect(said.map(({ person, verdict, digest }) => [person, verdict, digest])).toEqual([
      ['anna', 'approve', record.digest],
      ['ben', 'approve', record.digest],
    ]);
    const events = await test.books.listEvents({ subject: `entry/${record.id}` });
    expect(events.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['entry.approval', 'anna'],
      ['entry.approval', 'ben'],
      ['entry.approved', 'ben'],
    ]);
  });

  it('control: below the limit one person is enough', async () => {
    const { record } = await proposed(10_000n);
    expect(await approve(record, ANNA)).toMatchObject({ state: 'approved' });
  });

  it('APPROVAL_TWICE: the same person does not count twice, under another spelling neither', async () => {
    const { record } = await proposed();
    await approve(record, ANNA);
    expect(await problemCode(approve(record, ANNA))).toBe('APPROVAL_TWICE');
    expect(await problemCode(approve(record, { kind: 'user', name: 'ANNA' }))).toBe('APPROVAL_TWICE');
    expect(await stateOf(record)).toBe('proposed');
  });

  it('approved by one person many times at once counts that person once', async () => {
    const { record } = await proposed();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => approve(record, ANNA)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await test.books.listApprovals({ entryIds: [record.id] })).toHaveLength(1);
    expect(await stateOf(record)).toBe('proposed');
  });

  it('approved by two people at once is approved', async () => {
    const { record } = await proposed();
    await Promise.all([approve(record, ANNA), approve(record, BEN)]);
    expect(await stateOf(record)).toBe('approved');
  });

  it('that is proposed anew with other content begins without approvals, with the same content it keeps them', async () => {
    const { settlement, record, number } = await proposed();
    await approve(record, ANNA);
    const again = async (minor: bigint) => {
      const back = { key: settlement.key, actor: SYSTEM_ACTOR, why: 'again' } as const;
      await test.books.moveSettlement({ ...back, from: 'proposed', to: 'received' });
      return proposeAs(settlement, number, minor);
    };
    const other = await again(60_000n);
    expect(other).toMatchObject({ id: record.id, state: 'proposed' });
    expect(await approve(other, BEN)).toMatchObject({ state: 'proposed' });
    const first = await again(50_000n);
    expect(await approve(first, BEN)).toMatchObject({ state: 'approved' });
  });
});

describe('the schema', () => {
  it('refuses an entry to be approved with fewer people than it says it needs, and what was refused by the system', async () => {
    const { record } = await proposed();
    await approve(record, ANNA);
    const sql = `update entry set state = 'approved', approved_digest = digest, approvals_needed = 2 where id = '${record.id}'`;
    await expect(test.database.pool.query(sql)).rejects.toThrow('needs 2 approvals and has 1');
    await refuse(record, BEN);
    await expect(systemMove(record)).rejects.toThrow('needs 1 approvals and has 0');
    const { record: other } = await proposed(1_000n);
    expect(await systemMove(other)).toMatchObject({ state: 'approved' });
  });

  it('lets nothing of an approval change', async () => {
    for (const statement of ["update approval set person = 'ben'", 'delete from approval', 'truncate approval']) {
      await expect(test.database.pool.query(statement)).rejects.toThrow('append-only');
    }
  });
});

describe('a refusal', () => {
  it('takes an approved entry back before it is sent, voids what was approved, and is told until others approve', async () => {
    const { record } = await proposed();
    await approve(record, ANNA);
    const approved = await approve(record, BEN);
    expect(await refuse(approved, CLEO)).toMatchObject({ state: 'proposed', approvedDigest: null });
    const waiting = async () =>
      (await waitingApprovals(test.books, connection, FOUR_EYES)).find((each) => each.record.id === record.id)!
        .standing;
    expect(await waiting()).toMatchObject({ missing: 2, refusal: { person: 'cleo', why: 'wrong account' } });
    const proposedAgain = await test.books.getEntry(record.id);
    await approve(proposedAgain, ANNA);
    expect(await waiting()).toMatchObject({ missing: 1, refusal: null });
    expect(await approve(proposedAgain, BEN)).toMatchObject({ state: 'approved' });
  });

  it('ENTRY_NOT_REFUSABLE: comes too late once the entry was sent', async () => {
    const { record } = await proposed(1_000n);
    await systemMove(record);
    const sending = { id: record.id, from: 'approved', to: 'sending', actor: SYSTEM_ACTOR, why: 'sent' } as const;
    const sent = await test.books.moveEntry({ ...sending, messageCreatedAt: '2026-11-01T10:00:00Z' });
    expect(await problemCode(refuse(sent, ANNA))).toBe('ENTRY_NOT_REFUSABLE');
  });
});

describe('whoever changed the account table', () => {
  const table = (text: string) => ({ name: 'table.yaml', text });
  const change = (after: number, text: string, author: Actor) =>
    test.books.recordMapping({
      connectionId: connection.id,
      after,
      ...table(text),
      validFrom: null,
      author,
      reason: 'other accounts',
      isApproved: true,
      changes: { added: 0, removed: 0, changed: 1 },
    });
  const made_with = (text: string) => ({ mappingText: text, mappingSha256: sha256Of(text) });

  it('APPROVAL_OWN_MAPPING: does not approve what was made with it, since entries were last booked by an older one', async () => {
    await mappingInUse(test.books, connection, table('first'));
    await change(1, 'second', ANNA);
    await change(2, 'third', BEN);
    const { record } = await proposed(50_000n, made_with('third'));
    for (const by of [ANNA, BEN]) expect(await problemCode(approve(record, by))).toBe('APPROVAL_OWN_MAPPING');
    await approve(record, CLEO);
    expect(await approve(record, DORA)).toMatchObject({ state: 'approved' });
  });

  it('may once entries were booked by it and a later version is in use', async () => {
    const { record: booked } = await proposed(1_000n, made_with('second'));
    await post(booked);
    const { record } = await proposed(50_000n, made_with('third'));
    expect(await approve(record, ANNA)).toMatchObject({ state: 'proposed' });
    expect(await problemCode(approve(record, BEN))).toBe('APPROVAL_OWN_MAPPING');
  });

  it('control: may where the setting says so', async () => {
    const { record } = await proposed(50_000n, made_with('third'));
    expect(await approve(record, BEN, { ...FOUR_EYES, approverNot: 'nobody' })).toMatchObject({ state: 'proposed' });
  });
});

async function post(record: EntryRecord): Promise<EntryRecord> {
  const by = { id: record.id, actor: SYSTEM_ACTOR, why: 'sent' } as const;
  if (record.state === 'proposed') await systemMove(record);
  const messageCreatedAt = '2026-11-01T10:00:00Z';
  const sent = await test.books.moveEntry({ ...by, from: 'approved', to: 'sending', messageCreatedAt });
  const document = { companyCode: record.entry.companyCode, fiscalYear: '2026', sapDocumentNumber: `19${made}` };
  return test.books.moveEntry({ ...by, from: 'sending', to: 'posted', attempt: sent.attempt, document });
}

it('whatever people do and however often the proposal changes, nothing is approved without two people behind its content', async () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('approve' as const), by: fc.constantFrom(ANNA, BEN, CLEO) }),
    fc.record({ what: fc.constant('refuse' as const), by: fc.constantFrom(ANNA, BEN) }),
    fc.record({ what: fc.constant('change' as const), minor: fc.constantFrom(50_000n, 60_000n) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const { settlement, record: first, number } = await proposed();
      const behind = new Map<string, Set<string>>();
      let record = first;
      for (const each of steps) {
        const others = behind.get(record.digest) ?? new Set<string>();
        if (each.what === 'approve') {
          const isOpen = record.state === 'proposed';
          const isKnown = others.has(each.by.name);
          const code = await approve(record, each.by).then(
            () => null,
            ({ code: raised }) => raised,
          );
          expect(code).toBe(isOpen ? (isKnown && others.size < 2 ? 'APPROVAL_TWICE' : null) : 'ENTRY_NOT_OPEN');
          if (isOpen) behind.set(record.digest, others.add(each.by.name));
        } else if (each.what === 'refuse') {
          await refuse(record, each.by);
          behind.set(record.digest, new Set());
        } else if (record.state === 'proposed') {
          const back = { key: settlement.key, actor: SYSTEM_ACTOR, why: 'again' } as const;
          await test.books.moveSettlement({ ...back, from: 'proposed', to: 'received' });
          await proposeAs(settlement, number, each.minor);
        }
        record = await test.books.getEntry(first.id);
        expect(record.state === 'approved').toBe((behind.get(record.digest)?.size ?? 0) >= 2);
      }
    }),
    { numRuns: Number(process.env.SEEDS ?? 12) },
  );
});

describe('who loosens the rules of approval', () => {
  const ON = { fourEyesAbove: { EUR: '100.00' } };
  const OFF = { fourEyesAbove: { EUR: '1000000.00' } };
  const update = (posting: JsonObject, actor: Actor) =>
    test.books.updateConnection(
      connection.id,
      { settings: { ...connection.settings, posting }, secrets: {} },
      actor,
      'w',
    );
  const changes = () => test.books.listRuleChanges(connection.id);
  const rules = async (posting: JsonObject) =>
    rulesInForce(approvalRulesOf({ approval: 'automatic', ...posting }), await changes());
  const waiting = async (posting: JsonObject) =>
    waitingRuleChanges(approvalRulesOf({ approval: 'automatic', ...posting }), await changes());

  it('APPROVAL_RULES_OWN: does not approve alone by them, until another person accepts the change', async () => {
    await update(ON, BEN);
    await update(OFF, ANNA);
    const { record } = await proposed();
    const first = await approveEntry({ books: test.books, rules: await rules(OFF) }, record, ANNA, 'mine');
    expect(first.state).toBe('proposed');
    const accept = async (actor: Actor) =>
      acceptRuleChanges(test.books, connection, await waiting(OFF), { actor, why: 'agreed' });
    expect(await problemCode(accept({ kind: 'user', name: ' Anna' }))).toBe('APPROVAL_RULES_OWN');
    const { sequence } = (await changes()).at(-1)!;
    // Whatever the program believes, the database takes nobody's own word.
    const own = { connectionId: connection.id, sequences: [sequence], actor: ANNA, why: 'mine' };
    await expect(test.books.acceptRuleChanges(own)).rejects.toThrow(/another person/);
    await accept(BEN);
    expect((await rules(OFF)).formerly).toBeUndefined();
    expect(await problemCode(accept(BEN))).toBe('APPROVAL_RULES_NOT_WAITING');
  });

  it('control: who makes them stricter, or changes something else, waits for nobody', async () => {
    const before = (await changes()).length;
    await update({ ...OFF, quietPeriodSeconds: 7 }, ANNA);
    expect(await changes()).toHaveLength(before);
    await update(ON, ANNA);
    expect(await waiting(ON)).toEqual([]);
  });
});
