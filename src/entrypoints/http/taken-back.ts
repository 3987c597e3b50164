import { Problem, type ProblemFacts } from '../../core/index.ts';

/** Raises why taking back stopped before its end: an answer that all is well would hide what still stands in SAP. */
export function assertTakenBack([first]: readonly ProblemFacts[]): void {
  if (first) throw new Problem(first);
}
