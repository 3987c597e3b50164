import { z } from 'zod';
import { CurrencyAmount, Told } from './told.ts';

/** What waits for people, by who has to do what about it. */
export const WaitingKind = z.enum([
  'approvals',
  'tables',
  'rules',
  'approved',
  'values',
  'quarantined',
  'rejected',
  'unknown',
  'jobs',
  'credentials',
]);
export type WaitingKind = z.infer<typeof WaitingKind>;

/** Who has to do what the reader may not; `another-`: the reader is one, and it takes somebody else. */
const Helper = z.enum([
  'approver',
  'accountant',
  'mapping-editor',
  'administrator',
  'another-approver',
  'another-accountant',
  'another-mapping-editor',
  'another-administrator',
]);
export type Helper = z.infer<typeof Helper>;

/** What a person sees first. */
export const Overview = z.object({
  connections: z.number().int(),
  settlements: z.number().int(),
  /** How much of what waits, and how many alerts besides, the reader may do something about. */
  needsYou: z.number().int(),
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
      /** The reader may do something about it. */
      isYours: z.boolean(),
      waitsFor: z.array(Helper).readonly(),
      /** It is about something that is counted there. */
      within: WaitingKind.nullable(),
    }),
  ),
  waiting: z.array(
    z.object({
      what: WaitingKind,
      count: z.number().int(),
      amounts: z.array(CurrencyAmount),
      /** So many of them the reader may do: what they approved themselves waits for somebody else. */
      yours: z.number().int(),
      yourAmounts: z.array(CurrencyAmount),
      waitsFor: z.array(Helper).readonly(),
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
