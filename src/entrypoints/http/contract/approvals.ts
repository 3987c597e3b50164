import { z } from 'zod';
import { EntryItem } from './entries.ts';
import { ApprovalView } from './facts.ts';
import { Amount } from './list.ts';

export const ApprovalsQuery = z.object({
  connection: z.string().min(1).max(200).optional(),
  /** Entries and reversals at most; default: all of them. */
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

/** An entry, or a reversal that was asked for, which people have to approve. */
export const WaitingForPeople = z.object({
  /** The entry, or the one that is to be reversed. */
  entry: EntryItem,
  /** How the reversal was asked for; `null`: it is the entry itself that waits. */
  reversal: z.object({ reason: z.string(), postingDate: z.string() }).nullable(),
  amount: Amount,
  ...ApprovalView.shape,
});
export type WaitingForPeople = z.infer<typeof WaitingForPeople>;

export const ApprovalsWaiting = z.object({
  items: z.array(WaitingForPeople),
  /** Entries and reversals that wait, also those beyond `limit`. */
  total: z.int(),
  /** Versions of account tables that wait for somebody other than their author; nothing is booked by them until then. */
  tables: z.array(
    z.object({
      connection: z.string(),
      version: z.int(),
      author: z.string(),
      reason: z.string(),
      recordedAt: z.string(),
    }),
  ),
  /** Approval rules that somebody loosened; until another user accepts it, the stricter ones hold. */
  loosened: z.array(z.object({ connection: z.string(), person: z.string(), why: z.string(), at: z.string() })),
  /** Connections whose settings cannot be read: what waits there is not told. */
  unreadable: z.array(z.object({ connection: z.string(), code: z.string(), says: z.string() })),
});
export type ApprovalsWaiting = z.infer<typeof ApprovalsWaiting>;

/** What came of accepting looser approval rules of a connection. */
export const RulesAccepted = z.object({
  connection: z.string(),
  /** Changes that hold from now on. */
  accepted: z.int(),
  /** Changes that this person made and another one has to accept. */
  waiting: z.int(),
});
export type RulesAccepted = z.infer<typeof RulesAccepted>;
