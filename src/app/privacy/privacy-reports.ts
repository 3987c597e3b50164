import type { Report, ReportColumn, ReportRow, ReportSection } from '../reports/report.ts';
import type { ErasureReport } from './erase-seller.ts';
import {
  type BuyerPurge,
  type KeptRecords,
  LASTING_KINDS,
  type LeftPartner,
  PASSING_KINDS,
  type PassingKind,
  type PrivacyHold,
  type SellerErasure,
} from './privacy-store.ts';
import { RECORD_KINDS } from './record-kinds.ts';
import { monthsFrom, RETENTION_DEFAULTS, type RetentionRules, settingOf } from './retention-rules.ts';
import type { RetentionRun } from './run-retention.ts';

const PARTNERS_NOTE =
  'This program cannot delete business partners. Block and delete them in SAP: set the archiving flag of the partner, or use SAP Information Lifecycle Management.';

/** Which holds there are. */
export function holdsReport(holds: readonly PrivacyHold[]): Report {
  return {
    name: 'holds',
    title: 'Legal holds',
    facts: [{ title: 'standing', value: holds.filter(({ isStanding }) => isStanding).length }],
    sections: [holdSection(holds)],
    notes: [],
  };
}

/** What a purge of buyers removed or would remove, and what was held back. */
export function purgeReport(purge: BuyerPurge): Report {
  const { connections, partners, partnerCount, isDryRun } = purge;
  const sum = (countOf: (row: (typeof connections)[number]) => number) =>
    connections.reduce((total, row) => total + countOf(row), 0);
  const rest = partnerCount - partners.length;
  return {
    name: 'buyer-purge',
    title: isDryRun ? 'Buyers that are due (nothing was removed)' : 'Buyers that were removed',
    facts: [
      { title: 'at', value: purge.at },
      { title: isDryRun ? 'due' : 'removed', value: sum(({ removedCount }) => removedCount) },
      { title: 'held back', value: sum(({ heldCount }) => heldCount) },
    ],
    sections: [
      {
        key: 'connections',
        title: 'By connection',
        columns: [
          text('connection', 'Connection'),
          count('removed', isDryRun ? 'Due' : 'Removed'),
          count('held', 'Held back'),
          count('kept', 'Not due yet'),
          text('oldestDue', 'Oldest was due'),
          text('nextDue', 'Next is due'),
        ],
        rows: connections.map((row) => ({
          connection: row.connectionName,
          removed: row.removedCount,
          held: row.heldCount,
          kept: row.keptCount,
          oldestDue: row.oldestDueAt,
          nextDue: row.nextDueAt,
        })),
      },
      ...partnerSections(partners),
    ],
    notes: rest > 0 ? [`${rest} more partners are not named here: seller-ledger privacy report NAME`] : [],
  };
}

/** How long each kind of record is kept. */
export function retentionReport(rules: RetentionRules): Report {
  const kindsOf = (name: keyof RetentionRules) =>
    PASSING_KINDS.filter((kind) => settingOf(kind) === name).map((kind) => RECORD_KINDS[kind].title);
  const words: Partial<Record<keyof RetentionRules, string>> = {
    unusedFilesMonths: 'files to which no record refers any more',
    jobHistoryDays: 'history of jobs',
    settlementsYears: 'settlements, entries, accruals and their files: at least',
    auditYears: 'audit log: at least',
  };
  const names = Object.keys(RETENTION_DEFAULTS) as (keyof RetentionRules)[];
  return {
    name: 'retention',
    title: 'How long records are kept',
    facts: [],
    sections: [
      {
        key: 'rules',
        title: 'Rules',
        columns: [
          text('setting', 'Setting'),
          count('value', 'Value'),
          text('unit', ''),
          count('default', 'Default'),
          text('records', 'Records'),
        ],
        rows: names.map((name) => ({
          setting: `retention.${name}`,
          value: rules[name],
          unit: unitOf(name),
          default: RETENTION_DEFAULTS[name],
          records: words[name] ?? kindsOf(name).join(', '),
        })),
      },
    ],
    notes: [
      'Buyers are kept until 30 days after delivery at the latest, whatever the settings say.',
      'The books and the audit log are never removed by a retention run; their years say how long the law wants them.',
      'Whatever an entry rests on, and whatever a hold covers, stays.',
    ],
  };
}

/** What a retention run removed, or would. */
export function retentionRunReport(run: RetentionRun): Report {
  const { isDryRun, records, files, jobs } = run;
  return {
    name: 'retention-run',
    title: isDryRun ? 'Records that are due (nothing was removed)' : 'Records that were removed',
    facts: [
      { title: 'at', value: run.at },
      { title: isDryRun ? 'files due' : 'files removed', value: files.count },
      { title: 'bytes', value: Number(files.bytes) },
      { title: 'jobs removed from the history', value: jobs?.count ?? null },
    ],
    sections: [
      {
        key: 'records',
        title: 'By connection',
        columns: [
          text('connection', 'Connection'),
          text('kind', 'Records'),
          text('before', 'Older than'),
          text('oldest', 'Oldest'),
          count('due', 'Due'),
          count('removed', 'Removed'),
          count('held', 'Held back'),
          count('restedOn', 'Kept for an entry'),
        ],
        rows: records.map((row) => ({
          connection: row.connectionName,
          kind: RECORD_KINDS[row.kind].title,
          before: row.before.slice(0, 10),
          oldest: row.oldestAt?.slice(0, 10) ?? null,
          due: row.dueCount,
          removed: row.removedCount,
          held: row.heldCount,
          restedOn: row.restedOnCount,
        })),
      },
    ],
    notes: [],
  };
}

export interface KeptFacts {
  readonly connectionName: string;
  readonly kept: readonly KeptRecords[];
  readonly rules: RetentionRules;
  readonly holds: readonly PrivacyHold[];
  readonly partners: readonly LeftPartner[];
  readonly erasure: SellerErasure | undefined;
}

/** What is kept about a seller and its buyers: where, whom it is about, why, and until when. */
export function keptReport(facts: KeptFacts): Report {
  const { connectionName, kept, rules, holds, partners, erasure } = facts;
  return {
    name: 'privacy',
    title: 'What is kept',
    facts: [
      { title: 'connection', value: connectionName },
      { title: 'seller', value: erasure ? `erased since ${erasure.begunAt.slice(0, 10)}` : 'in use' },
      ...(erasure && !erasure.finishedAt ? [{ title: 'erasure', value: 'not finished: run it again' }] : []),
    ],
    sections: [keptSection(kept, rules, 'kept', 'Records'), holdSection(holds), ...partnerSections(partners)],
    notes: ['Buyers leave on the days shown; the other days are those of the oldest and the newest record.'],
  };
}

/** What an erasure removed, what stays and why. */
export function erasureReport(
  { erasure, unbookedCount, partners }: ErasureReport,
  kept: readonly KeptRecords[],
  rules: RetentionRules,
): Report {
  const titles: Readonly<Record<string, { readonly title: string } | undefined>> = RECORD_KINDS;
  const stays = kept.filter(({ count: number }) => number > 0);
  return {
    name: 'erasure',
    title: 'Erasure of a seller',
    facts: [
      { title: 'connection', value: erasure.connectionName },
      { title: 'why', value: erasure.why },
      { title: 'by', value: erasure.begunBy.name },
      { title: 'begun', value: erasure.begunAt },
      { title: 'finished', value: erasure.finishedAt },
    ],
    sections: [
      {
        key: 'removed',
        title: 'Removed',
        columns: [text('records', 'Records'), count('count', 'Count')],
        rows: Object.entries(erasure.counts).map(([kind, number]) => ({
          records: kind === 'files' ? 'files that nothing rests on' : (titles[kind]?.title ?? kind),
          count: number,
        })),
      },
      keptSection(stays, rules, 'kept', 'Kept, and why'),
      ...partnerSections(partners),
    ],
    notes: [
      ...(unbookedCount > 0
        ? [`${unbookedCount} entries were never booked in SAP; they stay as they are and are not sent any more.`]
        : []),
      'The name and the settings of the connection stay: they say how its entries were made.',
      'Backups hold what was removed until they expire.',
    ],
  };
}

/** What an erasure would remove and keep, without doing anything. */
export function erasurePlanReport(connectionName: string, kept: readonly KeptRecords[], rules: RetentionRules): Report {
  const lasting: ReadonlySet<string> = new Set(LASTING_KINDS);
  const going = kept.filter(({ kind, count: number }) => !lasting.has(kind) && number > 0);
  const staying = kept.filter(({ kind, count: number }) => lasting.has(kind) && number > 0);
  return {
    name: 'erasure-plan',
    title: 'What an erasure would remove (nothing was removed)',
    facts: [{ title: 'connection', value: connectionName }],
    sections: [
      {
        key: 'removed',
        title: 'Would go',
        columns: [text('records', 'Records'), count('count', 'Count'), count('restedOn', 'Kept for an entry')],
        rows: going.map(({ kind, count: number, restedOnCount }) => ({
          records: RECORD_KINDS[kind].title,
          count: number - restedOnCount,
          restedOn: restedOnCount,
        })),
      },
      keptSection(staying, rules, 'kept', 'Would stay, and why'),
    ],
    notes: ['The seller can fetch tax reports and orders from Amazon again; this program cannot, once it is erased.'],
  };
}

function keptSection(kept: readonly KeptRecords[], rules: RetentionRules, key: string, title: string): ReportSection {
  return {
    key,
    title,
    columns: [
      text('records', 'Records'),
      count('count', 'Count'),
      text('about', 'About'),
      text('oldest', 'Oldest'),
      text('newest', 'Newest'),
      text('until', 'Kept until'),
      text('why', 'Why'),
      text('where', 'Where'),
    ],
    rows: kept.map((records): ReportRow => {
      const { title: name, about, why, where } = RECORD_KINDS[records.kind];
      return {
        records: name,
        count: records.count,
        about,
        oldest: records.oldestAt?.slice(0, 10) ?? null,
        newest: records.newestAt?.slice(0, 10) ?? null,
        until: untilOf(records, rules),
        why: records.restedOnCount > 0 ? `${why}; an entry rests on ${records.restedOnCount}` : why,
        where,
      };
    }),
  };
}

/** When the newest of them goes; for the books, until when they are wanted at least. */
function untilOf({ kind, newestAt, count: number, restedOnCount }: KeptRecords, rules: RetentionRules): string | null {
  if (number === 0) return null;
  if (restedOnCount === number) return 'as long as its entry';
  if (kind === 'feed-files') return 'as long as these records';
  if (kind === 'buyers') return newestAt?.slice(0, 10) ?? null;
  if (isPassing(kind)) {
    return newestAt === null ? null : monthsFrom(Date.parse(newestAt), rules[settingOf(kind)]).slice(0, 10);
  }
  const years = { settlements: true, entries: true, accruals: true, files: true, 'account-tables': true } as const;
  if (newestAt !== null && (kind in years || kind === 'audit')) {
    const wanted = kind === 'audit' ? rules.auditYears : rules.settlementsYears;
    return `${monthsFrom(Date.parse(newestAt), wanted * 12).slice(0, 10)} at least`;
  }
  return kind === 'customers' ? 'while the partner is in SAP' : 'while the seller is connected';
}

function isPassing(kind: KeptRecords['kind']): kind is PassingKind {
  return (PASSING_KINDS as readonly string[]).includes(kind);
}

function holdSection(holds: readonly PrivacyHold[]): ReportSection {
  return {
    key: 'holds',
    title: 'Legal holds',
    columns: [
      count('number', 'Number'),
      text('covers', 'Covers'),
      text('why', 'Why'),
      text('placedBy', 'Placed by'),
      text('placedAt', 'Placed'),
      text('ends', 'Ends'),
      { key: 'stands', title: 'Stands', kind: 'flag' },
    ],
    rows: holds.map((hold) => ({
      number: hold.number,
      covers: coverOf(hold),
      why: hold.why,
      placedBy: hold.placedBy.name,
      placedAt: hold.placedAt.slice(0, 10),
      ends: endOf(hold),
      stands: hold.isStanding,
    })),
  };
}

function coverOf({ covers, connectionName, orderIds }: PrivacyHold): string {
  const of = connectionName === null ? 'all connections' : connectionName;
  if (covers === 'connection') return `all records of ${of}`;
  return covers === 'buyers' ? `buyers of ${of}` : `orders ${orderIds.join(', ')} of ${of}`;
}

function endOf({ released, endsAt }: PrivacyHold): string {
  if (released) return `released ${released.at.slice(0, 10)} by ${released.by.name}: ${released.why}`;
  return endsAt === null ? 'when it is released' : endsAt.slice(0, 10);
}

function partnerSections(partners: readonly LeftPartner[]): readonly ReportSection[] {
  if (partners.length === 0) return [];
  return [
    {
      key: 'partners',
      title: 'Business partners that are left in SAP',
      columns: [
        text('connection', 'Connection'),
        text('system', 'SAP system'),
        text('partner', 'Partner'),
        text('order', 'Order'),
      ],
      rows: partners.map((partner) => ({
        connection: partner.connectionName,
        system: partner.sapSystem,
        partner: partner.partnerNumber,
        order: partner.orderId,
      })),
      notes: [PARTNERS_NOTE],
    },
  ];
}

function unitOf(name: keyof RetentionRules): string {
  return name.endsWith('Months') ? 'months' : name.endsWith('Days') ? 'days' : 'years';
}

function text(key: string, title: string): ReportColumn {
  return { key, title, kind: 'text' };
}

function count(key: string, title: string): ReportColumn {
  return { key, title, kind: 'count' };
}
