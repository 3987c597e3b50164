import { isProblem, type Problem, type ProblemKind } from '../core/index.ts';
import type { SapAccess } from './access.ts';
import { networkHint } from './network-hint.ts';

/** One thing that has to work, and whether it does. */
export interface SapDoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** `false`: the connector posts without it; `says` tells what it cannot do then. */
  readonly isNeeded: boolean;
  readonly says: string;
  /** What to do about it; `null` when there is nothing to do. */
  readonly next: string | null;
  /** Code and kind of the problem; `null` when it works or was not tried. */
  readonly code: string | null;
  readonly kind: ProblemKind | null;
}

/** One check that is still to be made. */
export interface Step {
  readonly name: string;
  /** Says that it works, or raises why it does not. */
  readonly tryIt: () => Promise<string>;
  /** Added to what is to be done. */
  readonly hint?: string;
  /** What does not work without it; absent where posting depends on it. */
  readonly onlyFor?: string;
  /** Whether the steps after it are pointless after that problem. Default: none is. */
  readonly endsAll?: (problem: Problem) => boolean;
  /** Steps without which this one is not tried. */
  readonly after?: readonly string[];
}

/** Takes the steps one after the other, each once. Raises nothing but a defect. */
export async function runSteps({ redactor }: SapAccess, steps: readonly Step[]): Promise<readonly SapDoctorCheck[]> {
  const checks: SapDoctorCheck[] = [];
  const failed = new Set<string>();
  let ended: string | undefined;
  for (const step of steps) {
    const missing = ended ?? step.after?.find((name) => failed.has(name));
    if (missing !== undefined) {
      checks.push(notTried(step.name, missing));
      continue;
    }
    const problem = await problemOf(step, checks);
    if (problem === null) continue;
    failed.add(step.name);
    if (step.endsAll?.(problem)) ended = step.name;
    checks.push(failure(step, redactor.problem(problem)));
  }
  return checks;
}

/** `null` where it works, which then stands in `checks`. */
async function problemOf({ name, onlyFor, tryIt }: Step, checks: SapDoctorCheck[]): Promise<Problem | null> {
  try {
    const says = await tryIt();
    checks.push({ name, ok: true, isNeeded: onlyFor === undefined, says, next: null, code: null, kind: null });
    return null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error;
  }
}

function failure({ name, onlyFor, hint = '' }: Step, problem: Problem): SapDoctorCheck {
  const says = onlyFor === undefined ? problem.says : `${problem.says} It is needed only for ${onlyFor}.`;
  const next = [networkHint(problem.data) ?? problem.next, hint].filter((part) => part !== '').join(' ');
  const { code, kind } = problem;
  return { name, ok: false, isNeeded: onlyFor === undefined, says, next, code, kind };
}

function notTried(name: string, failed: string): SapDoctorCheck {
  const says = `Not tried, because ${failed} failed.`;
  return { name, ok: false, isNeeded: true, says, next: `Mend ${failed} first.`, code: null, kind: null };
}
