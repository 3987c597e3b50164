/** The system query options of a collection, and what they select. */
import type { EntitySet, Entry, FieldValue } from './entity-set.ts';
import { compareDecimals, compareText, ODataSyntaxError, parseFilter } from './odata-filter.ts';

export interface Query {
  readonly filter: (entry: Entry) => boolean;
  /** Own fields to show; undefined shows all. */
  readonly select: ReadonlySet<string> | undefined;
  /** Fields to show of an expanded link, as `to_Text/GLAccountName`. */
  readonly selectPaths: ReadonlySet<string>;
  /** Links to show with their entries, each step of a longer path by itself. */
  readonly expand: ReadonlySet<string>;
  readonly orderBy: readonly { readonly name: string; readonly descending: boolean }[];
  readonly top: number | undefined;
  readonly skip: number;
  /** How many entries earlier pages have delivered. */
  readonly skipToken: number;
  readonly inlineCount: boolean;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** How many match the filter, before `$top` and `$skip`. */
  readonly count: number;
  readonly skipToken: number | undefined;
}

const knownOptions = new Set([
  '$filter',
  '$select',
  '$expand',
  '$orderby',
  '$top',
  '$skip',
  '$skiptoken',
  '$inlinecount',
  '$format',
]);

/** Raises ODataSyntaxError for an unknown option, property or value. */
export function parseQuery(url: URL, set: EntitySet): Query {
  const options = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!name.startsWith('$')) continue;
    if (!knownOptions.has(name)) throw new ODataSyntaxError(`The system query option '${name}' is not defined`);
    if (options.has(name)) throw new ODataSyntaxError(`The system query option '${name}' is given twice`);
    options.set(name, value);
  }
  const format = options.get('$format') ?? 'json';
  if (!/^(json|xml|atom)$/.test(format)) throw new ODataSyntaxError(`Format '${format}' is not supported`);
  const inlineCount = options.get('$inlinecount') ?? 'none';
  if (!/^(allpages|none)$/.test(inlineCount)) throw new ODataSyntaxError(`Invalid $inlinecount '${inlineCount}'`);
  const filter = options.get('$filter');
  const expand = parseExpand(options.get('$expand'), set);
  return {
    filter: filter === undefined || filter === '' ? () => true : parseFilter(filter, set),
    ...parseSelect(options.get('$select'), set, expand),
    expand,
    orderBy: parseOrderBy(options.get('$orderby'), set),
    top: options.has('$top') ? parseCount('$top', options.get('$top') ?? '') : undefined,
    skip: parseCount('$skip', options.get('$skip') ?? '0'),
    skipToken: parseCount('$skiptoken', options.get('$skiptoken') ?? '0'),
    inlineCount: inlineCount === 'allpages',
  };
}

/** At most `pageSizeMax` entries; the rest waits behind the skip token. Without `$orderby` entries come by key. */
export function runQuery(set: EntitySet, entries: readonly Entry[], query: Query, pageSizeMax: number): Page {
  const keys = [...set.fields.values()].filter((field) => field.isKey).map(({ name }) => ({ name, descending: false }));
  const order = [...query.orderBy, ...keys];
  const matching = entries.filter(query.filter).sort((left, right) => compareEntries(set, order, left, right));
  const wanted = matching.slice(query.skip, query.top === undefined ? undefined : query.skip + query.top);
  const end = query.skipToken + pageSizeMax;
  return {
    entries: wanted.slice(query.skipToken, end),
    count: matching.length,
    skipToken: end < wanted.length ? end : undefined,
  };
}

function compareEntries(set: EntitySet, order: Query['orderBy'], left: Entry, right: Entry): number {
  for (const { name, descending } of order) {
    const compare = set.fields.get(name)?.type === 'Edm.Decimal' ? compareDecimals : compareText;
    const result = compare(sortText(left.value(name)), sortText(right.value(name)));
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}

function sortText(value: FieldValue): string {
  return value === null ? '' : String(value);
}

function parseSelect(
  source: string | undefined,
  set: EntitySet,
  expand: ReadonlySet<string>,
): Pick<Query, 'select' | 'selectPaths'> {
  const names = parseList(source);
  if (names.length === 0 || names.includes('*')) return { select: undefined, selectPaths: new Set() };
  const select = new Set<string>();
  const selectPaths = new Set<string>();
  for (const name of names) {
    const slash = name.lastIndexOf('/');
    if (slash > 0) {
      const [links, field] = [name.slice(0, slash), name.slice(slash + 1)];
      const target = findLinked(links, set);
      if (!expand.has(links) || !(target?.fields.has(field) || findLinked(field, target))) {
        throw unknownProperty(name, set);
      }
      selectPaths.add(name);
    } else if (set.fields.has(name) || set.navigations.some((candidate) => candidate.name === name)) {
      select.add(name);
    } else {
      throw unknownProperty(name, set);
    }
  }
  return { select, selectPaths };
}

/** Every link on the way, so that `to_Customer/to_CustomerCompany` shows the customer too. */
function parseExpand(source: string | undefined, set: EntitySet): ReadonlySet<string> {
  const expand = new Set<string>();
  for (const path of parseList(source)) {
    if (!findLinked(path, set)) throw unknownProperty(path, set);
    const steps = path.split('/');
    for (const at of steps.keys()) expand.add(steps.slice(0, at + 1).join('/'));
  }
  return expand;
}

function findLinked(path: string, set: EntitySet | undefined): EntitySet | undefined {
  let target = set;
  for (const step of path.split('/')) target = target?.navigations.find((link) => link.name === step)?.target;
  return target;
}

function parseOrderBy(source: string | undefined, set: EntitySet): Query['orderBy'] {
  return parseList(source).map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.split(/\s+/);
    if (!set.fields.has(name)) throw unknownProperty(name, set);
    if (!/^(asc|desc)$/.test(direction) || rest.length > 0) throw new ODataSyntaxError(`Invalid $orderby '${part}'`);
    return { name, descending: direction === 'desc' };
  });
}

function parseList(source: string | undefined): string[] {
  return (source ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseCount(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ODataSyntaxError(`Invalid value '${text}' for ${option}`);
  return Number(text);
}

function unknownProperty(name: string, set: EntitySet): ODataSyntaxError {
  return new ODataSyntaxError(`Property ${name} not found in type ${set.typeName.split('.')[1]}`);
}
