/** How a read service describes its entities: typed fields, keys, and links to texts. */
import type { ODataDetail } from './odata-error.ts';
import type { PretendSapWorld } from './world.ts';

export type FieldType =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.DateTime'
  | 'Edm.DateTimeOffset'
  | 'Edm.Decimal'
  | 'Edm.Time';

/** Dates are `YYYY-MM-DD`, moments ISO text ending in Z, decimals decimal text; null is "no date". */
export type FieldValue = string | boolean | null;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly isKey: boolean;
  /** Stored in upper case, and compared as stored. */
  readonly isUpperCase: boolean;
  readonly lengthMax: number | undefined;
  /** A number kept without its leading zeros, and found with or without them. */
  readonly isAlpha?: boolean;
}

export interface Entry {
  value(fieldName: string): FieldValue;
  /** What `If-Match` must name; absent where entries cannot be changed. */
  readonly etag?: string;
}

export interface Navigation {
  readonly name: string;
  readonly target: EntitySet;
  readonly isLinked: (from: Entry, to: Entry) => boolean;
  /** Leads to one entry or none instead of a collection. */
  readonly isSingle?: boolean;
}

/** Who writes, and when. */
export interface Author {
  readonly user: string;
  readonly nowMs: number;
}

/** How entries of a set are created and changed; raises WriteRefusal with the reasons when they are not. */
export interface EntityWriter {
  readonly isCreatable: boolean;
  create(
    world: PretendSapWorld,
    author: Author,
    body: Uint8Array,
    /** Keys that the address of the request states. */
    inherited: Readonly<Record<string, FieldValue>>,
  ): { readonly entry: Entry; readonly expand: readonly string[]; readonly warnings: readonly ODataDetail[] };
  /** `merge` leaves fields alone that were not sent; `replace` sets them to their initial value. */
  change(world: PretendSapWorld, author: Author, entry: Entry, body: Uint8Array, mode: 'merge' | 'replace'): Entry;
}

export interface EntitySet {
  readonly service: string;
  readonly name: string;
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly navigations: readonly Navigation[];
  entries(world: PretendSapWorld, nowMs: number): Entry[];
  /** Absent: read only. */
  readonly writer?: EntityWriter;
}

interface FieldReader<Row> extends Omit<Field, 'name'> {
  readonly read: (row: Row) => FieldValue;
}

const plain = { isKey: false, isUpperCase: false, lengthMax: undefined };

/** A text field in the case it was entered in. */
export function text<Row>(lengthMax: number, read: (row: Row) => string): FieldReader<Row> {
  return { ...plain, type: 'Edm.String', lengthMax, read };
}

/** A text field that SAP stores in upper case. */
export function upper<Row>(lengthMax: number, read: (row: Row) => string): FieldReader<Row> {
  return { ...text(lengthMax, (row: Row) => read(row).toUpperCase()), isUpperCase: true };
}

export function key<Row>(field: FieldReader<Row>): FieldReader<Row> {
  return { ...field, isKey: true };
}

export function flag<Row>(read: (row: Row) => boolean): FieldReader<Row> {
  return { ...plain, type: 'Edm.Boolean', read };
}

/** SAP's other kind of flag: `X` or nothing. */
export function mark<Row>(read: (row: Row) => boolean): FieldReader<Row> {
  return upper(1, (row) => (read(row) ? 'X' : ''));
}

export function date<Row>(read: (row: Row) => string): FieldReader<Row> {
  return { ...plain, type: 'Edm.DateTime', read: (row) => read(row) || null };
}

export function instant<Row>(read: (row: Row) => string): FieldReader<Row> {
  return { ...plain, type: 'Edm.DateTimeOffset', read };
}

export function time<Row>(read: (row: Row) => string): FieldReader<Row> {
  return { ...plain, type: 'Edm.Time', read };
}

export function decimal<Row>(read: (row: Row) => string): FieldReader<Row> {
  return { ...plain, type: 'Edm.Decimal', read };
}

export function defineEntitySet<Row>(definition: {
  readonly service: string;
  readonly name: string;
  readonly rows: (world: PretendSapWorld, nowMs: number) => readonly Row[];
  readonly fields: Readonly<Record<string, FieldReader<Row>>>;
  readonly navigations?: readonly Navigation[];
}): EntitySet {
  const readers = new Map(Object.entries(definition.fields));
  const entryOf = (row: Row): Entry => ({ value: (name) => readers.get(name)?.read(row) ?? null });
  return {
    service: definition.service,
    name: definition.name,
    typeName: `${definition.service}.${definition.name}Type`,
    fields: new Map([...readers].map(([name, { read: _read, ...field }]) => [name, { name, ...field }])),
    navigations: definition.navigations ?? [],
    entries: (world, nowMs) => definition.rows(world, nowMs).map(entryOf),
  };
}

/** Links entries that agree in these fields. */
export function sameFields(...names: readonly string[]): Navigation['isLinked'] {
  return (from, to) => names.every((name) => from.value(name) === to.value(name));
}
