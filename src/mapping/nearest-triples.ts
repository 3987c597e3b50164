import { fold, foldWords, type Words } from './fold-words.ts';
import type { LineKind } from './line-kind.ts';
import { nearestNames } from './nearest-names.ts';
import type { LineTriple } from './settlement.ts';
import { VOCABULARY } from './vocabulary.ts';

/** A kind that words may mean, for a person to decide about; never for a booking. */
export interface KindSuggestion {
  readonly kind: LineKind;
  /** The known words that it was found by, and what they share with the ones that are not known. */
  readonly because: string;
}

interface KnownWords {
  readonly triple: LineTriple;
  readonly words: Words;
  readonly kind: LineKind;
}

/** How much of a triple two rows have in common, the most telling first. */
const LIKENESSES: readonly { readonly same: readonly number[]; readonly near: number; readonly says: string }[] = [
  { same: [1, 2], near: 0, says: 'the same amount type and description' },
  { same: [0, 1], near: 2, says: 'the same transaction type and amount type, and a description that is near' },
  { same: [0, 2], near: 1, says: 'the same transaction type and description' },
  { same: [1], near: 2, says: 'the same amount type, and a description that is near' },
  { same: [2], near: 1, says: 'the same description' },
];

/** Kinds that unknown words may mean, likeliest first; empty when nothing known is like them. */
export function suggestKinds(triple: LineTriple, countMax = 3): KindSuggestion[] {
  const words = foldWords(triple);
  const found = new Map<LineKind, KindSuggestion>();
  for (const { same, near, says } of LIKENESSES) {
    const alike = knownWords().filter((known) => same.every((at) => words[at] !== '' && known.words[at] === words[at]));
    const byWord = new Map(alike.map((known): [string, KnownWords] => [known.words[near] ?? '', known]));
    // Where two of three words are the same, the third may be any.
    const names =
      same.length === 2 && near !== 2
        ? orderByLikeness(words[near] ?? '', byWord)
        : nearestNames(words[near] ?? '', byWord.keys());
    for (const name of names) {
      const known = byWord.get(name);
      if (!known || found.has(known.kind)) continue;
      found.set(known.kind, { kind: known.kind, because: `${sayWords(known.triple)} has ${says}` });
      if (found.size === countMax) return [...found.values()];
    }
  }
  return [...found.values()];
}

function orderByLikeness(word: string, byWord: ReadonlyMap<string, KnownWords>): string[] {
  return [...new Set([...nearestNames(word, byWord.keys()), ...byWord.keys()])];
}

/** `Order | ItemFees | Commission`, as one reads it in the file. */
export function sayWords({ transactionType, amountType, amountDescription }: LineTriple): string {
  return [transactionType, amountType, amountDescription].map((word) => word || '(blank)').join(' | ');
}

let known: readonly KnownWords[] | undefined;

/** All exact words of the vocabulary. */
function knownWords(): readonly KnownWords[] {
  known ??= VOCABULARY.flatMap(({ types, amountTypes, kinds }) =>
    (Object.entries(kinds) as [LineKind, readonly string[]][]).flatMap(([kind, descriptions]) =>
      types.flatMap((transactionType) =>
        amountTypes.flatMap((amountType) =>
          descriptions.map((amountDescription): KnownWords => {
            const triple = { transactionType, amountType, amountDescription };
            return { triple, kind, words: [fold(transactionType), fold(amountType), fold(amountDescription)] };
          }),
        ),
      ),
    ),
  ).filter(({ words }) => !words.some((word) => word.endsWith('*')));
  return known;
}
