import { formatInstant, isProblem, parseTimeZone, type TimeZone } from '../../src/core/index.ts';
import type { SimRequest, SimResponse } from '../http-shell.ts';
import { truthOf, type WorldSettlement } from '../world/index.ts';
import { FAULT_KINDS, FAULT_PLACES, type Faults, type PlannedFault } from './faults.ts';
import type { SellerReports } from './listings.ts';
import type { Login } from './login.ts';
import { API_OPERATIONS, type ApiOperation, type Operation, type Quotas } from './quotas.ts';
import type { RequestLog } from './request-log.ts';
import type { RoleData, Roles } from './roles.ts';
import { feedsTruth } from './truth-of-feeds.ts';

interface Controlled {
  readonly faults: Faults;
  readonly login: Login;
  readonly roles: Roles;
  readonly quotas: Quotas;
  readonly log: RequestLog;
  readonly sellers: readonly SellerReports[];
}

/**
 * The levers of the pretend world, below `/_sim/`:
 * `POST faults` one order or a list of them; `DELETE faults` forgets those still waiting;
 * `GET truth?timeZone=Europe/Berlin` what really happened; `GET truth/feeds` every order, event, payout and balance as it is
 * now; `GET requests?operation=getReports` the log.
 */
export function answerControl(controlled: Controlled, request: SimRequest, address: URL): SimResponse {
  const what = `${request.method} ${address.pathname.slice('/_sim/'.length)}`;
  if (what === 'POST faults') return orderFaults(controlled, request);
  if (what === 'DELETE faults') {
    controlled.faults.clear();
    return reply(200, { cleared: true });
  }
  if (what === 'GET truth') return tellTruth(controlled, request, address.searchParams.get('timeZone') ?? 'UTC');
  if (what === 'GET truth/feeds') {
    return reply(200, { sellers: controlled.sellers.map(({ world }) => feedsTruth(world, request.nowMs)) });
  }
  if (what === 'GET requests') {
    const operation = address.searchParams.get('operation') as Operation | null;
    return reply(200, { requests: operation ? controlled.log.of(operation) : controlled.log.all() });
  }
  return reply(404, {
    says: `No control ${what}. There are POST and DELETE faults, GET truth, GET truth/feeds, GET requests.`,
  });
}

type Order =
  | PlannedFault
  | { readonly kind: 'revoke-authorisation' | 'restore-authorisation'; readonly sellerId: string }
  | { readonly kind: 'reissue-settlement'; readonly settlementId: string }
  | { readonly kind: 'expire-secret'; readonly clientId: string }
  | { readonly kind: 'missing-role'; readonly operation?: ApiOperation; readonly data?: RoleData }
  | { readonly kind: 'restore-roles' }
  | { readonly kind: 'drain-quota'; readonly operation: ApiOperation };

const WORLD_ORDERS = [
  'revoke-authorisation',
  'restore-authorisation',
  'reissue-settlement',
  'expire-secret',
  'missing-role',
  'restore-roles',
  'drain-quota',
];
const ROLE_DATA: readonly string[] = ['TAX', 'BUYER'];

function orderFaults(controlled: Controlled, request: SimRequest): SimResponse {
  const orders = readOrders(request.body);
  if (typeof orders === 'string') return reply(400, { says: orders });
  for (const order of orders) {
    const refusal = carryOut(controlled, order, request.nowMs);
    if (refusal) return reply(400, { says: refusal });
  }
  return reply(200, { accepted: orders.length });
}

/** Returns a sentence when the order cannot be carried out. */
function carryOut(controlled: Controlled, order: Order, nowMs: number): string | undefined {
  const { faults, login, roles, quotas, sellers } = controlled;
  switch (order.kind) {
    case 'revoke-authorisation':
    case 'restore-authorisation':
      if (!sellers.some((seller) => seller.world.sellerId === order.sellerId)) return `No seller ${order.sellerId}.`;
      if (order.kind === 'revoke-authorisation') login.revoke(order.sellerId);
      else login.restore(order.sellerId);
      return undefined;
    case 'reissue-settlement':
      return sellers.some((seller) => seller.reissue(order.settlementId, nowMs))
        ? undefined
        : `No settlement ${order.settlementId}.`;
    case 'expire-secret':
      login.expireSecret(order.clientId);
      return undefined;
    case 'missing-role': {
      const what = order.operation ?? order.data;
      const isKnown = what !== undefined && [...API_OPERATIONS, ...ROLE_DATA].includes(what);
      if (!isKnown) return `A role is missing for an operation or for the data ${ROLE_DATA.join(' or ')}.`;
      roles.take(what);
      return undefined;
    }
    case 'restore-roles':
      roles.restore();
      return undefined;
    case 'drain-quota':
      if (!API_OPERATIONS.includes(order.operation)) return `No operation ${order.operation}.`;
      quotas.drain(order.operation);
      return undefined;
    default:
      if (order.operation && !FAULT_PLACES[order.kind].includes(order.operation)) {
        return `${order.kind} cannot happen at ${order.operation}, only at ${FAULT_PLACES[order.kind].join(', ')}.`;
      }
      faults.add(order);
      return undefined;
  }
}

/** The orders, or a sentence saying what is wrong with them. */
function readOrders(body: Uint8Array): readonly Order[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return 'The body is not JSON.';
  }
  const orders: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  const kinds: readonly string[] = [...FAULT_KINDS, ...WORLD_ORDERS];
  for (const order of orders) {
    const kind = typeof order === 'object' && order !== null && 'kind' in order ? order.kind : undefined;
    if (typeof kind !== 'string' || !kinds.includes(kind)) return `kind must be one of ${kinds.join(', ')}.`;
    for (const name of ['times', 'after', 'delayMs']) {
      const value = (order as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0)) {
        return `${name} must be a whole number of at least 0.`;
      }
    }
  }
  return orders as readonly Order[];
}

function tellTruth(controlled: Controlled, request: SimRequest, zoneName: string): SimResponse {
  let timeZone: TimeZone;
  try {
    timeZone = parseTimeZone(zoneName);
  } catch (thrown) {
    return reply(400, { says: isProblem(thrown) ? thrown.says : String(thrown) });
  }
  return reply(200, {
    timeZone,
    sellers: controlled.sellers.map(({ world }) => ({
      sellerId: world.sellerId,
      settlements: world.settlements.map((settlement) => settlementTruth(settlement, timeZone, request.nowMs)),
    })),
  });
}

/** Amounts as text in minor units, because JSON numbers do not hold every amount. */
function settlementTruth(settlement: WorldSettlement, timeZone: TimeZone, nowMs: number): unknown {
  return {
    settlementId: settlement.settlementId,
    marketplace: settlement.marketplace.country,
    marketplaceId: settlement.marketplace.marketplaceId,
    currency: settlement.marketplace.currency,
    startAt: formatInstant(settlement.startAt),
    endAt: formatInstant(settlement.endAt),
    depositAt: formatInstant(settlement.depositAt),
    reportedAt: formatInstant(settlement.reportedAt),
    isReported: settlement.reportedAt * 1000 <= nowMs,
    totalMinor: settlement.totalMinor.toString(),
    truth: truthOf(settlement, timeZone).map((sum) => ({ ...sum, minor: sum.minor.toString() })),
  };
}

function reply(status: number, body: unknown): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
