/**
 * A problem in German: its title, the next step, and next steps for when the service's own one contains certain words.
 *
 * In a next step `[entries show]` is the command of the service's next step that begins so, with its values, and
 * `{Name one of: | in}` is what stands there between these words; without the second part, up to the end of the sentence.
 * `{sap}` is what is known of the message of SAP.
 */
export type GermanProblem = readonly [
  title: string,
  next: string,
  ...when: readonly (readonly [english: string, next: string])[],
];
export type GermanProblems = Readonly<Record<string, GermanProblem>>;

/** `[command]`, `{before}`, `{before|after}`. */
const PLACES = /\[([^\]]+)\]|\{([^}|]+)(?:\|([^}]+))?\}/g;
/** What was named in a next step and is not in that of the service. */
const LOST = '…';
/** Where a command or a list ends: at the end of the sentence, or where the next word belongs to the sentence again. */
const END_OF_COMMAND = /[.;,](?=\s|$)|\)|\s\(|$/;
const END_OF_SENTENCE = /[.;](?=\s|$)|$/;

/** The next step in German, with the values of the English one. */
export function germanNext(
  [, usual, ...others]: GermanProblem,
  english: string,
  sayAdvice: (english: string) => string = () => '',
): string {
  const [, next] = others.find(([words]) => english.includes(words)) ?? ['', usual];
  return next
    .replaceAll(PLACES, (_, command?: string, before = '', after?: string) => {
      if (command !== undefined) return commandOf(english, `seller-ledger ${command}`);
      return before === 'sap' ? sayAdvice(english) : between(english, before, after);
    })
    .trim();
}

function commandOf(english: string, begin: string): string {
  const at = english.indexOf(begin);
  return at < 0 ? begin : upTo(english.slice(at), END_OF_COMMAND);
}

function between(english: string, before: string, after: string | undefined): string {
  const at = english.indexOf(before);
  if (at < 0) return LOST;
  const rest = english.slice(at + before.length);
  if (after === undefined) return upTo(rest, END_OF_SENTENCE).trim();
  const end = rest.indexOf(after);
  return end < 0 ? LOST : rest.slice(0, end).trim();
}

function upTo(text: string, end: RegExp): string {
  return text.slice(0, text.search(end));
}
