/** Sellers whose settlements appear one after another while the program is killed, and a SAP that forgets to answer now and then. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RunningPretendAmazon, startPretendAmazon } from '../../sim/amazon/index.ts';
import { type RunningPretendSap, startPretendSap, viewLedger } from '../../sim/sap/index.ts';
import { createSellerWorld, type MarketplaceCountry, type SellerWorld } from '../../sim/world/index.ts';
import { formatInstant, parseLocalDate } from '../../src/core/index.ts';
import { masterDataFor } from '../../src/entrypoints/demo/master-data.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { systemClock } from '../../src/entrypoints/system.ts';

const DAY_MS = 86_400_000;
/** Five periods of 14 days close within it, and Amazon still shows all of their reports. */
const TRADING_DAYS = 78;
/** Before the first period has closed. */
const FIRST_DAY = 14;
const COUNTRIES: readonly MarketplaceCountry[] = ['US', 'CA', 'MX'];
const SAP = { clientId: 'kill-client', clientSecret: 'kill-secret', user: 'KILL_USER' };
const APPLICATION = { clientId: 'amzn1.application-oa2-client.kill', clientSecret: 'kill-client-secret' };
/** An answer that gets lost leaves an entry of which nobody knows whether it is booked. */
const LOST_ANSWERS = { journalEntry: { dropReply: 0.03 } };

export interface KillVendors {
  /** Names of the connections. */
  readonly connections: readonly string[];
  readonly connectionFiles: readonly string[];
  /** Shows what Amazon knows after this part of the whole time, from 0 to 1. Never less than before. */
  show(part: number): void;
  /** Everything that Amazon shows now. */
  reportedSettlements(): readonly string[];
  /** Posting keys as SAP has them, one per document. */
  references(): readonly string[];
  /** Requests that Amazon refused because they came too fast, and all. */
  requests(): { readonly refused: number; readonly count: number };
  loseNoMoreAnswers(): Promise<unknown>;
  /** Answers that got lost. */
  lostAnswers(): Promise<number>;
  close(): Promise<void>;
}

/** Starts both pretend vendors in this process. */
export async function startKillVendors(options: {
  readonly folder: string;
  readonly seed: string;
  readonly sellerCount: number;
}): Promise<KillVendors> {
  const { folder, seed } = options;
  const untilMs = Math.floor(systemClock.nowMs() / DAY_MS) * DAY_MS;
  const fromMs = untilMs - TRADING_DAYS * DAY_MS;
  const worlds = Array.from({ length: options.sellerCount }, (_, index) =>
    createSellerWorld({
      seed: `${seed}/${index}`,
      sellerId: `A2KILLSELLER${index}`,
      accounts: COUNTRIES.map((marketplace) => ({ marketplace })),
      from: dayOf(fromMs),
      to: dayOf(untilMs),
      ordersPerDay: 2,
    }),
  );
  let shown = 0;
  const startedMs = systemClock.nowMs();
  // Its clock goes on, so that its allowances are filled again, and leaps when more is shown.
  const amazonNowMs = () =>
    shown >= 1
      ? systemClock.nowMs()
      : fromMs + (FIRST_DAY + shown * (TRADING_DAYS - FIRST_DAY - 1)) * DAY_MS + systemClock.nowMs() - startedMs;
  const amazon = await startPretendAmazon({
    nowMs: amazonNowMs,
    seed,
    sellers: worlds.map((world, index) => ({ world, ...APPLICATION, refreshToken: refreshTokenOf(index) })),
  });
  const sap = await startPretendSap({
    ...masterDataFor(loadAccountTable()),
    seed,
    nowMs: systemClock.nowMs,
    oauthClients: [SAP],
  });
  const setRates = (rates: object) =>
    fetch(`${sap.url}/_sim/faults/rates`, { method: 'PUT', body: JSON.stringify({ rates }) });
  await setRates(LOST_ANSWERS);
  const connections = worlds.map((_, index) => `seller-${index}`);
  return {
    connections,
    connectionFiles: worlds.map((world, index) => {
      const file = join(folder, `${connections[index]}.yaml`);
      writeFileSync(file, stringify(connectionFileOf({ world, index, amazon, sap, since: dayOf(fromMs) })));
      return file;
    }),
    show: (part) => {
      shown = Math.max(shown, part);
    },
    reportedSettlements: () =>
      worlds.flatMap(({ settlements }) =>
        settlements
          .filter(({ reportedAt }) => reportedAt * 1000 <= amazonNowMs())
          .map(({ settlementId }) => settlementId),
      ),
    references: () => viewLedger(sap.world).map(({ documentReferenceId }) => documentReferenceId),
    requests: () => {
      const all = amazon.world.log.all();
      return { refused: all.filter(({ status }) => status === 429).length, count: all.at(-1)?.sequence ?? 0 };
    },
    loseNoMoreAnswers: () => setRates({}),
    lostAnswers: async () => {
      const { fired } = (await (await fetch(`${sap.url}/_sim/faults/fired`)).json()) as {
        fired: Record<string, number>;
      };
      return fired['journalEntry/dropReply'] ?? 0;
    },
    close: async () => {
      await Promise.all([amazon.close(), sap.close()]);
    },
  };
}

function connectionFileOf(given: {
  readonly world: SellerWorld;
  readonly index: number;
  readonly amazon: RunningPretendAmazon;
  readonly sap: RunningPretendSap;
  readonly since: string;
}): unknown {
  const { world, index, amazon, sap, since } = given;
  return {
    name: `seller-${index}`,
    sellerAccount: world.sellerId,
    amazon: {
      region: 'NA',
      endpoint: amazon.url,
      lwaUrl: `${amazon.url}/auth/o2/token`,
      ...APPLICATION,
      refreshToken: refreshTokenOf(index),
    },
    sap: {
      baseUrl: sap.url,
      journalEntryUrl: `${sap.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: SAP.user,
      requestTimeoutMs: 2_000,
      authentication: {
        type: 'oauth2',
        tokenUrl: `${sap.url}/sap/bc/sec/oauth2/token`,
        clientId: SAP.clientId,
        clientSecret: SAP.clientSecret,
      },
    },
    posting: { approval: 'automatic', quietPeriodSeconds: 5 },
    feeds: { since, orders: { enabled: false } },
  };
}

function refreshTokenOf(index: number): string {
  return `Atzr|kill-refresh-token-${index}`;
}

function dayOf(ms: number) {
  return parseLocalDate(formatInstant(Math.floor(ms / 1000)).slice(0, 10));
}
