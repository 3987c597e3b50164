/** What is told of a sync to a collector of traces and to a monitoring system, and what probes are answered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import { syncConnection } from '../../src/app/index.ts';
import { betweenTraces, inActivity, traced } from '../../src/core/index.ts';
import { createHealth } from '../../src/entrypoints/telemetry/health.ts';
import { serveTelemetry, type Telemetry } from '../../src/entrypoints/telemetry/serve-telemetry.ts';
import { startTracing } from '../../src/entrypoints/telemetry/start-tracing.ts';
import { createStateGauges } from '../../src/entrypoints/telemetry/state-gauges.ts';
import { type OperationState, readOperationState, sql } from '../../src/store/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';

const CORRELATION = '0c0ffee0-0000-4000-8000-000000000001';
const SECRETS = ['test-secret', 'sap-secret', 'Atzr|', 'Atza|', 'canary'];

interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** A collector of OpenTelemetry as far as we need one: takes JSON over HTTP and keeps it. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const spans = (): CollectedSpan[] =>
    bodies.flatMap((body) =>
      JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: CollectedSpan[] }[] }) =>
        scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

let test: TestBooks;
let vendors: Vendors;
let collector: Awaited<ReturnType<typeof startCollector>>;
let telemetry: Telemetry;
let isRunning = true;

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${telemetry.url}${path}`, { headers });
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
};
const metric = (text: string, name: string) =>
  Number(new RegExp(`^seller_ledger_${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);

beforeAll(async () => {
  vendors = await startVendors({ seed: 'telemetry' });
  test = await openTestBooks({ clock: vendors.clock });
  collector = await startCollector();
  const { database, clock } = test;
  telemetry = await serveTelemetry({
    workspace: { database, clock, programVersion: '9.9.9' },
    port: 0,
    listen: '127.0.0.1',
    isRunning: () => isRunning,
  });
  const context = await vendors.context(test);
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  const tracing = await startTracing(process.env, { programVersion: '9.9.9', nowMs: Date.now });
  addFault(vendors.sap.world.faults, { kind: 'dropReply' });
  await inActivity({ correlationId: CORRELATION, name: 'a test' }, () =>
    traced('command', { name: 'sync', says: 'Atzr|canary', password: 'canary' }, () =>
      syncConnection(context, { waitForUnknown: true }),
    ),
  );
  await tracing.close();
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
}, 60_000);
afterAll(async () => {
  await telemetry.close();
  await collector.close();
  await vendors.close();
  await test.close();
});

describe('the trace of a sync', () => {
  it('is one, connected from the command to every request, and carries the correlation id', () => {
    const spans = collector.spans();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const roots = spans.filter(({ parentSpanId }) => !parentSpanId || !byId.has(parentSpanId));
    expect(roots.map(({ name }) => name)).toEqual(['command']);
    const names = new Set(spans.map(({ name }) => name));
    for (const name of [
      'sync',
      'amazon.request',
      'settlement.propose',
      'entry.post',
      'sap.request',
      'database.transaction',
    ]) {
      expect(names, name).toContain(name);
    }
    const correlated = spans.filter(({ attributes }) =>
      attributes.some(({ key, value }) => key === 'seller_ledger.correlationId' && value.stringValue === CORRELATION),
    );
    expect(correlated).toHaveLength(spans.length);
    const post = spans.find(
      ({ name, parentSpanId }) => name === 'sap.request' && byId.get(parentSpanId ?? '')?.name === 'entry.post',
    );
    expect(post).toBeDefined();
  });

  it('holds no secret, not even one that was handed in', () => {
    const text = collector.bodies.join();
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    // control: the attributes in which they would stand are there.
    expect(text).toContain('seller_ledger.password');
    expect(text).toContain('[token]');
  });

  it('has no span for what a service asks the database between its jobs', async () => {
    const before = collector.bodies.length;
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
    const tracing = await startTracing(process.env, { programVersion: '9.9.9', nowMs: Date.now });
    await betweenTraces(() => test.books.listConnections().then(() => test.database.transaction(async () => {})));
    await traced('job', { name: 'alerts' }, () => test.database.transaction(async () => {}));
    await tracing.close();
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const sent = collector.bodies.slice(before).join();
    expect(sent.match(/"name":"(job|database\.transaction)"/g)?.sort()).toEqual([
      '"name":"database.transaction"',
      '"name":"job"',
    ]);
  });

  it.each([
    ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }],
    ['OTEL_TRACES_EXPORTER', { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }],
    ['no address', {}],
  ])('is switched off by %s', async (_what, environment) => {
    const before = collector.bodies.length;
    const tracing = await startTracing(environment, { programVersion: '9.9.9', nowMs: Date.now });
    await traced('command', {}, async () => {});
    await tracing.close();
    expect(collector.bodies).toHaveLength(before);
  });
});

describe('/metrics', () => {
  it('counts requests, posts and syncs by their outcome, and shows the state of the books', async () => {
    const { status, text, type } = await get('/metrics');
    expect(status).toBe(200);
    expect(type).toContain('text/plain');
    expect(metric(text, 'amazon_requests_total{operation="getReports",status="200"}')).toBeGreaterThan(0);
    expect(metric(text, 'syncs_total{outcome="done"}')).toBe(1);
    expect(metric(text, 'entries_sent_total{outcome="unknown"}')).toBe(1);
    expect(metric(text, 'sap_requests_total{purpose="post",outcome="lost"}')).toBe(1);
    const [posted] = await test.database.query<{ count: number }>(
      sql`select count(*)::integer as count from entry where state = 'posted'`,
    );
    expect(metric(text, 'entries{state="posted"}')).toBe(posted?.count);
    expect(metric(text, 'database_up')).toBe(1);
    expect(metric(text, 'connections{which="all"}')).toBe(1);
    expect(metric(text, 'audit_events')).toBeGreaterThan(10);
    expect(text).toMatch(/seller_ledger_build_info\{version="9\.9\.9",node=".+"\} 1/);
  });

  it('tells what failed for good from what is tried again, which work is late, and how long all chains are', async () => {
    const { jobs: before, lateWorks } = await readOperationState(test.database);
    expect({ ...before, lateWorks }, 'control').toMatchObject({ failing: 0, failed: 0, lateWorks: [] });
    await test.database.query(sql`
      with asked as (
        insert into job (id, name, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at) values
          ('a', 'orders', '{}', 'a', 'q', 0, now(), now() + interval '1 hour', 'waiting', 2, null),
          ('b', 'orders', '{}', 'b', 'q', 0, now(), now(), 'gave-up', 9, now())
      ), planned as (
        insert into schedule (key, work, is_on, plan, cadence_s, marker, planned_at, next_due_at)
        values ('installation:backup', 'backup', true, '{}', 60, '', now(), now() - interval '2 hours')
      )
      insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at, ended_at, outcome)
      values ('a', 1, 'w', 'host', 1, gen_random_uuid(), now(), now(), 'failed')`);
    const state = await readOperationState(test.database);
    expect(state.jobs).toMatchObject({ waiting: 0, running: 0, failing: 1, failed: 1 });
    expect(state.lateWorks).toEqual([{ work: 'backup', seconds: expect.any(Number) }]);
    expect(state.lateWorks[0]?.seconds).toBeGreaterThanOrEqual(7_200);
    const [all] = await test.database.query<{ count: number }>(sql`select count(*)::integer as count from audit_event`);
    expect(state.auditEvents).toBe(all?.count);
    await test.database.pool.query('delete from job; delete from schedule');
  });

  it('counts a job, a sync and a run of a feed that did not reach their goal by the code of what held them up', async () => {
    const told = async (code: string, outcome: string) => {
      await traced('job', { name: 'orders' }, async (note) => note({ outcome }));
      await traced('sync', {}, async (note) => note({ outcome }));
      await traced('feed', { feed: 'orders' }, async (note) => note({ outcome }));
      const { text } = await get('/metrics');
      return [`jobs_total{name="orders",outcome="${code}"}`, `feed_runs_total{feed="orders",outcome="${code}"}`]
        .map((name) => metric(text, name))
        .concat(metric(text, `syncs_total{outcome="${code}"}`));
    };
    expect(await told('AMAZON_UNAVAILABLE', 'AMAZON_UNAVAILABLE')).toEqual([1, 1, 1]);
    expect(await told('waits', 'waits')).toEqual([1, 1, 1]);
    expect(await told('other', 'words of another side'), 'labels are a closed list').toEqual([1, 1, 1]);
    expect((await told('done', 'done'))[0], 'control').toBe(1);
  });

  it('tells for how long each feed has not come up to date, however often it was begun', async () => {
    await test.database.query(sql`
      insert into schedule (key, connection_id, work, is_on, plan, cadence_s, marker, planned_at, next_due_at, owed_since)
      select id || ':' || work, id, work, is_on, '{}', 60, '', now(), now(), since from connection,
        (values ('orders', true, now() - interval '5 hours'), ('finances', true, null), ('payouts', true, null),
          ('vat', false, null), ('posting', true, null)) as works(work, is_on, since)`);
    await test.database.query(sql`
      insert into feed_run (connection_id, feed, started_at, finished_at, is_up_to_date, problems)
      select id, feed, now(), now() - ago * interval '1 minute', is_whole, '[]' from connection,
        (values ('orders', 0, false), ('finances', 10, true)) as runs(feed, ago, is_whole)`);
    const { feedsBehind } = await readOperationState(test.database);
    const minutes = feedsBehind.map(({ feed, seconds }) => [feed, Math.floor(seconds / 60)]);
    expect(minutes).toEqual([
      ['finances', 10],
      ['orders', 300],
      ['payouts', 0],
    ]);
    await test.database.pool.query('delete from feed_run; delete from schedule');
  });

  it('labels of connections are bounded, and what is gone is not shown any more', async () => {
    const registry = new Registry();
    const set = createStateGauges(registry);
    const settlements = Array.from({ length: 250 }, (_, index) => ({
      connection: `c${String(index).padStart(3, '0')}`,
      state: 'proposed',
      count: 2,
    }));
    set({ ...EMPTY, settlements });
    expect(await registry.getSingleMetricAsString('seller_ledger_settlements')).toContain(
      '{connection="others",state="proposed"} 100',
    );
    const feedsBehind = settlements.map(({ connection }, index) => ({ connection, feed: 'orders', seconds: index }));
    set({ ...EMPTY, feedsBehind });
    expect(await registry.getSingleMetricAsString('seller_ledger_feed_behind_seconds'), 'the oldest counts').toContain(
      '{connection="others",feed="orders"} 249',
    );
    set(EMPTY);
    expect(await registry.getSingleMetricAsString('seller_ledger_settlements')).not.toContain('connection=');
  });
});

describe('probes', () => {
  it('say that the process lives, and that it is ready while database, schema and engine are', async () => {
    expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"ok":true}\n' });
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toEqual({
      ok: true,
      checks: ['database', 'schema', 'engine', 'not-stopping'].map((name) => ({ name, ok: true })),
    });
  });

  it('say that nobody should count on a process whose engine gave up, with another schema, or that is about to stop', async () => {
    const failing = async () => {
      const { status, text } = await get('/health/ready');
      expect(status).toBe(503);
      return JSON.parse(text)
        .checks.filter(({ ok }: { ok: boolean }) => !ok)
        .map(({ name }: { name: string }) => name);
    };
    isRunning = false;
    expect(await failing()).toEqual(['engine']);
    isRunning = true;
    await test.database.query(sql`insert into schema_migration (number, name, sha256) values (9999, 'later', 'x')`);
    expect(await failing()).toEqual(['schema']);
    await test.database.query(sql`delete from schema_migration where number = 9999`);
    telemetry.health.stop();
    expect(await failing()).toEqual(['not-stopping']);
    expect(await get('/health/live')).toMatchObject({ status: 200 });
  });

  it('are answered within a second while the database hangs, and it is not asked again meanwhile', async () => {
    let asked = 0;
    const hanging = {
      ...test.database,
      query: () => {
        asked += 1;
        return new Promise<never>(() => {});
      },
    };
    const health = createHealth(hanging, () => true);
    const [first] = await Promise.all([health.ready(), health.ready()]);
    expect(first.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['database', 'schema']);
    expect(asked).toBe(1);
  });

  it('are for this machine only, to whoever asks it by its own name', async () => {
    expect(await get('/nothing')).toMatchObject({ status: 404 });
    const { port } = new URL(telemetry.url);
    await expect(serveWith(Number(port), '127.0.0.1')).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await expect(serveWith(0, 'everywhere')).rejects.toMatchObject({ code: 'LISTEN_ADDRESS_INVALID' });
    await expect(serveWith(0, '203.0.113.1')).rejects.toMatchObject({ code: 'LISTEN_ADDRESS_INVALID' });
  });

  const serveWith = (port: number, listen: string) =>
    serveTelemetry({
      workspace: { database: test.database, clock: test.clock, programVersion: '9.9.9' },
      port,
      listen,
      isRunning: () => true,
    });
});

const EMPTY: OperationState = {
  entries: [],
  openEntries: [],
  settlements: [],
  feeds: [],
  feedsBehind: [],
  alerts: [],
  jobs: { waiting: 0, running: 0, failing: 0, failed: 0, oldestWaitingSeconds: 0 },
  lateWorks: [],
  connections: { all: 0, stopped: 0, paused: 0 },
  leases: { held: 0, takenTotal: 0 },
  buyers: { kept: 0, overdue: 0 },
  auditEvents: 0,
};
