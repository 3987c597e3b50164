/** One customer in SAP, whatever crashes, gets lost or happens twice. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import {
  adoptCustomer,
  type BusinessPartners,
  type ConnectionId,
  type CustomerContext,
  customersLeaseOf,
  SYSTEM,
} from '../../src/app/index.ts';
import { marketplaces } from '../../src/mapping/index.ts';
import { ANNA } from '../store/samples.ts';
import {
  type CustomerBooks,
  type CustomerKit,
  FRANCE,
  GERMANY,
  germany,
  keyOf,
  openCustomerBooks,
  openCustomerKit,
  QUIET_MS,
} from './customer-kit.ts';

let books: CustomerBooks;
beforeAll(async () => {
  books = await openCustomerBooks();
});
afterAll(() => books.test.close());
const opened: CustomerKit[] = [];
afterEach(async () => {
  for (const kit of opened.splice(0)) await kit.close();
  // The next test has a SAP of its own behind the same connection.
  await books.test.books.endSapPause(books.connection.id, SYSTEM, 'the next test begins');
});
async function open(world: Parameters<typeof openCustomerKit>[0] = {}): Promise<CustomerKit> {
  const kit = await openCustomerKit(world, books);
  opened.push(kit);
  return kit;
}

/** How many business partners SAP holds that this program could have made. */
function made(kit: CustomerKit): number {
  return kit.rows('A_BusinessPartner').filter((row) => String(row.BusinessPartnerIDByExtSystem).startsWith('AMZ'))
    .length;
}

/** The fault strikes the creation, not the look before it. */
function faultAtCreation(kit: CustomerKit, fault: Fault): BusinessPartners {
  const { partners } = kit.context;
  let isPlanted = false;
  return {
    ...partners,
    create: (...args) => {
      if (!isPlanted) addFault(kit.sap.world.faults, { on: 'odata', ...fault });
      isPlanted = true;
      return partners.create(...args);
    },
  };
}

class Crash extends Error {}

/** The same context, whose process ends before or after its effect number `at`: from then on nothing of it does anything. */
function crashing(context: CustomerContext, at: number, when: 'before' | 'after') {
  const state = { effects: 0, isDead: false };
  const effect =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (state.isDead) throw new Crash();
      state.effects += 1;
      const isLast = state.effects === at;
      if (isLast && when === 'before') {
        state.isDead = true;
        throw new Crash();
      }
      const result = await work(...args);
      if (isLast) state.isDead = true;
      if (state.isDead) throw new Crash();
      return result;
    };
  const { books, partners } = context;
  return {
    state,
    context: {
      ...context,
      books: {
        ...books,
        wantCustomers: effect(books.wantCustomers),
        moveCustomer: effect(books.moveCustomer),
        noteCustomer: effect(books.noteCustomer),
      },
      partners: { ...partners, create: effect(partners.create), revise: effect(partners.revise) },
    } satisfies CustomerContext,
  };
}

describe('a crash', () => {
  it.each(['before', 'after'] as const)(
    '%s any effect leaves one customer per marketplace after the next runs',
    async (when) => {
      const kit = await open();
      let at = 1;
      // Each round has customers of its own, so that one database serves all of them.
      for (; at <= 30; at += 1) {
        const sellerAccount = `SELLER${at}`;
        const connection = { ...kit.context.connection, sellerAccount };
        const change = { connection, sapSystem: `crash.test/${when}/${at}`, takesPartIn: [GERMANY] };
        const before = made(kit);
        const { state, context } = crashing(kit.with(change), at, when);
        const first = await kit.run(context).catch((thrown: unknown) => thrown);
        if (!state.isDead) {
          expect(first).toMatchObject({ created: 1, problems: [] });
          break;
        }
        await kit.run(change);
        await kit.clock.sleep(QUIET_MS);
        expect(await kit.run(change)).toMatchObject({ problems: [] });
        expect(made(kit) - before, `crash ${when} effect ${at}`).toBe(1);
        const again = await kit.run(change);
        expect(again).toMatchObject({ created: 0, adopted: 0, changed: 0, unchanged: 1, problems: [] });
      }
      expect(at).toBeGreaterThan(5);
      expect(at).toBeLessThan(30);
    },
    60_000,
  );
});

describe('a network and a SAP that fail all the time', () => {
  it.each(['one', 'two'])(
    'end with one customer for each marketplace when there are enough runs, seed %s',
    async (seed) => {
      const kit = await open({ seed });
      const fault = (kind: Fault['kind'], probability: number, more: Partial<Fault> = {}) =>
        addFault(kit.sap.world.faults, { kind, on: 'odata', probability, ...more });
      fault('dropReply', 0.08);
      fault('dropRequest', 0.04);
      fault('cutReply', 0.04);
      fault('truncateReply', 0.03);
      fault('csrfRequired', 0.05);
      fault('sessionLost', 0.03);
      fault('throttle', 0.04, { retryAfterS: 5 });
      fault('maintenance', 0.02);
      const takesPartIn = [GERMANY, FRANCE, 'APJ6JRA9NG5V4', 'A1RKKUPIHCS9HS', 'A1805IZSGTT6HS', 'AMEN7PMS3EDWL'];
      let runs = 0;
      let lost = 0;
      for (; runs < 80; runs += 1) {
        const city = runs < 3 ? 'Berlin' : 'Bonn';
        const { problems } = await kit.run({ takesPartIn, rules: germany({ city }) });
        expect(problems.filter(({ kind }) => kind === 'conflict' || kind === 'defect')).toEqual([]);
        lost += problems.filter(({ kind }) => kind === 'unknown').length;
        await kit.clock.sleep(QUIET_MS);
        if (problems.length === 0 && runs > 3) break;
      }
      expect(runs).toBeLessThan(80);
      // control: answers did get lost.
      expect(lost).toBeGreaterThan(0);
      expect(made(kit)).toBe(6);
      const records = await kit.context.books.listCustomers({ sapSystem: kit.context.sapSystem });
      expect(records.map(({ state, edited }) => [state, ...edited])).toEqual(records.map(() => ['kept']));
      expect(records).toHaveLength(6);
      const cities = kit.rows('A_BusinessPartnerAddress').map(({ CityName }) => CityName);
      expect(cities.filter((city) => city === 'Bonn')).toHaveLength(1);
    },
    30_000,
  );

  it('control: who sends again without looking ends with more', async () => {
    const kit = await open();
    const { partners } = kit.context;
    const blind: BusinessPartners = { ...faultAtCreation(kit, { kind: 'dropReply' }), find: async () => [] };
    const { create } = blind;
    const impatient: BusinessPartners = {
      ...blind,
      create: async (...args) => {
        const first = await create(...args);
        return first.outcome === 'created' ? first : partners.create(...args);
      },
    };
    await kit.run({ partners: impatient });
    expect(made(kit)).toBe(2);
  });
});

describe('a crash within a change', () => {
  it('leaves nothing by half after the next run, and takes nothing of ours for a person’s', async () => {
    const kit = await open();
    const wanted = (city: string, name: string) =>
      germany({ city, name, email: `${city}@amazon.example`, phone: name });
    await kit.run({ rules: germany({ city: 'Berlin', name: 'Amazon', email: 'old@amazon.example' }) });
    const { partners } = kit.context;
    let writes = 0;
    for (let at = 1; at <= 4; at += 1) {
      const rules = wanted(`City-${at}`, `Amazon ${at}`);
      writes = 0;
      const dying: BusinessPartners = {
        ...partners,
        revise: (partner, decide, limits) =>
          partners.revise(partner, decide, {
            leaveByMs: () => {
              writes += 1;
              if (writes === at) throw new Crash();
              return limits.leaveByMs();
            },
          }),
      };
      await expect(kit.run({ partners: dying, rules })).rejects.toThrow();
      expect(await kit.run({ rules: wanted(`Town-${at}`, `Firm ${at} 99`) })).toMatchObject({
        changed: 1,
        problems: [],
      });
      expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: `Town-${at}` }]);
      expect(kit.rows('A_BusinessPartner').at(-1)).toMatchObject({ OrganizationBPName1: `Firm ${at} 99` });
      expect(kit.rows('A_AddressEmailAddress')).toMatchObject([{ EmailAddress: `Town-${at}@amazon.example` }]);
      expect(kit.rows('A_AddressPhoneNumber')).toMatchObject([{ PhoneNumber: `${at}99` }]);
    }
  });
});

describe('a lost answer', () => {
  it('CUSTOMER_CREATION_UNKNOWN: is looked up by the key and adopted, not created again', async () => {
    const kit = await open();
    const first = await kit.run({ partners: faultAtCreation(kit, { kind: 'dropReply' }) });
    expect(first).toMatchObject({ created: 0, problems: [{ code: 'SAP_ANSWER_LOST', kind: 'unknown' }] });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'unknown', attempt: 1 });
    // control: SAP has it although nobody was told.
    expect(made(kit)).toBe(1);
    expect(await kit.run()).toMatchObject({ created: 0, adopted: 1, unchanged: 0, problems: [] });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'kept', attempt: 1, customerNumber: '1000000' });
    expect(made(kit)).toBe(1);
  });

  it('of a creation that never arrived is waited for until the quiet period is over, and then it is sent again', async () => {
    const kit = await open();
    const first = await kit.run({ partners: faultAtCreation(kit, { kind: 'dropRequest' }) });
    expect(first.problems).toMatchObject([{ code: 'SAP_ANSWER_LOST' }]);
    expect(made(kit)).toBe(0);
    await kit.clock.sleep(QUIET_MS - 1_000);
    expect(await kit.run()).toMatchObject({ created: 0, problems: [{ code: 'CUSTOMER_CREATION_UNKNOWN' }] });
    expect(made(kit)).toBe(0);
    await kit.clock.sleep(1_000);
    expect(await kit.run()).toMatchObject({ created: 1, problems: [] });
    expect(made(kit)).toBe(1);
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'kept', attempt: 2 });
  });

  it('of a change does not make our own value look like a person’s', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const { partners } = kit.context;
    const losing: BusinessPartners = {
      ...partners,
      revise: (partner, decide, limits) =>
        partners.revise(partner, decide, {
          leaveByMs: () => {
            addFault(kit.sap.world.faults, { on: 'odata', kind: 'dropReply' });
            return limits.leaveByMs();
          },
        }),
    };
    const lost = await kit.run({ partners: losing, rules: germany({ city: 'Hamburg' }) });
    expect(lost).toMatchObject({ changed: 0, problems: [{ code: 'SAP_ANSWER_LOST' }] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Hamburg' }]);
    const next = await kit.run({ rules: germany({ city: 'Köln' }) });
    expect(next).toMatchObject({ changed: 1, problems: [] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Köln' }]);
    // control: a value that nobody of us wrote stays.
    kit.edit('A_BusinessPartnerAddress', { CityName: 'Bonn' });
    expect((await kit.run({ rules: germany({ city: 'Hamburg' }) })).problems).toMatchObject([
      { code: 'CUSTOMER_EDITED_IN_SAP' },
    ]);
  });
});

describe('a key map that was lost', () => {
  it('is made anew from SAP by the keys: nothing is created, and nothing is changed that may be a person’s', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    kit.edit('A_BusinessPartnerAddress', { CityName: 'Potsdam' });
    const report = await kit.run({ sapSystem: 'another/name', rules: germany({ city: 'Berlin' }) });
    expect(report).toMatchObject({ created: 0, adopted: 1, problems: [{ code: 'CUSTOMER_EDITED_IN_SAP' }] });
    expect(made(kit)).toBe(1);
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Potsdam' }]);
  });
});

describe('two business partners under one key', () => {
  it('CUSTOMER_TWICE: none is chosen by itself; a person says which one, and only one customer may have it', async () => {
    const kit = await open();
    await kit.run({ takesPartIn: [GERMANY, FRANCE] });
    kit.edit('A_BusinessPartner', { BusinessPartnerIDByExtSystem: keyOf(GERMANY) });
    const report = await kit.run({ sapSystem: 'after/loss' });
    expect(report).toMatchObject({ created: 0, adopted: 0, problems: [{ code: 'CUSTOMER_TWICE' }] });
    const context = kit.with({ sapSystem: 'after/loss', actor: ANNA });
    const [record] = await kit.context.books.listCustomers({ sapSystem: 'after/loss' });
    expect(record).toMatchObject({ state: 'conflict', partnerNumber: null });
    await expect(adoptCustomer(context, record!, { partnerNumber: 'no number', why: 'x' })).rejects.toMatchObject({
      code: 'CUSTOMER_NUMBER_INVALID',
    });
    const adopted = await adoptCustomer(context, record!, { partnerNumber: '0001000000', why: 'the older one' });
    expect(adopted).toEqual({
      customer: expect.objectContaining({ state: 'kept', partnerNumber: '1000000' }),
      nameInSap: 'Amazon.de',
    });
    // The other one is still there, and that is said until somebody puts it right.
    expect((await kit.run({ sapSystem: 'after/loss' })).problems).toMatchObject([
      { code: 'CUSTOMER_TWICE', says: expect.stringContaining('Number 1000000 stays') },
    ]);
    const [other] = (await kit.context.books.listCustomers({ sapSystem: kit.context.sapSystem })).filter(
      ({ reference }) => reference === FRANCE,
    );
    await expect(adoptCustomer(kit.context, other!, { partnerNumber: '1000000', why: 'x' })).rejects.toMatchObject({
      code: 'CUSTOMER_NUMBER_TAKEN',
    });
    expect(made(kit)).toBeGreaterThan(1);
  });

  it('CUSTOMER_NUMBER_DIFFERS, CUSTOMER_GONE: a number of the key map is not given up by itself', async () => {
    const kit = await open();
    await kit.run();
    const record = await kit.record(keyOf(GERMANY));
    const findAs = (number: string | null): BusinessPartners => ({
      ...kit.context.partners,
      find: async () =>
        number === null ? [] : [{ partnerNumber: number, customerNumber: number, isBlocked: false, carriesKey: true }],
    });
    expect((await kit.run({ partners: findAs('9') })).problems).toMatchObject([{ code: 'CUSTOMER_NUMBER_DIFFERS' }]);
    expect((await kit.run({ partners: findAs(null) })).problems).toMatchObject([{ code: 'CUSTOMER_GONE' }]);
    expect(await kit.record(record.key)).toMatchObject({ state: 'kept', partnerNumber: '1000000' });
    expect(await kit.run()).toMatchObject({ unchanged: 1, problems: [] });
    expect(await kit.record(record.key)).toMatchObject({ problem: null });
  });

  it('CUSTOMER_BLOCKED: one that SAP blocks is told and not touched', async () => {
    const kit = await open();
    await kit.run();
    const { partners } = kit.context;
    const blocked: BusinessPartners = {
      ...partners,
      find: async (...args) => (await partners.find(...args)).map((found) => ({ ...found, isBlocked: true })),
    };
    const report = await kit.run({ partners: blocked, rules: germany({ city: 'Berlin' }) });
    expect(report).toMatchObject({ changed: 0, problems: [{ code: 'CUSTOMER_BLOCKED' }] });
  });
});

describe('a customer that comes after its business partner', () => {
  it('is waited for a little', async () => {
    const kit = await open({ customerDelayMs: 2_000 });
    expect(await kit.run()).toMatchObject({ created: 1, problems: [] });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ customerNumber: '1000000' });
  });

  it('CUSTOMER_NUMBER_PENDING: and when that is too short, the next run finds it', async () => {
    const kit = await open({ customerDelayMs: 60_000 });
    expect(await kit.run()).toMatchObject({ created: 1, problems: [{ code: 'CUSTOMER_NUMBER_PENDING' }] });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'kept', customerNumber: null });
    await kit.clock.sleep(60_000);
    expect(await kit.run()).toMatchObject({ created: 0, unchanged: 1, problems: [] });
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ customerNumber: '1000000' });
    expect(made(kit)).toBe(1);
  });
});

describe('what SAP refuses', () => {
  it('CUSTOMER_REFUSED: is shown in SAP’s words with our next step, and tried again when the cause may be gone', async () => {
    const kit = await open();
    const rules = {
      companyCodes: [{ companyCode: '1010', reconciliationAccount: '99999999', paymentTerms: null, salesAreas: [] }],
    };
    const report = await kit.run({ rules });
    expect(report).toMatchObject({ created: 0, problems: [{ code: 'CUSTOMER_REFUSED', kind: 'rejected' }] });
    expect(report).toMatchObject({ adopted: 0, changed: 0, unchanged: 0, refused: 1, open: 0 });
    expect(report.problems[0]?.says).toMatch(/^Amazon\.de: SAP refuses the customer: .*99999999/);
    expect(report.problems[0]?.next).not.toMatch(/\bNAME\b/);
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({
      state: 'refused',
      intended: {},
      problem: { code: 'CUSTOMER_REFUSED' },
    });
    expect(await kit.run()).toMatchObject({ created: 1, problems: [] });
    expect(made(kit)).toBe(1);
  });

  it('one after the other ends the run: it is not the customer', async () => {
    const kit = await open();
    const rules = { grouping: 'NONE' };
    const report = await kit.run({ rules, takesPartIn: marketplaces().map(({ id }) => id) });
    const states = (await kit.context.books.listCustomers({ sapSystem: kit.context.sapSystem })).map(
      ({ state }) => state,
    );
    expect(report.problems.filter(({ kind }) => kind === 'rejected')).toHaveLength(5);
    // Each customer is counted once, those behind the end of the run as well.
    expect(report).toMatchObject({ created: 0, refused: 5, open: states.length - 5 });
    expect(states.filter((state) => state === 'refused')).toHaveLength(5);
    expect(states.filter((state) => state === 'wanted').length).toBeGreaterThan(5);
  });

  it('an SAP that cannot be worked with ends the run at once, and nothing is thought to be sent', async () => {
    const kit = await open();
    addFault(kit.sap.world.faults, { kind: 'maintenance', on: 'odata', times: 50 });
    const report = await kit.run({ takesPartIn: [GERMANY, FRANCE] });
    expect(report.problems).toHaveLength(1);
    expect(report.problems[0]?.kind).toBe('unavailable');
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'wanted', attempt: 0 });
  });

  it('a user that may not write ends the run: nobody is created, and that is certain', async () => {
    const kit = await open();
    const { partners } = kit.context;
    const forbidden: BusinessPartners = {
      ...partners,
      create: async () => ({
        outcome: 'unavailable',
        problem: { code: 'SAP_NOT_AUTHORISED', kind: 'rejected', says: 'The user may not.', next: 'Let it.' },
      }),
    };
    const report = await kit.run({ partners: forbidden, takesPartIn: [GERMANY, FRANCE] });
    expect(report.problems).toMatchObject([{ code: 'SAP_NOT_AUTHORISED' }]);
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'wanted', attempt: 1, intended: {} });
    expect(await kit.record(keyOf(FRANCE))).toMatchObject({ state: 'wanted', attempt: 0 });
  });

  it('CUSTOMER_FACTS_UNFIT: what does not fit is not sent, and the others are', async () => {
    const kit = await open();
    const rules = germany({ street: 'x'.repeat(200), houseNumber: '12345678901' });
    const report = await kit.run({ rules, takesPartIn: [GERMANY, FRANCE] });
    expect(report).toMatchObject({ created: 1, problems: [{ code: 'CUSTOMER_FACTS_UNFIT' }] });
    expect(report.problems[0]?.data?.split('\n')).toHaveLength(2);
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({
      state: 'wanted',
      problem: { code: 'CUSTOMER_FACTS_UNFIT' },
    });
  });
});

describe('somebody who changes the same business partner at the same time', () => {
  it('CUSTOMER_KEEPS_CHANGING: never loses work; it is read again three times, and then left for later', async () => {
    const kit = await open();
    await kit.run({ rules: germany({ city: 'Berlin' }) });
    const { partners } = kit.context;
    const busy = (times: number): BusinessPartners => {
      let edits = 0;
      return {
        ...partners,
        revise: (partner, decide, limits) =>
          partners.revise(partner, decide, {
            leaveByMs: async () => {
              edits += 1;
              if (edits <= times) kit.edit('A_BusinessPartnerAddress', { HouseNumber: String(edits) });
              return limits.leaveByMs();
            },
          }),
      };
    };
    const once = await kit.run({ partners: busy(1), rules: germany({ city: 'Bonn' }) });
    expect(once).toMatchObject({ changed: 1, problems: [] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Bonn', HouseNumber: '1' }]);
    const always = await kit.run({ partners: busy(99), rules: germany({ city: 'Mainz' }) });
    expect(always).toMatchObject({ changed: 0, problems: [{ code: 'CUSTOMER_KEEPS_CHANGING' }] });
    expect(kit.rows('A_BusinessPartnerAddress')).toMatchObject([{ CityName: 'Bonn', HouseNumber: '3' }]);
  });
});

describe('two processes', () => {
  it('CUSTOMERS_RUNNING: one of them works, the other is told who does', async () => {
    const kit = await open();
    const { acquire } = kit.test.books;
    // Another connection of the same seller account gives the same keys, so it counts as the same work.
    const other = { ...kit.context.connection, id: randomUUID() as ConnectionId, name: 'other region' };
    const held = await acquire(customersLeaseOf({ ...kit.context, connection: other }), 60_000);
    expect('fence' in held).toBe(true);
    const books = { ...kit.context.books, acquire };
    await expect(kit.run({ books })).rejects.toMatchObject({ code: 'CUSTOMERS_RUNNING' });
    // control: nor does it keep that of another SAP system from it.
    const elsewhere = await acquire(customersLeaseOf({ ...kit.context, sapSystem: 'https://other.example' }), 60_000);
    expect('fence' in elsewhere).toBe(true);
    expect(made(kit)).toBe(0);
    if ('fence' in held) await held.release();
    expect(await kit.run({ books })).toMatchObject({ created: 1 });
  });

  it('one that lost its lease does not send: its successor looks in SAP first', async () => {
    const kit = await open();
    const lost = { fence: 1, renew: async () => false, release: async () => {} };
    const acquire: CustomerContext['books']['acquire'] = async (name) => ({ name, ...lost });
    await expect(kit.run({ books: { ...kit.context.books, acquire } })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(made(kit)).toBe(0);
    expect(await kit.record(keyOf(GERMANY))).toMatchObject({ state: 'creating' });
    expect((await kit.run()).problems).toMatchObject([{ code: 'CUSTOMER_CREATION_UNKNOWN' }]);
    await kit.clock.sleep(QUIET_MS);
    expect(await kit.run()).toMatchObject({ created: 1 });
    expect(made(kit)).toBe(1);
  });
});
