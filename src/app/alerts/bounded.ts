import type { ConnectionId } from '../ports.ts';
import { ALERT_SEVERITIES, type AlertRule, type FoundAlert } from './alert.ts';

/** Alerts of one rule that are told one by one; the rest of them is one alert with a number. */
const ALERTS_LISTED_MAX = 50;

/** Where all of a kind can be seen. */
const LIST_COMMANDS: Readonly<Partial<Record<AlertRule, string>>> = {
  'settlement-quarantined': 'seller-ledger settlements list --state quarantined',
  'settlement-reissued': 'seller-ledger settlements list',
  'settlement-overdue': 'seller-ledger reconcile continuity',
  'settlement-missing': 'seller-ledger reconcile continuity',
  'settlement-taken-back': 'seller-ledger entries list --state reversed',
  'entry-rejected': 'seller-ledger entries list --state rejected',
  'entry-unknown': 'seller-ledger entries list --state unknown',
  'entry-held': 'seller-ledger entries list',
  'approval-waiting': 'seller-ledger approvals list',
  'schedule-behind': 'seller-ledger schedule show',
  'accrual-waiting': 'seller-ledger schedule show',
  'work-held': 'seller-ledger schedule show',
  'work-paused': 'seller-ledger schedule show',
  'feed-behind': 'seller-ledger schedule show',
  'jobs-failed': 'seller-ledger jobs list',
  'jobs-failing': 'seller-ledger jobs list',
};
const LIST_COMMAND = 'seller-ledger connections list';

/** Lists that were cut when they were read: how many more there are. */
export type CutLists = Readonly<Partial<Record<AlertRule, number>>>;

/** One alert for each of the first of a rule, and one that says how many more there are, as severe as they are. */
export function bounded(found: readonly FoundAlert[], cut: CutLists = {}): readonly FoundAlert[] {
  const rules = [...new Set(found.map(({ rule }) => rule))];
  return rules.flatMap((rule) => {
    const own = found.filter((alert) => alert.rule === rule);
    const listed = own.slice(0, ALERTS_LISTED_MAX);
    const rest = own.slice(ALERTS_LISTED_MAX);
    const more = rest.length + (cut[rule] ?? 0);
    if (more === 0) return listed;
    const severities = (rest.length > 0 ? rest : listed).map(({ severity }) => severity);
    const severity = ALERT_SEVERITIES.findLast((each) => severities.includes(each)) ?? 'warning';
    const says = `${more} more of the kind ${rule}, besides those that have an alert of their own.`;
    const next = LIST_COMMANDS[rule] ?? LIST_COMMAND;
    return [...listed, { ...ofInstallation(rule, 'more'), severity, says, next }];
  });
}

/** What tells an alert about one thing of a connection from all others. */
export function ofThing(
  rule: AlertRule,
  { connectionId }: { readonly connectionId: ConnectionId },
  id: string,
): Pick<FoundAlert, 'key' | 'rule' | 'connectionId'> {
  return { key: `${rule}:${id}`, rule, connectionId };
}

/** What tells an alert about the whole installation from all others. */
export function ofInstallation(rule: AlertRule, id: string): Pick<FoundAlert, 'key' | 'rule' | 'connectionId'> {
  return { key: `${rule}:${id}`, rule, connectionId: null };
}
