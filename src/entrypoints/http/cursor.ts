import { z } from 'zod';
import type { EntryPlace, EventPlace, SettlementKey, SettlementPlace } from '../../app/index.ts';
import { Problem, sha256Of, unfitField } from '../../core/index.ts';
import type { JobPlace } from '../../jobs/index.ts';

/** Of the form below. A cursor of another version is refused, and whoever reads begins anew. */
const VERSION = 2;
const CHECK_LENGTH = 8;
/** How a list is cut into parts; all else that is asked for says what is in it. */
const NO_FILTER: readonly string[] = ['cursor', 'limit', 'withTotal'];

/** How the place where a part of a list ended is written down for whoever asks for the next part. */
export interface Cursor<Place> {
  /** Text that means something to this program only, for the same filter; `null` at the end of the list. */
  write(place: Place | null, filter: Filter): string | null;
  /** `undefined` for the beginning. Raises `CURSOR_INVALID` (invalid), also of another filter: what it left out would not be seen. */
  read(text: string | undefined, filter: Filter): Place | undefined;
}

/** All that a list was asked for. */
export type Filter = Readonly<Record<string, unknown>>;

/**
 * The cursor of one list. A place is checked for its shape when it comes back, so that nothing else reaches a statement; the
 * check sum finds what was cut or changed on its way.
 */
export function cursorOf<Place>(list: string, place: z.ZodType<Place>): Cursor<Place> {
  return {
    write: (value, filter) =>
      value === null
        ? null
        : Buffer.from(sealed(JSON.stringify([VERSION, list, digestOf(filter), value]))).toString('base64url'),
    read: (text, filter) => {
      if (text === undefined) return undefined;
      const shape = z.tuple([z.literal(VERSION), z.literal(list), z.literal(digestOf(filter)), place]);
      const read = shape.safeParse(opened(text));
      if (!read.success) throw cursorInvalid();
      return read.data[3];
    },
  };
}

function digestOf(filter: Filter): string {
  const parts = Object.entries(filter).filter(([name, value]) => value !== undefined && !NO_FILTER.includes(name));
  return sha256Of(JSON.stringify(parts.sort(([a], [b]) => (a < b ? -1 : 1)))).slice(0, CHECK_LENGTH);
}

function sealed(content: string): string {
  return `${sha256Of(content).slice(0, CHECK_LENGTH)}${content}`;
}

function opened(text: string): unknown {
  const content = Buffer.from(text, 'base64url').toString().slice(CHECK_LENGTH);
  if (Buffer.from(sealed(content)).toString('base64url') !== text) throw cursorInvalid();
  try {
    return JSON.parse(content);
  } catch {
    throw cursorInvalid();
  }
}

function cursorInvalid(): Problem {
  return new Problem({
    code: 'CURSOR_INVALID',
    kind: 'invalid',
    says: 'The cursor is none of this list: it was changed, belongs to another list or to other filters, or is of another version of the program.',
    next: 'Ask again without a cursor, and follow nextCursor of each answer as it is, with the same filters.',
    fields: [unfitField('cursor', 'This is no cursor of this list with these filters.')],
  });
}

export const settlementCursor: Cursor<SettlementPlace> = cursorOf(
  'settlements',
  z.object({ endAt: z.int(), key: z.uuid().transform((key) => key as string as SettlementKey) }),
);
export const entryCursor: Cursor<EntryPlace> = cursorOf(
  'entries',
  z.object({ endAt: z.int(), proposal: z.string().regex(/^\d{1,18}$/), ordinal: z.int32().min(0) }),
);
export const eventCursor: Cursor<EventPlace> = cursorOf('audit', z.object({ position: z.int().min(0) }));
export const jobCursor: Cursor<JobPlace> = cursorOf(
  'jobs',
  z.object({ requestedAt: z.iso.datetime({ precision: 6 }), id: z.string().max(400) }),
);

/** For a list that is read as a whole, such as one of a few hundred records: how many were shown so far. */
export function skipCursor(list: string): Cursor<number> {
  return cursorOf(list, z.int().min(0).max(10_000_000));
}

/** One part of a list that is there as a whole. */
export function partOfAll<Item>(
  all: readonly Item[],
  cursor: Cursor<number>,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: Item[]; readonly nextCursor: string | null; readonly total: number } {
  const skip = cursor.read(query.cursor, query) ?? 0;
  const next = skip + query.limit;
  return {
    items: all.slice(skip, next),
    nextCursor: cursor.write(next < all.length ? next : null, query),
    total: all.length,
  };
}
