import { type CanonicalValue, canonicalJson, formatMoney, parseCurrencyCode, parseMoney } from '../../core/index.ts';
import type { AccruedPart } from '../../mapping/index.ts';

/** One line for each amount, in the order in which the lines of the entries name them. */
export async function* writeOrderSources(sources: readonly AccruedPart[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const { amount, ...source } of sources) {
    const line: CanonicalValue = { ...source, currency: amount.currency, amount: formatMoney(amount) };
    yield encoder.encode(`${canonicalJson(line)}\n`);
  }
}

/** One line of what `writeOrderSources` wrote. */
export function readOrderSource(line: string): AccruedPart {
  const { currency, amount, ...source } = JSON.parse(line) as Omit<AccruedPart, 'amount'> & {
    readonly currency: string;
    readonly amount: string;
  };
  return { ...source, amount: parseMoney(amount, parseCurrencyCode(currency)) };
}
