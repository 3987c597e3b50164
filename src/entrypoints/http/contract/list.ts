import { z } from 'zod';

/** How a list is asked for, part by part. */
export const ListQuery = z.object({
  /** Of the answer before; without it the list begins. */
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

/** Of `from` and `to` the first is not after the last: nothing lies between such days, and nobody means that. */
export function inOrder<Query extends z.ZodType<{ from?: string | undefined; to?: string | undefined }>>(query: Query) {
  return query.refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to), {
    path: ['to'],
    error: 'This is before the beginning, `from`.',
  });
}

/** Yes or no in an address. */
export const Flag = z.stringbool({ truthy: ['true'], falsy: ['false'] }).meta({ type: 'boolean' });

/** A month in an address or a body. */
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'A month is expected, for example 2026-10.');

/** Asks a list also for how many there are in all; told where nothing but a state picks among them. */
export const WithTotal = { withTotal: Flag.default(false) };

/** One part of a list. */
export function partOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    /** Asks for what follows; `null` at the end. */
    nextCursor: z.string().nullable(),
    /** How many there are in all, where that is known cheaply. */
    total: z.number().int().optional(),
  });
}

/** Amounts are decimal text with the digits of their currency, debit positive. */
export const Amount = z.string().regex(/^-?\d+(\.\d+)?$/);
