import { Problem } from '../../core/index.ts';

/**
 * Runs `work` with a promise that resolves at the first SIGINT or SIGTERM. A second one ends the process at once, which
 * is safe too; so does the first when the work is over.
 */
export async function whileStoppable<Result>(work: (stopped: Promise<void>) => Promise<Result>): Promise<Result> {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const onSignal = () => {
    for (const signal of signals) process.off(signal, onSignal);
    stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(stopped);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** A signal that fires when it is asked to stop, with a problem that says so. */
export function abortWhen(stopped: Promise<void>): AbortSignal {
  const controller = new AbortController();
  void stopped.then(() =>
    controller.abort(
      new Problem({
        code: 'STOPPED',
        kind: 'unavailable',
        says: 'The sync was stopped before it was through.',
        next: 'Start it again; it goes on where it stopped.',
      }),
    ),
  );
  return controller.signal;
}
