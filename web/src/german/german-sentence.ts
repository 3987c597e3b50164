import { formatAmount } from '../texts/written.ts';

/**
 * A sentence of the service and the German one. `{}` stands for a value in the English one, `{=ended|ends}` for one of these; `{2}`
 * in the German one is the second value, itself in German where it is known. `{1?Beleg|Belege}` is the first word for one and the
 * second for more.
 */
export type Sentence = readonly [english: string, german: string];

/** Finds sentences by what does not change in them; where several fit, by the one of which most does not change. */
export class Sentences {
  readonly #exact = new Map<string, string>();
  readonly #patterns: ReturnType<typeof patternOf>[] = [];

  constructor(sentences: readonly Sentence[]) {
    for (const [english, german] of sentences) {
      if (english.includes('{')) this.#patterns.push(patternOf(english, german));
      else this.#exact.set(english, german);
    }
    this.#patterns.sort((a, b) => b.fixedLength - a.fixedLength);
  }

  /** `undefined` where the sentence is not known. */
  say(english: string): string | undefined {
    const exact = this.#exact.get(english);
    if (exact !== undefined) return exact;
    for (const { begin, pattern, german } of this.#patterns) {
      const values = english.startsWith(begin) ? pattern.exec(english) : null;
      if (values) return this.#fill(german, values);
    }
    return undefined;
  }

  #fill(german: string, values: readonly string[]): string {
    return german.replaceAll(/\{(\d)(?:\?([^|}]*)\|([^}]*))?\}/g, (_, place: string, one?: string, more?: string) => {
      const value = values[Number(place)] ?? '';
      if (one !== undefined) return isOne(value) ? one : (more ?? '');
      return this.say(value) ?? (AMOUNT.test(value) ? formatAmount(value, 'de') : value);
    });
  }
}

/** With the decimals of money, and its currency where that is said with it. */
const AMOUNT = /^-?\d+\.\d{2,3}(?: [A-Z]{3})?$/;

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
