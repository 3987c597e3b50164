import { installTracer } from '../../core/index.ts';
import type { Environment } from '../environment.ts';

const SERVICE_NAME = 'seller-ledger';

export interface Tracing {
  /** Sends what is left, within seconds. */
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly programVersion: string;
  readonly nowMs: () => number;
}

/**
 * Sends traces where OpenTelemetry's own variables say so (`OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`).
 * Without them nothing is loaded and nothing is traced.
 */
export async function startTracing(environment: Environment, options: TracingOptions): Promise<Tracing> {
  if (!isWanted(environment)) return { close: async () => {} };
  const { createOtlpTracer } = await import('./otlp-tracer.ts');
  const { createLog } = await import('../log.ts');
  const log = createLog(environment, 'warn');
  const tracer = createOtlpTracer({ ...options, log, serviceName: environment.OTEL_SERVICE_NAME || SERVICE_NAME });
  const uninstall = installTracer(tracer);
  return {
    async close() {
      uninstall();
      await tracer.close();
    },
  };
}

function isWanted(environment: Environment): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || environment.OTEL_TRACES_EXPORTER === 'none')
    return false;
  return [environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(Boolean);
}
