import { assert } from '../core/index.ts';
import type { AccountTable } from './account-table.ts';
import type { SkuMatch } from './sku-pattern.ts';

/** With more than these, a number made of class, marketplace, channel and time would not be exact. */
const SKU_CLASSES_MAX = 2 ** 17;

/**
 * Numbers the sets of SKU patterns that rows match, so that rows which every rule treats alike are added up together. A
 * SKU is matched once, however many rows it has. Memory grows with the distinct SKUs of a file.
 */
export class SkuClasses {
  readonly #table: Pick<AccountTable, 'matchSku'>;
  readonly #ofSku = new Map<string, number>();
  readonly #ofMatch = new Map<string, number>();
  readonly #matches: SkuMatch[] = [];
  #lastSku: string | undefined;
  #lastClass = 0;

  constructor(table: Pick<AccountTable, 'matchSku'>) {
    this.#table = table;
  }

  classOf(sku: string): number {
    if (sku === this.#lastSku) return this.#lastClass;
    const known = this.#ofSku.get(sku);
    const number = known ?? this.#numberOf(this.#table.matchSku(sku));
    if (known === undefined) this.#ofSku.set(sku, number);
    this.#lastSku = sku;
    this.#lastClass = number;
    return number;
  }

  patternsOf(sku: string): SkuMatch {
    return this.#matches[this.classOf(sku)] ?? [];
  }

  #numberOf(match: SkuMatch): number {
    const key = match.join(' ');
    const known = this.#ofMatch.get(key);
    if (known !== undefined) return known;
    const number = this.#matches.push(match) - 1;
    assert(number < SKU_CLASSES_MAX, `rows match ${number} different sets of SKU patterns`);
    this.#ofMatch.set(key, number);
    return number;
  }
}
