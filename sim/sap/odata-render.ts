/** OData V2 on the wire: JSON with `d`, Atom XML, the service document and `$metadata`. */
import type { EntitySet, Entry, Field, FieldValue, Navigation } from './entity-set.ts';
import type { Query } from './odata-query.ts';
import type { PretendSapWorld } from './world.ts';
import { escapeXml } from './xml.ts';

export interface View {
  /** The service root with a trailing slash. */
  readonly root: string;
  readonly query: Query;
  readonly world: PretendSapWorld;
  readonly nowMs: number;
}

type Json = string | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export function renderJsonCollection(
  set: EntitySet,
  entries: readonly Entry[],
  view: View,
  count: number | undefined,
  next: string | undefined,
): Json {
  return {
    ...(count === undefined ? {} : { __count: String(count) }),
    results: entries.map((entry) => renderJsonEntry(set, entry, view)),
    ...(next === undefined ? {} : { __next: next }),
  };
}

export function renderJsonEntry(set: EntitySet, entry: Entry, view: View): Json {
  const { root, query } = view;
  const uri = `${root}${entryPath(set, entry)}`;
  const etag = entry.etag === undefined ? {} : { etag: entry.etag };
  const json: Record<string, Json> = { __metadata: { id: uri, uri, type: set.typeName, ...etag } };
  for (const field of set.fields.values()) {
    if (query.select === undefined || query.select.has(field.name)) {
      json[field.name] = renderJsonValue(field, entry.value(field.name));
    }
  }
  for (const link of set.navigations) {
    if (query.expand.has(link.name)) {
      const linked = linkedEntries(link, entry, view);
      json[link.name] = link.isSingle ? (linked[0] ?? null) : { results: linked };
    } else if (query.select === undefined || query.select.has(link.name)) {
      json[link.name] = { __deferred: { uri: `${uri}/${link.name}` } };
    }
  }
  return json;
}

function linkedEntries(link: Navigation, entry: Entry, view: View): readonly Json[] {
  const below = (paths: ReadonlySet<string>): string[] =>
    [...paths].filter((path) => path.startsWith(`${link.name}/`)).map((path) => path.slice(link.name.length + 1));
  const paths = below(view.query.selectPaths);
  const select = paths.length === 0 ? undefined : new Set(paths.filter((path) => !path.includes('/')));
  const selectPaths = new Set(paths.filter((path) => path.includes('/')));
  const query = { ...view.query, select, selectPaths, expand: new Set(below(view.query.expand)) };
  const inner: View = { ...view, query };
  return link.target
    .entries(view.world, view.nowMs)
    .filter((candidate) => link.isLinked(entry, candidate))
    .map((candidate) => renderJsonEntry(link.target, candidate, inner));
}

function renderJsonValue(field: Field, value: FieldValue): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (field.type === 'Edm.DateTime') return `/Date(${Date.parse(`${value}T00:00:00Z`)})/`;
  if (field.type === 'Edm.DateTimeOffset') return `/Date(${Date.parse(value)}+0000)/`;
  return value;
}

/** `A_CompanyCode('1010')` with one key, `A_X(K1='a',K2='b')` with several. */
export function entryPath(set: EntitySet, entry: Entry): string {
  const keys = [...set.fields.values()].filter((field) => field.isKey);
  const literals = keys.map((field) => {
    const value = String(entry.value(field.name) ?? '');
    const literal = field.type === 'Edm.DateTime' ? `datetime'${value}T00:00:00'` : `'${value.replaceAll("'", "''")}'`;
    return keys.length === 1 ? encodeURIComponent(literal) : `${field.name}=${encodeURIComponent(literal)}`;
  });
  return `${set.name}(${literals.join(',')})`;
}

const atom = 'http://www.w3.org/2005/Atom';
const metadata = 'http://schemas.microsoft.com/ado/2007/08/dataservices/metadata';
const data = 'http://schemas.microsoft.com/ado/2007/08/dataservices';

export function renderAtom(set: EntitySet, entries: readonly Entry[], view: View, next: string | undefined): string {
  const updated = new Date(view.nowMs).toISOString();
  const rendered = entries.map((entry) => {
    const uri = escapeXml(`${view.root}${entryPath(set, entry)}`);
    const properties = [...set.fields.values()]
      .filter((field) => view.query.select === undefined || view.query.select.has(field.name))
      .map((field) => renderAtomValue(field, entry.value(field.name)));
    return `<entry><id>${uri}</id><title type="text"/><updated>${updated}</updated><content type="application/xml"><m:properties>${properties.join('')}</m:properties></content></entry>`;
  });
  const nextLink = next === undefined ? '' : `<link rel="next" href="${escapeXml(next)}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?><feed xmlns="${atom}" xmlns:m="${metadata}" xmlns:d="${data}"><id>${escapeXml(view.root)}${set.name}</id><title type="text">${set.name}</title><updated>${updated}</updated>${rendered.join('')}${nextLink}</feed>`;
}

function renderAtomValue(field: Field, value: FieldValue): string {
  if (value === null) return `<d:${field.name} m:null="true"/>`;
  const text = field.type === 'Edm.DateTime' ? `${value}T00:00:00` : String(value);
  return `<d:${field.name}>${escapeXml(text)}</d:${field.name}>`;
}

export function renderServiceRoot(sets: readonly EntitySet[], json: boolean, root: string): string {
  if (json) return JSON.stringify({ d: { EntitySets: sets.map((set) => set.name) } });
  const collections = sets.map(
    ({ name }) => `<app:collection href="${name}"><atom:title type="text">${name}</atom:title></app:collection>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?><app:service xml:base="${escapeXml(root)}" xmlns:app="http://www.w3.org/2007/app" xmlns:atom="${atom}"><app:workspace>${collections.join('')}</app:workspace></app:service>`;
}

export function renderMetadata(service: string, sets: readonly EntitySet[]): string {
  const types = sets.map((set) => {
    const fields = [...set.fields.values()];
    const keys = fields.filter((field) => field.isKey).map(({ name }) => `<PropertyRef Name="${name}"/>`);
    const properties = fields.map(({ name, type, isKey, lengthMax, isUpperCase }) => {
      const length = lengthMax === undefined ? '' : ` MaxLength="${lengthMax}"`;
      const scale = type === 'Edm.Decimal' ? ' Precision="24" Scale="3"' : '';
      const display = isUpperCase ? ' sap:display-format="UpperCase"' : '';
      return `<Property Name="${name}" Type="${type}"${isKey ? ' Nullable="false"' : ''}${length}${scale}${display}/>`;
    });
    return `<EntityType Name="${set.name}Type"><Key>${keys.join('')}</Key>${properties.join('')}</EntityType>`;
  });
  const containers = sets.map((set) => `<EntitySet Name="${set.name}" EntityType="${set.typeName}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="${metadata}" xmlns:sap="http://www.sap.com/Protocols/SAPData"><edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="${service}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">${types.join('')}<EntityContainer Name="${service}_Entities" m:IsDefaultEntityContainer="true">${containers.join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}
