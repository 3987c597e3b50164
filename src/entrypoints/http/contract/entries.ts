import { z } from 'zod';
import { ApprovalView, HistoryEvent, listOf, ProblemFacts, SapDocument } from './facts.ts';
import { Amount, ListQuery, partOf, WithTotal } from './list.ts';

export const EntriesQuery = ListQuery.extend({
  state: z
    .enum(['proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'])
    .optional(),
  connection: z.string().max(100).optional(),
  companyCode: z.string().max(4).optional(),
  /** Beginning of a posting key or of the settlement id, or a whole SAP document number. */
  text: z.string().max(100).optional(),
  ...WithTotal,
});

/** Another entry, as far as a link needs it. */
const LinkedEntry = z.object({ postingKey: z.string(), state: z.string(), document: SapDocument.nullable() });

/** A journal entry in a list. */
export const EntryItem = z.object({
  id: z.string(),
  postingKey: z.string(),
  originKind: z.enum(['settlement', 'accrual']),
  originName: z.string(),
  originId: z.string(),
  settlementId: z.string().nullable(),
  connection: z.string(),
  state: z.string(),
  companyCode: z.string(),
  postingDate: z.string(),
  currency: z.string(),
  debitTotal: Amount,
  lineCount: z.number(),
  part: z.number(),
  partCount: z.number(),
  document: SapDocument.nullable(),
  /** Of a reversal: what it takes back. */
  reverses: z
    .object({ postingKey: z.string(), fiscalYear: z.string(), sapDocumentNumber: z.string(), reason: z.string() })
    .nullable(),
  reversalKey: z.string().nullable(),
  reversedBy: z.object({ fiscalYear: z.string(), sapDocumentNumber: z.string() }).nullable(),
  /** Of the current proposal, and not replaced. */
  isCurrent: z.boolean(),
  problem: ProblemFacts.nullable(),
  updatedAt: z.string(),
});
export type EntryItem = z.infer<typeof EntryItem>;

export const EntryList = partOf(EntryItem);

export const EntryWithLinks = EntryItem.extend({
  corrects: listOf(LinkedEntry),
  correctedBy: listOf(LinkedEntry),
});
export type EntryWithLinks = z.infer<typeof EntryWithLinks>;

export const EntryLine = z.object({
  line: z.number(),
  kind: z.string(),
  glAccount: z.string(),
  customer: z.string().nullable(),
  costCenter: z.string().nullable(),
  profitCenter: z.string().nullable(),
  taxCode: z.string().nullable(),
  /** Debit positive, credit negative. */
  amount: Amount,
  text: z.string(),
  /** Rows of a settlement file are behind it. */
  hasRows: z.boolean(),
});
export type EntryLine = z.infer<typeof EntryLine>;

const SapMessage = z.object({ typeId: z.string(), severity: z.string(), text: z.string() });

/** One entry with everything that is known of it. */
export const EntryDetail = EntryWithLinks.extend({
  documentType: z.string(),
  documentDate: z.string(),
  headerText: z.string(),
  digest: z.string(),
  approvedDigest: z.string().nullable(),
  messages: listOf(SapMessage),
  lines: listOf(EntryLine),
  attempts: listOf(
    z.object({
      attempt: z.number(),
      startedAt: z.string(),
      finishedAt: z.string().nullable(),
      outcome: z.string().nullable(),
      httpStatus: z.number().nullable(),
      durationMs: z.number().nullable(),
      /** Evidence of the exchange. */
      requestSha256: z.string().nullable(),
      responseSha256: z.string().nullable(),
      messages: listOf(SapMessage),
      problem: ProblemFacts.nullable(),
    }),
  ),
  history: listOf(HistoryEvent),
  approval: ApprovalView.nullable(),
  /** Why an approved entry cannot be posted now: others of its settlement or accrual are to go with it, or were taken back. */
  heldBack: ProblemFacts.nullable(),
});
export type EntryDetail = z.infer<typeof EntryDetail>;

/** Of a row of a file or a line of an entry. */
export const Ordinal = z.coerce.number().int().min(0).max(1_000_000_000);
export const LinePlace = z.object({ id: z.string().max(200), line: Ordinal });

export const RowsQuery = ListQuery.extend({
  /** Only rows with this text in one of their cells, in any case. */
  text: z.string().max(100).optional(),
});

/** Rows of Amazon's file behind a line. */
export const RowsBehind = partOf(z.object({ row: z.number(), cells: listOf(z.string()) })).extend({
  evidenceSha256: z.string(),
  /** Of all rows behind the line, whatever is shown of them. */
  rowCount: z.number(),
  /** Amazon's sign, added up anew from the file. */
  sum: Amount,
  /** Whether that is the amount of the line; `null` for a line that only balances. */
  tiesToLine: z.boolean().nullable(),
  header: listOf(z.string()),
  /** Places in the header of what is checked first: the amount, then what it is for. */
  tellingColumns: listOf(z.number().int()),
});
export type RowsBehind = z.infer<typeof RowsBehind>;
