import { layoutV1, type Place, webPage } from './problems.ts';
import type { Row } from './row.ts';

/** Prologs, namespaces and envelopes come before what a document is; none are longer than this. */
const SEARCHED_BYTES_MAX = 16 * 1024;

/** Elements that only the first layout of a settlement has, with or without a namespace, and what its envelope calls it. */
const SETTLEMENT_XML = /<(?:[\w.-]+:)?Settlement(?:Report|Data)\b|<MessageType>\s*SettlementReport\b/;

export function isMarkup(row: Row): boolean {
  return !row.hasZeroByte && row.excerpt.trimStart().startsWith('<');
}

/** A file that begins like HTML or XML: its rows are gathered until it is clear what it is instead of a settlement. */
export class MarkupFile {
  readonly #place: Place;
  readonly #excerpt: string;
  #text = '';

  constructor(place: Place, firstRow: Row) {
    this.#place = place;
    this.#excerpt = firstRow.excerpt;
  }

  /** Throws as soon as it is clear. */
  add(row: Row): void {
    const end = Math.min(row.end, row.start + SEARCHED_BYTES_MAX);
    this.#text += `${row.buffer.toString('latin1', row.start, end)}\n`;
    if (SETTLEMENT_XML.test(this.#text)) throw layoutV1(this.#place, this.#excerpt);
    if (this.#text.length > SEARCHED_BYTES_MAX) this.refuse();
  }

  /** Throws what a file is that ends here. */
  refuse(): never {
    const isHtml = /^\s*<(!doctype html|html|head|body)/i.test(this.#excerpt);
    throw webPage(this.#place, isHtml ? 'HTML' : 'XML', this.#excerpt);
  }
}
