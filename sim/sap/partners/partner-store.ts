/** The business partners the pretend SAP knows: rows by entity set, their number ranges, and their change stamps. */
import type { FieldValue } from '../entity-set.ts';
import { type PartnerEntity, type PartnerSetName, partnerEntities, partnerEntity } from './partner-fields.ts';

/** A number range of business partners, and of the customers made from them. */
export interface PartnerGrouping {
  readonly grouping: string;
  /** `internal`: SAP gives the number; `external`: the sender does. */
  readonly numbers: 'internal' | 'external';
  /** First and last number of the range, digits only. */
  readonly from: string;
  readonly to: string;
  /** First number of the customers, where they do not share the business partner's. */
  readonly customersFrom?: string;
}

/** Groupings that many systems have; every real one is configuration. */
export const usualPartnerGroupings: readonly PartnerGrouping[] = [
  { grouping: 'BP02', numbers: 'internal', from: '1000000', to: '1999999' },
  { grouping: 'BP03', numbers: 'external', from: '5000000', to: '5999999' },
  { grouping: 'BPCU', numbers: 'internal', from: '2000000', to: '2999999', customersFrom: '7000000' },
];

export type PartnerValues = Readonly<Record<string, FieldValue>>;

export interface PartnerRow {
  readonly set: PartnerSetName;
  readonly values: PartnerValues;
  /** 26 digits, never the same twice. */
  readonly stamp: string;
  /** Customers are made a moment after their business partner. */
  readonly visibleFromMs: number;
  /** A one-time customer of the world's master data. */
  readonly isOneTime?: boolean;
}

/** What one request changed, as it goes to the journal file. */
export interface PartnerChange {
  readonly rows: readonly PartnerRow[];
  readonly counters: readonly (readonly [string, number])[];
}

export interface PartnerStore {
  readonly rows: ReadonlyMap<PartnerSetName, Map<string, PartnerRow>>;
  /** Numbers given so far by range, and the count of changes under `stamp`. */
  readonly counters: Map<string, number>;
}

export function createPartnerStore(): PartnerStore {
  return { rows: new Map(partnerEntities.map(({ set }) => [set, new Map()])), counters: new Map() };
}

export function countUp(store: PartnerStore, name: string): number {
  const next = (store.counters.get(name) ?? 0) + 1;
  store.counters.set(name, next);
  return next;
}

/** A change stamp that is later than every earlier one, also within one millisecond. */
export function nextStamp(store: PartnerStore, nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return `${time}${String(countUp(store, 'stamp')).padStart(12, '0')}`;
}

/** Leading zeros are SAP's way to store a number; they are not shown. */
export function showNumber(number: string): string {
  return /^\d+$/.test(number) ? number.replace(/^0+(?=\d)/, '') : number.toUpperCase();
}

export function keyOfRow(entity: PartnerEntity, values: PartnerValues): string {
  const keys = [...entity.fields.values()].filter((field) => field.isKey);
  return JSON.stringify(keys.map(({ name }) => String(values[name] ?? '')));
}

export function findRow(store: PartnerStore, set: PartnerSetName, values: PartnerValues): PartnerRow | undefined {
  return store.rows.get(set)?.get(keyOfRow(partnerEntity(set), values));
}

export function rowsOf(store: PartnerStore, set: PartnerSetName): readonly PartnerRow[] {
  return [...(store.rows.get(set)?.values() ?? [])];
}

/** Puts rows in place, new or changed. */
export function putRows(store: PartnerStore, rows: readonly PartnerRow[]): void {
  for (const row of rows) store.rows.get(row.set)?.set(keyOfRow(partnerEntity(row.set), row.values), row);
}

/** Makes an already recorded change visible. */
export function restorePartnerChange(store: PartnerStore, change: PartnerChange): void {
  putRows(store, change.rows);
  for (const [name, count] of change.counters) {
    store.counters.set(name, Math.max(count, store.counters.get(name) ?? 0));
  }
}

/** Every field of the entity, the ones not stated at their initial value. */
export function completeValues(entity: PartnerEntity, stated: PartnerValues): PartnerValues {
  const values: Record<string, FieldValue> = {};
  for (const { name, type } of entity.fields.values()) {
    const initial = type === 'Edm.Boolean' ? false : type === 'Edm.String' ? '' : null;
    values[name] = stated[name] ?? initial;
  }
  return values;
}
