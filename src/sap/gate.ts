/** Lets a few in at a time; the others wait in the order in which they came. */
export interface Gate {
  /**
   * Waits for a place and gives back what leaves it again (call it once or more). `null` when `signal` ended first: then
   * no place was taken.
   */
  enter(signal?: AbortSignal): Promise<(() => void) | null>;
  /** From now on at most so many at a time. Who is inside stays, also where they are more than that. */
  limit(insideMax: number): void;
}

export function createGate(insideMax: number): Gate {
  let limit = insideMax;
  let inside = 0;
  const waiting: (() => void)[] = [];

  /** A place passes straight to whoever waits longest, so that a newcomer cannot take it in between. */
  function letIn(): void {
    while (inside < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      inside += 1;
      next();
    }
  }

  function placeTaken(): () => void {
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      inside -= 1;
      letIn();
    };
  }

  return {
    enter: (signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) {
          resolve(null);
          return;
        }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(goIn), 1);
          resolve(null);
        };
        const goIn = () => {
          signal?.removeEventListener('abort', giveUp);
          resolve(placeTaken());
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        waiting.push(goIn);
        letIn();
      }),
    limit(other) {
      limit = other;
      letIn();
    },
  };
}
