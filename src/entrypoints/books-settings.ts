import { z } from 'zod';
import type { ModelPeriod } from '../app/index.ts';
import { parseLocalDate } from '../core/index.ts';

/** The accounting model of a new connection. Of one that exists it is changed by a guided switch, never by its file. */
export const booksSchema = z
  .strictObject({
    model: z.enum(['settlement', 'orders']).default('settlement'),
    /** The first day of shipping that is booked by orders. */
    ordersFrom: z.string().optional(),
    /** One entry for a day's orders, or for each order. */
    summarise: z.enum(['day', 'order']).default('day'),
  })
  .superRefine(({ model, ordersFrom }, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', path: ['ordersFrom'], message });
    if (model === 'settlement' && ordersFrom !== undefined) fault('is given, but books.model is not orders');
    if (model !== 'orders') return;
    if (ordersFrom === undefined) fault('is missing: the first day of shipping that is booked by orders');
    else if (!isDay(ordersFrom)) fault('must be a calendar day written as YYYY-MM-DD');
  })
  .optional();

export type BooksSettings = z.output<typeof booksSchema>;

/** The period a connection begins with; `undefined`: the settlement model, or nothing said. */
export function modelOfFile(books: BooksSettings): ModelPeriod | undefined {
  if (books?.model !== 'orders' || books.ordersFrom === undefined) return undefined;
  return { model: 'orders', from: parseLocalDate(books.ordersFrom), summarise: books.summarise };
}

function isDay(text: string): boolean {
  try {
    return parseLocalDate(text) === text;
  } catch {
    return false;
  }
}
