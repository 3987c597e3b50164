import { DAY_MS, formatMinute, HOUR_MS, MINUTE_MS } from '../../core/index.ts';
import type { FeedName } from '../amazon-feeds.ts';
import type { AlertRule, FoundAlert } from './alert.ts';
import type { AlertFacts, EntryFact, FactList, SettlementFact, WaitingFact } from './alert-facts.ts';

/** A sync looks an unknown outcome up by itself; one that stays longer needs eyes. */
const UNKNOWN_MS_MAX = 30 * MINUTE_MS;
/** Amazon closes a settlement every 14 days at the latest; its report comes within hours. */
const SETTLEMENT_MS_MAX = 16 * DAY_MS;
/** A maintenance window of SAP is shorter. */
const PAUSE_MS_MAX = 2 * HOUR_MS;
/** Several turns of each feed, so that a night's quiet hours or one slow turn wake nobody. */
const FEED_MS_MAX: Readonly<Record<FeedName, number>> = {
  orders: 12 * HOUR_MS,
  finances: 12 * HOUR_MS,
  payouts: 24 * HOUR_MS,
  reimbursements: 3 * DAY_MS,
  vat: 3 * DAY_MS,
};
/** A turn that is late by one more than itself, at least by so much. */
const SCHEDULE_MS_MIN = HOUR_MS;
/** One turn of the longest kind. */
const UNDER_WAY_MS_MIN = 3 * HOUR_MS;
/** A daily backup, and the hours in which it may be made. */
const BACKUP_MS_MAX = 26 * HOUR_MS;
/** Work that is due and that nobody begins: no worker runs, or all of them are busy. */
const JOBS_MS_MAX = 30 * MINUTE_MS;
/** A job that failed as often as the engine tries it stays where it is. */
const JOB_ATTEMPTS_MAX = 25;
/** The purge runs daily and after each run of orders. */
const BUYERS_MS_MAX = DAY_MS;
const MEGABYTE = 1024 * 1024;
/** Below this part of the room that is wished for, the database is about to stop. */
const CRITICAL_ROOM_PART = 4;

/** Pure: everything in the books that needs a person now, each thing once. */
export function findAlerts(facts: AlertFacts): readonly FoundAlert[] {
  return [
    ...settlementAlerts(facts),
    ...entryAlerts(facts),
    ...connectionAlerts(facts),
    ...feedAlerts(facts),
    ...scheduleAlerts(facts),
    ...jobAlerts(facts),
    ...buyerAlerts(facts),
    ...backupAlerts(facts),
    ...approvalAlerts(facts),
    ...waitingChangeAlerts(facts),
    ...diskAlerts(facts),
  ];
}

function settlementAlerts({ quarantined, reissued, newestSettlements, nowMs }: AlertFacts): FoundAlert[] {
  const overdue = newestSettlements.filter(({ endedAt }) => nowMs - Date.parse(endedAt) > SETTLEMENT_MS_MAX);
  return [
    ...listed('settlement-quarantined', quarantined, 'seller-ledger settlements list --state quarantined', (each) => ({
      ...ofThing('settlement-quarantined', each, each.key),
      severity: 'warning',
      says: `Settlement ${each.settlementId} of ${each.connection} is quarantined (${each.code}); nothing of it is booked.`,
      next: `seller-ledger settlements show ${each.settlementId}`,
    })),
    ...listed('settlement-reissued', reissued, 'seller-ledger settlements list', (each) => ({
      ...ofThing('settlement-reissued', each, each.key),
      severity: 'warning',
      says: `Settlement ${each.settlementId} of ${each.connection} came again with other content, which waits for a decision.`,
      next: `seller-ledger settlements compare ${each.settlementId}`,
    })),
    ...overdue.map(
      (each): FoundAlert => ({
        ...ofThing('settlement-overdue', each, each.connectionId),
        severity: 'warning',
        says: `No settlement of ${each.connection} ended after ${formatMinute(each.endedAt)}; Amazon closes one every 14 days at the latest.`,
        next: `seller-ledger reconcile continuity ${each.connection}; and look in Seller Central: Payments, All statements`,
      }),
    ),
  ];
}

function entryAlerts({ rejected, unknown, nowMs }: AlertFacts): FoundAlert[] {
  const open = unknown.oldest.filter(({ since }) => nowMs - Date.parse(since) > UNKNOWN_MS_MAX);
  const about = (rule: AlertRule, each: EntryFact) => ofThing(rule, each, each.id);
  return [
    ...listed('entry-rejected', rejected, 'seller-ledger entries list --state rejected', (each) => ({
      ...about('entry-rejected', each),
      severity: 'warning',
      says: `SAP refuses entry ${each.postingKey} of ${each.connection} since ${formatMinute(each.since)} (${each.code}).`,
      next: `seller-ledger entries show ${each.postingKey}`,
    })),
    ...open.map(
      (each): FoundAlert => ({
        ...about('entry-unknown', each),
        severity: 'critical',
        says: `Nobody knows since ${formatMinute(each.since)} whether SAP booked entry ${each.postingKey} of ${each.connection} (${each.code}).`,
        next: `seller-ledger sync ${each.connection}; then: seller-ledger entries show ${each.postingKey}`,
      }),
    ),
  ];
}

function connectionAlerts({ stopped, paused, nowMs }: AlertFacts): FoundAlert[] {
  return [
    ...stopped.map(
      (each): FoundAlert => ({
        ...ofThing('connection-stopped', each, each.connectionId),
        severity: 'critical',
        says: `Amazon lets connection ${each.connection} in no more since ${formatMinute(each.since)} (${each.code}); nothing is read until a person has mended it.`,
        next: `seller-ledger connections ping ${each.connection}`,
      }),
    ),
    ...paused
      .filter(({ since }) => nowMs - Date.parse(since) > PAUSE_MS_MAX)
      .map(
        (each): FoundAlert => ({
          ...ofThing('sap-paused', each, each.connectionId),
          severity: 'warning',
          says: `SAP has been away for connection ${each.connection} since ${formatMinute(each.since)}; it is looked at again at ${formatMinute(each.until)}.`,
          next: `seller-ledger connections ping ${each.connection}`,
        }),
      ),
  ];
}

function feedAlerts({ feeds, stopped, nowMs }: AlertFacts): FoundAlert[] {
  const isStopped = new Set(stopped.map(({ connectionId }) => connectionId));
  return feeds
    .filter(({ connectionId }) => !isStopped.has(connectionId))
    .filter(({ feed, startedAt }) => nowMs - Date.parse(startedAt) > FEED_MS_MAX[feed])
    .map((each) => ({
      ...ofThing('feed-behind', each, `${each.connectionId}:${each.feed}`),
      severity: 'warning',
      says: `The feed ${each.feed} of ${each.connection} has not run since ${formatMinute(each.startedAt)}.`,
      next: `seller-ledger feeds status ${each.connection}; then: seller-ledger feeds sync ${each.connection} --feed ${each.feed}`,
    }));
}

function scheduleAlerts({ schedules, stopped, nowMs }: AlertFacts): FoundAlert[] {
  const isStopped = new Set<string | null>(stopped.map(({ connectionId }) => connectionId));
  return schedules.flatMap((each) => {
    const { connectionId, connection, work, cadenceSeconds, nextDueAt, underWaySince } = each;
    const lateMs = nowMs - Date.parse(nextDueAt);
    const busyMs = underWaySince === null ? 0 : nowMs - Date.parse(underWaySince);
    const cadenceMs = cadenceSeconds * 1000;
    const isLate = lateMs > Math.max(SCHEDULE_MS_MIN, 2 * cadenceMs);
    const isLong = busyMs > Math.max(UNDER_WAY_MS_MIN, 2 * cadenceMs);
    if (isStopped.has(connectionId) || !(isLate || isLong)) return [];
    const of = connection === null ? 'for all connections' : `of ${connection}`;
    const alert: FoundAlert = {
      key: `schedule-behind:${connectionId ?? 'installation'}:${work}`,
      rule: 'schedule-behind',
      connectionId,
      severity: 'warning',
      says: isLate
        ? `The work ${work} ${of} has been due since ${formatMinute(nextDueAt)} and was not begun.`
        : `The work ${work} ${of} was begun at ${formatMinute(underWaySince ?? nextDueAt)} and has not ended.`,
      next: `seller-ledger schedule show${connection === null ? '' : ` ${connection}`}; then: seller-ledger jobs list --name ${work}${connection === null ? '' : ` --connection ${connection}`}`,
    };
    return [alert];
  });
}

function backupAlerts({ backup, nowMs }: AlertFacts): FoundAlert[] {
  if (backup === null || nowMs - Date.parse(backup.lastAt ?? backup.wantedSince) <= BACKUP_MS_MAX) return [];
  const says =
    backup.lastAt === null
      ? `No backup was made although a daily one is wished for since ${formatMinute(backup.wantedSince)}.`
      : `The last backup was made at ${formatMinute(backup.lastAt)}; a daily one is wished for.`;
  const next =
    'Look in the log of the service for backup.failed, and whether its folder has room; docs/operations.md, Backup.';
  return [{ ...ofInstallation('backup-overdue', 'all'), severity: 'critical', says, next }];
}

function approvalAlerts({ approvals, limits, nowMs }: AlertFacts): FoundAlert[] {
  return approvals
    .filter(({ since }) => nowMs - Date.parse(since) > limits.approvalMs)
    .map((each) => ({
      ...ofThing('approval-waiting', each, each.connectionId),
      severity: 'warning',
      says: `${each.count} ${each.count === 1 ? 'entry' : 'entries'} of ${each.connection} ${each.count === 1 ? 'waits' : 'wait'} for people to approve, the oldest since ${formatMinute(each.since)}.`,
      next: `seller-ledger approvals list ${each.connection}`,
    }));
}

function waitingChangeAlerts({ waitingTables, looserRules, limits, nowMs }: AlertFacts): FoundAlert[] {
  const isOverdue = ({ since }: WaitingFact) => nowMs - Date.parse(since) > limits.approvalMs;
  return [
    ...waitingTables.filter(isOverdue).map(
      (each): FoundAlert => ({
        ...ofThing('mapping-waiting', each, each.connectionId),
        severity: 'warning',
        says: `Version ${each.number} of the account table of ${each.connection}, by ${each.author}, waits for approval since ${formatMinute(each.since)}; nothing is booked by it.`,
        next: `seller-ledger mapping diff ${each.connection}; then: seller-ledger mapping approve ${each.connection} --why TEXT`,
      }),
    ),
    ...looserRules.filter(isOverdue).map(
      (each): FoundAlert => ({
        ...ofThing('rules-waiting', each, each.connectionId),
        severity: 'warning',
        says: `The approval rules of ${each.connection} were loosened at ${formatMinute(each.since)}, and nobody else has accepted that; the stricter ones hold.`,
        next: `seller-ledger approvals list ${each.connection}; then: seller-ledger approvals accept-rules ${each.connection} --why TEXT`,
      }),
    ),
  ];
}

function diskAlerts({ disks, limits: { freeBytes: wanted } }: AlertFacts): FoundAlert[] {
  return disks
    .filter(({ freeBytes }) => freeBytes < wanted)
    .map(({ holds, folder, freeBytes }) => ({
      ...ofInstallation('disk-low', holds),
      severity: freeBytes * CRITICAL_ROOM_PART < wanted ? 'critical' : 'warning',
      says: `The disk of the ${holds} (${folder}) has ${Math.floor(freeBytes / MEGABYTE)} MB left; ${Math.floor(wanted / MEGABYTE)} MB are wished for.`,
      next:
        holds === 'database'
          ? `Make room: df -h '${folder}'; what may leave the books: seller-ledger retention show`
          : `Make room: df -h '${folder}'; what lies there: seller-ledger backup list; how many are kept: backup.keep in seller-ledger settings show`,
    }));
}

function jobAlerts({ jobs, nowMs }: AlertFacts): FoundAlert[] {
  const failed = jobs.failed.map(
    ({ name, connectionId, connection, count }): FoundAlert => ({
      key: `jobs-failed:${connectionId ?? 'installation'}:${name}`,
      rule: 'jobs-failed',
      connectionId,
      severity: 'warning',
      says: `${count === 1 ? 'One job' : `${count} jobs`} of kind ${name}${connection === null ? '' : ` of ${connection}`} failed and ${count === 1 ? 'is' : 'are'} not tried again.`,
      next: `seller-ledger jobs list --name ${name}${connection === null ? '' : ` --connection ${connection}`}; when the reason is gone: seller-ledger jobs replay --all-failed --name ${name} --why TEXT`,
    }),
  );
  const found: FoundAlert[] = jobs.failing.map(({ name, count, attempts }) => ({
    ...ofInstallation('jobs-failing', name),
    severity: attempts >= JOB_ATTEMPTS_MAX ? 'critical' : 'warning',
    says: `${count === 1 ? 'One job' : `${count} jobs`} of kind ${name} failed again and again, up to ${attempts} times.`,
    next: 'Look at the log of the service for the lines with level 50; docs/operations.md says what each code means.',
  }));
  found.push(...failed);
  const { oldestDueAt, waiting } = jobs;
  if (oldestDueAt === null || nowMs - Date.parse(oldestDueAt) <= JOBS_MS_MAX) return found;
  const says = `Work waits since ${formatMinute(oldestDueAt)} and nobody begins it; ${waiting} ${waiting === 1 ? 'job is' : 'jobs are'} due.`;
  const next = 'See whether the service runs: seller-ledger start; where it does, it is behind.';
  return [...found, { ...ofInstallation('jobs-behind', 'all'), severity: 'critical', says, next }];
}

function buyerAlerts({ buyersOverdue, nowMs }: AlertFacts): FoundAlert[] {
  return buyersOverdue
    .filter(({ dueSince }) => nowMs - Date.parse(dueSince) > BUYERS_MS_MAX)
    .map((each) => ({
      ...ofThing('buyers-overdue', each, each.connectionId),
      severity: 'critical',
      says: `Buyer data of ${each.count} ${each.count === 1 ? 'order' : 'orders'} of ${each.connection} should have been deleted since ${formatMinute(each.dueSince)}.`,
      next: `seller-ledger feeds sync ${each.connection} --feed orders`,
    }));
}

type Named = { readonly connectionId: SettlementFact['connectionId'] };

function ofThing(
  rule: AlertRule,
  { connectionId }: Named,
  id: string,
): Pick<FoundAlert, 'key' | 'rule' | 'connectionId'> {
  return { key: `${rule}:${id}`, rule, connectionId };
}

function ofInstallation(rule: AlertRule, id: string): Pick<FoundAlert, 'key' | 'rule' | 'connectionId'> {
  return { key: `${rule}:${id}`, rule, connectionId: null };
}

/** One alert for each of the oldest, and one that says how many more there are. */
function listed<Fact>(
  rule: AlertRule,
  { oldest, count }: FactList<Fact>,
  command: string,
  alertOf: (fact: Fact) => FoundAlert,
): FoundAlert[] {
  const found = oldest.map(alertOf);
  const more = count - oldest.length;
  if (more <= 0) return found;
  const says = `${more} more of the kind ${rule}, besides those that have an alert of their own.`;
  return [...found, { ...ofInstallation(rule, 'more'), severity: 'warning', says, next: command }];
}
