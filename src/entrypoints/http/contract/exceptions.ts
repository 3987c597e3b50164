import { z } from 'zod';
import { CurrencyAmount, Told, Why } from './told.ts';

const Action = z.enum(['propose-again', 'look-up', 'approve-again', 'send', 'job']);

/** Records that failed for one cause. */
export const ExceptionGroup = z.object({
  key: z.string(),
  kind: z.enum(['quarantined', 'unknown', 'rejected', 'away', 'held', 'job', 'unreadable']),
  code: z.string(),
  /** What tells it from others of the code: the value nobody knows, SAP's message, the kind of job. */
  about: z.string(),
  says: z.string(),
  next: z.string(),
  /** What may be done again; `null`: nothing by itself. */
  replay: Action.nullable(),
  amounts: z.array(CurrencyAmount),
  records: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      connection: z.string().nullable(),
      since: z.string(),
      amount: CurrencyAmount.nullable(),
      says: z.string(),
    }),
  ),
});
export type ExceptionGroup = z.infer<typeof ExceptionGroup>;

export const ExceptionGroups = z.object({ items: z.array(ExceptionGroup) });
export type ExceptionGroups = z.infer<typeof ExceptionGroups>;

const Ids = z.array(z.string().min(1).max(400)).min(1).max(200);

export const ReplayWish = z.strictObject({ action: Action.exclude(['approve-again']), ids: Ids, why: Why });
export const ApproveAgainWish = z.strictObject({ ids: Ids, why: Why });

export const ReplayResults = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      /** As it is now; `null` when it was refused. */
      state: z.string().nullable(),
      /** It came to where it was meant to, and stands still no more. */
      isDone: z.boolean(),
      /** How many more people have to approve it. */
      missing: z.number().int(),
      /** Why it was refused, or stands still all the same. */
      problem: Told.nullable(),
    }),
  ),
});
export type ReplayResults = z.infer<typeof ReplayResults>;
