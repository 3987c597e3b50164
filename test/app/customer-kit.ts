/** What the tests of customers share: a pretend SAP, the real way to it, a real key map, and a table of three marketplaces. */

import { type PretendSapWorldOptions, type RunningPretendSap, startPretendSap } from '../../sim/sap/index.ts';
import {
  assertCustomerMove,
  type BuyerAddress,
  type Connection,
  type CustomerContext,
  type CustomerKey,
  type CustomerRecord,
  type CustomerReport,
  type CustomerRules,
  customerKeyOf,
  maintainCustomers,
  SYSTEM,
} from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { openSapAccess, type SapAccess } from '../../src/sap/access.ts';
import { createBusinessPartners } from '../../src/sap/business-partners/create-business-partners.ts';
import { sapSettingsSchema } from '../../src/sap/index.ts';
import { createCustomerStore, createFeedBooks, timeOf } from '../../src/store/index.ts';
import { halfway } from '../contract/sap-stand-in.ts';
import { masterData } from '../contract/sim-sap-kit.ts';
import { TestClock } from '../simulation/test-clock.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { addConnection } from '../store/samples.ts';

export const SELLER = 'SELLER-FEEDS';
export const GERMANY = 'A1PA6795UKMFR9';
export const FRANCE = 'A13V1IB3VIYZZH';
export const QUIET_MS = 300_000;

export const RULES: CustomerRules = {
  per: 'marketplace',
  grouping: 'BP02',
  language: 'EN',
  roles: ['finance'],
  companyCodes: [{ companyCode: '1010', reconciliationAccount: '12100000', paymentTerms: '0004', salesAreas: [] }],
  marketplaces: {},
};

const NOTHING = {
  name: null,
  language: null,
  country: null,
  street: null,
  houseNumber: null,
  postalCode: null,
  city: null,
  region: null,
  email: null,
  phone: null,
};

/** What the settings say of Amazon.de, beside what these are. */
export function germany(details: Partial<CustomerRules['marketplaces'][string]>): Partial<CustomerRules> {
  return { marketplaces: { 'Amazon.de': { ...NOTHING, ...details } } };
}

export type CustomerChange = Partial<Omit<CustomerContext, 'rules' | 'takesPartIn'>> & {
  readonly rules?: Partial<CustomerRules>;
  readonly takesPartIn?: readonly string[] | CustomerContext['takesPartIn'];
};

export interface CustomerKit {
  readonly test: TestBooks;
  readonly sap: RunningPretendSap;
  readonly clock: TestClock;
  readonly context: CustomerContext;
  readonly feeds: ReturnType<typeof createFeedBooks>;
  /** A context with other rules or parts, as a new process would have it. */
  with(change: CustomerChange): CustomerContext;
  run(change?: CustomerChange, options?: { overwrite?: boolean }): Promise<CustomerReport>;
  record(key: CustomerKey): Promise<CustomerRecord>;
  /** Rows of one set as SAP holds them. */
  rows(set: string): readonly Readonly<Record<string, unknown>>[];
  /** A person changes a business partner in SAP. */
  edit(set: string, values: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export function keyOf(reference: string, kind: 'marketplace' | 'buyer' = 'marketplace'): CustomerKey {
  return customerKeyOf({ sellerAccount: SELLER, kind, reference });
}

/** One that SAP has no part in: nobody else holds it. */
export const FREE_LEASES: CustomerContext['books']['acquire'] = async (name) => ({
  name,
  fence: 1,
  renew: async () => true,
  release: async () => {},
});

/** A database that several kits share, each with a SAP system of its own. */
export interface CustomerBooks {
  readonly clock: TestClock;
  readonly test: TestBooks;
  readonly connection: Connection;
}

export async function openCustomerBooks(): Promise<CustomerBooks> {
  const clock = new TestClock(Date.parse('2026-11-23T08:00:00.000Z'));
  const test = await openTestBooks({ clock });
  return { clock, test, connection: await addConnection(test.books, SELLER) };
}

let systems = 0;
let edits = 0;

/** Closes the books only when they were not given. */
export async function openCustomerKit(
  world: Partial<PretendSapWorldOptions> = {},
  given?: CustomerBooks,
): Promise<CustomerKit> {
  const { clock, test, connection } = given ?? (await openCustomerBooks());
  systems += 1;
  const sap = await startPretendSap({ ...masterData, csrfOnSoap: false, ...world, nowMs: () => clock.nowMs() });
  const readTime = timeOf(clock);
  const feeds = createFeedBooks({ ...test, readTime });
  const customers = createCustomerStore({ ...test, assertCustomerMove, readTime });
  const access = openAccess(sap.url, clock);
  const base: CustomerContext = {
    connection,
    books: { ...test.books, ...feeds, ...customers, sharedNowMs: async () => clock.nowMs(), acquire: FREE_LEASES },
    partners: createBusinessPartners(access),
    sapSystem: `sap${systems}.test/100`,
    rules: RULES,
    table: loadAccountTable(),
    region: 'EU',
    takesPartIn: async () => [GERMANY],
    addressOf: ({ address }) => (address === null ? null : addressOf(address)),
    times: { quietPeriodMs: QUIET_MS, leaveWithinMs: 60_000, leaseMs: 300_000 },
    clock,
    log: silentLog,
    actor: SYSTEM,
    onProgress: () => {},
  };
  const withChange: CustomerKit['with'] = ({ rules, takesPartIn = base.takesPartIn, ...change }) => ({
    ...base,
    ...change,
    takesPartIn: typeof takesPartIn === 'function' ? takesPartIn : async () => takesPartIn,
    rules: { ...RULES, ...rules },
  });
  return {
    test,
    sap,
    clock,
    context: base,
    feeds,
    with: withChange,
    run: (change = {}, options = {}) => maintainCustomers(withChange(change), { overwrite: false, ...options }),
    record: async (key) => {
      const found = await customers.findCustomer({ connectionId: base.connection.id, sapSystem: base.sapSystem, key });
      if (found === undefined) throw new Error(`no customer ${key}`);
      return found;
    },
    rows: (set) => [...(rowsIn(sap, set)?.values() ?? [])].map(({ values }) => values),
    edit: (set, values) => {
      const rows = rowsIn(sap, set);
      for (const [key, row] of rows ?? []) {
        edits += 1;
        const stamp = `${row.stamp.slice(0, 20)}${String(900_000 + edits)}`;
        rows?.set(key, { ...row, values: { ...row.values, ...values }, stamp });
      }
    },
    close: async () => {
      await access.close();
      await sap.close();
      if (given === undefined) await test.close();
    },
  };
}

function rowsIn({ world }: RunningPretendSap, set: string) {
  return [...world.partners.rows].find(([name]) => name === set)?.[1];
}

export function openAccess(url: string, clock: TestClock): SapAccess {
  return openSapAccess({
    settings: sapSettingsSchema.parse({
      baseUrl: url,
      journalEntryUrl: `${url}/post`,
      authentication: { type: 'basic', user: 'AMZ_POST' },
      createdByUser: 'AMZ_POST',
    }),
    secrets: { password: 'secret' },
    clock,
    randomness: halfway,
    log: silentLog,
  });
}

function addressOf(address: Readonly<Record<string, string>>): BuyerAddress {
  return {
    name: address.name ?? null,
    companyName: null,
    country: address.countryCode ?? null,
    postalCode: address.postalCode ?? null,
    city: address.city ?? null,
    district: null,
    region: address.stateOrRegion ?? null,
    lines: [address.addressLine1, address.addressLine2].filter((line) => line !== undefined),
    phone: address.phone ?? null,
  };
}
