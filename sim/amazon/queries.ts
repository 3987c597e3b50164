import {
  type CurrencyCode,
  currencyDecimals,
  type EpochSeconds,
  formatInstant,
  formatMinor,
} from '../../src/core/index.ts';
import { type Answer, invalidInput } from './answers.ts';

/** Values of a list parameter, separated by commas as Amazon's model says; undefined when it is missing or empty. */
export function listOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const text = query.get(name);
  return text ? text.split(',') : undefined;
}

/** Milliseconds since 1970; `NaN` for something that is not ISO 8601. `allowDay` takes a plain day for its beginning. */
export function momentOf(query: URLSearchParams, name: string, allowDay = false): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (allowDay && /^\d{4}-\d{2}-\d{2}$/.test(text)) return Date.parse(`${text}T00:00:00Z`);
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  return isIso ? Date.parse(text) : Number.NaN;
}

/** Stricter than Amazon, so that a misspelt parameter is found here and not in production. */
export function repeatedOrUnknown(query: URLSearchParams, known: readonly string[]): Answer | undefined {
  const names = [...query.keys()];
  const odd = names.find((name, index) => !known.includes(name) || names.indexOf(name) !== index);
  return odd === undefined ? undefined : invalidInput(`Parameter ${odd} is unknown or repeated.`);
}

/** As the newer interfaces write a moment. */
export function instantText(at: EpochSeconds): string {
  return formatInstant(at);
}

/** As the reports interface writes a moment; without a fraction where there is none. */
export function withOffset(ms: number): string {
  return new Date(ms).toISOString().replace(/(\.000)?Z$/, '+00:00');
}

/** Of the finances and transfers interfaces: the amount is a JSON number. */
export function currencyOf(minor: bigint, currency: CurrencyCode): unknown {
  return { currencyCode: currency, currencyAmount: Number(formatMinor(minor, currencyDecimals(currency))) };
}

/** Of the orders interface: the amount is text. */
export function moneyOf(minor: bigint, currency: CurrencyCode): unknown {
  return { amount: formatMinor(minor, currencyDecimals(currency)), currencyCode: currency };
}

/** The object in a request's body; undefined when it is none. */
export function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
