import { AsyncLocalStorage } from 'node:async_hooks';
import { toProblem } from './problem.ts';

/** What is traced; a metric may follow from each, so the list is short and closed. */
export type SpanName =
  | 'command'
  | 'job'
  | 'http'
  | 'sync'
  | 'feed'
  | 'settlement.propose'
  | 'entry.post'
  | 'amazon.request'
  | 'amazon.wait'
  | 'sap.request'
  | 'database.transaction';

/** As in the log: no body, no secret, no buyer data. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanEnd {
  readonly facts: SpanFacts;
  /** Of the problem that ended it; `null` when it ended well. */
  readonly code: string | null;
}

/** One piece of work under way. */
export interface Span {
  end(end: SpanEnd): void;
}

/** Whoever watches what the program does and how long it takes. It may not throw. */
export interface Tracer {
  start(name: SpanName, facts: SpanFacts, parent: Span | undefined): Span;
  /** Work that has just ended and has no parts. */
  record(name: SpanName, facts: SpanFacts, durationMs: number, parent: Span | undefined): void;
}

/** A trace of its own, wherever it is called: a service that runs for weeks would otherwise be one trace that never ends. */
const BEGINS_A_TRACE: readonly SpanName[] = ['command', 'job'];

const tracers = new Set<Tracer>();
const current = new AsyncLocalStorage<ReadonlyMap<Tracer, Span>>();

/** From now on it is told of everything, until the function that comes back is called. Without any tracer nothing is done. */
export function installTracer(tracer: Tracer): () => void {
  tracers.add(tracer);
  return () => void tracers.delete(tracer);
}

/** Does the work as one span of the trace it is called in. `note` adds facts that are known at its end. Changes nothing about the work. */
export async function traced<Result>(
  name: SpanName,
  facts: SpanFacts,
  work: (note: (facts: SpanFacts) => void) => Promise<Result>,
): Promise<Result> {
  if (tracers.size === 0) return work(() => {});
  const parents = BEGINS_A_TRACE.includes(name) ? undefined : current.getStore();
  const spans = new Map([...tracers].map((tracer) => [tracer, tracer.start(name, facts, parents?.get(tracer))]));
  let noted: SpanFacts = {};
  const end = (code: string | null) => {
    for (const span of spans.values()) span.end({ facts: noted, code });
  };
  try {
    const result = await current.run(spans, () =>
      work((more) => {
        noted = { ...noted, ...more };
      }),
    );
    end(null);
    return result;
  } catch (thrown) {
    end(toProblem(thrown).code);
    throw thrown;
  }
}

/** Does the work in no trace, until something in it begins one: what a service does to keep itself going belongs to nothing. */
export function betweenTraces<Result>(work: () => Result): Result {
  return current.run(new Map(), work);
}

/** The same for work that is over: what it was, and how long it took. */
export function recordSpan(name: SpanName, facts: SpanFacts, durationMs: number): void {
  const parents = current.getStore();
  for (const tracer of tracers) tracer.record(name, facts, durationMs, parents?.get(tracer));
}
