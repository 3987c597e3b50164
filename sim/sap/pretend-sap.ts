/** The whole pretend SAP: a function from a request and the world to a response, and the server around it. */
import { type SimRequest, type SimResponse, startHttpShell } from '../http-shell.ts';
import { answerToken, authenticate, tokenPath, unauthorized } from './authentication.ts';
import type { ForcedRefusal } from './book-entry.ts';
import { answerControl, controlPrefix } from './control.ts';
import { createPretendSapWorld } from './create-world.ts';
import { drawFault, type Fault, type FaultTarget } from './faults.ts';
import { answerJournalEntry, journalEntryPath, transactionId } from './journal-entry-service.ts';
import { openJournalFile } from './journal-file.ts';
import { odataError } from './odata-error.ts';
import { answerOData, odataPrefix } from './odata-service.ts';
import { restorePartnerChange } from './partners/partner-store.ts';
import { cookieHeaders, findSession, isWriteAllowed, openSession } from './sessions.ts';
import { soapFault, soapVersionOf, soapVersionUsual } from './soap.ts';
import { type PretendSapWorld, type PretendSapWorldOptions, restoreDocument } from './world.ts';

export interface PretendSapOptions extends PretendSapWorldOptions {
  readonly faults?: readonly Fault[];
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** A journal file; without it the ledger lives as long as the process. */
  readonly statePath?: string;
  /** The world's clock; the real one unless given. */
  readonly nowMs?: () => number;
}

export interface RunningPretendSap {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly world: PretendSapWorld;
  close(): Promise<void>;
}

/** Serves a pretend SAP on the loopback interface. */
export async function startPretendSap(options: PretendSapOptions): Promise<RunningPretendSap> {
  const journal = options.statePath === undefined ? undefined : openJournalFile(options.statePath);
  const world = createPretendSapWorld(options, options.faults, journal?.incarnation);
  if (journal) {
    for (const document of journal.documents) restoreDocument(world, document);
    for (const change of journal.partnerChanges) restorePartnerChange(world.partners, change);
    world.record = journal.append;
    world.recordPartners = journal.appendPartners;
  }
  const shell = await startHttpShell({
    handler: (request) => answerPretendSap(request, world),
    nowMs: options.nowMs ?? Date.now,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const close = async (): Promise<void> => {
    await shell.close();
    journal?.close();
  };
  return { url: shell.url, port: shell.port, world, close };
}

/** Answers one request and changes the world. The same world, clock and requests give the same answers. */
export function answerPretendSap(request: SimRequest, world: PretendSapWorld): SimResponse {
  const response = answer(request, world);
  const date = new Date(request.nowMs + world.clockSkewMs).toUTCString();
  return { ...response, headers: { date, ...response.headers } };
}

function answer(request: SimRequest, world: PretendSapWorld): SimResponse {
  if (pathOf(request).startsWith(controlPrefix)) return answerControl(request, world);
  const waitMs = world.rateLimit.take(request.nowMs);
  if (waitMs > 0) return throttled(Math.ceil(waitMs / 1000));
  const response = answerService(request, world);
  if (response.delivery?.kind === 'delay') world.rateLimit.holdUntil(request.nowMs + response.delivery.delayMs);
  return response;
}

function pathOf(request: SimRequest): string {
  return new URL(request.url, 'http://pretend-sap').pathname.replace(/(?<=.)\/$/, '');
}

function throttled(retryAfterS: number): SimResponse {
  return {
    status: 429,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(retryAfterS) },
    body: 'Too Many Requests',
  };
}

function answerService(request: SimRequest, world: PretendSapWorld): SimResponse {
  const path = pathOf(request);
  if (path === tokenPath) return withFault(request, world, 'token', () => answerToken(request, world));
  const user = authenticate(request, world);
  if (user === undefined) return unauthorized(request);
  if (path === journalEntryPath) return inSession(request, world, user, 'journalEntry');
  if (`${path}/`.startsWith(odataPrefix)) return inSession(request, world, user, 'odata');
  return { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<h1>404 Not Found</h1>' };
}

/** Sessions and CSRF tokens as on an SAP gateway: reads may fetch a token, writes must bring it with every cookie. */
function inSession(
  request: SimRequest,
  world: PretendSapWorld,
  user: string,
  service: 'journalEntry' | 'odata',
): SimResponse {
  const { cookie, 'x-csrf-token': token } = request.headers;
  const found = findSession(world.sessions, user, cookie, request.nowMs);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isGuarded = service === 'odata' || world.behaviour.csrfOnSoap;
  if (!isRead && isGuarded && !isWriteAllowed(found, token, cookie)) return csrfRequired();
  const isFetch = isRead && token?.toLowerCase() === 'fetch';
  const target = service === 'odata' ? (isRead ? 'odataRead' : 'odataWrite') : service;
  const response = withFault(request, world, isFetch ? 'csrf' : target, (forced) =>
    service === 'odata' ? answerOData(request, world, user) : answerSoapEndpoint(request, world, user, isFetch, forced),
  );
  // A failed answer carries no token and opens no session.
  if (response.status >= 400) return response;
  const session = found ?? openSession(world.sessions, user, request.nowMs, world.nextName);
  return {
    ...response,
    headers: {
      ...response.headers,
      ...(found ? {} : { 'set-cookie': cookieHeaders(session) }),
      ...(isFetch ? { 'x-csrf-token': session.csrfToken } : {}),
    },
  };
}

function answerSoapEndpoint(
  request: SimRequest,
  world: PretendSapWorld,
  user: string,
  isFetch: boolean,
  forced: ForcedRefusal,
): SimResponse {
  if (request.method === 'POST') return answerJournalEntry(request, world, user, forced);
  return isFetch
    ? { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '' }
    : { status: 405, headers: { allow: 'POST', 'content-type': 'text/plain; charset=utf-8' }, body: '' };
}

function csrfRequired(): SimResponse {
  return {
    status: 403,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-csrf-token': 'Required' },
    body: 'CSRF token validation failed',
  };
}

/** Lets the next planned fault for this kind of request happen, before the work, instead of it, or after it. */
function withFault(
  request: SimRequest,
  world: PretendSapWorld,
  target: FaultTarget,
  work: (forced: ForcedRefusal) => SimResponse,
): SimResponse {
  const fault = drawFault(world.faults, target);
  switch (fault?.kind) {
    case undefined:
      return work(undefined);
    case 'dropRequest':
      return { status: 500, headers: {}, body: '', delivery: { kind: 'destroy' } };
    case 'dropReply':
      return { ...work(undefined), delivery: { kind: 'destroy' } };
    case 'delayReply':
      return { ...work(undefined), delivery: { kind: 'delay', delayMs: fault.delayMs ?? 1000 } };
    case 'truncateReply': {
      const whole = work(undefined);
      return { ...whole, body: half(whole.body) };
    }
    case 'cutReply': {
      const whole = work(undefined);
      return { ...whole, delivery: { kind: 'truncate', bytes: half(whole.body).length } };
    }
    case 'soapFault':
      return serverError(request, world, target);
    case 'soapFaultAfterBooking':
      work(undefined);
      return serverError(request, world, target);
    case 'periodClosed':
    case 'locked':
      return work(fault.kind);
    case 'sessionLost':
      world.sessions.byId.clear();
      return !/^(GET|HEAD)$/.test(request.method) && target !== 'token' ? csrfRequired() : work(undefined);
    case 'csrfRequired':
      return csrfRequired();
    case 'tokenExpired':
      world.tokens.clear();
      return unauthorized(request);
    case 'throttle':
      return throttled(fault.retryAfterS ?? 1);
    case 'maintenance':
      return maintenancePage(fault);
  }
}

function serverError(request: SimRequest, world: PretendSapWorld, target: FaultTarget): SimResponse {
  if (target === 'journalEntry') {
    const version = soapVersionOf(request.headers['content-type']) ?? soapVersionUsual;
    return soapFault(version, transactionId(world), request.nowMs);
  }
  return odataError(request, world, '', { status: 500, code: 'SY/530', says: 'Internal error occurred' });
}

function maintenancePage({ status, retryAfterS }: Fault): SimResponse {
  return {
    status: status ?? 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    },
    body: '<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>The system is currently not available</h1><p>Planned maintenance is in progress.</p></body></html>',
  };
}

function half(body: string | Uint8Array): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
