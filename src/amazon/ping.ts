import { type Clock, isProblem, type Problem } from '../core/index.ts';
import type { LwaTokens } from './lwa-tokens.ts';
import { readJson } from './read-json.ts';
import { firstPageRequest, LOOK_BACK_MS } from './settlement-reports.ts';
import type { SpApiClient } from './sp-api-client.ts';
import { marketplaceParticipationsAnswerSchema } from './wire.ts';

/** Amazon does not say how far clocks may be apart; beyond this, signed addresses of five minutes stop working. */
const clockSkewMsMax = 4 * 60_000;

/** One thing that has to work, and whether it does. */
export interface AmazonCheck {
  readonly name: 'login' | 'marketplaces' | 'reports' | 'clock';
  readonly ok: boolean;
  readonly says: string;
  /** What to do about it; `null` when it works. */
  readonly next: string | null;
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
  const { tokens, client, clock } = options;
  const login = await check('login', async () => {
    await tokens.get();
    return 'Login with Amazon issued an access token';
  });
  if (!login.ok) return [login, notTried('marketplaces'), notTried('reports'), notTried('clock')];
  let skewMs: number | undefined;
  const noteDate = (date: string | undefined) => {
    const amazonMs = Date.parse(date ?? '');
    if (!Number.isNaN(amazonMs)) skewMs = clock.nowMs() - amazonMs;
  };
  const marketplaces = await check('marketplaces', async () => {
    const { value, date } = await client.get({
      operation: 'getMarketplaceParticipations',
      path: '/sellers/v1/marketplaceParticipations',
      read: (body) => readJson(body, marketplaceParticipationsAnswerSchema),
      attemptsMax: 1,
    });
    noteDate(date);
    const names = value.payload.filter((row) => row.participation.isParticipating).map((row) => row.marketplace.name);
    return `the seller takes part in ${names.length} ${names.length === 1 ? 'marketplace' : 'marketplaces'}${names.length === 0 ? '' : `: ${names.join(', ')}`}`;
  });
  const reports = await check('reports', async () => {
    const nowMs = clock.nowMs();
    const { value, date } = await client.get({ ...firstPageRequest(nowMs - LOOK_BACK_MS, nowMs), attemptsMax: 1 });
    noteDate(date);
    const count = `${value.nextToken ? 'more than ' : ''}${value.reports.length}`;
    return `${count} settlement ${value.reports.length === 1 ? 'report' : 'reports'} of the last 89 days can be read`;
  });
  return [login, marketplaces, reports, checkClock(skewMs)];
}

async function check(name: AmazonCheck['name'], attempt: () => Promise<string>): Promise<AmazonCheck> {
  try {
    return { name, ok: true, says: await attempt(), next: null };
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind === 'defect' || thrown.code === 'AMAZON_CLOSED') throw thrown;
    return { name, ok: false, says: sayProblem(thrown), next: thrown.next };
  }
}

function sayProblem(problem: Problem): string {
  return `${problem.code}: ${problem.says}${problem.data === undefined ? '' : ` Amazon says: ${problem.data}`}`;
}

function notTried(name: AmazonCheck['name']): AmazonCheck {
  return { name, ok: false, says: 'not tried, because the login did not work', next: 'Mend the login first.' };
}

function checkClock(skewMs: number | undefined): AmazonCheck {
  const name = 'clock';
  if (skewMs === undefined)
    return { name, ok: false, says: 'Amazon sent no time to compare with', next: 'Mend the checks above first.' };
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const says = `this machine's clock is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} Amazon's`;
  if (Math.abs(skewMs) <= clockSkewMsMax) return { name, ok: true, says, next: null };
  return { name, ok: false, says, next: 'Set the clock of this machine by a time server (NTP).' };
}
