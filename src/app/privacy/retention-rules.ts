import type { UtcInstant } from '../amazon-feeds.ts';
import { PASSING_KINDS, type PassingKind } from './privacy-store.ts';

/**
 * How long records are kept. Those of the feeds go after their months; the books and the audit log are never removed by a
 * retention run, and their years say until when the law wants them.
 */
export interface RetentionRules {
  readonly ordersMonths: number;
  readonly eventsMonths: number;
  readonly payoutsMonths: number;
  readonly reimbursementsMonths: number;
  readonly taxLinesMonths: number;
  readonly unreadableMonths: number;
  readonly reportRequestsMonths: number;
  /** Files to which no record refers any more. */
  readonly unusedFilesMonths: number;
  readonly jobHistoryDays: number;
  readonly settlementsYears: number;
  readonly auditYears: number;
}

/** Amazon's data protection policy lets information that names nobody be kept 18 months, unless law wants it longer. */
const AMAZON_MONTHS = 18;

export const RETENTION_DEFAULTS: RetentionRules = {
  ordersMonths: AMAZON_MONTHS,
  eventsMonths: AMAZON_MONTHS,
  payoutsMonths: AMAZON_MONTHS,
  reimbursementsMonths: AMAZON_MONTHS,
  // What a tax return was made of.
  taxLinesMonths: 120,
  unreadableMonths: AMAZON_MONTHS,
  reportRequestsMonths: AMAZON_MONTHS,
  unusedFilesMonths: AMAZON_MONTHS,
  jobHistoryDays: 90,
  settlementsYears: 10,
  auditYears: 10,
};

/** What was set, and the defaults for what was not. */
export function retentionRulesOf(
  set: { readonly [Name in keyof RetentionRules]?: number | undefined },
): RetentionRules {
  const named = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  return { ...RETENTION_DEFAULTS, ...named };
}

const MONTHS_OF: Readonly<Record<PassingKind, keyof RetentionRules>> = {
  orders: 'ordersMonths',
  events: 'eventsMonths',
  summaries: 'eventsMonths',
  balances: 'eventsMonths',
  payouts: 'payoutsMonths',
  reimbursements: 'reimbursementsMonths',
  'tax-lines': 'taxLinesMonths',
  unreadable: 'unreadableMonths',
  'report-requests': 'reportRequestsMonths',
};

/** The setting that says how many months records of a kind are kept. */
export function settingOf(kind: PassingKind): keyof RetentionRules {
  return MONTHS_OF[kind];
}

/** Records older than this go. */
export function removedBefore(rules: RetentionRules, kind: PassingKind, nowMs: number): UtcInstant {
  return monthsFrom(nowMs, -rules[MONTHS_OF[kind]]);
}

/** Of each kind that goes. */
export function removalDays(rules: RetentionRules, nowMs: number): ReadonlyMap<PassingKind, UtcInstant> {
  return new Map(PASSING_KINDS.map((kind) => [kind, removedBefore(rules, kind, nowMs)]));
}

/**
 * So many calendar months later (earlier where negative), UTC, at the same time of day. A month that is too short gives its last
 * day: nothing is removed a day too soon for being written on a 31st.
 */
export function monthsFrom(ms: number, months: number): UtcInstant {
  const at = new Date(ms);
  const target = at.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), target + 1, 0)).getUTCDate();
  const moved = new Date(ms);
  moved.setUTCDate(1);
  moved.setUTCMonth(target);
  moved.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  return moved.toISOString();
}
