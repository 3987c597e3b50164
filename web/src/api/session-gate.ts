/** Asks whether somebody is signed in; nothing where nobody was, so that there is nothing to go on with. */
let ask: (() => void) | undefined;
const waiting = new Set<() => void>();

/** From now on what is asked for without a session waits for one. `onLost`: finds out who is signed in. Returns what ends this. */
export function keepSession(onLost: () => void): () => void {
  ask = onLost;
  return () => {
    ask = undefined;
  };
}

/** The person of this page is signed in: whatever waits goes on. */
export function sessionIsThere(): void {
  for (const goOn of waiting) goOn();
  waiting.clear();
}

/** Comes true once the person of this page is signed in again; `undefined` where nobody was. Raises the reason of `signal`. */
export function sessionAgain(signal?: AbortSignal): Promise<void> | undefined {
  if (!ask) return undefined;
  ask();
  return new Promise((resolve, reject) => {
    const stop = () => {
      waiting.delete(goOn);
      reject(signal?.reason);
    };
    const goOn = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    waiting.add(goOn);
  });
}
