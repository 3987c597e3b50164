import { assert } from '../core/index.ts';
import { fold, foldWords, type Words } from './fold-words.ts';
import { type LineKind, lineKindFacts } from './line-kind.ts';
import type { LineTriple } from './settlement.ts';
import { ALIASES, TYPES_WITHOUT_MEANING, VOCABULARY, type VocabularyBlock } from './vocabulary.ts';
import { FEE_NET_PARTS, FEE_TAX_PART } from './vocabulary-fees.ts';

export interface RecogniseContext {
  /** The row belongs to an order from another sales channel: its marketplace is one of the `Non-Amazon` names. */
  readonly isMultiChannel: boolean;
}

/**
 * The meaning of a row, from its three words alone; case and spacing do not matter. `undefined` when they are not
 * known: such a row is not booked and stops its settlement. Never guesses: not by the sign of the amount, not by the
 * description alone, not by likeness.
 *
 * What is said exactly beats what an amount type and description say under a type without meaning, which beats another
 * spelling, which beats a pattern. What `taught` says is asked for words that nothing here knows, and never instead of it.
 * Outside this folder `LineMeanings` is asked, so that what a table teaches is never forgotten.
 */
export function recogniseLineKind(
  triple: LineTriple,
  context: RecogniseContext,
  taught?: (triple: LineTriple) => LineKind | undefined,
): LineKind | undefined {
  const kind = recognise(foldWords(triple)) ?? taught?.(triple);
  return context.isMultiChannel && kind !== undefined ? multiChannelKind(kind) : kind;
}

interface Pattern {
  readonly words: Words;
  readonly kind: LineKind;
}

interface Index {
  readonly exact: ReadonlyMap<string, LineKind>;
  /** By amount type and description; `undefined` where that means different things under different types. */
  readonly pairs: ReadonlyMap<string, LineKind | undefined>;
  /** The longest text first, so that the more precise pattern wins. */
  readonly patterns: readonly Pattern[];
}

const INDEX = indexVocabulary(VOCABULARY);
const WITHOUT_MEANING: ReadonlySet<string> = new Set(TYPES_WITHOUT_MEANING.map(fold));
const TYPE_ALIASES = foldAliases(ALIASES.transactionType);
const AMOUNT_TYPE_ALIASES = foldAliases(ALIASES.amountType);
const DESCRIPTION_ALIASES = foldAliases(ALIASES.amountDescription);
const FEE_PARTS: ReadonlySet<string> = new Set([...FEE_NET_PARTS, FEE_TAX_PART].map(fold));

/** A fee may say in its amount type that it is taken back or corrected, or for which product it is. */
const FEE_SUFFIX = /(?: - correction| - reversal| for asin: .+)$/;
/** India: the tax on a fee stands beside the fee, under the fee's name and the name of the tax. */
const INDIAN_GST_SUFFIX = / ?(?:cgst|sgst|igst|utgst)$/;

function recognise(words: Words): LineKind | undefined {
  const [type, amountType, description] = words;
  const exact = INDEX.exact.get(keyOf(words));
  if (exact !== undefined) return exact;
  if (WITHOUT_MEANING.has(type)) {
    const pair = INDEX.pairs.get(keyOf([amountType, description]));
    if (pair !== undefined) return pair;
  }
  const aliased: Words = [
    TYPE_ALIASES.get(type) ?? type,
    AMOUNT_TYPE_ALIASES.get(amountType) ?? amountType,
    DESCRIPTION_ALIASES.get(description) ?? description,
  ];
  if (keyOf(aliased) !== keyOf(words)) {
    const kind = recognise(aliased);
    if (kind !== undefined) return kind;
  }
  return byPattern(words);
}

function byPattern(words: Words): LineKind | undefined {
  const [type, amountType, description] = words;
  const pattern = INDEX.patterns.find((candidate) => candidate.words.every((word, at) => fits(word, words[at] ?? '')));
  if (pattern) return pattern.kind;
  if (FEE_PARTS.has(description) && FEE_SUFFIX.test(amountType)) {
    return recognise([type, amountType.replace(FEE_SUFFIX, ''), description]);
  }
  if (INDIAN_GST_SUFFIX.test(description)) {
    const fee = recognise([type, amountType, description.replace(INDIAN_GST_SUFFIX, '')]);
    return fee !== undefined && isTaxedFee(fee) ? 'amazon-fee-tax' : undefined;
  }
  return undefined;
}

function isTaxedFee(kind: LineKind): boolean {
  return lineKindFacts(kind).nature === 'expense' || kind === 'affordability-expense';
}

/** An order from another channel is not a sale on Amazon: its fulfilment is that channel's cost, its value is clearing. */
export function multiChannelKind(kind: LineKind): LineKind {
  switch (lineKindFacts(kind).group) {
    case 40:
      return 'mcf-fulfilment-fee';
    case 10:
    case 11:
    case 12:
    case 20:
    case 21:
      return 'mcf-order-value';
    default:
      return kind;
  }
}

/** Raises a defect when the same words are given two meanings. */
export function indexVocabulary(vocabulary: readonly VocabularyBlock[]): Index {
  const exact = new Map<string, LineKind>();
  const pairs = new Map<string, LineKind | undefined>();
  const patterns: Pattern[] = [];
  for (const { words, kind } of entriesOf(vocabulary)) {
    if (words.some((word) => word.endsWith('*'))) {
      patterns.push({ words, kind });
      continue;
    }
    const known = exact.get(keyOf(words));
    assert(known === undefined || known === kind, `${words.join(' | ')} means both ${known} and ${kind}`);
    exact.set(keyOf(words), kind);
    const pair = keyOf([words[1], words[2]]);
    pairs.set(pair, pairs.has(pair) && pairs.get(pair) !== kind ? undefined : kind);
  }
  patterns.sort((a, b) => b.words.join('').length - a.words.join('').length);
  return { exact, pairs, patterns };
}

function* entriesOf(vocabulary: readonly VocabularyBlock[]): Generator<Pattern> {
  for (const block of vocabulary) {
    for (const [kind, descriptions] of Object.entries(block.kinds) as [LineKind, readonly string[]][]) {
      for (const type of block.types) {
        for (const amountType of block.amountTypes) {
          for (const description of descriptions) {
            yield { words: [fold(type), fold(amountType), fold(description)], kind };
          }
        }
      }
    }
  }
}

function fits(word: string, text: string): boolean {
  if (!word.endsWith('*')) return word === text;
  const beginning = word.slice(0, -1);
  return text.length > beginning.length && text.startsWith(beginning);
}

function foldAliases(aliases: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(aliases).map(([from, to]) => [fold(from), fold(to)]));
}

/** No folded word contains a line break. */
function keyOf(words: readonly string[]): string {
  return words.join('\n');
}
