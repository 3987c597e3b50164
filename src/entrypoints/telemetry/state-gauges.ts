import { Gauge, type Registry } from 'prom-client';
import type { OperationState } from '../../store/index.ts';

/** Connections with a label of their own, in the order of their names; the others are one together. */
const CONNECTIONS_MAX = 200;
const OTHERS = 'others';

type Labels = Readonly<Record<string, string>>;
type Values = (state: OperationState) => readonly (readonly [Labels, number])[];

const none: Labels = {};

/** Every gauge of the state of the books: its help, its labels and its values. */
const GAUGES: Readonly<Record<string, readonly [help: string, labels: readonly string[], values: Values]>> = {
  entries: ['Entries by state', ['state'], ({ entries }) => entries.map(({ state, count }) => [{ state }, count])],
  entries_open: [
    'Entries that are not at their end, by connection and state',
    ['connection', 'state'],
    ({ openEntries }) => openEntries.map(({ connection, state, count }) => [{ connection, state }, count]),
  ],
  settlements: [
    'Settlements by connection and state',
    ['connection', 'state'],
    ({ settlements }) => settlements.map(({ connection, state, count }) => [{ connection, state }, count]),
  ],
  feed_age_seconds: [
    'Time since a feed was begun last',
    ['connection', 'feed'],
    ({ feeds }) => feeds.map(({ connection, feed, ageSeconds }) => [{ connection, feed }, ageSeconds]),
  ],
  feed_behind_seconds: [
    'Time since a feed came up to date last, or since it was due where it never has',
    ['connection', 'feed'],
    ({ feedsBehind }) => feedsBehind.map(({ connection, feed, seconds }) => [{ connection, feed }, seconds]),
  ],
  alerts_open: [
    'Open alerts by severity',
    ['severity'],
    ({ alerts }) => alerts.map(({ severity, count }) => [{ severity }, count]),
  ],
  jobs_waiting: ['Jobs that are due and that nobody has begun', [], ({ jobs }) => [[none, jobs.waiting]]],
  jobs_running: ['Jobs under way in all processes', [], ({ jobs }) => [[none, jobs.running]]],
  jobs_failing: ['Jobs that failed and are tried again', [], ({ jobs }) => [[none, jobs.failing]]],
  jobs_failed: ['Jobs that failed and are not tried again', [], ({ jobs }) => [[none, jobs.failed]]],
  jobs_oldest_waiting_seconds: [
    'How long the job that waits longest has been due',
    [],
    ({ jobs }) => [[none, jobs.oldestWaitingSeconds]],
  ],
  schedule_late_seconds: [
    'How long a work has been due and was not begun, of the connection that is furthest behind',
    ['work'],
    ({ lateWorks }) => lateWorks.map(({ work, seconds }) => [{ work }, seconds]),
  ],
  connections: [
    'Connections: all, stopped until a person mends them, and with a SAP that is away',
    ['which'],
    ({ connections: { all, stopped, paused } }) => [
      [{ which: 'all' }, all],
      [{ which: 'stopped' }, stopped],
      [{ which: 'sap_paused' }, paused],
    ],
  ],
  leases_held: ['Leases that somebody holds', [], ({ leases }) => [[none, leases.held]]],
  leases_taken: ['How often leases were taken since the beginning', [], ({ leases }) => [[none, leases.takenTotal]]],
  buyers_kept: ['Orders whose buyer is kept, sealed', [], ({ buyers }) => [[none, buyers.kept]]],
  buyers_overdue: ['Orders whose buyer should have been deleted', [], ({ buyers }) => [[none, buyers.overdue]]],
  audit_events: ['Events written to the audit log, of all chains', [], ({ auditEvents }) => [[none, auditEvents]]],
};

/** Gauges that are set from a state as a whole: what is not in it any more is gone. */
export function createStateGauges(registry: Registry): (state: OperationState) => void {
  const gauges = Object.entries(GAUGES).map(([name, [help, labelNames, values]]) => {
    const gauge = new Gauge({
      name: `seller_ledger_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
    });
    // Of ages of several connections together, the oldest one counts.
    return { gauge, values, isAge: name.endsWith('_seconds') };
  });
  return (state) => {
    const named = new Set([...new Set(connectionsIn(state))].sort().slice(0, CONNECTIONS_MAX));
    for (const { gauge, values, isAge } of gauges) {
      gauge.reset();
      const told = new Map<string, number>();
      for (const [labels, value] of values(state)) {
        const shown = limited(labels, named);
        const key = JSON.stringify(shown);
        const before = told.get(key) ?? 0;
        told.set(key, isAge ? Math.max(before, value) : before + value);
        gauge.set(shown, told.get(key) ?? 0);
      }
    }
  };
}

function connectionsIn({ settlements, feeds, feedsBehind, openEntries }: OperationState): readonly string[] {
  return [...settlements, ...feeds, ...feedsBehind, ...openEntries].map(({ connection }) => connection);
}

function limited(labels: Labels, named: ReadonlySet<string>): Record<string, string> {
  const { connection } = labels;
  return connection === undefined || named.has(connection) ? labels : { ...labels, connection: OTHERS };
}
