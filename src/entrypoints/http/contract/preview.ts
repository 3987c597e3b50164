import { z } from 'zod';
import { EntryLine } from './entries.ts';
import { listOf, ProblemFacts, Proof } from './facts.ts';
import { Amount } from './list.ts';
import { QuarantineItem, SettlementWaterfall } from './settlements.ts';

export const PreviewQuery = z.object({
  /** Name of the file, for problems. */
  name: z.string().max(255).default('the file'),
  /** `document`: exactly the one object of `preview --json`. */
  as: z.enum(['page', 'document']).default('page'),
  charset: z.enum(['utf-8', 'windows-1252', 'shift_jis']).optional(),
  /** Merchant id, part of the posting keys. */
  seller: z.string().max(50).optional(),
  /** Name of an account table that is sent before the file: YAML, .xlsx or .csv. Without it: the template. */
  tableName: z.string().max(255).optional(),
  /** Bytes of that table, at the beginning of the body. */
  tableBytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .optional(),
});

/** What a settlement file comes to in the books. */
export const Preview = z.object({
  settlement: z.object({
    settlementId: z.string(),
    startTime: z.string(),
    endTime: z.string(),
    depositDate: z.string(),
    currency: z.string(),
    totalAmount: Amount,
    lineCount: z.number(),
  }),
  /** How the file was read. */
  format: z.object({
    charset: z.string(),
    charsetFrom: z.string(),
    decimalMark: z.string(),
    datePattern: z.string(),
    compression: z.string(),
  }),
  table: z.string(),
  waterfall: SettlementWaterfall,
  proofs: listOf(Proof),
  quarantine: listOf(QuarantineItem),
  /** Why it would not post, the first reason; `null`: it would. */
  problem: ProblemFacts.nullable(),
  entries: listOf(
    z.object({
      companyCode: z.string(),
      postingDate: z.string(),
      documentType: z.string(),
      currency: z.string(),
      reference: z.string(),
      debitTotal: Amount,
      lines: listOf(EntryLine.omit({ hasRows: true })),
    }),
  ),
  /** Of the entries; `null`: it would not post. */
  digest: z.string().nullable(),
});
export type Preview = z.infer<typeof Preview>;

/** The one object of `preview --json`, described in docs/preview-json.md; passed on as it is. */
export const PreviewDocument = z.looseObject({ settlement: z.looseObject({ settlementId: z.string() }) });
