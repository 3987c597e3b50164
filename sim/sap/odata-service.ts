/** The OData V2 read services: service root, metadata, collections, single entries, links. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import type { EntitySet, Entry } from './entity-set.ts';
import { itemCube } from './item-cube.ts';
import { masterDataSets } from './master-data-sets.ts';
import { type ODataFailure, odataError, syntaxErrorCode, wantsJson } from './odata-error.ts';
import { ODataSyntaxError, parseKeyLiteral } from './odata-filter.ts';
import { parseQuery, type Query, runQuery } from './odata-query.ts';
import {
  renderAtom,
  renderJsonCollection,
  renderJsonEntry,
  renderMetadata,
  renderServiceRoot,
} from './odata-render.ts';
import type { PretendSapWorld } from './world.ts';

export const odataPrefix = '/sap/opu/odata/sap/';

export const entitySets: readonly EntitySet[] = [itemCube, ...masterDataSets];

interface Target {
  readonly set: EntitySet;
  /** The text between the parentheses; undefined for the whole collection. */
  readonly key: string | undefined;
  /** What follows the entry: a link's name or `$count`. */
  readonly rest: string;
}

/** Answers a read below the prefix. The caller has checked who asks, and the CSRF token of writes. */
export function answerOData(request: SimRequest, world: PretendSapWorld): SimResponse {
  const url = new URL(request.url, `http://${request.headers.host ?? 'pretend-sap'}`);
  const [service = '', ...segments] = url.pathname.slice(odataPrefix.length).split('/');
  const sets = entitySets.filter((set) => set.service === service);
  const fail = (failure: ODataFailure): SimResponse => odataError(request, world, service, failure);
  if (sets.length === 0) {
    return fail({
      status: 403,
      code: '/IWFND/MED/170',
      says: `No service found for namespace '', name '${service}', version '0001'`,
    });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return fail({ status: 405, code: '/IWFND/CM_CONSUMER/104', says: `Method ${request.method} is not allowed` });
  }
  try {
    const path = segments.map((segment) => decodeURIComponent(segment)).join('/');
    const root = `${url.origin}${odataPrefix}${service}/`;
    if (path === '') return reply(request, renderServiceRoot(sets, wantsJson(request), root), 'atomsvc+xml');
    if (path === '$metadata') return xmlReply(renderMetadata(service, sets));
    const target = findTarget(path, sets);
    if (!target) throw notFound(path);
    return answerTarget(request, world, target, url, root);
  } catch (thrown) {
    if (thrown instanceof ODataSyntaxError) return fail({ status: 400, code: syntaxErrorCode, says: thrown.message });
    if (thrown instanceof URIError) return fail({ status: 400, code: syntaxErrorCode, says: 'Malformed URI' });
    if (thrown instanceof ResourceNotFound) {
      return fail({ status: 404, code: '/IWBEP/CM_MGW_RT/020', says: thrown.message });
    }
    throw thrown;
  }
}

class ResourceNotFound extends Error {}

function notFound(segment: string): ResourceNotFound {
  return new ResourceNotFound(`Resource not found for segment '${segment}'`);
}

function findTarget(path: string, sets: readonly EntitySet[]): Target | undefined {
  const match = /^(\w+)(?:\(((?:[^'()]|'(?:[^']|'')*')*)\))?(?:\/(.*))?$/.exec(path);
  const set = sets.find((candidate) => candidate.name === match?.[1]);
  return match && set ? { set, key: match[2], rest: match[3] ?? '' } : undefined;
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
  const entry = findEntry(set, key, world, request.nowMs);
  if (!entry) throw notFound(set.typeName.split('.')[1] ?? set.name);
  if (rest === '') return answerEntry(request, world, set, entry, parseQuery(url, set), root);
  const navigation = set.navigations.find((candidate) => candidate.name === rest);
  if (!navigation) throw notFound(rest);
  const linked = navigation.target
    .entries(world, request.nowMs)
    .filter((candidate) => navigation.isLinked(entry, candidate));
  return answerCollection(request, world, navigation.target, linked, url, root, false);
}

function findEntry(set: EntitySet, key: string, world: PretendSapWorld, nowMs: number): Entry | undefined {
  const keyFields = [...set.fields.values()].filter((field) => field.isKey);
  const parts = key.match(/(?:[^',]|'(?:[^']|'')*')+/g) ?? [];
  const wanted = new Map<string, string>();
  for (const part of parts) {
    const named = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part);
    wanted.set(named?.[1] ?? (keyFields.length === 1 ? (keyFields[0]?.name ?? '') : ''), named?.[2] ?? part.trim());
  }
  if (wanted.size !== keyFields.length || !keyFields.every(({ name }) => wanted.has(name))) {
    throw new ODataSyntaxError(`Invalid key predicate (${key})`);
  }
  const values = keyFields.map((field) => [field.name, parseKeyLiteral(wanted.get(field.name) ?? '', field)] as const);
  return set.entries(world, nowMs).find((entry) => values.every(([name, value]) => entry.value(name) === value));
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
  if (!wantsJson(request)) return xmlReply(renderAtom(set, [entry], view, undefined));
  return reply(request, JSON.stringify({ d: renderJsonEntry(set, entry, view) }), 'xml');
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
