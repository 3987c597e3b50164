import { join } from 'node:path';
import { type RunningPretendAmazon, startPretendAmazon } from '../../../sim/amazon/index.ts';
import { type RunningPretendSap, startPretendSap } from '../../../sim/sap/index.ts';
import { createSellerWorld, type SellerWorld, type WorldAccountOptions } from '../../../sim/world/index.ts';
import type { LocalDate } from '../../core/index.ts';
import type { AccountTable } from '../../mapping/index.ts';
import { masterDataFor } from './master-data.ts';

/** Of a vendor that exists on this machine only; they protect nothing. */
const PRETEND = {
  sellerId: 'A2PRETENDSELLER',
  clientId: 'amzn1.application-oa2-client.pretend',
  clientSecret: 'pretend-client-secret',
  refreshToken: 'Atzr|pretend-refresh-token',
  sapClientId: 'pretend-sap-client',
  sapClientSecret: 'pretend-sap-secret',
} as const;

/** Long enough to be seen, short enough to wait for: the pretend SAP shows a document as soon as it is booked. */
const QUIET_PERIOD_SECONDS = 5;
const REQUEST_TIMEOUT_MS = 2_000;
const ORDERS_PER_DAY = 12;

/** The one seller's business. */
export interface PretendWorldOptions {
  readonly seed: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly accounts: readonly WorldAccountOptions[];
  /** Default 12. */
  readonly ordersPerDay?: number;
}

export interface PretendVendorsOptions extends PretendWorldOptions {
  readonly table: AccountTable;
  /** The pretend SAP keeps its ledger here, so that it survives a kill as the real one would. */
  readonly folder: string;
  readonly nowMs: () => number;
  /** The pretend Amazon's own clock; default `nowMs`. */
  readonly amazonNowMs?: () => number;
  /** Other secrets than the usual ones, for a test that looks where they get to. */
  readonly secrets?: { readonly clientSecret: string; readonly refreshToken: string; readonly sapClientSecret: string };
  /** How much faster that clock runs; default 1. */
  readonly amazonClockSpeed?: number;
  /** Known to the pretend SAP beside the accounts of the table. */
  readonly reconciliationAccount?: string;
  /** More settings of `posting` for the connection; by default everything goes by itself. */
  readonly posting?: Readonly<Record<string, unknown>>;
}

export interface PretendVendors {
  readonly amazon: RunningPretendAmazon;
  readonly sap: RunningPretendSap;
  /** Content of a connection file that joins the two, ready to be stored as YAML. */
  readonly connectionFile: (name: string) => Record<string, unknown>;
  close(): Promise<void>;
}

/** What that seller sells and is paid; the same on every machine. */
export function pretendWorld({ seed, accounts, from, to, ordersPerDay }: PretendWorldOptions): SellerWorld {
  const { sellerId } = PRETEND;
  return createSellerWorld({ seed, sellerId, accounts, from, to, ordersPerDay: ordersPerDay ?? ORDERS_PER_DAY });
}

/** Starts both pretend vendors on free ports of this machine. */
export async function startPretendVendors(options: PretendVendorsOptions): Promise<PretendVendors> {
  const world = pretendWorld(options);
  const { clientId, clientSecret, refreshToken, sapClientId, sapClientSecret } = { ...PRETEND, ...options.secrets };
  const amazon = await startPretendAmazon({
    nowMs: options.amazonNowMs ?? options.nowMs,
    clockSpeed: options.amazonClockSpeed ?? 1,
    seed: options.seed,
    sellers: [{ world, clientId, clientSecret, refreshToken }],
  });
  const sap = await startPretendSap({
    ...masterDataFor(options.table, options.reconciliationAccount),
    seed: options.seed,
    nowMs: options.nowMs,
    statePath: join(options.folder, 'pretend-sap-ledger.jsonl'),
    oauthClients: [{ clientId: sapClientId, clientSecret: sapClientSecret, user: 'PRETEND_USER' }],
  }).catch(async (error: unknown) => {
    await amazon.close();
    throw error;
  });
  return {
    amazon,
    sap,
    connectionFile: (name) => ({
      name,
      sellerAccount: PRETEND.sellerId,
      amazon: {
        region: 'NA',
        endpoint: amazon.url,
        lwaUrl: `${amazon.url}/auth/o2/token`,
        clientId,
        clientSecret,
        refreshToken,
      },
      sap: {
        baseUrl: sap.url,
        journalEntryUrl: `${sap.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
        createdByUser: 'PRETEND',
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
        authentication: {
          type: 'oauth2',
          tokenUrl: `${sap.url}/sap/bc/sec/oauth2/token`,
          clientId: sapClientId,
          clientSecret: sapClientSecret,
        },
      },
      posting: { approval: 'automatic', quietPeriodSeconds: QUIET_PERIOD_SECONDS, ...options.posting },
      feeds: { since: options.from },
    }),
    close: async () => {
      await Promise.all([amazon.close(), sap.close()]);
    },
  };
}
