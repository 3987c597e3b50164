import type { z } from 'zod';
import type { JsonObject, RelatedId, UnreadableRecord, UtcInstant } from '../../app/index.ts';
import { isCurrencyCode, type LocalDate, type Money, parseLocalDate } from '../../core/index.ts';
import { parseDecimal } from '../exact-json.ts';
import type { JsonReading } from '../read-json.ts';
import type { WireAmount, WireRelatedIdentifiers } from './wire.ts';

/** Why one record cannot be read: which member and how it is wrong, never its value. Caught in this folder. */
export class RecordFault extends Error {}

/** A path may hold names of Amazon's, which have no limit. */
const saysLengthMax = 300;

/** Reads each record by itself. What is wrong with one is said of that one, and no other is lost for it. */
export function readRecords<Wire, Item>(
  raw: readonly unknown[],
  how: {
    readonly schema: z.ZodType<Wire>;
    readonly idOf: (source: JsonObject) => unknown;
    readonly read: (wire: Wire, source: JsonObject) => Item;
  },
): { readonly items: readonly Item[]; readonly unreadable: readonly UnreadableRecord[] } {
  const items: Item[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (const value of raw) {
    const source = isObject(value) ? value : { value };
    try {
      if (!isObject(value)) throw new RecordFault('it is not an object');
      items.push(how.read(readShape(value, how.schema), source));
    } catch (thrown) {
      if (!(thrown instanceof RecordFault)) throw thrown;
      const id = how.idOf(source);
      unreadable.push({
        recordId: typeof id === 'string' && id !== '' ? id : null,
        says: thrown.message.slice(0, saysLengthMax),
        source,
      });
    }
  }
  return { items, unreadable };
}

/** Raises a `RecordFault` that names the first member which is not as documented. */
export function readShape<Wire>(value: unknown, schema: z.ZodType<Wire>, member = ''): Wire {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(member === '' ? [] : [member]), ...(issue?.path ?? [])].join('.');
  throw new RecordFault(`member ${path || '(root)'} is not as documented (${issue?.code})`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `null` for a text that is missing or empty. */
export function optional(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}

/** `null` when Amazon states no amount. */
export function readAmount(wire: WireAmount, member: string): Money | null {
  const amountText = optional(wire?.currencyAmount);
  if (amountText === null) return null;
  const currency = optional(wire?.currencyCode);
  if (currency === null) throw new RecordFault(`member ${member} has an amount without a currency`);
  if (!isCurrencyCode(currency)) throw new RecordFault(`member ${member} has a currency this program does not know`);
  const reading = parseDecimal(amountText, currency);
  if (!reading.ok) throw new RecordFault(`member ${member}.currencyAmount ${reading.fault}`);
  return reading.value;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?$/i;

/** A plain day is its beginning in UTC. A time without an offset could be any of 26 hours and is a fault. */
export function readInstant(text: string | null | undefined, member: string): UtcInstant | null {
  const given = optional(text);
  if (given === null) return null;
  const [, day = '', time = 'T00:00:00Z'] = INSTANT.exec(given) ?? [];
  const ms = isDay(day)
    ? Date.parse(`${day}${time.toUpperCase().replace(/([+-]\d{2})(\d{2})$/, '$1:$2')}`)
    : Number.NaN;
  if (Number.isNaN(ms)) throw new RecordFault(`member ${member} is not a date and time with an offset`);
  return new Date(ms).toISOString();
}

/** The day that a plain day or a date and time begins with, as it stands there. */
export function readDay(text: string | null | undefined, member: string): LocalDate | null {
  const given = optional(text);
  if (given === null) return null;
  const [, day = ''] = INSTANT.exec(given) ?? [];
  if (!isDay(day)) throw new RecordFault(`member ${member} is not a day`);
  return day;
}

function isDay(text: string): text is LocalDate {
  try {
    parseLocalDate(text);
    return true;
  } catch {
    return false;
  }
}

export function readQuantity(text: string | null | undefined, member: string): number | null {
  const given = optional(text);
  if (given === null) return null;
  const quantity = /^-?\d{1,9}(?:\.0+)?$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isNaN(quantity)) throw new RecordFault(`member ${member} is not a whole number`);
  return quantity;
}

/** Those that have a name and a value. */
export function readRelatedIds(wire: WireRelatedIdentifiers): RelatedId[] {
  return (wire ?? []).flatMap((each) => {
    const [name, value] = [optional(each.relatedIdentifierName), optional(each.relatedIdentifierValue)];
    return name === null || value === null ? [] : [{ name, value }];
  });
}

/** The first value under that name. */
export function relatedValue(ids: readonly RelatedId[], name: string): string | null {
  return ids.find((id) => id.name.toUpperCase() === name)?.value ?? null;
}

/** `Standard Orders` and `STANDARD_ORDERS` are the same: Amazon's interfaces spell it differently. */
export function readAccountType(text: string | null | undefined): string | null {
  const name = optional(text)
    ?.trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_');
  return optional(name);
}

/** An answer in which nothing may be left out: one record that cannot be read makes all of it unreadable. */
export function readWhole<Wire, Value>(reading: JsonReading<Wire>, toValue: (wire: Wire) => Value): JsonReading<Value> {
  if (!reading.ok) return reading;
  try {
    return { ok: true, value: toValue(reading.value) };
  } catch (thrown) {
    if (!(thrown instanceof RecordFault)) throw thrown;
    return { ok: false, fault: thrown.message.slice(0, saysLengthMax) };
  }
}
