import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { elapsedMs, installTracer } from '../../core/index.ts';
import { type OperationState, readOperationState } from '../../store/index.ts';
import type { Workspace } from '../composition.ts';
import { createMetricsTracer } from './metrics-tracer.ts';
import { createStateGauges } from './state-gauges.ts';

/** The state of the books is not read more often, however many ask. */
const STATE_MS_MAX = 10_000;
/** Whoever asks is not kept waiting for a database that is away. */
const STATE_WAIT_MS = 3_000;

export interface Metrics {
  readonly contentType: string;
  /** The text of Prometheus. Also while the database is away: then without the state of the books. */
  render(): Promise<string>;
  close(): void;
}

/** Counts from now on what this process does, and reads the state of the books when it is asked. */
export function startMetrics(workspace: Pick<Workspace, 'database' | 'clock' | 'programVersion'>): Metrics {
  const { database, clock, programVersion } = workspace;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'seller_ledger_' });
  const uninstall = installTracer(createMetricsTracer(registry));
  const setState = createStateGauges(registry);
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `seller_ledger_${name}`, help, labelNames, registers: [registry] });
  const up = gauge('database_up', 'Whether the database answered the last question');
  const pool = gauge('database_pool_clients', 'Connections of this process to the database', ['state']);
  gauge('build_info', 'The version of the program', ['version', 'node']).set(
    { version: programVersion, node: process.versions.node },
    1,
  );
  let readAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<OperationState | undefined> | undefined;
  const refresh = async () => {
    if (elapsedMs(clock) - readAtMs < STATE_MS_MAX) return;
    underWay ??= readOperationState(database)
      .catch(() => undefined)
      .finally(() => {
        underWay = undefined;
      });
    const state = await within(underWay, STATE_WAIT_MS);
    up.set(state ? 1 : 0);
    if (!state) return;
    setState(state);
    readAtMs = elapsedMs(clock);
  };
  return {
    contentType: registry.contentType,
    async render() {
      await refresh();
      const { totalCount, idleCount, waitingCount } = database.pool;
      pool.set({ state: 'busy' }, totalCount - idleCount);
      pool.set({ state: 'idle' }, idleCount);
      pool.set({ state: 'waiting' }, waitingCount);
      return registry.metrics();
    },
    close: uninstall,
  };
}

/** `undefined` when it takes longer. */
export function within<Result>(promise: Promise<Result>, ms: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
