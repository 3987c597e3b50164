import { type RunningPretendAmazon, startPretendAmazon } from '../../sim/amazon/index.ts';
import {
  type Fault,
  type PretendSapOptions,
  type RunningPretendSap,
  startPretendSap,
  viewLedger,
} from '../../sim/sap/index.ts';
import { createSellerWorld, type SellerWorld } from '../../sim/world/index.ts';
import { type Amazon, createAmazon, digestSettlementContent, readSettlementFile } from '../../src/amazon/index.ts';
import { type ConnectionContext, SYSTEM } from '../../src/app/index.ts';
import { parseLocalDate, silentLog } from '../../src/core/index.ts';
import { masterDataFor } from '../../src/entrypoints/demo/master-data.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { createSap, sapSettingsSchema } from '../../src/sap/index.ts';
import { createMasterDataStore, timeOf } from '../../src/store/index.ts';
import type { TestBooks } from '../store/database.ts';
import { TestClock } from './test-clock.ts';

export const SELLER = 'A2SIMULATION';
const CLIENT = {
  clientId: 'amzn1.application-oa2-client.test',
  clientSecret: 'test-secret',
  refreshToken: 'Atzr|test',
};
const SAP_CLIENT = { clientId: 'sap-test', clientSecret: 'sap-secret', user: 'TEST' };

export const QUIET_PERIOD_MS = 300_000;
export const WORLD_END = '2026-11-20';

export interface Vendors {
  readonly clock: TestClock;
  readonly amazon: RunningPretendAmazon;
  readonly sap: RunningPretendSap;
  readonly world: SellerWorld;
  /** The real client of the pretend Amazon. */
  readonly client: Amazon;
  /** Documents in SAP, oldest first. */
  ledger(): ReturnType<typeof viewLedger>;
  context(books: TestBooks): Promise<ConnectionContext>;
  close(): Promise<void>;
}

export const accountTable = loadAccountTable();
/** Worked out once: the table is asked thousands of questions for it. */
const MASTER_DATA = masterDataFor(accountTable);

/** Both pretend vendors on virtual time, over real sockets, and the real adapters joined to them. */
export async function startVendors(options: {
  seed: string;
  ordersPerDay?: number;
  faults?: readonly Fault[];
  unknownFeeInPeriod?: number;
  /** Anything else about the pretend SAP. */
  sap?: Partial<PretendSapOptions>;
  /** Of the service, as the connection knows it: without reversal fields in 2020. */
  release?: '2020' | '2024';
  itemCubeDelayMs?: number;
  /** Where the clock begins, ISO 8601; default: when the world has ended. */
  startAt?: string;
  from?: string;
}): Promise<Vendors> {
  const clock = new TestClock(Date.parse(options.startAt ?? `${WORLD_END}T06:00:00Z`));
  const nowMs = () => clock.nowMs();
  const world = createSellerWorld({
    seed: options.seed,
    sellerId: SELLER,
    accounts: [
      {
        marketplace: 'US',
        ...(options.unknownFeeInPeriod !== undefined && { unknownFeeInPeriod: options.unknownFeeInPeriod }),
      },
    ],
    from: parseLocalDate(options.from ?? '2026-10-18'),
    to: parseLocalDate(WORLD_END),
    ordersPerDay: options.ordersPerDay ?? 1,
  });
  const amazonVendor = await startPretendAmazon({ nowMs, sellers: [{ world, ...CLIENT }] });
  const sapVendor = await startPretendSap({
    ...structuredClone(MASTER_DATA),
    seed: options.seed,
    nowMs,
    oauthClients: [SAP_CLIENT],
    faults: options.faults ?? [],
    ...options.sap,
    ...(options.itemCubeDelayMs !== undefined && { itemCubeDelayMs: options.itemCubeDelayMs }),
  });
  const amazon = createAmazon({
    settings: {
      region: 'NA',
      endpoint: amazonVendor.url,
      lwaUrl: `${amazonVendor.url}/auth/o2/token`,
      clientId: CLIENT.clientId,
    },
    secrets: { clientSecret: CLIENT.clientSecret, refreshToken: CLIENT.refreshToken },
    sellerAccount: SELLER,
    userAgent: 'seller-ledger/test (Language=TypeScript)',
    clock,
    randomness: systemRandomness,
    log: silentLog,
    onExchange: () => {},
    onWait: () => {},
  });
  const sap = createSap({
    settings: sapSettingsSchema.parse({
      baseUrl: sapVendor.url,
      journalEntryUrl: `${sapVendor.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      release: options.release ?? '2024',
      requestTimeoutMs: 1_000,
      authentication: {
        type: 'oauth2',
        tokenUrl: `${sapVendor.url}/sap/bc/sec/oauth2/token`,
        clientId: SAP_CLIENT.clientId,
      },
    }),
    secrets: { clientSecret: SAP_CLIENT.clientSecret },
    clock,
    randomness: systemRandomness,
    log: silentLog,
    fiscalYearOf: () => 'calendar',
  });
  return {
    clock,
    amazon: amazonVendor,
    sap: sapVendor,
    world,
    client: amazon,
    ledger: () => viewLedger(sapVendor.world),
    context: async ({ books, database }) => {
      const known = await books.listConnections();
      const connection =
        known[0] ??
        (await books.addConnection({ name: 'test', sellerAccount: SELLER, settings: {}, secrets: {} }, SYSTEM));
      return {
        connection,
        books,
        reports: amazon.reports,
        ledger: sap.ledger,
        table: accountTable,
        posting: {
          approval: 'automatic',
          quietPeriodMs: QUIET_PERIOD_MS,
          leaveWithinMs: 60_000,
          leaseMs: 180_000,
          bookFrom: null,
        },
        simulation: {
          mode: 'when-possible',
          maxAgeMs: 86_400_000,
          sapFillsCostObjects: false,
          source: sap.masterData,
          store: createMasterDataStore(database, timeOf(clock)),
        },
        readSettlement: readSettlementFile,
        digestContent: digestSettlementContent,
        clock,
        randomness: systemRandomness,
        log: silentLog,
        programVersion: 'test',
        actor: SYSTEM,
        onProgress: () => {},
      };
    },
    close: async () => {
      await Promise.all([amazon.close(), sap.close()]);
      await Promise.all([amazonVendor.close(), sapVendor.close()]);
    },
  };
}
