/** Lists of names that the service has; each has German ones. */
export type Vocabulary = 'action' | 'check' | 'kind' | 'meaning' | 'nature' | 'permission' | 'purpose' | 'work';

/**
 * What the service says, which is English, in the language of the reader as far as it is known there. All else stays as it is to the
 * last character: it may be what a person, SAP or a file said.
 */
export interface ServiceWords {
  /** What a problem is, in a few words; `null` where its own words say it. */
  title(code: string): string | null;
  next(problem: { readonly code: string; readonly next: string }): string;
  /** `undefined`: only the service's own words say it. */
  sentence(said: string): string | undefined;
  /** What is wrong with a cell of an account table, or why something is suggested for one. */
  fault(said: string): string;
  /** A reason in the audit log: what a person wrote stays as it was written. */
  reason(said: string): string;
  heading(said: string): string;
  /** What stands in a table of a report, under this key. */
  cell(key: string, said: string): string;
  name(of: Vocabulary, name: string, otherwise?: string): string;
  cadence(said: string): string;
}

/** A sentence of the service in the reader's language, and as it was said where it is not known there. */
export function wordsOf(words: ServiceWords, said: string): string {
  return words.sentence(said) ?? said;
}

interface Told {
  readonly code: string;
  readonly says: string;
}

/** A problem as one text, where there is no room for more. */
export function problemText(words: ServiceWords, { code, says }: Told): string {
  const title = words.title(code);
  return title === null ? `${code}: ${says}` : `${code}: ${title}. ${wordsOf(words, says)}`;
}
