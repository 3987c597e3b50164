import type { JsonObject } from '../../app/index.ts';
import { type CanonicalValue, canonicalJson, sha256Of } from '../../core/index.ts';

/**
 * What identifies an event that Amazon gives no id: the digest of its content without its status, which changes later.
 * Equal events share their posting time and therefore their window, where they are told apart by their number.
 */
export function digestOfEvent(source: JsonObject): string {
  const { transactionStatus: _status, ...content } = source;
  return sha256Of(canonicalJson(content as CanonicalValue)).slice(0, 32);
}

/** Numbers equal events without an id in the order in which a window names them. One for each reading of a window. */
export class EqualEvents {
  readonly #counts = new Map<string, number>();

  /** `x:<digest>:1` for the first. */
  keyOf(source: JsonObject): string {
    const digest = digestOfEvent(source);
    const number = (this.#counts.get(digest) ?? 0) + 1;
    this.#counts.set(digest, number);
    return `x:${digest}:${number}`;
  }
}
