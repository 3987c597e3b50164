import type { LineTriple } from './settlement.ts';

/** Type, amount type and description in the form in which they are compared. */
export type Words = readonly [type: string, amountType: string, description: string];

/** The form in which words are compared: sources differ in case, in spaces and in the apostrophe. */
export function fold(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').replaceAll('’', "'").trim().toLowerCase();
}

export function foldWords(triple: LineTriple): Words {
  return [fold(triple.transactionType), fold(triple.amountType), fold(triple.amountDescription)];
}

/** The same as one text; no folded word contains a line break. */
export function foldedTriple(triple: LineTriple): string {
  return foldWords(triple).join('\n');
}
