import { DAY_MS, formatMinute, HOUR_MS, MINUTE_MS, type ProblemKind } from '../../core/index.ts';
import { isPassingForAccrual } from '../accruals/accrue-owed.ts';
import { FEED_NAMES, type FeedName } from '../amazon-feeds.ts';
import type { FoundAlert } from './alert.ts';
import type { AlertFacts, FeedFact } from './alert-facts.ts';
import { ofInstallation, ofThing } from './bounded.ts';

/** Several turns of each feed, so that a night's quiet hours or one slow turn wake nobody. */
const FEED_MS_MAX: Readonly<Record<FeedName, number>> = {
  orders: 12 * HOUR_MS,
  finances: 12 * HOUR_MS,
  payouts: 24 * HOUR_MS,
  reimbursements: 3 * DAY_MS,
  vat: 3 * DAY_MS,
};
/** A first load that is going well may take so long. */
const LOAD_MS_MAX = 3 * DAY_MS;
/** A turn that is late by one more than itself, at least by so much, and at most: a month is not waited for. */
const SCHEDULE_MS_MIN = HOUR_MS;
const SCHEDULE_MS_MAX = 2 * DAY_MS;
/** Amazon tells of a month within hours, and a sync sends what was accrued; a posting window may be a day away. */
const ACCRUAL_MS_MAX = DAY_MS;
/** One turn of the longest kind. */
const UNDER_WAY_MS_MIN = 3 * HOUR_MS;
/** An outage of a night, and a second turn of what comes once a day. */
const PASSING_MS_MAX = 12 * HOUR_MS;
/** What only a person can mend is not slept over; a moment is left for what was wrong for a moment. */
const PERSON_MS_MAX = HOUR_MS;
const PASSING: readonly ProblemKind[] = ['unavailable', 'unknown', 'conflict'];
/** A pause for a maintenance is shorter, or has an end. */
const PAUSED_MS_MAX = DAY_MS;
/** Work that is due and that nobody begins: no worker runs, or all of them are busy. */
const JOBS_MS_MAX = 30 * MINUTE_MS;
/** These have a rule of their own. */
const WITH_OWN_RULE: readonly string[] = [...FEED_NAMES, 'accrual', 'backup'];

/** What is to be done by itself and is not. */
export function workAlerts(facts: AlertFacts): FoundAlert[] {
  return [
    ...feedAlerts(facts),
    ...scheduleAlerts(facts),
    ...accrualAlerts(facts),
    ...heldWorkAlerts(facts),
    ...pausedWorkAlerts(facts),
    ...jobAlerts(facts),
  ];
}

function feedAlerts(facts: AlertFacts): FoundAlert[] {
  return feedsBehind(facts).map(({ feed: each, since, says }) => ({
    ...ofThing('feed-behind', each, `${each.connectionId}:${each.feed}`),
    severity: 'warning',
    says: `The feed ${each.feed} of ${each.connection} ${says} since ${formatMinute(since)}${each.trouble ? ` (${each.trouble.code})` : ''}.`,
    next: `seller-ledger feeds status ${each.connection}; then: seller-ledger feeds sync ${each.connection} --feed ${each.feed}`,
  }));
}

interface FeedBehind {
  readonly feed: FeedFact;
  readonly since: string;
  readonly says: string;
}

function feedsBehind({ feeds, stopped, nowMs }: AlertFacts): FeedBehind[] {
  const isStopped = new Set(stopped.map(({ connectionId }) => connectionId));
  return feeds.flatMap((feed): FeedBehind[] => {
    if (isStopped.has(feed.connectionId)) return [];
    const { startedAt, isUpToDate, servedAt, owedSince, trouble, cadenceSeconds } = feed;
    const maxMs = Math.max(FEED_MS_MAX[feed.feed], 2 * (cadenceSeconds ?? 0) * 1000);
    // What comes seldom is told when its second turn has failed, too.
    if (trouble && nowMs - Date.parse(trouble.since) > FEED_MS_MAX[feed.feed]) {
      return [{ feed, since: trouble.since, says: 'has not come up to date' }];
    }
    if (trouble) return [];
    if (!isUpToDate && owedSince !== null && nowMs - Date.parse(owedSince) > Math.max(LOAD_MS_MAX, maxMs)) {
      return [{ feed, since: owedSince, says: 'has not come up to date' }];
    }
    // Where a schedule is kept, the last turn counts and not this moment: after a weekend without a service it comes at once.
    const atMs = servedAt === null ? (cadenceSeconds === null ? nowMs : 0) : Date.parse(servedAt);
    if (startedAt === null || atMs - Date.parse(startedAt) <= maxMs) return [];
    return [{ feed, since: startedAt, says: 'has not run' }];
  });
}

function scheduleAlerts(facts: AlertFacts): FoundAlert[] {
  const { schedules, stopped, nowMs } = facts;
  const isStopped = new Set<string | null>(stopped.map(({ connectionId }) => connectionId));
  const isBehind = new Set(feedsBehind(facts).map(({ feed }) => `${feed.connectionId}:${feed.feed}`));
  return schedules.flatMap((each): FoundAlert[] => {
    const { connectionId, connection, work, cadenceSeconds, nextDueAt, underWaySince } = each;
    if (isStopped.has(connectionId) || isBehind.has(`${connectionId}:${work}`)) return [];
    const patienceMs = Math.min(2 * cadenceSeconds * 1000, SCHEDULE_MS_MAX);
    const lateMs = nowMs - Date.parse(nextDueAt);
    const busyMs = underWaySince === null ? 0 : nowMs - Date.parse(underWaySince);
    // The one of a month has a rule of its own.
    const isLate = work !== 'accrual' && lateMs > Math.max(SCHEDULE_MS_MIN, patienceMs);
    const isLong = busyMs > Math.max(UNDER_WAY_MS_MIN, patienceMs);
    if (!isLate && !isLong) return [];
    const says = isLate
      ? `The work ${work} ${nameIn(connection)} has been due since ${formatMinute(nextDueAt)} and was not begun.`
      : `The work ${work} ${nameIn(connection)} was begun at ${formatMinute(underWaySince ?? nextDueAt)} and has not ended.`;
    return [{ ...ofWork('schedule-behind', each), severity: 'warning', says, next: lookAtWork(each) }];
  });
}

function accrualAlerts({ schedules, nowMs }: AlertFacts): FoundAlert[] {
  return schedules.flatMap(({ connectionId, connection, work, waiting, nextDueAt }): FoundAlert[] => {
    if (work !== 'accrual' || connectionId === null) return [];
    const isLate = nowMs - Date.parse(nextDueAt) > ACCRUAL_MS_MAX;
    const isPassing = waiting && isPassingForAccrual(waiting) && nowMs - Date.parse(waiting.since) <= ACCRUAL_MS_MAX;
    if (!isLate && (waiting === null || isPassing)) return [];
    const says =
      waiting === null
        ? `The month-end accrual of ${connection} has been due since ${formatMinute(nextDueAt)} and was not begun.`
        : waiting.code === 'ACCRUAL_PASSED_OVER'
          ? `A month of ${connection} has no accrual, and the later months went on without it (${waiting.code}).`
          : `A month of ${connection} could not be accrued on its day and waits since ${formatMinute(waiting.since)} (${waiting.code}); later months wait behind it.`;
    const next = `seller-ledger schedule show ${connection}`;
    return [{ ...ofThing('accrual-waiting', { connectionId }, connectionId), severity: 'warning', says, next }];
  });
}

function heldWorkAlerts({ schedules, stopped, jobs, nowMs }: AlertFacts): FoundAlert[] {
  const isStopped = new Set<string | null>(stopped.map(({ connectionId }) => connectionId));
  return schedules.flatMap((each): FoundAlert[] => {
    const { connectionId, connection, work, trouble, cadenceSeconds } = each;
    if (trouble === null || trouble.isToldElsewhere || isStopped.has(connectionId)) return [];
    if (WITH_OWN_RULE.includes(work)) return [];
    // Its jobs that are not tried any more are told as such.
    if (jobs.failed.some((failed) => failed.connectionId === connectionId && failed.name === work)) return [];
    const maxMs = PASSING.includes(trouble.kind)
      ? Math.max(PASSING_MS_MAX, cadenceSeconds * 1000 + HOUR_MS)
      : PERSON_MS_MAX;
    if (nowMs - Date.parse(trouble.since) <= Math.min(maxMs, SCHEDULE_MS_MAX)) return [];
    const says = `The work ${work} ${nameIn(connection)} has ended with a problem each time since ${formatMinute(trouble.since)} (${trouble.code}).`;
    return [{ ...ofWork('work-held', each), severity: 'warning', says, next: lookAtWork(each) }];
  });
}

function pausedWorkAlerts({ pausedWorks, nowMs }: AlertFacts): FoundAlert[] {
  return pausedWorks
    .filter(({ since }) => nowMs - Date.parse(since) > PAUSED_MS_MAX)
    .map(({ connectionId, connection, works, since }) => ({
      key: `work-paused:${connectionId ?? 'installation'}`,
      rule: 'work-paused',
      connectionId,
      severity: 'warning',
      says: `Somebody paused ${works.join(', ')} ${nameIn(connection)} at ${formatMinute(since)}, without an end; nothing of it is done until it is resumed.`,
      next: `seller-ledger schedule show${connection === null ? '' : ` ${connection}`}; then: seller-ledger schedule resume ${connection ?? '--installation'} --why TEXT`,
    }));
}

function jobAlerts({ jobs, nowMs }: AlertFacts): FoundAlert[] {
  const failing: FoundAlert[] = jobs.failing.map(({ name, count, attempts }) => ({
    ...ofInstallation('jobs-failing', name),
    severity: 'warning',
    says: `${count === 1 ? 'One job' : `${count} jobs`} of kind ${name} failed again and again, up to ${attempts} times.`,
    next: `seller-ledger jobs list --name ${name}; docs/operations.md says what each code means`,
  }));
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
  const found = [...failing, ...failed];
  const { oldestDueAt, waiting } = jobs;
  if (oldestDueAt === null || nowMs - Date.parse(oldestDueAt) <= JOBS_MS_MAX) return found;
  const says = `Work waits since ${formatMinute(oldestDueAt)} and nobody begins it; ${waiting} ${waiting === 1 ? 'job is' : 'jobs are'} due.`;
  const next = 'See whether the service runs: seller-ledger start; where it does, it is behind.';
  return [...found, { ...ofInstallation('jobs-behind', 'all'), severity: 'critical', says, next }];
}

type WorkOf = Pick<AlertFacts['schedules'][number], 'connectionId' | 'connection' | 'work'>;

function ofWork(
  rule: FoundAlert['rule'],
  { connectionId, work }: WorkOf,
): Pick<FoundAlert, 'key' | 'rule' | 'connectionId'> {
  return { key: `${rule}:${connectionId ?? 'installation'}:${work}`, rule, connectionId };
}

function nameIn(connection: string | null): string {
  return connection === null ? 'for all connections' : `of ${connection}`;
}

function lookAtWork({ connection, work }: WorkOf): string {
  const name = connection === null ? '' : ` ${connection}`;
  return `seller-ledger schedule show${name}; then: seller-ledger jobs list --name ${work}${connection === null ? '' : ` --connection ${connection}`}`;
}
