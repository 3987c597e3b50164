import {
  type AlertRule,
  type Connection,
  type EntryRecord,
  holdersOf,
  isSamePerson,
  type MappingVersion,
  type Permission,
  type SettlementRecord,
  sumUnknownValues,
  type WaitingApproval,
  waitingApprovals,
} from '../app/index.ts';
import { isProblem, type Money, money } from '../core/index.ts';
import { debitTotal } from '../ledger/index.ts';
import type { OpenAlert } from './alerts/open-alerts.ts';
import { waitingTableOf } from './approvals.ts';
import { openApprovals, type Workspace, waitingChangesOf } from './composition.ts';
import { readableSettingsOf } from './connection-file.ts';
import type { Helper, WaitingKind } from './http/contract/overview.ts';

/** Of each state; the count is of all. */
const RECORDS_SUMMED_MAX = 2_000;

/** Whoever looks, and what they may do. */
export interface Reader {
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** Something that waits for a person: how many, how much of each currency, and for whom. */
export interface Waiting {
  readonly what: WaitingKind;
  readonly count: number;
  readonly amounts: readonly Money[];
  /** So many of them the reader may do. */
  readonly yours: number;
  /** Of those the amounts. */
  readonly yourAmounts: readonly Money[];
  /** Who does the others. */
  readonly waitsFor: readonly Helper[];
}

/** An alert, and whether the reader may do something about it. */
export interface AddressedAlert extends OpenAlert {
  readonly isYours: boolean;
  readonly waitsFor: readonly Helper[];
  /** It is counted there. */
  readonly within: WaitingKind | null;
}

const HELPER_OF: Readonly<Partial<Record<Permission, Exclude<Helper, `another-${string}`>>>> = {
  'entries.approve': 'approver',
  'mapping.approve': 'approver',
  'books.operate': 'accountant',
  'mapping.edit': 'mapping-editor',
  'connections.manage': 'administrator',
  'operation.manage': 'administrator',
};

/** What each rule is about: something that waits and is counted there, or who may do something about it. */
const ABOUT: Readonly<Record<AlertRule, { readonly within: WaitingKind } | { readonly takes: Permission }>> = {
  'settlement-quarantined': { within: 'quarantined' },
  'settlement-reissued': { takes: 'books.operate' },
  'settlement-overdue': { takes: 'books.operate' },
  'settlement-missing': { takes: 'books.operate' },
  'entry-rejected': { within: 'rejected' },
  'entry-unknown': { within: 'unknown' },
  'entry-held': { takes: 'books.operate' },
  'settlement-taken-back': { takes: 'books.operate' },
  'report-unreadable': { takes: 'books.operate' },
  'connection-stopped': { takes: 'operation.manage' },
  'sap-paused': { takes: 'operation.manage' },
  'feed-behind': { takes: 'operation.manage' },
  'schedule-behind': { takes: 'operation.manage' },
  'accrual-waiting': { takes: 'books.operate' },
  'work-held': { takes: 'operation.manage' },
  'work-paused': { takes: 'operation.manage' },
  'jobs-failing': { takes: 'operation.manage' },
  'jobs-failed': { within: 'jobs' },
  'jobs-behind': { takes: 'operation.manage' },
  'buyers-overdue': { takes: 'operation.manage' },
  'backup-overdue': { takes: 'operation.manage' },
  'drill-failed': { takes: 'operation.manage' },
  'channel-failing': { takes: 'operation.manage' },
  'approval-waiting': { within: 'approvals' },
  'mapping-waiting': { within: 'tables' },
  'rules-waiting': { within: 'rules' },
  'disk-low': { takes: 'operation.manage' },
  'credential-expiring': { within: 'credentials' },
  'audit-broken': { takes: 'operation.manage' },
  test: { takes: 'operation.manage' },
};

/** What each that waits takes, which is what its route asks for; a reversal is asked for again, a value in quarantine taught. */
export const TAKES = {
  approvals: 'entries.approve',
  tables: 'mapping.approve',
  rules: 'entries.approve',
  approved: 'books.operate',
  values: 'mapping.edit',
  quarantined: 'books.operate',
  rejected: 'entries.approve',
  unknown: 'books.operate',
  jobs: 'books.operate',
  credentials: 'connections.manage',
} as const satisfies Readonly<Record<WaitingKind, Permission>>;

/** One thing that waits: whoever has the permission may do it, but those it excludes. */
interface Task {
  readonly amount?: Money;
  readonly amounts?: readonly Money[];
  readonly takes: Permission;
  /** They had their say, or a hand in it. */
  readonly not?: readonly string[];
  /** Nobody can do it before something else is done, which waits by itself and is counted there: that takes `takes`. */
  readonly isHeld?: boolean;
}

/** Everything that waits for people, and of each how much of it the reader may do. */
export async function waitingOf(
  workspace: Workspace,
  connections: readonly Connection[],
  alerts: readonly Pick<OpenAlert, 'rule'>[],
  reader: Reader,
): Promise<readonly Waiting[]> {
  const { books } = workspace;
  const limit = RECORDS_SUMMED_MAX;
  const [counts, quarantined, proposed, rejected, unknown, approved, agreed, failedJobs] = await Promise.all([
    books.countRecords(),
    books.listSettlements({ state: 'quarantined', limit }),
    books.listEntries({ states: ['proposed'], limit }),
    books.listEntries({ states: ['rejected'], limit }),
    books.listEntries({ states: ['unknown'], limit }),
    books.listEntries({ states: ['approved'], limit }),
    agreementsOf(workspace, connections),
    countFailedJobs(workspace),
  ]);
  const entries = (state: 'rejected' | 'unknown' | 'approved', tasks: readonly Task[]): Waiting =>
    waiting(state, tasks, reader, counts.entries[state]);
  const taskOfEntry =
    (takes: Permission) =>
    (record: EntryRecord): Task => ({ amount: amountOfEntry(record), takes });
  const holders = holdersOf([...proposed, ...rejected]);
  const without = (count: number, takes: Permission): Task[] => Array.from({ length: count }, () => ({ takes }));
  const values = sumUnknownValues(quarantined).map((amounts): Task => ({ amounts, takes: TAKES.values }));
  const expiring = alerts.filter(({ rule }) => rule === 'credential-expiring').length;
  return [
    waiting('approvals', agreed.approvals, reader),
    waiting('tables', agreed.tables, reader),
    waiting('rules', agreed.rules, reader),
    entries(
      'approved',
      approved.map((each) => taskOfApproved(each, holders)),
    ),
    waiting('values', values, reader),
    waiting('quarantined', quarantined.map(taskOfSettlement), reader, counts.settlements.quarantined),
    entries('rejected', rejected.map(taskOfEntry(TAKES.rejected))),
    entries('unknown', unknown.map(taskOfEntry(TAKES.unknown))),
    waiting('jobs', without(failedJobs, TAKES.jobs), reader),
    waiting('credentials', without(expiring, TAKES.credentials), reader),
  ];
}

/** Whom each alert is for. One that something which waits has been counted for is for whoever that waits for. */
export function addressed(
  alerts: readonly OpenAlert[],
  all: readonly Waiting[],
  { permissions }: Reader,
): readonly AddressedAlert[] {
  return alerts.map((alert) => {
    const about = ABOUT[alert.rule];
    if ('takes' in about) {
      const isYours = permissions.has(about.takes);
      const helper = HELPER_OF[about.takes];
      return { ...alert, isYours, waitsFor: isYours || !helper ? [] : [helper], within: null };
    }
    const row = all.find(({ what }) => what === about.within);
    return { ...alert, isYours: (row?.yours ?? 0) > 0, waitsFor: row?.waitsFor ?? [], within: about.within };
  });
}

/** How much of all that the reader may do something about; an alert that stands for something counted is not counted again. */
export function countYours(all: readonly Waiting[], alerts: readonly AddressedAlert[]): number {
  const own = alerts.filter(({ isYours, within }) => isYours && within === null);
  return all.reduce((sum, { yours }) => sum + yours, own.length);
}

/** `count`: of all, where not all were read; what was not read is like the last that was, or takes what its kind does. */
function waiting(what: WaitingKind, tasks: readonly Task[], reader: Reader, count = tasks.length): Waiting {
  const own = tasks.filter((task) => mayDo(reader, task));
  const others = tasks.filter((task) => !own.includes(task));
  const unread = Math.max(0, count - tasks.length);
  const like: Task = { takes: tasks.findLast(({ isHeld }) => !isHeld)?.takes ?? TAKES[what] };
  const isUnreadOwn = mayDo(reader, like);
  return {
    what,
    count,
    amounts: amountsOf(tasks),
    yours: Math.min(count, own.length + (isUnreadOwn ? unread : 0)),
    yourAmounts: amountsOf(own),
    waitsFor: helpersOf(unread > 0 && !isUnreadOwn ? [...others, like] : others, reader),
  };
}

function mayDo({ name, permissions }: Reader, { takes, isHeld, not = [] }: Task): boolean {
  return !isHeld && permissions.has(takes) && !not.some((person) => isSamePerson(person, name));
}

function helpersOf(tasks: readonly Task[], { permissions }: Reader): readonly Helper[] {
  const found = tasks.flatMap(({ takes, isHeld }): Helper[] => {
    const helper = HELPER_OF[takes];
    // What holds it is counted for the reader where it waits itself.
    if (!helper || (isHeld && permissions.has(takes))) return [];
    return [permissions.has(takes) ? `another-${helper}` : helper];
  });
  return [...new Set(found)].sort();
}

function amountsOf(tasks: readonly Task[]): readonly Money[] {
  return summed(tasks.flatMap(({ amount, amounts = [] }) => (amount ? [amount, ...amounts] : amounts)));
}

/** A settlement is not posted by half, so one whose others are yet to be approved is for nobody to send. */
function taskOfApproved(record: EntryRecord, holders: ReturnType<typeof holdersOf>): Task {
  const isHeld = record.entry.reversal === undefined && holders.has(record.origin.key);
  return { amount: amountOfEntry(record), takes: isHeld ? 'entries.approve' : TAKES.approved, isHeld };
}

/** What is held up by values goes on once they are taught; of the others an accountant looks why they do not prove. */
function taskOfSettlement({ header, quarantine }: SettlementRecord): Task {
  return { amount: header.total, takes: quarantine.length > 0 ? TAKES.values : TAKES.quarantined };
}

/** What `/approvals` lists: entries and reversals, account tables, and loosened rules of approval. */
async function agreementsOf(workspace: Workspace, connections: readonly Connection[]) {
  const approvals: Task[] = [];
  const tables: Task[] = [];
  const rules: Task[] = [];
  for (const connection of connections) {
    const table = await waitingTableOf(workspace, connection);
    if (table) tables.push(taskOfTable(connection, table));
    try {
      const inForce = (await openApprovals(workspace, connection.name)).rules;
      approvals.push(...(await waitingApprovals(workspace.books, connection, inForce)).map(taskOfApproval));
      for (const { change } of await waitingChangesOf(workspace, connection)) {
        rules.push({ takes: TAKES.rules, not: [change.person] });
      }
    } catch (thrown) {
      // Settings that an older program wrote hide nothing of the others.
      if (!isProblem(thrown)) throw thrown;
    }
  }
  return { approvals, tables, rules };
}

/** A reversal is agreed to by asking for the same. */
function taskOfApproval({ amount, reversal, standing }: WaitingApproval): Task {
  const not = [...standing.given, ...standing.excluded].map(({ person }) => person);
  return { amount, takes: reversal ? 'books.operate' : TAKES.approvals, not };
}

/** Where the settings cannot be read, nobody approves their own. */
function taskOfTable(connection: Connection, { author }: MappingVersion): Task {
  const rule = readableSettingsOf(connection)?.mappingApproval ?? 'other';
  return { takes: TAKES.tables, not: rule === 'other' ? [author.name] : [] };
}

async function countFailedJobs(workspace: Workspace): Promise<number> {
  const { jobRecordsOf } = await import('./job-runner.ts');
  const counts = await (await jobRecordsOf(workspace)).countJobs();
  return (counts.failed ?? 0) + (counts['gave-up'] ?? 0);
}

/** Debits of an entry: what it books. */
export function amountOfEntry({ entry }: Pick<EntryRecord, 'entry'>): Money {
  return debitTotal(entry);
}

/** One sum for each currency, in the order of the currencies. */
export function summed(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<Money['currency'], bigint>();
  for (const { currency, minor } of amounts) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => money(currency, minor));
}
