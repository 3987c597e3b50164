interface Turns {
  /** Before each time. */
  readonly pauseMs: number;
  /** What takes longer is not waited for. */
  readonly patienceMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Returns what asks for `work`: it is done a while later, once for all that ask meanwhile, and not again while it is under way. Asked for
 * without a pause it would otherwise begin anew each time, and never be done where it takes long. `work` must not fail.
 */
export function inTurn(work: () => Promise<unknown>, { pauseMs, patienceMs, signal }: Turns): () => void {
  let isAsked = false;
  let isBusy = false;
  const takeTurns = async () => {
    isBusy = true;
    while (isAsked) {
      await passed(pauseMs);
      if (signal.aborted) return;
      isAsked = false;
      await withPatience(work(), patienceMs);
    }
    isBusy = false;
  };
  return () => {
    isAsked = true;
    if (!isBusy) void takeTurns();
  };
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function withPatience(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
