import { z } from 'zod';
import { Flag, inOrder, Month } from './list.ts';

const Cell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.object({ amount: z.string(), currency: z.string() }),
]);

const Row = z.record(z.string(), Cell);

/** A report: facts at its head, then tables. Amounts are decimal text with their currency. */
export const ReportAnswer = z.object({
  name: z.string(),
  title: z.string(),
  /** Something in it needs a person. */
  isOpen: z.boolean(),
  facts: z.array(z.object({ title: z.string(), value: Cell })),
  sections: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      columns: z.array(
        z.object({
          key: z.string(),
          title: z.string(),
          kind: z.enum(['text', 'money', 'date', 'count', 'percent', 'flag']),
        }),
      ),
      rows: z.array(Row),
      total: Row.optional(),
      notes: z.array(z.string()),
    }),
  ),
  notes: z.array(z.string()),
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

/** A kind of report that can be asked for, and what it takes. */
export const ReportKind = z.object({
  name: z.string(),
  title: z.string(),
  takes: z.array(z.enum(['connection', 'month', 'period', 'settlement'])),
});

export const ReportKinds = z.object({ items: z.array(ReportKind) });
export type ReportKinds = z.infer<typeof ReportKinds>;

export const ConnectionNames = z.object({ items: z.array(z.object({ name: z.string() })) });
export type ConnectionNames = z.infer<typeof ConnectionNames>;

const Day = z.iso.date();

export const ReportQuery = inOrder(
  z.object({
    connection: z.string().min(1).max(200).optional(),
    settlement: z.string().min(1).max(200).optional(),
    month: Month.optional(),
    from: Day.optional(),
    to: Day.optional(),
    /** Also every movement, in the report of ledgers. */
    movements: Flag.optional(),
    /** Also match orders, in the report of a month. */
    withOrders: Flag.optional(),
    /** Days after which an order that is not paid is overdue. */
    overdueDays: z.coerce.number().int().min(0).max(3_650).default(45),
    format: z.enum(['json', 'csv', 'xlsx', 'pdf']).default('json'),
  }),
);
export type ReportQuery = z.infer<typeof ReportQuery>;
