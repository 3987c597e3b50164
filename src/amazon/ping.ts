import type { SellerMarketplace } from '../app/index.ts';
import { type Clock, isProblem, type Problem } from '../core/index.ts';
import type { LwaTokens } from './lwa-tokens.ts';
import { createSellerMarketplaces } from './seller-marketplaces.ts';
import { firstPageRequest, LOOK_BACK_MS } from './settlement-reports.ts';
import type { SpApi, Untried } from './sp-api.ts';
import type { SpApiClient } from './sp-api-client.ts';

/** Amazon does not say how far clocks may be apart; beyond this, signed addresses of five minutes stop working. */
const clockSkewMsMax = 4 * 60_000;

/** One thing that has to work, and whether it does. */
export interface AmazonCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
  /** What to do about it; `null` when there is nothing to do. */
  readonly next: string | null;
}

/** A check together with what it failed with, for telling causes apart. */
export interface Finding {
  readonly check: AmazonCheck;
  readonly problem: Problem | null;
  readonly isTried: boolean;
}

interface PingOptions {
  readonly tokens: LwaTokens;
  readonly client: SpApiClient;
  readonly clock: Clock;
}

/**
 * Tries everything a sync needs and says what works: the login, the region and authorisation (marketplaces), the role
 * for settlement reports, the clock. Each operation is asked for once, so that nobody waits for minutes. Raises nothing but
 * an abort or a defect.
 */
export async function pingAmazon(options: PingOptions): Promise<readonly AmazonCheck[]> {
  const findings = await findAmazon(options);
  const isIn = findings.every(({ isTried }) => isTried);
  return [...findings.map(({ check }) => check), isIn ? checkClock(options.client.clockSkewMs) : notTried('clock')];
}

/** The same but for the clock, with the problem behind each check. */
export async function findAmazon({ tokens, client, clock }: PingOptions): Promise<readonly Finding[]> {
  const login = await tryOut('login', async () => {
    await tokens.get();
    return 'Login with Amazon issued an access token';
  });
  if (login.problem) return [login, ...['marketplaces', 'reports'].map(untried)];
  const api = onlyOnce(client);
  const marketplaces = await tryOut('marketplaces', async () =>
    sayMarketplaces(await createSellerMarketplaces({ api }).list()),
  );
  const reports = await tryOut('reports', async () => {
    const nowMs = clock.nowMs();
    const { value } = await api.get(firstPageRequest(nowMs - LOOK_BACK_MS, nowMs));
    const count = `${value.nextToken ? 'more than ' : ''}${value.reports.length}`;
    return `${count} settlement ${value.reports.length === 1 ? 'report' : 'reports'} of the last 89 days can be read`;
  });
  return [login, marketplaces, reports];
}

function untried(name: string): Finding {
  return { check: notTried(name), problem: null, isTried: false };
}

/** The same client, giving up after one try: a person is waiting. */
export function onlyOnce(client: SpApi): SpApi {
  return {
    get: (request) => client.get({ ...request, attemptsMax: 1 }),
    find: (request) => client.find({ ...request, attemptsMax: 1 }),
    post: (request) => client.post({ ...request, attemptsMax: 1 }),
  };
}

/** Raises nothing but an abort or a defect. */
export async function tryOut(name: string, attempt: () => Promise<string | Untried>): Promise<Finding> {
  try {
    const outcome = await attempt();
    const isTried = typeof outcome === 'string';
    return { check: { name, ok: true, says: isTried ? outcome : outcome.says, next: null }, problem: null, isTried };
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind === 'defect' || thrown.code === 'AMAZON_CLOSED') throw thrown;
    return { check: { name, ok: false, says: sayProblem(thrown), next: thrown.next }, problem: thrown, isTried: true };
  }
}

export function sayMarketplaces(all: readonly SellerMarketplace[]): string {
  const names = all.filter((marketplace) => marketplace.isParticipating).map((marketplace) => marketplace.name);
  return `the seller takes part in ${names.length} ${names.length === 1 ? 'marketplace' : 'marketplaces'}${names.length === 0 ? '' : `: ${names.join(', ')}`}`;
}

function sayProblem(problem: Problem): string {
  return `${problem.code}: ${problem.says}${problem.data === undefined ? '' : ` Amazon says: ${problem.data}`}`;
}

export function notTried(name: string): AmazonCheck {
  return { name, ok: false, says: 'not tried, because the login did not work', next: 'Mend the login first.' };
}

export function checkClock(skewMs: number | undefined): AmazonCheck {
  const name = 'clock';
  if (skewMs === undefined)
    return { name, ok: false, says: 'Amazon sent no time to compare with', next: 'Mend the checks above first.' };
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const says = `this machine's clock is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} Amazon's`;
  if (Math.abs(skewMs) <= clockSkewMsMax) return { name, ok: true, says, next: null };
  return { name, ok: false, says, next: 'Set the clock of this machine by a time server (NTP).' };
}
