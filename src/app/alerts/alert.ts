import type { ConnectionId } from '../ports.ts';

/** In rising order. */
export const ALERT_SEVERITIES = ['notice', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Rules that only read the database, looked at every minute. */
export const QUICK_RULES = [
  'settlement-quarantined',
  'settlement-reissued',
  'settlement-overdue',
  'entry-rejected',
  'entry-unknown',
  'connection-stopped',
  'sap-paused',
  'feed-behind',
  'schedule-behind',
  'accrual-waiting',
  'jobs-failing',
  'jobs-failed',
  'jobs-behind',
  'buyers-overdue',
  'backup-overdue',
  'approval-waiting',
  'mapping-waiting',
  'rules-waiting',
  'disk-low',
] as const;

/** Rules that read files or the whole audit log, looked at once a day. */
export const THOROUGH_RULES = ['settlement-missing', 'credential-expiring', 'audit-broken'] as const;

export const ALERT_RULES = [...QUICK_RULES, ...THOROUGH_RULES] as const;
/** `test` is the rule of a message that only tries the channels. */
export type AlertRule = (typeof ALERT_RULES)[number] | 'test';

/** What a look at the books found. Holds no secret, no buyer datum and nothing that Amazon or SAP wrote. */
export interface FoundAlert {
  /** The same for the same thing in every look. */
  readonly key: string;
  readonly rule: AlertRule;
  readonly connectionId: ConnectionId | null;
  readonly severity: AlertSeverity;
  readonly says: string;
  /** The command or the page that helps. */
  readonly next: string;
}

/** An alert with its history. Moments are ISO 8601 UTC by the clock of the database. */
export interface AlertRecord extends FoundAlert {
  readonly connection: string | null;
  /** Counts how often it came back after it was resolved, from 1. */
  readonly episode: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly resolvedAt: string | null;
  readonly acknowledged: { readonly by: string; readonly why: string; readonly at: string } | null;
  readonly isMuted: boolean;
}

export function isAtLeast(severity: AlertSeverity, minimum: AlertSeverity): boolean {
  return ALERT_SEVERITIES.indexOf(severity) >= ALERT_SEVERITIES.indexOf(minimum);
}
