/** What a sync does with what SAP's master data says, through the real adapter, the real store and the pretend SAP. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addFault, type GlAccount } from '../../sim/sap/index.ts';
import {
  approveSettlement,
  type ConnectionContext,
  type EntryRecord,
  postOneEntry,
  simulateSettlement,
  syncConnection,
  validateTable,
} from '../../src/app/index.ts';
import { Problem } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { accountTable, startVendors, type Vendors } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const SALES = '0041000000';

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;
beforeEach(async () => {
  vendors = await startVendors({ seed: 'simulation' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
});
afterEach(async () => {
  await vendors.close();
  await test.close();
});

const sync = (change: Partial<ConnectionContext> = {}) =>
  syncConnection({ ...context, ...change }, { waitForUnknown: true });
const required = (): Partial<ConnectionContext> => ({ simulation: { ...context.simulation!, mode: 'required' } });
const states = async () => new Set((await test.books.listEntries()).map(({ state }) => state));

function setSales(change: Partial<GlAccount>): void {
  const accounts = vendors.sap.world.glAccounts as Map<string, GlAccount>;
  accounts.set(`YCOA/${SALES}`, { ...accounts.get(`YCOA/${SALES}`)!, ...change });
}

async function approveAll(): Promise<readonly EntryRecord[]> {
  for (const settlement of await test.books.listSettlements()) {
    await approveSettlement(deskOf(test.books), settlement, person, 'all the same');
  }
  return test.books.listEntries();
}

it('control: the pretend world has no finding, settlement by settlement and for the whole account table', async () => {
  await sync({ posting: { ...context.posting, approval: 'review' } });
  const on = { ...context, masterData: context.simulation! };
  const settlements = await test.books.listSettlements({ state: 'proposed' });
  expect(settlements.length).toBeGreaterThan(1);
  for (const settlement of settlements) {
    const { findings } = await simulateSettlement(on, settlement);
    expect(findings.filter(({ code }) => code !== 'SIMULATION_NOT_OFFERED')).toEqual([]);
  }
  const { findings } = await validateTable(on, accountTable);
  expect(findings.filter(({ code }) => code !== 'SIMULATION_NOT_OFFERED')).toEqual([]);
});

it('SIMULATION_FAILED: nothing with a fault is approved or sent, the entry lists every fault, each sync tells it', async () => {
  setSales({ blockedForPosting: true });
  const first = await sync();
  const again = await sync();
  expect(vendors.ledger()).toEqual([]);
  expect(await states()).toEqual(new Set(['proposed']));
  const [entry] = await test.books.listEntries();
  expect(entry?.problem).toMatchObject({
    code: 'SIMULATION_FAILED',
    kind: 'rejected',
    says: expect.stringMatching(/^SAP would refuse entry AMZ\w+ for 1 fault in line \d+: [^A]*G\/L account/),
    next: expect.stringMatching(
      /^Put it right in the account table or in SAP, then sync again: seller-ledger sync \w+$/,
    ),
    data: expect.stringContaining('SIMULATION_GL_ACCOUNT_BLOCKED'),
  });
  expect(first.problems.map(({ code }) => code)).toContain('SIMULATION_FAILED');
  expect(again.problems).toEqual(first.problems);
  const history = await test.books.listEvents({ subject: `entry/${entry!.id}` });
  expect(history.map(({ action }) => action)).toEqual(['entry.annotate']);
});

it('books by itself as soon as the fault was put right in SAP, with the problem gone', async () => {
  setSales({ blockedForPosting: true });
  await sync();
  setSales({ blockedForPosting: false });
  await vendors.clock.sleep(6_000);
  const report = await sync();
  expect(report.problems).toEqual([]);
  expect(report.entries.every(({ state, problem }) => state === 'posted' && problem === null)).toBe(true);
});

it('proposes anew from an account table that was put right, and books that', async () => {
  setSales({ blockedForPosting: true });
  await sync();
  const text = accountTable.text.replaceAll('41000000', '41001100');
  const report = await sync({ table: readAccountTable({ name: 'mended', text }) });
  expect(report.entries.length).toBeGreaterThan(1);
  expect(report.entries.every(({ state }) => state === 'posted')).toBe(true);
});

it('a person may approve all the same, and then SAP decides', async () => {
  setSales({ blockedForPosting: true });
  await sync();
  await approveAll();
  setSales({ blockedForPosting: false });
  const report = await sync();
  expect(report.entries.every(({ state, problem }) => state === 'posted' && problem === null)).toBe(true);
});

it('but nothing with a fault is sent where the connection requires the simulation, whoever approved it', async () => {
  setSales({ blockedForPosting: true });
  await sync(required());
  const [entry] = await approveAll();
  const report = await sync(required());
  expect(vendors.ledger()).toEqual([]);
  expect(report.problems.map(({ code }) => code)).toContain('SIMULATION_FAILED');
  await expect(
    postOneEntry({ ...context, ...required() }, (await test.books.getEntry(entry!.id))!),
  ).rejects.toMatchObject({
    code: 'SIMULATION_FAILED',
  });
  setSales({ blockedForPosting: false });
  await vendors.clock.sleep(6_000);
  const mended = await sync(required());
  expect(mended.entries.every(({ state }) => state === 'posted')).toBe(true);
});

it('SAP that gives no master data stops nothing, unless the connection requires it: SIMULATION_INCOMPLETE', async () => {
  const { system, kinds } = context.simulation!.source;
  const read = async () => {
    throw new Problem({ code: 'SAP_READ_UNAVAILABLE', kind: 'unavailable', says: 'Not now.', next: 'Wait.' });
  };
  const silent = (mode: 'when-possible' | 'required') => ({
    simulation: { ...context.simulation!, mode, source: { system, kinds, read } },
  });
  const held = await sync(silent('required'));
  expect(held.problems.map(({ code, kind }) => `${code} ${kind}`)).toContain('SIMULATION_INCOMPLETE unavailable');
  expect(vendors.ledger()).toEqual([]);
  const booked = await sync(silent('when-possible'));
  expect(booked.problems).toEqual([]);
  expect(booked.entries.every(({ state }) => state === 'posted')).toBe(true);
});

it('a SAP in maintenance gives no master data either, and is left alone: SAP_PAUSED', async () => {
  addFault(vendors.sap.world.faults, { kind: 'maintenance', on: 'odata', times: 4 });
  const paused = await sync();
  expect(paused.problems.map(({ code }) => code)).toContain('SAP_PAUSED');
  expect(vendors.ledger()).toEqual([]);
});

it('asks SAP for master data once a day, not once a sync', async () => {
  await sync({ posting: { ...context.posting, approval: 'review' } });
  const { source } = context.simulation!;
  const asked: string[] = [];
  const counting = {
    ...source,
    read: (...[question, signal]: Parameters<typeof source.read>) => {
      asked.push(question.kind);
      return source.read(question, signal);
    },
  } as typeof source;
  const simulation = { ...context.simulation!, source: counting };
  const review = { simulation, posting: { ...context.posting, approval: 'review' as const } };
  await sync(review);
  expect(asked).toEqual([]);
  await vendors.clock.sleep(24 * 3_600_000 + 1);
  await sync(review);
  expect(asked.sort()).toEqual(['company-codes', 'cost-centers', 'gl-accounts', 'profit-centers']);
});
