import { afterEach, expect, it } from 'vitest';
import { Problem } from './problem.ts';
import { betweenTraces, installTracer, recordSpan, type Span, type Tracer, traced } from './tracing.ts';

const uninstall: (() => void)[] = [];
afterEach(() => {
  for (const each of uninstall.splice(0)) each();
});

/** Writes down what it is told, each span with its ancestors. */
function watch(): string[] {
  const told: string[] = [];
  const paths = new WeakMap<Span, string>();
  const pathOf = (name: string, parent: Span | undefined) => (parent ? `${paths.get(parent)}/${name}` : name);
  const tracer: Tracer = {
    start(name, facts, parent) {
      const path = pathOf(name, parent);
      const span: Span = {
        end: ({ facts: more, code }) => told.push(`${path} ${JSON.stringify({ ...facts, ...more })} ${code}`),
      };
      paths.set(span, path);
      return span;
    },
    record: (name, facts, durationMs, parent) =>
      told.push(`${pathOf(name, parent)} ${JSON.stringify(facts)} ${durationMs}`),
  };
  uninstall.push(installTracer(tracer));
  return told;
}

it('what is called within a span is its part, also later and in parallel, and every tracer has its own tree', async () => {
  const told = [watch(), watch()];
  await traced('sync', { connection: 'acme' }, async (note) => {
    await Promise.all([
      traced('entry.post', {}, async () => recordSpan('sap.request', { purpose: 'post' }, 12)),
      traced('feed', {}, async () => {}),
    ]);
    note({ entries: 3 });
  });
  expect(told[0]).toEqual(told[1]);
  expect([...(told[0] ?? [])].sort()).toEqual([
    'sync {"connection":"acme","entries":3} null',
    'sync/entry.post {} null',
    'sync/entry.post/sap.request {"purpose":"post"} 12',
    'sync/feed {} null',
  ]);
});

it('a job begins a trace of its own, and what a service does between jobs is in none', async () => {
  const told = watch();
  await traced('command', { name: 'start' }, async () => {
    await traced('feed', {}, async () => {});
    await betweenTraces(async () => {
      recordSpan('database.transaction', {}, 1);
      await traced('job', { name: 'orders' }, () => traced('feed', {}, async () => {}));
    });
    await traced('job', { name: 'alerts' }, async () => {});
  });
  expect(told).toEqual([
    'command/feed {} null',
    'database.transaction {} 1',
    'job/feed {} null',
    'job {"name":"orders"} null',
    'job {"name":"alerts"} null',
    'command {"name":"start"} null',
  ]);
});

it('a problem ends its span with its code and goes on to the caller as it is', async () => {
  const told = watch();
  const problem = new Problem({ code: 'SAP_PAUSED', kind: 'unavailable', says: 'Away.', next: 'Wait.' });
  await expect(traced('sync', {}, () => Promise.reject(problem))).rejects.toBe(problem);
  expect(told).toEqual(['sync {} SAP_PAUSED']);
});

it('without a tracer the work is done all the same', async () => {
  watch();
  uninstall.pop()?.();
  expect(await traced('sync', {}, async () => 7)).toBe(7);
  recordSpan('amazon.request', {}, 1);
});
