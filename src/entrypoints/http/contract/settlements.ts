import { z } from 'zod';
import { EntryWithLinks } from './entries.ts';
import {
  ApprovalView,
  EntryHistoryEvent,
  listOf,
  ProblemFacts,
  Proof,
  ReversalWish,
  SapDocument,
  Why,
} from './facts.ts';
import { Amount, ListQuery, partOf, WithTotal } from './list.ts';

export const SettlementsQuery = ListQuery.extend({
  state: z.enum(['received', 'proven', 'proposed', 'quarantined']).optional(),
  connection: z.string().max(100).optional(),
  /** How far it is in SAP: `fully` when every entry is posted, `not` also while there are none. */
  posted: z.enum(['not', 'partly', 'fully']).optional(),
  /** Beginning of the settlement id or of a posting key, or a whole SAP document number or order id. */
  text: z.string().max(100).optional(),
  ...WithTotal,
});

/** A settlement in a list. */
export const SettlementItem = z.object({
  id: z.string(),
  settlementId: z.string(),
  connection: z.string(),
  sellerAccount: z.string(),
  /** Stores that its rows name, as the file writes them; empty for one that was received before they were kept. */
  marketplaces: listOf(z.string()),
  state: z.string(),
  startTime: z.string(),
  endTime: z.string(),
  depositDate: z.string(),
  currency: z.string(),
  totalAmount: Amount,
  lineCount: z.number(),
  proofsHold: z.boolean(),
  proofCount: z.number(),
  problem: ProblemFacts.nullable(),
  receivedAt: z.string(),
  entryCount: z.number(),
  postedCount: z.number(),
  reversedCount: z.number(),
  rejectedCount: z.number(),
  unknownCount: z.number(),
  /** How far it is in SAP, in English words. */
  progress: z.string(),
  documents: listOf(SapDocument),
  /** When Amazon deletes the report, and how many days that is away; negative when it is over. */
  forgottenOn: z.string(),
  forgottenInDays: z.number(),
});
export type SettlementItem = z.infer<typeof SettlementItem>;

export const SettlementList = partOf(SettlementItem);

export const QuarantineItem = z.object({
  code: z.string(),
  transactionType: z.string(),
  amountType: z.string(),
  amountDescription: z.string(),
  marketplace: z.string(),
  count: z.number(),
  amount: Amount,
  firstRow: z.number(),
  says: z.string(),
  next: z.string(),
});
export type QuarantineItem = z.infer<typeof QuarantineItem>;

/** From gross sales to the deposit. Every step before `deposit` is a change; together they are the deposit to the cent. */
export const WaterfallStep = z.object({
  id: z.string(),
  /** Amazon's sign: positive is for the seller. */
  amount: Amount,
  parts: listOf(z.object({ kind: z.string().nullable(), title: z.string(), amount: Amount, rowCount: z.number() })),
});
export type WaterfallStep = z.infer<typeof WaterfallStep>;

export const SettlementFile = z.object({
  sha256: z.string(),
  state: z.string(),
  startTime: z.string(),
  endTime: z.string(),
  currency: z.string(),
  totalAmount: Amount,
  lineCount: z.number(),
  receivedAt: z.string(),
  origins: listOf(z.string()),
  decision: z
    .object({
      actor: z.string(),
      at: z.string(),
      why: z.string(),
      reason: z.string().nullable(),
      postingDate: z.string().nullable(),
    })
    .nullable(),
});
export type SettlementFile = z.infer<typeof SettlementFile>;

/** One settlement with everything that is known of it. */
export const SettlementDetail = SettlementItem.extend({
  evidenceSha256: z.string(),
  digest: z.string().nullable(),
  proofs: listOf(Proof),
  quarantine: listOf(QuarantineItem),
  entries: listOf(EntryWithLinks),
  /** What holds because something of it was taken back. */
  corrections: listOf(Proof),
  files: listOf(SettlementFile),
  approvals: listOf(ApprovalView.extend({ postingKey: z.string() })),
  /** Also of its entries: who approved them, and what they came to in SAP. */
  history: listOf(EntryHistoryEvent),
});
export type SettlementDetail = z.infer<typeof SettlementDetail>;

/** What the rows of its file come to. */
export const SettlementWaterfall = z.object({
  currency: z.string(),
  steps: listOf(WaterfallStep),
  /** Stores with their rows, the most frequent first; the empty name is of rows without one. */
  marketplaces: listOf(z.object({ name: z.string(), rowCount: z.number() })),
});
export type SettlementWaterfall = z.infer<typeof SettlementWaterfall>;

export const SimulateBody = z.strictObject({
  /** Read SAP's master data anew first. */
  refresh: z.boolean().default(false),
});

/** What SAP would say to entries that are still to be sent. */
export const Simulation = z.object({
  bookable: z.boolean(),
  findings: listOf(
    ProblemFacts.omit({ where: true }).extend({
      severity: z.enum(['error', 'warning', 'not-checked']),
      value: z.string(),
      /** Where, as people say it. */
      where: z.string(),
    }),
  ),
  masterData: listOf(
    z.object({ kind: z.string(), scope: z.string(), readAt: z.string().nullable(), problem: ProblemFacts.nullable() }),
  ),
});
export type Simulation = z.infer<typeof Simulation>;

export const ReverseSettlementBody = ReversalWish.extend({
  /** Then work it out anew by today's account table. */
  proposeAgain: z.boolean().default(false),
});

export const FileBody = Why.extend({
  /** The beginning of the other file's SHA-256. */
  with: z.string().max(64).optional(),
});

export const ReplaceFileBody = FileBody.extend({
  /** Needed where something is booked. */
  reason: z.string().max(2).optional(),
  date: z.iso.date().optional(),
});
