import { z } from 'zod';
import { CurrencyAmount, Told } from './told.ts';

/** What a person sees first. */
export const Overview = z.object({
  connections: z.number().int(),
  settlements: z.number().int(),
  alerts: z.array(
    z.object({
      key: z.string(),
      rule: z.string(),
      severity: z.enum(['notice', 'warning', 'critical']),
      says: z.string(),
      next: z.string(),
      connection: z.string().nullable(),
      firstSeen: z.string().nullable(),
      acknowledgedBy: z.string().nullable(),
    }),
  ),
  waiting: z.array(
    z.object({
      what: z.enum(['approvals', 'tables', 'rules', 'quarantined', 'rejected', 'unknown', 'jobs']),
      count: z.number().int(),
      amounts: z.array(CurrencyAmount),
    }),
  ),
  feeds: z.array(
    z.object({
      connection: z.string(),
      feed: z.string(),
      state: z.enum(['fresh', 'more', 'failed', 'stopped', 'never']),
      lastRunAt: z.string().nullable(),
      completeUntil: z.string().nullable(),
      problem: Told.nullable(),
    }),
  ),
  backup: z.object({
    isWanted: z.boolean(),
    isOverdue: z.boolean(),
    lastBackupAt: z.string().nullable(),
    lastDrill: z.object({ at: z.string(), isWhole: z.boolean() }).nullable(),
  }),
  /** By posting dates. */
  month: z.object({ month: z.string(), entries: z.number().int(), settlements: z.number().int() }),
});
export type Overview = z.infer<typeof Overview>;

/** What Amazon owes, by currency. Positive is owed by Amazon. */
export const MoneyInFlight = z.object({
  items: z.array(
    z.object({
      currency: z.string(),
      settlements: z.number().int(),
      onItsWay: z.string(),
      late: z.string(),
      /** Of `onItsWay`: due, with nothing known that could say whether it arrived. */
      notChecked: z.string(),
      reserve: z.string(),
      debt: z.string(),
      unsettled: z.string(),
      owed: z.string(),
    }),
  ),
});
export type MoneyInFlight = z.infer<typeof MoneyInFlight>;
