import type { SettlementLine } from './settlement.ts';

/** Rows `firstRow` to `firstRow + rowCount - 1` belong to one order and one SKU. */
export type OrderRunSink = (run: {
  readonly orderId: string;
  readonly sku: string;
  readonly firstRow: number;
  readonly rowCount: number;
}) => void;

/**
 * Finds consecutive rows of one order and SKU and hands each run out as soon as it ends, so that memory is the
 * receiver's choice. Rows without an order are in no run: there is nothing to look them up by.
 */
export class OrderRunCollector {
  readonly #sink: OrderRunSink;
  #orderId = '';
  #sku = '';
  #firstRow = 0;
  #rowCount = 0;

  constructor(sink: OrderRunSink) {
    this.#sink = sink;
  }

  add(line: SettlementLine): void {
    const orderId = line.orderId();
    if (orderId === '') {
      this.end();
      return;
    }
    const sku = line.sku();
    const isNext = this.#rowCount > 0 && line.row === this.#firstRow + this.#rowCount;
    if (isNext && orderId === this.#orderId && sku === this.#sku) {
      this.#rowCount += 1;
      return;
    }
    this.end();
    this.#orderId = orderId;
    this.#sku = sku;
    this.#firstRow = line.row;
    this.#rowCount = 1;
  }

  /** Hands out the run that is still open, if there is one. */
  end(): void {
    if (this.#rowCount === 0) return;
    const rowCount = this.#rowCount;
    this.#rowCount = 0;
    this.#sink({ orderId: this.#orderId, sku: this.#sku, firstRow: this.#firstRow, rowCount });
  }
}
