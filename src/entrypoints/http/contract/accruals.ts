import { z } from 'zod';
import { EntryWithLinks } from './entries.ts';
import { ApprovalView, listOf } from './facts.ts';
import { ListQuery, partOf } from './list.ts';

export const AccrualsQuery = ListQuery.extend({ connection: z.string().min(1).max(200).optional() });

/** An accrual in a list. */
export const AccrualItem = z.object({
  id: z.string(),
  connection: z.string(),
  kind: z.enum(['orders', 'month-end']),
  name: z.string(),
  revision: z.number(),
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  sourcesSha256: z.string(),
  sourceCount: z.number(),
  digest: z.string(),
  recordedAt: z.string(),
  withdrawnAt: z.string().nullable(),
  entryCount: z.number(),
  postedCount: z.number(),
  reversedCount: z.number(),
  rejectedCount: z.number(),
  unknownCount: z.number(),
  progress: z.string(),
});
export type AccrualItem = z.infer<typeof AccrualItem>;

export const AccrualList = partOf(AccrualItem);

export const AccrualDetail = AccrualItem.extend({
  entries: listOf(EntryWithLinks),
  approvals: listOf(ApprovalView.extend({ postingKey: z.string() })),
});
export type AccrualDetail = z.infer<typeof AccrualDetail>;
