import { DAY_MS, formatMinute, HOUR_MS } from '../../core/index.ts';
import { accrualName } from '../origin.ts';
import type { AlertRule, FoundAlert } from './alert.ts';
import type { AlertFacts, EntryFact, FactList, TakenBackFact, WaitingFact } from './alert-facts.ts';
import { bounded, type CutLists, ofInstallation, ofThing } from './bounded.ts';
import { workAlerts } from './work-rules.ts';

/** Amazon closes a settlement every 14 days at the latest; its report comes within hours. */
const SETTLEMENT_MS_MAX = 16 * DAY_MS;
/** A daily backup, and the hours in which it may be made. */
const BACKUP_MS_MAX = 26 * HOUR_MS;
/** The purge runs daily and after each run of orders. */
const BUYERS_MS_MAX = DAY_MS;
const MEGABYTE = 1024 * 1024;
/** Below this part of the room that is wished for, the database is about to stop. */
const CRITICAL_ROOM_PART = 4;

/** A person who takes a settlement back is not told at once what he does. */
const TAKEN_BACK_MS_MAX = 12 * HOUR_MS;
/** Fewer failures in a row are a mail server that is being restarted. */
const CHANNEL_FAILURES_MIN = 5;

/** Pure: everything in the books that needs a person now, each thing once. */
export function findAlerts(facts: AlertFacts): readonly FoundAlert[] {
  const found = [
    ...settlementAlerts(facts),
    ...entryAlerts(facts),
    ...takenBackAlerts(facts),
    ...connectionAlerts(facts),
    ...workAlerts(facts),
    ...buyerAlerts(facts),
    ...backupAlerts(facts),
    ...approvalAlerts(facts),
    ...waitingChangeAlerts(facts),
    ...diskAlerts(facts),
    ...channelAlerts(facts),
  ];
  return bounded(found, cutLists(facts));
}

function cutLists(facts: AlertFacts): CutLists {
  const more = ({ oldest, count }: FactList<unknown>) => count - oldest.length;
  return {
    'settlement-quarantined': more(facts.quarantined),
    'settlement-reissued': more(facts.reissued),
    'settlement-taken-back': more(facts.takenBack),
    'report-unreadable': more(facts.unreadable),
    'entry-rejected': more(facts.rejected),
    'entry-unknown': more(facts.unknown),
    'entry-held': more(facts.held) + more(facts.notSent),
  };
}

function settlementAlerts({ quarantined, reissued, unreadable, newestSettlements, nowMs }: AlertFacts): FoundAlert[] {
  const overdue = newestSettlements.filter(({ endedAt }) => nowMs - Date.parse(endedAt) > SETTLEMENT_MS_MAX);
  return [
    ...quarantined.oldest.map(
      (each): FoundAlert => ({
        ...ofThing('settlement-quarantined', each, each.key),
        severity: 'warning',
        says: `Settlement ${each.settlementId} of ${each.connection} is quarantined (${each.code}); nothing of it is booked.`,
        next: `seller-ledger settlements show ${each.settlementId}`,
      }),
    ),
    ...reissued.oldest.map(
      (each): FoundAlert => ({
        ...ofThing('settlement-reissued', each, each.key),
        severity: 'warning',
        says: `Settlement ${each.settlementId} of ${each.connection} came again with other content, which waits for a decision.`,
        next: `seller-ledger settlements compare ${each.settlementId}`,
      }),
    ),
    ...overdue.map(
      (each): FoundAlert => ({
        ...ofThing('settlement-overdue', each, each.connectionId),
        severity: 'warning',
        says: `No settlement of ${each.connection} ended after ${formatMinute(each.endedAt)}; Amazon closes one every 14 days at the latest.`,
        next: `seller-ledger reconcile continuity ${each.connection}; and look in Seller Central: Payments, All statements`,
      }),
    ),
    ...unreadable.oldest.map(
      (each): FoundAlert => ({
        ...ofThing('report-unreadable', each, `${each.connectionId}:${each.reportDocumentId}`),
        severity: 'warning',
        says: `A settlement report of ${each.connection} cannot be read (${each.code}); nothing of it is booked.`,
        next: `seller-ledger sync ${each.connection}; it names the place; docs/operations.md says what each code means`,
      }),
    ),
  ];
}

function entryAlerts({ rejected, unknown, held, notSent, limits, nowMs }: AlertFacts): FoundAlert[] {
  const open = unknown.oldest.filter(({ since }) => nowMs - Date.parse(since) > limits.unknownMs);
  const about = (rule: AlertRule, each: EntryFact) => ofThing(rule, each, each.id);
  return [
    ...rejected.oldest.map(
      (each): FoundAlert => ({
        ...about('entry-rejected', each),
        severity: 'warning',
        says: `SAP refuses entry ${each.postingKey} of ${each.connection} since ${formatMinute(each.since)} (${each.code}).`,
        next: `seller-ledger entries show ${each.postingKey}`,
      }),
    ),
    ...open.map(
      (each): FoundAlert => ({
        ...about('entry-unknown', each),
        severity: 'critical',
        says: `Nobody knows since ${formatMinute(each.since)} whether SAP booked entry ${each.postingKey} of ${each.connection} (${each.code}).`,
        next: `seller-ledger sync ${each.connection}; then: seller-ledger entries show ${each.postingKey}`,
      }),
    ),
    ...held.oldest.map(
      (each): FoundAlert => ({
        ...about('entry-held', each),
        severity: 'warning',
        says: `Entry ${each.postingKey} of ${each.connection} stands still since ${formatMinute(each.since)} (${each.code}); it is not sent to SAP.`,
        next: `seller-ledger entries show ${each.postingKey}`,
      }),
    ),
    ...notSent.oldest.map(
      (each): FoundAlert => ({
        ...about('entry-held', each),
        severity: 'warning',
        says: `Entry ${each.postingKey} of ${each.connection} is approved since ${formatMinute(each.since)} and was not sent to SAP.`,
        next: `seller-ledger schedule show ${each.connection}; then: seller-ledger entries show ${each.postingKey}`,
      }),
    ),
  ];
}

function takenBackAlerts({ takenBack, nowMs }: AlertFacts): FoundAlert[] {
  return takenBack.oldest
    .filter(({ since }) => nowMs - Date.parse(since) > TAKEN_BACK_MS_MAX)
    .map((each) => ({
      ...ofThing('settlement-taken-back', each, each.key),
      severity: 'warning',
      says: `Documents of ${each.kind} ${each.name} of ${each.connection} are reversed in SAP since ${formatMinute(each.since)}, and nobody has decided what becomes of it.`,
      next: decideCommandsOf(each),
    }));
}

function decideCommandsOf({ kind, name }: TakenBackFact): string {
  return kind === 'accrual'
    ? `seller-ledger accruals reverse ${accrualName(name)} --reason 01 --why TEXT`
    : `seller-ledger settlements reverse ${name} --reason 01 --why TEXT --propose-again; or: seller-ledger settlements leave ${name} --why TEXT`;
}

function connectionAlerts({ stopped, paused, limits, nowMs }: AlertFacts): FoundAlert[] {
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
      .filter(({ since }) => nowMs - Date.parse(since) > limits.sapAwayMs)
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

function backupAlerts({ backup, failedDrill, nowMs }: AlertFacts): FoundAlert[] {
  const drill: FoundAlert[] = failedDrill
    ? [
        {
          ...ofInstallation('drill-failed', 'all'),
          severity: 'critical',
          says: `The last drill, at ${formatMinute(failedDrill.at)}, found faults in the backup ${failedDrill.file}.`,
          next: 'seller-ledger audit verify --everything; then make another backup and try it: seller-ledger backup create FILE; seller-ledger backup drill FILE',
        },
      ]
    : [];
  if (backup === null || nowMs - Date.parse(backup.lastAt ?? backup.wantedSince) <= BACKUP_MS_MAX) return drill;
  const says =
    backup.lastAt === null
      ? `No backup was made although a daily one is wished for since ${formatMinute(backup.wantedSince)}.`
      : `The last backup in the folder of the settings was made at ${formatMinute(backup.lastAt)}; a daily one is wished for.`;
  const next =
    'Look in the log of the service for backup.failed, and whether its folder has room; docs/operations.md, Backup.';
  return [...drill, { ...ofInstallation('backup-overdue', 'all'), severity: 'critical', says, next }];
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

function channelAlerts({ channels }: AlertFacts): FoundAlert[] {
  return channels
    .filter(({ failures }) => failures === 0 || failures >= CHANNEL_FAILURES_MIN)
    .map(({ name, failures, says }) => ({
      ...ofInstallation('channel-failing', name),
      severity: 'warning',
      says:
        failures === 0
          ? `Not everybody is told by ${name}: ${says}`
          : `Nobody is told by ${name}, after ${failures} tries: ${says}`,
      next: 'Correct the settings: seller-ledger settings update --file FILE --why TEXT; then: seller-ledger alerts test',
    }));
}
