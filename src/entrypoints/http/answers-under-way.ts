import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** Answers that are short of their end, so that whoever stops the server can let them come to it. */
export class AnswersUnderWay {
  readonly #works = new Set<Promise<unknown>>();
  readonly #streams = new Set<ServerResponse>();
  #isDraining = false;
  #isOver = false;

  /** Nobody waits any more: what still runs may find its database gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts until the last byte has left, or nobody listens any more. */
  answer(response: ServerResponse): void {
    this.#track(new Promise<void>((resolve) => response.once('close', () => resolve())));
  }

  /** Counts until it has come to its end, also where nobody waits for the answer any more. */
  during<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = work();
    this.#track(running);
    return running;
  }

  /** An answer without an end of its own: it ends when the server stops. */
  stream(response: ServerResponse): void {
    if (this.#isDraining) response.end();
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
  }

  /** Ends streams and waits for the rest, at most so long. Says how many did not come to their end. */
  async drain(msMax: number): Promise<number> {
    const timer = new AbortController();
    const isLate = new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, msMax);
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    let isOut = false;
    void isLate.then(() => {
      isOut = true;
    });
    this.#isDraining = true;
    for (const stream of this.#streams) stream.end();
    while (this.#works.size > 0 && !isOut) {
      await Promise.race([Promise.allSettled(this.#works), isLate]);
      // From one part of a request to the next.
      await setImmediate();
    }
    timer.abort();
    return this.#works.size;
  }

  /** From now on a failure of what still runs is none of the program. */
  giveUp(): void {
    this.#isOver = true;
  }

  #track(work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.then(
      () => this.#works.delete(tracked),
      () => this.#works.delete(tracked),
    );
    this.#works.add(tracked);
  }
}
