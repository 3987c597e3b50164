/** `10000.00 EUR, 12000.00 USD` from amounts by currency. */
export function sayLimits(limits: unknown): string {
  if (typeof limits !== 'object' || limits === null) return '';
  return Object.entries(limits)
    .map(([currency, amount]) => `${amount} ${currency}`)
    .join(', ');
}

/** Amounts by currency; `null` for none. What is no amount is left to the service, which says so. */
export function readLimits(text: string): Readonly<Record<string, string>> | null {
  const parts = text.split(',').map((part) => part.trim());
  const limits = parts
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [amount = '', currency = ''] = part.split(/\s+/);
      return [currency.toUpperCase(), amount];
    });
  return limits.length === 0 ? null : Object.fromEntries(limits);
}

/** `X-Key: value`, a header in each line. */
export function sayHeaders(headers: unknown): string {
  if (typeof headers !== 'object' || headers === null) return '';
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** The headers of such lines. What is none is left to the service, which says so. */
export function readHeaders(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim(), value.join(':').trim()];
    }),
  );
}

interface Span {
  readonly from: string;
  readonly to: string;
  readonly weekdays?: readonly string[];
}

/** `06:00-20:00 mon tue`, one span in each line. */
export function saySpans(spans: unknown): string {
  if (!Array.isArray(spans)) return '';
  return (spans as readonly Span[])
    .map(({ from, to, weekdays = [] }) => [`${from}-${to}`, ...weekdays].join(' '))
    .join('\n');
}

interface ClosedDays {
  readonly on: string;
  readonly why: string;
}

/** `12-24/12-26 Christmas`, the days and their reason in each line. */
export function sayClosedDays(days: unknown): string {
  if (!Array.isArray(days)) return '';
  return (days as readonly ClosedDays[]).map(({ on, why }) => `${on} ${why}`).join('\n');
}

/** The days of such lines. */
export function readClosedDays(text: string): readonly ClosedDays[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [on = '', ...words] = line.split(/\s+/);
      return { on, why: words.join(' ') };
    });
}

/** The spans of such lines. */
export function readSpans(text: string): readonly Span[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [times = '', ...weekdays] = line.split(/[\s,]+/);
      const [from = '', to = ''] = times.split('-');
      return { from, to, ...(weekdays.length > 0 && { weekdays }) };
    });
}
