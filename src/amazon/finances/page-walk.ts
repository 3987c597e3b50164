import type { SpApiRead } from '../exchange.ts';
import { endlessPages } from '../pages.ts';

/** 500,000 events or payouts in one window. */
export const PAGES_MAX = 5_000;

/**
 * Follows the pages of one list. Raises `AMAZON_PAGES_ENDLESS` when a page is named twice or they do not end, so that a
 * fault on Amazon's side does not use up the allowance for good.
 */
export class PageWalk {
  readonly #operation: SpApiRead;
  readonly #seen = new Set<string>();
  #pages = 0;

  constructor(operation: SpApiRead) {
    this.#operation = operation;
  }

  /** Takes what a page says of the next one; `null` when it was the last. */
  next(nextToken: string | null | undefined): string | null {
    this.#pages += 1;
    if (!nextToken) return null;
    if (this.#seen.has(nextToken) || this.#pages >= PAGES_MAX) throw endlessPages(this.#operation, this.#pages);
    this.#seen.add(nextToken);
    return nextToken;
  }
}

/** Where a list is that is read page by page: the caller gives the token back, the feed remembers the rest. */
export class OpenWalk<State> {
  readonly #start: () => State;
  #open: { readonly list: string; readonly token: string | null; readonly state: State; readonly isWhole: boolean };

  constructor(start: () => State) {
    this.#start = start;
    this.#open = { list: '', token: null, state: start(), isWhole: false };
  }

  /**
   * The state of the list that this token goes on with. `isWhole`: it was read from its first page on, not taken up from
   * the token of an earlier run.
   */
  resume(list: string, token: string | null): { readonly state: State; readonly isWhole: boolean } {
    if (token === null) return { state: this.#start(), isWhole: true };
    const { state, isWhole, ...open } = this.#open;
    return open.list === list && open.token === token ? { state, isWhole } : { state: this.#start(), isWhole: false };
  }

  keep(list: string, token: string | null, walk: { readonly state: State; readonly isWhole: boolean }): void {
    this.#open = { list, token, ...walk };
  }
}
