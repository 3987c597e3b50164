import { z } from 'zod';

/** Shapes that several answers share. */

/** Lists that come from records, which nobody changes. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

/** A problem that is kept with a record, as it was when it happened. */
export const ProblemFacts = z.object({
  code: z.string(),
  kind: z.string(),
  says: z.string(),
  next: z.string(),
  data: z.string().optional(),
  where: z
    .object({
      file: z.string().optional(),
      row: z.number().optional(),
      column: z.string().optional(),
      path: z.string().optional(),
    })
    .optional(),
});

/** A document in SAP. */
export const SapDocument = z.object({
  companyCode: z.string(),
  fiscalYear: z.string(),
  sapDocumentNumber: z.string(),
});
export type SapDocument = z.infer<typeof SapDocument>;

export const Proof = z.object({
  /** Stable name, such as `rows-equal-total`. */
  name: z.string(),
  ok: z.boolean(),
  expected: z.string(),
  actual: z.string(),
  says: z.string(),
});
export type Proof = z.infer<typeof Proof>;

/** An event of the audit log, without its place in the chain. */
export const HistoryEvent = z.object({
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  why: z.string(),
  hash: z.string(),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

/** The same of a record that has entries: which of them it happened to, and the document that it came to. */
export const EntryHistoryEvent = HistoryEvent.extend({
  postingKey: z.string().nullable(),
  document: SapDocument.nullable(),
});
export type EntryHistoryEvent = z.infer<typeof EntryHistoryEvent>;

/** A reason for the audit log. */
export const Why = z.strictObject({ why: z.string().trim().min(1).max(500) });

/** How a document is taken back in SAP. */
export const ReversalWish = Why.extend({
  /** SAP's reversal reason, for example `01`. */
  reason: z.string().max(2),
  /** Posting date of the reversal; absent: that of the entry. */
  date: z.iso.date().optional(),
});

/** A record by its id or by a name that people know it by. */
export const ById = z.object({ id: z.string().max(200) });

export const ApprovalView = z.object({
  /** How many people it takes. */
  people: z.number(),
  because: z.string(),
  given: listOf(z.object({ person: z.string(), at: z.string(), why: z.string() })),
  missing: z.number(),
  refusal: z.object({ person: z.string(), at: z.string(), why: z.string() }).nullable(),
  /** They may not approve, or do not count. */
  excluded: listOf(z.object({ version: z.number(), as: z.string(), person: z.string() })),
});
export type ApprovalView = z.infer<typeof ApprovalView>;
