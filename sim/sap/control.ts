/** The simulator's own endpoints below `/_sim/`: faults, posting periods, and the ledger for auditors. Loopback only. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import { addFault, parseFault } from './faults.ts';
import { viewBalances, viewLedger } from './ledger-view.ts';
import type { PretendSapWorld } from './world.ts';

export const controlPrefix = '/_sim/';

/**
 * - `GET /_sim/ledger`: `{documents}`. `GET /_sim/ledger/balances`: `{balances}`.
 * - `GET /_sim/faults`: what is still planned. `POST`: `{faults: […]}` adds. `DELETE`: forgets all.
 * - `POST /_sim/periods`: `{companyCode, fiscalYear: "2026", period: "011", open: false}` closes or opens again.
 */
export function answerControl(request: SimRequest, world: PretendSapWorld): SimResponse {
  if (!isLoopback(request.headers.host)) return json(403, { error: 'only from this machine' });
  const path = new URL(request.url, 'http://pretend-sap').pathname;
  switch (`${request.method} ${path}`) {
    case 'GET /_sim/ledger':
      return json(200, { documents: viewLedger(world) });
    case 'GET /_sim/ledger/balances':
      return json(200, { balances: viewBalances(world) });
    case 'GET /_sim/faults':
      return json(200, { faults: listFaults(world) });
    case 'DELETE /_sim/faults':
      world.faults.pending.length = 0;
      return json(200, { faults: [] });
    case 'POST /_sim/faults':
      return postFaults(request, world);
    case 'POST /_sim/periods':
      return postPeriod(request, world);
    default:
      return json(404, { error: `no ${request.method} ${path} here` });
  }
}

/** A page in a browser may reach 127.0.0.1 under a name of its own; a request without a host came without a socket. */
function isLoopback(host: string | undefined): boolean {
  return host === undefined || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

function listFaults(world: PretendSapWorld): readonly object[] {
  return world.faults.pending.map(({ fault, remaining }) => ({
    ...fault,
    times: Number.isFinite(remaining) ? remaining : null,
  }));
}

function postFaults(request: SimRequest, world: PretendSapWorld): SimResponse {
  const body = readJson(request);
  const list: unknown = body?.faults;
  if (!Array.isArray(list)) return json(400, { error: 'send {"faults": [{"kind": …}]}' });
  const faults = list.map(parseFault);
  for (const fault of faults) {
    if (typeof fault === 'string') return json(400, { error: fault });
  }
  for (const fault of faults) {
    if (typeof fault !== 'string') addFault(world.faults, fault);
  }
  return json(200, { faults: listFaults(world) });
}

function postPeriod(request: SimRequest, world: PretendSapWorld): SimResponse {
  const { companyCode, fiscalYear, period, open } = readJson(request) ?? {};
  const isValid =
    typeof companyCode === 'string' &&
    world.companyCodes.has(companyCode) &&
    typeof fiscalYear === 'string' &&
    /^\d{4}$/.test(fiscalYear) &&
    typeof period === 'string' &&
    /^0(0[1-9]|1[0-6])$/.test(period) &&
    typeof open === 'boolean';
  if (!isValid) {
    return json(400, { error: 'send {"companyCode": "…", "fiscalYear": "2026", "period": "011", "open": false}' });
  }
  const key = `${companyCode}/${fiscalYear}-${period}`;
  if (open) world.closedPeriods.delete(key);
  else world.closedPeriods.add(key);
  return json(200, { closedPeriods: [...world.closedPeriods].sort() });
}

function readJson(request: SimRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(request.body).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, body: object): SimResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
