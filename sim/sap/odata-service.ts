/** The OData V2 services: service root, metadata, collections, single entries, links, and where writes go. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import { isServiceOffered } from './access-rules.ts';
import type { EntitySet, Entry } from './entity-set.ts';
import { itemCube } from './item-cube.ts';
import { masterDataSets } from './master-data-sets.ts';
import { type ODataFailure, odataError, syntaxErrorCode, WriteRefusal, wantsJson } from './odata-error.ts';
import { ODataSyntaxError } from './odata-filter.ts';
import { parseQuery, type Query, runQuery } from './odata-query.ts';
import {
  renderAtom,
  renderJsonCollection,
  renderJsonEntry,
  renderMetadata,
  renderServiceRoot,
} from './odata-render.ts';
import { findEntry, findTarget, notFound, ResourceNotFound, type Target } from './odata-target.ts';
import { answerWrite } from './odata-write.ts';
import { answerDuplicateCheck } from './partners/duplicate-check.ts';
import { partnerService } from './partners/partner-fields.ts';
import { partnerSets } from './partners/partner-sets.ts';
import type { PretendSapWorld } from './world.ts';

export const odataPrefix = '/sap/opu/odata/sap/';

export const entitySets: readonly EntitySet[] = [itemCube, ...masterDataSets, ...partnerSets];

/** Answers a read below the prefix. The caller has checked who asks, and the CSRF token of writes. */
export function answerOData(request: SimRequest, world: PretendSapWorld, user: string): SimResponse {
  const url = new URL(request.url, `http://${request.headers.host ?? 'pretend-sap'}`);
  const [service = '', ...segments] = url.pathname.slice(odataPrefix.length).split('/');
  const isOffered = isServiceOffered(world, user, service);
  const sets = isOffered ? [...entitySets, ...world.customViews].filter((set) => set.service === service) : [];
  const fail = (failure: ODataFailure): SimResponse => odataError(request, world, service, failure);
  if (sets.length === 0) {
    return fail({
      status: 403,
      code: '/IWFND/MED/170',
      says: `No service found for namespace '', name '${service}', version '0001'`,
    });
  }
  try {
    const path = segments.map((segment) => decodeURIComponent(segment)).join('/');
    const root = `${url.origin}${odataPrefix}${service}/`;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return answerWrite(request, world, user, findTarget(path, sets), root);
    }
    if (path === '') return reply(request, renderServiceRoot(sets, wantsJson(request), root), 'atomsvc+xml');
    if (path === '$metadata') return xmlReply(renderMetadata(service, sets));
    if (service === partnerService && path === 'DuplicateCheck') return answerDuplicateCheck(world, url, request.nowMs);
    const target = findTarget(path, sets);
    if (!target) throw notFound(path);
    return answerTarget(request, world, target, url, root);
  } catch (thrown) {
    if (thrown instanceof ODataSyntaxError) return fail({ status: 400, code: syntaxErrorCode, says: thrown.message });
    if (thrown instanceof WriteRefusal) return fail(thrown.failure);
    if (thrown instanceof URIError) return fail({ status: 400, code: syntaxErrorCode, says: 'Malformed URI' });
    if (thrown instanceof ResourceNotFound) {
      return fail({ status: 404, code: '/IWBEP/CM_MGW_RT/020', says: thrown.message });
    }
    throw thrown;
  }
}

function answerTarget(
  request: SimRequest,
  world: PretendSapWorld,
  { set, key, rest }: Target,
  url: URL,
  root: string,
): SimResponse {
  if (key === undefined) {
    const entries = set.entries(world, request.nowMs);
    if (rest !== '' && rest !== '$count') throw notFound(rest);
    return answerCollection(request, world, set, entries, url, root, rest === '$count');
  }
  let at = { set, entry: findEntry(set, key, world, request.nowMs) };
  const links = rest === '' ? [] : rest.split('/');
  for (const [step, link] of links.entries()) {
    const navigation = at.set.navigations.find((candidate) => candidate.name === link);
    if (!navigation) throw notFound(link);
    const { target } = navigation;
    const { entry } = at;
    const linked = target.entries(world, request.nowMs).filter((each) => navigation.isLinked(entry, each));
    const [only] = linked;
    if (!navigation.isSingle) {
      const [after, ...more] = links.slice(step + 1);
      if ((after !== undefined && after !== '$count') || more.length > 0) throw notFound(after ?? link);
      return answerCollection(request, world, target, linked, url, root, after === '$count');
    }
    if (!only) throw notFound(link);
    at = { set: target, entry: only };
  }
  return answerEntry(request, world, at.set, at.entry, parseQuery(url, at.set), root);
}

function answerEntry(
  request: SimRequest,
  world: PretendSapWorld,
  set: EntitySet,
  entry: Entry,
  query: Query,
  root: string,
): SimResponse {
  const view = { root, query, world, nowMs: request.nowMs };
  const etag = entry.etag === undefined ? {} : { etag: entry.etag };
  const response = wantsJson(request)
    ? reply(request, JSON.stringify({ d: renderJsonEntry(set, entry, view) }), 'xml')
    : xmlReply(renderAtom(set, [entry], view, undefined));
  return { ...response, headers: { ...response.headers, ...etag } };
}

function answerCollection(
  request: SimRequest,
  world: PretendSapWorld,
  set: EntitySet,
  entries: readonly Entry[],
  url: URL,
  root: string,
  countOnly: boolean,
): SimResponse {
  const query = parseQuery(url, set);
  const page = runQuery(set, entries, query, world.behaviour.pageSizeMax);
  if (countOnly) return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(page.count) };
  const view = { root, query, world, nowMs: request.nowMs };
  const next = page.skipToken === undefined ? undefined : nextLink(url, page.skipToken);
  if (!wantsJson(request)) return xmlReply(renderAtom(set, page.entries, view, next));
  const count = query.inlineCount ? page.count : undefined;
  return reply(request, JSON.stringify({ d: renderJsonCollection(set, page.entries, view, count, next) }), 'xml');
}

function nextLink(url: URL, skipToken: number): string {
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(skipToken));
  return next.toString();
}

function reply(request: SimRequest, body: string, xmlSubtype: string): SimResponse {
  const contentType = wantsJson(request) ? 'application/json' : `application/${xmlSubtype}`;
  return {
    status: 200,
    headers: { 'content-type': `${contentType}; charset=utf-8`, dataserviceversion: '2.0' },
    body,
  };
}

function xmlReply(body: string): SimResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=utf-8', dataserviceversion: '2.0' },
    body,
  };
}
