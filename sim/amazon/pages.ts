import { createRandom } from '../world/index.ts';
import type { PageStart } from './page-tokens.ts';

/** One page of a list, and where the next begins. */
export interface CutPage<Item> {
  readonly items: readonly Item[];
  readonly next: PageStart | undefined;
}

/** Cuts a page; an empty one leads to the same place again. */
export function cutPage<Item>(list: readonly Item[], start: PageStart, size: number, isEmpty: boolean): CutPage<Item> {
  if (isEmpty) return { items: [], next: { ...start, isAfterEmpty: true } };
  const end = start.offset + size;
  return {
    items: list.slice(start.offset, end),
    next: end < list.length ? { asOfMs: start.asOfMs, offset: end, isAfterEmpty: false } : undefined,
  };
}

/** Some lists have pages without a record although more follow: about two in a hundred, always the same ones. */
export function isEmptyByHabit(name: string, start: PageStart): boolean {
  return !start.isAfterEmpty && createRandom(`empty page/${name}/${start.asOfMs}/${start.offset}`).chance(20);
}

/** Keeps the last list that was made, because the pages of one list are asked for one after the other. */
export class LastList<Item> {
  #key = '';
  #list: readonly Item[] = [];

  of(key: string, make: () => readonly Item[]): readonly Item[] {
    if (key !== this.#key) {
      this.#list = make();
      this.#key = key;
    }
    return this.#list;
  }
}
