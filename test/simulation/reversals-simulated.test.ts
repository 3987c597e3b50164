/** What the simulation says of an account does not keep a wrong document in the books, and a sync tells both sides of a reversal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveEntry, type EntryRecord, reverseEntry, simulateSettlement } from '../../src/app/index.ts';
import { deskOf } from '../store/desk.ts';
import { awayFor, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';

const person = { kind: 'user', name: 'accountant' } as const;
const DAY_MS = 86_400_000;

let world: ReversalWorld;
beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(() => world.close());

const required = () => ({ simulation: { ...world.context.simulation!, mode: 'required' as const } });
const again = ({ id }: EntryRecord) => world.test.books.getEntry(id);
const reversedWhileAway = (entry: EntryRecord) =>
  reverseEntry({ ...world.context, actor: person, ledger: awayFor(world.context.ledger) }, entry, WISH);

/** Somebody blocks an account in SAP, and what was read of it is out of date. */
async function block(isBlocked: boolean): Promise<void> {
  const accounts = world.vendors.sap.world.glAccounts;
  const key = 'YCOA/0041000000';
  accounts.set(key, { ...accounts.get(key)!, blockedForPosting: isBlocked });
  await world.vendors.clock.sleep(2 * DAY_MS);
}

it('a reversal found to be made by hand is told with the entry that is reversed', async () => {
  const [entry] = await world.posted();
  await reversedWhileAway(entry!);
  world.reverseInSap(entry!);
  const { entries } = await world.sync();
  const states = new Map(entries.map((each) => [each.entry.postingKey, each.state]));
  const [reversal] = await world.test.books.listReversals(entry!.id);
  expect(states.get(entry!.entry.postingKey)).toBe('reversed');
  expect(states.get(reversal!.entry.postingKey)).toBe('withdrawn');
});

it('a reversal is sent where the connection requires the simulation, also beside an entry with a fault', async () => {
  const [entry] = await world.posted();
  await reversedWhileAway(entry!);
  const [other] = await world.received();
  await approveEntry(deskOf(world.test.books), other!, person, 'ok');
  await block(true);
  const { problems } = await world.sync(required());
  expect(await again(entry!)).toMatchObject({ state: 'reversed' });
  expect(await world.takenBackBy(entry!)).toHaveLength(1);
  // control: an entry that is no reversal waits.
  expect(await again(other!)).toMatchObject({ state: 'approved', problem: { code: 'SIMULATION_FAILED' } });
  expect(problems.map(({ code }) => code)).toContain('SIMULATION_FAILED');
  await block(false);
  await world.sync(required());
  expect(await again(other!)).toMatchObject({ state: 'posted' });
});

it('NOTHING_TO_SIMULATE: what is booked, and what reverses it, is not asked about', async () => {
  const [posted] = await world.posted();
  await reversedWhileAway(posted!);
  const settlement = await world.test.books.getSettlement(posted!.origin.key);
  const context = { ...world.context, masterData: world.context.simulation! };
  await expect(simulateSettlement(context, settlement)).rejects.toMatchObject({ code: 'NOTHING_TO_SIMULATE' });
  const [open] = await world.received();
  const result = await simulateSettlement(context, await world.test.books.getSettlement(open!.origin.key));
  expect(result.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('an entry that may be sent is checked before it is approved, whatever stood in its way before', async () => {
  const [entry] = await world.received();
  const problem = { code: 'RELINK_TOO_EARLY', kind: 'unavailable', says: 'Too early.', next: 'Wait.' } as const;
  await world.test.books.annotateEntry({ id: entry!.id, state: 'proposed', actor: person, problem });
  await block(true);
  await world.sync();
  expect(await again(entry!)).toMatchObject({ state: 'proposed', problem: { code: 'SIMULATION_FAILED' } });
  await block(false);
  await world.sync();
  expect(await again(entry!)).toMatchObject({ state: 'posted' });
});
