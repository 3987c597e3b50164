/** The simulator's own endpoints below `/_sim/`: faults, posting periods, and the ledger for auditors. Loopback only. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import { editMasterData, setClock, setLocks, setNumberRange, setServices, setUser } from './edit-world.ts';
import { addFault, type FaultRates, findRateFault, parseFault } from './faults.ts';
import { viewBalances, viewLedger } from './ledger-view.ts';
import type { PretendSapWorld } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

export const controlPrefix = '/_sim/';

/**
 * - `GET /_sim/ledger`: `{documents}`. `GET /_sim/ledger/balances`: `{balances}`.
 * - `GET /_sim/faults`: what is still planned. `POST`: `{faults: […]}` adds. `DELETE`: forgets all.
 * - `GET /_sim/faults/fired`: how often each fault has happened, by `target/kind`.
 * - `GET /_sim/faults/rates`: what comes by chance. `PUT`: `{rates: {journalEntry: {dropReply: 0.02}}}` replaces it.
 * - `POST /_sim/periods`: `{companyCode, fiscalYear: "2026", period: "011", open: false}` closes or opens again.
 * - `POST /_sim/master-data`, `/_sim/number-ranges`, `/_sim/users`; `PUT /_sim/locks`, `/_sim/services`, `/_sim/clock`:
 *   as edit-world.ts describes each.
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
    case 'GET /_sim/faults/fired':
      return json(200, { fired: Object.fromEntries(world.faults.fired) });
    case 'GET /_sim/faults/rates':
      return json(200, { rates: world.faults.rates });
    case 'PUT /_sim/faults/rates':
      return putRates(request, world);
    default:
      return answerEdit(request, world, path);
  }
}

const edits: Readonly<Record<string, (world: PretendSapWorld, body: Row) => string | undefined>> = {
  'POST /_sim/master-data': editMasterData,
  'POST /_sim/number-ranges': setNumberRange,
  'POST /_sim/users': setUser,
  'PUT /_sim/locks': setLocks,
  'PUT /_sim/services': setServices,
  'PUT /_sim/clock': setClock,
};

function answerEdit(request: SimRequest, world: PretendSapWorld, path: string): SimResponse {
  const name = `${request.method} ${path}`;
  const edit = Object.hasOwn(edits, name) ? edits[name] : undefined;
  if (!edit) return json(404, { error: `no ${name} here` });
  const reason = edit(world, readJson(request) ?? {});
  return reason === undefined ? json(200, {}) : json(400, { error: reason });
}

function putRates(request: SimRequest, world: PretendSapWorld): SimResponse {
  const rates: unknown = readJson(request)?.rates;
  const reason = findRateFault(rates);
  if (reason !== undefined) return json(400, { error: reason });
  world.faults.rates = rates as FaultRates;
  return json(200, { rates: world.faults.rates });
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
