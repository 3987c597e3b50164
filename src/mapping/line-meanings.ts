import type { LineKind } from './line-kind.ts';
import { type RecogniseContext, recogniseLineKind } from './recognise.ts';
import type { LineTriple } from './settlement.ts';

/** What rows mean to whoever asks: an account table knows what the program knows and what people taught it. */
export interface LineMeanings {
  /** `undefined` when nobody knows. Two rows with the same words mean the same wherever both are asked for. */
  kindOf(triple: LineTriple, context: RecogniseContext): LineKind | undefined;
}

/** What a table teaches, by its words. */
export type TaughtKinds = (triple: LineTriple) => LineKind | undefined;

/** Of the program and of a table together; the program is never overruled. */
export function meaningsWith(taught: TaughtKinds): LineMeanings {
  return { kindOf: (triple, context) => recogniseLineKind(triple, context, taught) };
}

/**
 * Of the program alone, which says what may be taught. Whoever looks at settlements of a connection asks its account table
 * instead: taught words would be missing here.
 */
export const OWN_MEANINGS: LineMeanings = meaningsWith(() => undefined);
