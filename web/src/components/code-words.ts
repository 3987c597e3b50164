/**
 * The sentence for a code that stands in the address of a page: one of the table, or `otherwise`. Whoever makes a link chooses its code,
 * so nothing of it is ever shown, and what every object inherits is no entry of the table.
 */
export function wordsOfCode<Code extends string>(
  words: Readonly<Record<Code, string>>,
  code: string,
  otherwise: string,
): string {
  return Object.hasOwn(words, code) ? words[code as Code] : otherwise;
}
