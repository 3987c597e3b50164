import type { ListedProblem } from './problems.mjs';

export interface ProblemExample {
  readonly says: string;
  readonly next: string;
}

/** Whether a message can have come from a sentence as docs/problems.md shows it. */
export function isFrom(template: string, text: string): boolean;

/** One example for each code of which a fitting one was seen; those that are kept stay while they fit. */
export function chooseExamples(
  problems: readonly ListedProblem[],
  candidates: readonly (ProblemExample & { readonly code: string })[],
  kept?: Readonly<Record<string, ProblemExample>>,
): Record<string, ProblemExample>;
