/** Customers and a SAP that is away: what its answers say of it as a whole is heeded by the run and kept for everybody. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import { type BusinessPartners, SYSTEM } from '../../src/app/index.ts';
import { marketplaces } from '../../src/mapping/index.ts';
import {
  type CustomerBooks,
  type CustomerKit,
  FRANCE,
  GERMANY,
  keyOf,
  openCustomerBooks,
  openCustomerKit,
} from './customer-kit.ts';

const EVERYWHERE = marketplaces().map(({ id }) => id);

let books: CustomerBooks;
beforeAll(async () => {
  books = await openCustomerBooks();
});
afterAll(() => books.test.close());
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
  // The next test has a SAP of its own behind the same connection.
  await books.test.books.endSapPause(books.connection.id, SYSTEM, 'the next test begins');
});
async function open(world: Parameters<typeof openCustomerKit>[0] = {}): Promise<CustomerKit> {
  const kit = await openCustomerKit(world, books);
  opened.push(kit);
  return kit;
}

describe('an answer that speaks of SAP as a whole', () => {
  /** SAP answers creations so; how many there were is counted. */
  function away(kit: CustomerKit, fault: Fault) {
    const { partners } = kit.context;
    const sent: number[] = [];
    const create: BusinessPartners['create'] = (...args) => {
      sent.push(kit.clock.nowMs());
      addFault(kit.sap.world.faults, fault);
      return partners.create(...args);
    };
    return { sent, partners: { ...partners, create } };
  }
  const pauseOf = ({ context: { books, connection } }: CustomerKit) => books.sapPauseOf(connection.id);

  it('in maintenance, which one more look confirms, begins a pause, and no other customer is sent', async () => {
    const kit = await open();
    const { sent, partners } = away(kit, { kind: 'maintenance', on: 'odata', times: 50 });
    const report = await kit.run({ partners, takesPartIn: EVERYWHERE });
    expect(sent).toHaveLength(1);
    expect(report.problems.map(({ code }) => code)).toContain('SAP_PAUSED');
    expect(await pauseOf(kit)).toMatchObject({ looks: 1 });
  });

  it('that names a long time begins a pause until then, without another look', async () => {
    const kit = await open();
    const { sent, partners } = away(kit, { kind: 'throttle', on: 'odataWrite', retryAfterS: 7_200 });
    await kit.run({ partners, takesPartIn: EVERYWHERE });
    expect(sent).toHaveLength(1);
    const pause = await pauseOf(kit);
    expect(Date.parse(pause!.until) - kit.clock.nowMs()).toBe(7_200_000);
  });

  it('that names a short time is waited for before the next customer is sent', async () => {
    const kit = await open();
    const { sent, partners } = away(kit, { kind: 'throttle', on: 'odataWrite', retryAfterS: 7 });
    await kit.run({ partners, takesPartIn: [GERMANY, FRANCE] });
    expect(sent).toHaveLength(2);
    expect(sent[1]! - sent[0]!).toBeGreaterThanOrEqual(7_000);
    expect(await pauseOf(kit)).toBeUndefined();
  });

  it('control: one page of a gateway alone begins no pause, and the others are created', async () => {
    const kit = await open();
    const { partners } = kit.context;
    let isPlanted = false;
    const create: BusinessPartners['create'] = (...args) => {
      if (!isPlanted) addFault(kit.sap.world.faults, { kind: 'maintenance', on: 'odataWrite' });
      isPlanted = true;
      return partners.create(...args);
    };
    const report = await kit.run({ partners: { ...partners, create }, takesPartIn: [GERMANY, FRANCE] });
    expect(report.problems).toMatchObject([{ code: 'SAP_ANSWER_FAILED' }]);
    expect(report.created).toBe(1);
    expect(await pauseOf(kit)).toBeUndefined();
  });

  it('begins a pause also where it answers a look', async () => {
    const kit = await open();
    addFault(kit.sap.world.faults, { kind: 'maintenance', on: 'odata', times: 50 });
    expect((await kit.run({ takesPartIn: EVERYWHERE })).problems.map(({ code }) => code)).toEqual(['SAP_PAUSED']);
    expect(await pauseOf(kit)).toMatchObject({ looks: 1 });
  });
});

it('SAP_PAUSED: during a pause of SAP no customer is looked up or written', async () => {
  const kit = await open();
  const { books, connection, actor } = kit.context;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const problem = { code: 'SAP_HTML_PAGE', kind: 'unavailable', says: 'Maintenance.', next: 'Wait.' } as const;
  await books.pauseSap(connection.id, { problem, until, looks: 1 }, actor);
  await expect(kit.run()).rejects.toMatchObject({ code: 'SAP_PAUSED', kind: 'unavailable' });
  expect(kit.rows('A_BusinessPartner').filter((row) => row.BusinessPartnerIDByExtSystem === keyOf(GERMANY))).toEqual(
    [],
  );
  await books.endSapPause(connection.id, actor, 'SAP works');
  expect(await kit.run()).toMatchObject({ created: 1 });
});
