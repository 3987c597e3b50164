import { z } from 'zod';
import { listOf } from './facts.ts';
import { Amount } from './list.ts';

const Cell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.object({ amount: Amount, currency: z.string() }),
]);
const Row = z.record(z.string(), Cell);

/** A drill-down as tables: from a document in SAP down to Amazon's rows and orders, and back. */
export const TraceReport = z.object({
  name: z.string(),
  title: z.string(),
  facts: listOf(z.object({ title: z.string(), value: Cell })),
  sections: listOf(
    z.object({
      key: z.string(),
      title: z.string(),
      columns: listOf(z.object({ key: z.string(), title: z.string(), kind: z.string() })),
      rows: listOf(Row),
      total: Row.optional(),
      notes: listOf(z.string()),
    }),
  ),
  notes: listOf(z.string()),
});
export type TraceReport = z.infer<typeof TraceReport>;
