/** What an account table teaches: words of Amazon's that this program does not know, and what they mean. */
import type { Row, SectionShape, TableFile } from './account-table-rows.ts';
import { foldedTriple } from './fold-words.ts';
import { isLineKind, type LineKind, lineKinds } from './line-kind.ts';
import { didYouMean } from './nearest-names.ts';

/** Far longer than any value that Amazon writes. */
const WORD_LENGTH_MAX = 200;

/** A word that is left out is blank in the file, as India's transaction types are. */
export const VOCABULARY_SECTION = {
  name: 'vocabulary',
  required: ['kind'],
  optional: ['transactionType', 'amountType', 'amountDescription'],
  mayBeAbsent: true,
} as const satisfies SectionShape;

/** By folded triple. */
export type TaughtVocabulary = ReadonlyMap<string, LineKind>;

/** The taught words of a table; a table without the section teaches nothing. */
export function readVocabulary(source: TableFile): TaughtVocabulary {
  const taught = new Map<string, LineKind>();
  const lines = new Map<string, number>();
  for (const row of source.rowsOf(VOCABULARY_SECTION)) {
    const kind = readKind(row, source);
    const key = readWords(row, source);
    if (key === undefined) continue;
    const first = lines.get(key);
    if (first !== undefined) source.issues.add(row, `these words are already given in line ${first}`);
    else lines.set(key, source.lineOf(row));
    if (kind !== undefined) taught.set(key, kind);
  }
  return taught;
}

function readKind(row: Row, source: TableFile): LineKind | undefined {
  const cell = row.cells.get('kind');
  if (cell === undefined) return undefined;
  if (isLineKind(cell.text)) return cell.text;
  source.issues.add(cell, `${cell.text} is not a line kind${didYouMean(cell.text, lineKinds())}`);
  return undefined;
}

function readWords(row: Row, source: TableFile): string | undefined {
  const words = VOCABULARY_SECTION.optional.map((column) => row.cells.get(column));
  const long = words.find((cell) => cell !== undefined && cell.text.length > WORD_LENGTH_MAX);
  if (long) {
    source.issues.add(long, `this has ${long.text.length} characters; at most ${WORD_LENGTH_MAX} fit`);
    return undefined;
  }
  if (words.every((cell) => cell === undefined)) {
    source.issues.add(row, 'at least one of transactionType, amountType and amountDescription says what is taught');
    return undefined;
  }
  const [transactionType = '', amountType = '', amountDescription = ''] = words.map((cell) => cell?.text);
  return foldedTriple({ transactionType, amountType, amountDescription });
}
