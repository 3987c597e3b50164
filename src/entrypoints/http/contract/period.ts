import { z } from 'zod';
import { Amount, Month } from './list.ts';

const Why = z.string().trim().min(1, 'Say why: it stands in the audit log.').max(1_000);

/** Months of a connection that take no more entries of settlements. */
export const ClosedPeriods = z.object({
  items: z.array(
    z.object({
      companyCode: z.string(),
      month: Month,
      closedAt: z.string(),
      closedBy: z.string(),
      why: z.string(),
      reopened: z.object({ at: z.string(), by: z.string(), why: z.string() }).nullable(),
    }),
  ),
});
export type ClosedPeriods = z.infer<typeof ClosedPeriods>;

/** A month to close, or to open again. */
export const PeriodWish = z.strictObject({
  connection: z.string().min(1).max(200),
  month: Month,
  why: Why,
  companyCode: z.string().max(4).optional(),
});

const Told = z.object({ code: z.string(), says: z.string(), next: z.string() });

export const PeriodMoved = z.object({
  closedThrough: z.record(z.string(), Month),
  /** Settlements that were worked out anew. */
  settlements: z.array(z.object({ settlementId: z.string(), state: z.string() })),
  problems: z.array(Told),
});
export type PeriodMoved = z.infer<typeof PeriodMoved>;

/** The accrual of a month end that is to be made, or only shown. */
export const AccrualWish = z.strictObject({
  connection: z.string().min(1).max(200),
  month: Month,
  /** `opening`: the first month, of which only the release is booked. */
  sides: z.enum(['both', 'opening']).default('both'),
  isDryRun: z.boolean(),
  leaveOutUnknown: z.boolean().default(false),
  mayBeIncomplete: z.boolean().default(false),
  why: Why.optional(),
});

export const AccrualMade = z.object({
  /** Name of the accrual; `null` where nothing was recorded. */
  accrual: z.string().nullable(),
  asOf: z.string(),
  completeUntil: z.string().nullable(),
  eventCount: z.number().int(),
  unclear: z.number().int(),
  quarantined: z.array(z.string()),
  missing: z.array(z.string()),
  obstacles: z.array(
    z.object({
      code: z.string(),
      eventType: z.string(),
      path: z.string(),
      count: z.number().int(),
      amount: Amount,
      currency: z.string(),
      says: z.string(),
      next: z.string(),
    }),
  ),
  entries: z.array(
    z.object({
      headerText: z.string(),
      companyCode: z.string(),
      postingDate: z.string(),
      currency: z.string(),
      lines: z.array(
        z.object({
          glAccount: z.string(),
          costCenter: z.string().nullable(),
          profitCenter: z.string().nullable(),
          taxCode: z.string().nullable(),
          amount: Amount,
          text: z.string(),
        }),
      ),
    }),
  ),
});
export type AccrualMade = z.infer<typeof AccrualMade>;
