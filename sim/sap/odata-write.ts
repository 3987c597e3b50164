/** Creating and changing entries: POST to a set or a link, PATCH, MERGE and PUT to an entry, each under its etag. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import type { EntitySet, EntityWriter, Entry, FieldValue } from './entity-set.ts';
import { type ODataDetail, WriteRefusal } from './odata-error.ts';
import { entryPath, renderJsonEntry } from './odata-render.ts';
import { findEntry, notFound, type Target } from './odata-target.ts';
import type { PretendSapWorld } from './world.ts';

const changeModes: Readonly<Record<string, 'merge' | 'replace'>> = { PATCH: 'merge', MERGE: 'merge', PUT: 'replace' };

/** Raises WriteRefusal, ResourceNotFound and ODataSyntaxError. The caller has checked the CSRF token. */
export function answerWrite(
  request: SimRequest,
  world: PretendSapWorld,
  user: string,
  target: Target | undefined,
  root: string,
): SimResponse {
  if (!target) throw notFound(new URL(request.url, root).pathname);
  // Proxies that let only GET and POST through are served with the real method in a header.
  const method =
    request.method === 'POST' ? (request.headers['x-http-method'] ?? 'POST').toUpperCase() : request.method;
  const mode = changeModes[method];
  const { set, inherited } = findSet(request, world, target);
  const writer = set.writer;
  if (!writer || (mode === undefined && method !== 'POST')) throw notAllowed(method, set);
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new WriteRefusal({ status: 415, code: 'PSP/415', says: 'Content-Type must be application/json' });
  }
  const author = { user, nowMs: request.nowMs };
  if (mode === undefined) {
    if (!writer.isCreatable || (target.key !== undefined && target.rest === '')) throw notAllowed(method, set);
    return answerCreated(request, world, set, writer.create(world, author, request.body, inherited), root);
  }
  if (target.key === undefined || target.rest !== '') throw notAllowed(method, set);
  const entry = findEntry(set, target.key, world, request.nowMs);
  checkCondition(request, entry);
  const changed = writer.change(world, author, entry, request.body, mode);
  return { status: 204, headers: headersOf(changed, []), body: '' };
}

function notAllowed(method: string, set: EntitySet): WriteRefusal {
  const says = `Method ${method} is not allowed for ${set.name}`;
  return new WriteRefusal({ status: 405, code: '/IWFND/CM_CONSUMER/104', says });
}

/** A POST to `A_Customer('1')/to_CustomerCompany` creates in the link's set, with the keys that both share. */
function findSet(
  request: SimRequest,
  world: PretendSapWorld,
  { set, key, rest }: Target,
): { readonly set: EntitySet; readonly inherited: Readonly<Record<string, FieldValue>> } {
  if (key === undefined || rest === '') return { set, inherited: {} };
  const owner = findEntry(set, key, world, request.nowMs);
  const target = set.navigations.find((candidate) => candidate.name === rest)?.target;
  if (!target) throw notFound(rest);
  const shared = [...set.fields.values()].filter(({ name, isKey }) => isKey && target.fields.get(name)?.isKey);
  return { set: target, inherited: Object.fromEntries(shared.map(({ name }) => [name, owner.value(name)])) };
}

/** A change must say which state of the entry it means: nothing said is 428, another state than the present one 412. */
function checkCondition({ headers }: SimRequest, { etag }: Entry): void {
  const condition = headers['if-match'];
  if (condition === undefined) {
    const says = 'If-Match header is required for this request';
    throw new WriteRefusal({ status: 428, code: 'PSP/428', says });
  }
  if (condition === '*' || condition === etag) return;
  throw new WriteRefusal({ status: 412, code: 'PSP/412', says: 'Precondition failed: the entry has been changed' });
}

function answerCreated(
  request: SimRequest,
  world: PretendSapWorld,
  set: EntitySet,
  { entry, expand, warnings }: ReturnType<EntityWriter['create']>,
  root: string,
): SimResponse {
  const query = {
    filter: () => true,
    select: undefined,
    selectPaths: new Set<string>(),
    expand: new Set(expand),
    orderBy: [],
    top: undefined,
    skip: 0,
    skipToken: 0,
    inlineCount: false,
  };
  const json = renderJsonEntry(set, entry, { root, query, world, nowMs: request.nowMs });
  return {
    status: 201,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      location: `${root}${entryPath(set, entry)}`,
      ...headersOf(entry, warnings),
    },
    body: JSON.stringify({ d: json }),
  };
}

/** Warnings travel beside a success, in a header of their own. */
function headersOf({ etag }: Entry, [first, ...others]: readonly ODataDetail[]): Record<string, string> {
  const toJson = ({ code, says, severity }: ODataDetail): object => ({
    code,
    message: says,
    severity: severity ?? 'info',
    target: '',
  });
  return {
    dataserviceversion: '2.0',
    ...(etag === undefined ? {} : { etag }),
    ...(first ? { 'sap-message': JSON.stringify({ ...toJson(first), details: others.map(toJson) }) } : {}),
  };
}
