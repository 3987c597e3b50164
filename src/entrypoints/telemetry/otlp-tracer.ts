import {
  type Attributes,
  context as contexts,
  DiagLogLevel,
  diag,
  type Span as OtlpSpan,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  currentActivity,
  type Log,
  redactFacts,
  redactText,
  type Span,
  type SpanFacts,
  type SpanName,
  type Tracer,
} from '../../core/index.ts';

/** What is told at the end of a command may hold its end up for so long. */
const FLUSH_MS_MAX = 3_000;
/** A collector that is away is said so often. */
const SAID_AGAIN_MS = 10 * 60_000;

export interface OtlpOptions {
  readonly serviceName: string;
  readonly programVersion: string;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** A tracer that sends to a collector of OpenTelemetry. */
export interface OtlpTracer extends Tracer {
  /** Sends what is left, within seconds. */
  close(): Promise<void>;
}

class TracedSpan implements Span {
  readonly inner: OtlpSpan;

  constructor(inner: OtlpSpan) {
    this.inner = inner;
  }

  end({ facts, code }: { readonly facts: SpanFacts; readonly code: string | null }): void {
    this.inner.setAttributes(attributesOf(facts));
    if (code !== null) {
      this.inner.setStatus({ code: SpanStatusCode.ERROR, message: code });
      this.inner.setAttribute('seller_ledger.problem', code);
    }
    this.inner.end();
  }
}

/**
 * Address, headers and time-outs come from the variables that OpenTelemetry has for its exporters (`OTEL_EXPORTER_OTLP_…`).
 * Nothing of a trace goes to Amazon or SAP.
 */
export function createOtlpTracer({ serviceName, programVersion, log, nowMs }: OtlpOptions): OtlpTracer {
  sayFailures(log, nowMs);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': programVersion }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('seller-ledger', programVersion);
  const begin = (name: string, facts: SpanFacts, parent: Span | undefined, startTime?: number) =>
    tracer.startSpan(
      name,
      { attributes: attributesOf(facts), ...(startTime !== undefined && { startTime }) },
      parent instanceof TracedSpan ? trace.setSpan(contexts.active(), parent.inner) : contexts.active(),
    );
  return {
    start: (name, facts, parent) => (isLoose(name, parent) ? UNSENT : new TracedSpan(begin(name, facts, parent))),
    record(name, facts, durationMs, parent) {
      if (isLoose(name, parent)) return;
      const endMs = nowMs();
      begin(name, facts, parent, endMs - durationMs).end(endMs);
    },
    async close() {
      await provider.forceFlush({ timeoutMillis: FLUSH_MS_MAX }).catch(() => {});
      await provider.shutdown().catch(() => {});
    },
  };
}

const UNSENT: Span = { end: () => {} };

/** A service asks the database several times a second what is due. Each would be a trace of one span that tells nobody anything. */
function isLoose(name: SpanName, parent: Span | undefined): boolean {
  return name === 'database.transaction' && !(parent instanceof TracedSpan);
}

function attributesOf(facts: SpanFacts): Attributes {
  const activity = currentActivity();
  const named = Object.entries(redactFacts(facts)).flatMap(([name, value]): [string, string | number | boolean][] =>
    value === undefined ? [] : [[`seller_ledger.${name}`, value]],
  );
  return { ...Object.fromEntries(named), ...(activity && { 'seller_ledger.correlationId': activity.correlationId }) };
}

/** The exporter tells its troubles to this global place only. */
function sayFailures(log: Log, nowMs: () => number): void {
  let saidMs = Number.NEGATIVE_INFINITY;
  const say = (message: string) => {
    if (nowMs() - saidMs < SAID_AGAIN_MS) return;
    saidMs = nowMs();
    log.write('warn', 'traces.not-sent', { says: redactText(message).slice(0, 300) });
  };
  const quiet = () => {};
  diag.setLogger(
    { error: say, warn: say, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
