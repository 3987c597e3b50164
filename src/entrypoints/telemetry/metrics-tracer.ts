import { Counter, Histogram, type Registry } from 'prom-client';
import type { Span, SpanEnd, SpanFacts, SpanName, Tracer } from '../../core/index.ts';

const REQUEST_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const WORK_SECONDS = [0.5, 1, 5, 15, 60, 300, 900, 3600];
const DATABASE_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** Who counts a span that has ended. Labels are closed lists: operations, kinds of work, states, codes. */
type Count = (facts: SpanFacts, seconds: number, code: string | null) => void;

/** Counts what the program does, as it does it. */
export function createMetricsTracer(registry: Registry): Tracer {
  const counts = countsOf(registry);
  const count = (name: SpanName, facts: SpanFacts, seconds: number, code: string | null) =>
    counts[name]?.(facts, seconds, code);
  return {
    start(name, facts): Span {
      const startedMs = performance.now();
      return {
        end: ({ facts: more, code }: SpanEnd) =>
          count(name, { ...facts, ...more }, (performance.now() - startedMs) / 1000, code),
      };
    },
    record: (name, facts, durationMs) => count(name, facts, durationMs / 1000, null),
  };
}

/** `done`, `waits`, or the code of the problem, which is one of docs/problems.md; never a text that another side wrote. */
function outcomeOf(outcome: SpanFacts[string], code: string | null): string {
  const label = code ?? String(outcome ?? 'done');
  return /^(?:done|waits|[A-Z][A-Z0-9_]{2,60})$/.test(label) ? label : 'other';
}

function countsOf(registry: Registry): Readonly<Partial<Record<SpanName, Count>>> {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `seller_ledger_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name: `seller_ledger_${name}`, help, labelNames, buckets, registers });

  const amazon = counter('amazon_requests_total', 'Requests to Amazon by operation and status', [
    'operation',
    'status',
  ]);
  const amazonSeconds = histogram(
    'amazon_request_seconds',
    'Time of a request to Amazon',
    ['operation'],
    REQUEST_SECONDS,
  );
  const waits = counter('amazon_wait_seconds_total', 'Time waited for the pace of Amazon', ['operation', 'reason']);
  const sap = counter('sap_requests_total', 'Requests to SAP by purpose and outcome', ['purpose', 'outcome']);
  const sapSeconds = histogram('sap_request_seconds', 'Time of a request to SAP', ['purpose'], REQUEST_SECONDS);
  const jobs = counter('jobs_total', 'Attempts of jobs by kind of work and outcome', ['name', 'outcome']);
  const jobSeconds = histogram('job_seconds', 'Time of an attempt of a job', ['name'], WORK_SECONDS);
  const syncs = counter('syncs_total', 'Syncs of settlements by outcome', ['outcome']);
  const syncSeconds = histogram('sync_seconds', 'Time of a sync of settlements', [], WORK_SECONDS);
  const feeds = counter('feed_runs_total', 'Runs of feeds by outcome', ['feed', 'outcome']);
  const proposals = counter('settlements_booked_total', 'Settlements evaluated by the state they came to', ['state']);
  const sent = counter('entries_sent_total', 'Entries sent to SAP by outcome', ['outcome']);
  const api = counter('api_requests_total', 'Requests to the API by route and outcome', ['method', 'route', 'outcome']);
  const apiSeconds = histogram('api_request_seconds', 'Time of a request to the API', ['route'], REQUEST_SECONDS);
  const database = histogram('database_transaction_seconds', 'Time of a database transaction', [], DATABASE_SECONDS);
  return {
    'amazon.request': ({ operation, status }, seconds) => {
      amazon.inc({ operation: String(operation), status: String(status ?? 'none') });
      amazonSeconds.observe({ operation: String(operation) }, seconds);
    },
    'amazon.wait': ({ operation, reason }, seconds) =>
      waits.inc({ operation: String(operation), reason: String(reason) }, seconds),
    'sap.request': ({ purpose, outcome }, seconds) => {
      sap.inc({ purpose: String(purpose), outcome: String(outcome) });
      sapSeconds.observe({ purpose: String(purpose) }, seconds);
    },
    job: ({ name, outcome }, seconds, code) => {
      jobs.inc({ name: String(name), outcome: outcomeOf(outcome, code) });
      jobSeconds.observe({ name: String(name) }, seconds);
    },
    http: ({ method, route }, seconds, code) => {
      api.inc({ method: String(method), route: String(route), outcome: code ?? 'done' });
      apiSeconds.observe({ route: String(route) }, seconds);
    },
    sync: ({ outcome }, seconds, code) => {
      syncs.inc({ outcome: outcomeOf(outcome, code) });
      syncSeconds.observe(seconds);
    },
    feed: ({ feed, outcome }, _seconds, code) => feeds.inc({ feed: String(feed), outcome: outcomeOf(outcome, code) }),
    'settlement.propose': ({ state }, _seconds, code) => proposals.inc({ state: code ?? String(state) }),
    'entry.post': ({ outcome }, _seconds, code) => sent.inc({ outcome: code ?? String(outcome) }),
    'database.transaction': (_facts, seconds) => database.observe(seconds),
  };
}
