import { formatAmount, formatDay, formatInstant } from '../texts/written.ts';

/**
 * A sentence of the service and the German one. `{}` stands for a value in the English one, `{=ended|ends}` for one of these; `{2}`
 * in the German one is the second value, itself in German where it is known. `{1?Beleg|Belege}` is the first word for one and the
 * second for more. A value in quotes is what somebody else wrote, and stays as it is.
 */
export type Sentence = readonly [english: string, german: string];

/** Finds sentences by what does not change in them; where several fit, by the one of which most does not change. */
export class Sentences {
  readonly #exact = new Map<string, string>();
  readonly #patterns: (ReturnType<typeof patternOf> & { readonly isVerbatim: boolean })[] = [];

  /** `aboutTyped`: sentences about what somebody typed, whose values stay in the form in which they are typed. */
  constructor(sentences: readonly Sentence[], aboutTyped: readonly Sentence[] = []) {
    for (const [english, german] of sentences) this.#add(english, german, COMMAND.test(german));
    for (const [english, german] of aboutTyped) this.#add(english, german, true);
    this.#patterns.sort((a, b) => b.fixedLength - a.fixedLength);
  }

  #add(english: string, german: string, isVerbatim: boolean): void {
    if (english.includes('{')) this.#patterns.push({ ...patternOf(english, german), isVerbatim });
    else this.#exact.set(english, german);
  }

  /** `undefined` where the sentence is not known. */
  say(english: string): string | undefined {
    const exact = this.#exact.get(english);
    if (exact !== undefined) return exact;
    for (const { begin, pattern, german, isVerbatim } of this.#patterns) {
      const values = english.startsWith(begin) ? pattern.exec(english) : null;
      if (values) return this.#fill(german, values, isVerbatim);
    }
    return undefined;
  }

  #fill(german: string, values: readonly string[], isVerbatim: boolean): string {
    return german.replaceAll(PLACE, (_, before: string, place: string, one?: string, more?: string) => {
      const value = values[Number(place)] ?? '';
      if (one !== undefined) return `${before}${isOne(value) ? one : (more ?? '')}`;
      if (before !== '') return `${before}${value}`;
      return this.say(value) ?? (isVerbatim ? value : written(value));
    });
  }
}

/** With a mark before it where it is quoted. */
const PLACE = /([„"']?)\{(\d)(?:\?([^|}]*)\|([^}]*))?\}/g;
/** What is to be pasted keeps its days as they are. */
const COMMAND = /seller-ledger | --[a-z]/;
/** With the decimals of money, and its currency where that is said with it. */
const AMOUNT = /^-?\d+\.(?:\d{2}(?: [A-Z]{3})?|\d{3} (?:BHD|IQD|JOD|KWD|LYD|OMR|TND))$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?:(?::\d{2}(?:\.\d+)?)?Z| UTC)$/;

/** An amount, a day or an instant that is all of a value, as it is written in German. */
function written(value: string): string {
  if (AMOUNT.test(value)) return formatAmount(value, 'de');
  if (DAY.test(value)) return formatDay(value, 'de');
  const [, day, minute] = INSTANT.exec(value) ?? [];
  return day === undefined ? value : formatInstant(`${day}T${minute}:00Z`, 'de');
}

function isOne(value: string): boolean {
  return ['1', 'One job', '1 order', '1 entry is'].includes(value);
}

function patternOf(english: string, german: string) {
  const pattern = english
    .split(/(\{[^}]*\})/)
    .map((part) => {
      if (part === '{}') return '(.*?)';
      return part.startsWith('{=') ? `(${part.slice(2, -1)})` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  const fixedLength = english.replaceAll(/\{[^}]*\}/g, '').length;
  return {
    begin: english.slice(0, english.indexOf('{')),
    pattern: new RegExp(`^${pattern}$`, 's'),
    german,
    fixedLength,
  };
}
