/** A settlement that comes again with other content: nothing of it is booked by itself, and nothing is booked twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertMove,
  type ConnectionContext,
  type EntryRecord,
  keepSettlement,
  receiveEvidence,
  replaceSettlement,
  reverseSettlement,
  type SettlementRecord,
  syncConnection,
} from '../../src/app/index.ts';
import type { Sha256 } from '../../src/core/index.ts';
import { createBooks, type ProcessIdentity, timeOf } from '../../src/store/index.ts';
import { DIALECTS, type SettlementFacts, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { Crash, Incarnation } from './crash-harness.ts';
import { openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const LATE = { reason: '01', postingDate: null, why: 'Amazon corrected the fee' } as const;
const EFFECTS_MAX = 90;
/** Every effect with LOAD=full; otherwise every fourth, because each costs a settlement that is booked twice. */
const STEP = process.env.LOAD === 'full' ? 1 : 4;

let world: ReversalWorld;
let lives = 0;
beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(() => world.close());

const context = (): ConnectionContext => ({ ...world.context, actor: person });
const settlementOf = ({ origin }: EntryRecord) => world.test.books.getSettlement(origin.key);
const problemsAbout = async ({ settlementId }: SettlementRecord) =>
  (await world.sync()).problems.filter(({ says }) => says.includes(settlementId)).map(({ code }) => code);
const filesOf = async (record: SettlementRecord) =>
  (await world.test.books.listSettlementFiles(record.key)).map(({ state }) => state);
const currentOf = async (record: SettlementRecord) =>
  (await world.test.books.listEntries({ originKey: record.key })).filter(
    ({ isCurrent, entry, state }) => isCurrent && !entry.reversal && state !== 'withdrawn',
  );

/** The same settlement with a storage fee of its own amount; the bytes are stored and read. */
async function issueAgain({ settlementId }: SettlementRecord, fee: string, word = 'Storage Fee'): Promise<Sha256> {
  const facts = smallSettlement(DIALECTS.US);
  const rows = facts.rows.map((row) =>
    row.description === 'Storage Fee' ? { ...row, amount: `-${fee}`, description: word } : row,
  );
  const total = (92.05 - Number(fee)).toFixed(2);
  const changed: SettlementFacts = { ...facts, settlementId, total, rows };
  const chunks = (async function* () {
    yield settlementBytes(changed, DIALECTS.US);
  })();
  const { sha256 } = await world.test.books.putEvidence(chunks, { origin: 'again', contentType: null, headers: {} });
  return sha256;
}
const receive = (sha256: Sha256) => receiveEvidence(context(), sha256, 'again.txt');

/** What SAP's ledger comes to on an account for the settlement, in cents. */
function balances({ settlementId }: SettlementRecord): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { lines } of world.vendors.ledger().filter(({ reference1 }) => reference1 === settlementId)) {
    for (const { glAccount, amount } of lines)
      sums[glAccount] = (sums[glAccount] ?? 0) + Math.round(Number(amount) * 100);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

describe('a settlement that comes again with other content', () => {
  it('waits: both files are kept, nothing moves, and every sync tells it until it is decided', async () => {
    const [entry] = await world.posted();
    const record = await settlementOf(entry!);
    const before = balances(record);
    await expect(receive(await issueAgain(record, '3.00'))).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    expect(await filesOf(record)).toEqual(['used', 'waiting']);
    expect(await problemsAbout(record)).toEqual(['SETTLEMENT_REISSUED']);
    expect([await settlementOf(entry!), balances(record)]).toEqual([record, before]);
  });

  it('that is kept as it is tells no more, not even when the same content comes a third time', async () => {
    const [entry] = await world.posted();
    const record = await settlementOf(entry!);
    const other = await issueAgain(record, '3.00');
    await expect(receive(other)).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    await keepSettlement(context(), record, { why: 'the first one is what was paid' });
    expect(await problemsAbout(record)).toEqual([]);
    expect((await receive(other)).key).toBe(record.key);
    const [, kept] = await world.test.books.listSettlementFiles(record.key);
    expect(kept).toMatchObject({ state: 'left-out', decision: { why: 'the first one is what was paid' } });
    // control: a third content is another question.
    await expect(receive(await issueAgain(record, '4.00'))).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    expect(await filesOf(record)).toEqual(['used', 'left-out', 'waiting']);
    const actions = (await world.test.books.listEvents({ subject: `settlement/${record.key}` })).map((e) => e.action);
    expect(actions).toContain('settlement.file-received');
    expect(actions).toContain('settlement.file-left-out');
  });

  it('and is not sent yet is worked out anew from the file that replaces it', async () => {
    const [entry] = await world.received();
    const record = await settlementOf(entry!);
    const other = await issueAgain(record, '3.00');
    await expect(receive(other)).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    const { settlement, isProposedAgain } = await replaceSettlement(context(), record, { ...LATE, reason: null });
    expect(settlement).toMatchObject({ state: 'proposed', sha256: other, header: { total: { minor: 8905n } } });
    expect(isProposedAgain).toBe(true);
    expect(await filesOf(record)).toEqual(['replaced', 'used']);
    expect((await currentOf(record)).map(({ state }) => state)).toEqual(['proposed']);
    await world.sync();
    expect(await problemsAbout(record)).toEqual([]);
    expect(world.vendors.ledger().filter(({ reference1 }) => reference1 === record.settlementId)).toHaveLength(1);
  });

  it('and is quarantined leaves quarantine with a file that can be booked', async () => {
    const settlementId = '71999999901';
    const bad = await issueAgain({ settlementId } as SettlementRecord, '2.00', 'Fee of Tomorrow');
    const record = await receive(bad);
    expect(record.state).toBe('quarantined');
    await expect(receive(await issueAgain(record, '2.00'))).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    const { settlement } = await replaceSettlement(context(), record, { ...LATE, reason: null });
    expect([settlement.state, settlement.quarantine]).toEqual(['proposed', []]);
  });

  it('and is booked is reversed and booked anew, so that SAP comes to the second file; and back again', async () => {
    const [entry] = await world.posted();
    const record = await settlementOf(entry!);
    const other = await issueAgain(record, '3.00');
    await expect(receive(other)).rejects.toMatchObject({ code: 'SETTLEMENT_REISSUED' });
    const first = balances(record);
    await expect(replaceSettlement(context(), record, { ...LATE, reason: null })).rejects.toMatchObject({
      code: 'REPLACEMENT_NEEDS_REASON',
    });
    expect(await filesOf(record)).toEqual(['used', 'waiting']);
    const done = await replaceSettlement(context(), record, LATE);
    expect([done.problems, done.settlement.sha256, done.settlement.revision]).toEqual([[], other, 1]);
    await world.sync();
    const moved = Object.entries(balances(record)).map(([account, sum]) => sum - (first[account] ?? 0));
    expect(moved.filter((sum) => sum !== 0).sort()).toEqual([-100, 100]);
    expect(await world.test.books.fileOfEntry(entry!.id)).toBe(record.sha256);
    expect(await world.test.books.fileOfEntry((await currentOf(record))[0]!.id)).toBe(other);
    // The replaced file is still there, and may take its place again.
    const now = await world.test.books.getSettlement(record.key);
    await expect(replaceSettlement(context(), now, LATE)).rejects.toMatchObject({ code: 'SETTLEMENT_NOT_REISSUED' });
    await replaceSettlement(context(), now, { ...LATE, digest: record.sha256.slice(0, 12) });
    await world.sync();
    expect(balances(record)).toEqual(first);
    expect(await filesOf(record)).toEqual(['used', 'replaced']);
  });

  it('SETTLEMENT_FILE_UNKNOWN and SETTLEMENT_FILE_AMBIGUOUS: says which files there are', async () => {
    const [entry] = await world.posted();
    const record = await settlementOf(entry!);
    for (const fee of ['3.00', '4.00']) await receive(await issueAgain(record, fee)).catch(() => {});
    await expect(replaceSettlement(context(), record, LATE)).rejects.toMatchObject({
      code: 'SETTLEMENT_FILE_AMBIGUOUS',
    });
    await expect(replaceSettlement(context(), record, { ...LATE, digest: 'zz' })).rejects.toMatchObject({
      code: 'SETTLEMENT_FILE_UNKNOWN',
    });
    expect((await keepSettlement(context(), record, { why: 'neither' })).map(({ state }) => state)).toEqual([
      'left-out',
      'left-out',
    ]);
  });
});

function nextLife(): ConnectionContext {
  lives += 1;
  const life = lives;
  const self: ProcessIdentity = { host: 'simulation', pid: life, startedAt: String(life) };
  const books = createBooks({
    database: world.test.database,
    vault: world.test.vault,
    readTime: timeOf(world.test.clock),
    assertMove,
    processes: { self, stateOf: async (other) => (other.pid === life ? 'alive' : 'dead') },
  });
  return { ...context(), books };
}

async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}

it('a process that dies at any effect of a replacement leaves one that the next sync carries out, once', async () => {
  let diedAt = 0;
  for (let dieAt = 1; dieAt <= EFFECTS_MAX; dieAt += STEP) {
    const [entry] = await world.posted();
    const record = await settlementOf(entry!);
    const other = await issueAgain(record, '3.00');
    await receive(other).catch(() => {});
    const incarnation = new Incarnation(dieAt);
    if (!(await dies(() => replaceSettlement(incarnation.context(nextLife()), record, LATE)))) break;
    diedAt = dieAt;
    const about = `died after effect ${dieAt}: ${incarnation.trace.at(-1)}`;
    await syncConnection(nextLife(), { waitForUnknown: true });
    // Before the wish was on record the file still waits, and the person asks again.
    if ((await filesOf(record)).includes('waiting')) await replaceSettlement(nextLife(), record, LATE);
    await syncConnection(nextLife(), { waitForUnknown: true });
    const after = await world.test.books.getSettlement(record.key);
    expect([after.sha256, after.state], about).toEqual([other, 'proposed']);
    expect(await world.takenBackBy(entry!), about).toHaveLength(1);
    expect(
      (await currentOf(record)).map(({ state }) => state),
      about,
    ).toEqual(['posted']);
    const documents = world.vendors.ledger().filter(({ reference1 }) => reference1 === record.settlementId);
    expect(documents, about).toHaveLength(3);
  }
  expect(diedAt).toBeGreaterThan(12);
  expect((await world.test.books.verifyEverything()).faults).toEqual([]);
}, 240_000);

it('control: the same reversal without another file books the settlement anew from the file it had', async () => {
  const [entry] = await world.posted();
  const record = await settlementOf(entry!);
  const before = balances(record);
  const { settlement } = await reverseSettlement(context(), record, { ...WISH, proposeAgain: true });
  await world.sync();
  expect([settlement.sha256, await filesOf(record), balances(record)]).toEqual([record.sha256, ['used'], before]);
});
