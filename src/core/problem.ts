/**
 * Problems: what a caller, an operator or another layer is told when something cannot go on.
 *
 * Expected outcomes of an operation are values of that operation's own union; a `Problem` is thrown only to leave a
 * layer. A broken promise of our own code is a `defect`.
 */

export type ProblemKind =
  | 'invalid'
  | 'unmapped'
  | 'unproven'
  | 'rejected'
  | 'unavailable'
  | 'unknown'
  | 'conflict'
  | 'defect';

/** HTTP status and process exit code of each kind. The meaning of the kinds is in docs/problems.md. */
export const PROBLEM_KINDS: Readonly<Record<ProblemKind, { httpStatus: number; exitCode: number }>> = {
  invalid: { httpStatus: 400, exitCode: 2 },
  unmapped: { httpStatus: 422, exitCode: 3 },
  unproven: { httpStatus: 422, exitCode: 3 },
  rejected: { httpStatus: 422, exitCode: 4 },
  unavailable: { httpStatus: 503, exitCode: 5 },
  unknown: { httpStatus: 202, exitCode: 6 },
  conflict: { httpStatus: 409, exitCode: 7 },
  defect: { httpStatus: 500, exitCode: 70 },
};

/** Where in an input the problem is. `row` counts physical lines from 1, the header being row 1. */
export interface ProblemPlace {
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
  readonly path?: string;
}

/** One field of what a caller sent, and what is wrong with it; never its value. */
export interface ProblemField {
  /** `lines.0.amount`; empty for the whole. */
  readonly path: string;
  /** `FIELD_MISSING`, `FIELD_INVALID`, …: a closed list, see docs/api.md. */
  readonly code: string;
  readonly says: string;
}

const UNFIT_FIELD = 'FIELD_INVALID';

/** A field whose value a rule refuses that its form does not show. */
export function unfitField(path: string, says: string): ProblemField {
  return { path, code: UNFIT_FIELD, says };
}

export interface ProblemFacts {
  /** Stable and never reused, upper case with underscores; listed in docs/problems.md. */
  readonly code: string;
  readonly kind: ProblemKind;
  /** One sentence with the numbers in it. */
  readonly says: string;
  /** What to do next; a command to paste where there is one. */
  readonly next: string;
  readonly where?: ProblemPlace;
  /** The offending data, already safe to show: no secret, no buyer data. */
  readonly data?: string;
  /** Of a request that was refused for its form. */
  readonly fields?: readonly ProblemField[];
}

/** An error with the four parts a person needs: where, the offending data, what is wrong, what to do next. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly kind: ProblemKind;
  readonly says: string;
  readonly next: string;
  readonly where: ProblemPlace | undefined;
  readonly data: string | undefined;
  readonly fields: readonly ProblemField[] | undefined;

  constructor(facts: ProblemFacts, options?: { cause?: unknown }) {
    super(`${facts.code}: ${facts.says}`, options);
    this.code = facts.code;
    this.kind = facts.kind;
    this.says = facts.says;
    this.next = facts.next;
    this.where = facts.where;
    this.data = facts.data;
    this.fields = facts.fields;
  }

  get exitCode(): number {
    return PROBLEM_KINDS[this.kind].exitCode;
  }

  get httpStatus(): number {
    return PROBLEM_KINDS[this.kind].httpStatus;
  }

  /** The form printed by `--json` and sent as problem+json. */
  toJSON(): ProblemFacts {
    return {
      code: this.code,
      kind: this.kind,
      says: this.says,
      next: this.next,
      ...(this.where && { where: this.where }),
      ...(this.data !== undefined && { data: this.data }),
      ...(this.fields && { fields: this.fields }),
    };
  }
}

export function isProblem(value: unknown): value is Problem {
  return value instanceof Problem;
}

/** What `work` gives, or `undefined` where it raises a problem: for whoever goes on without it. A defect of ours passes through. */
export function unlessProblem<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return undefined;
  }
}

/** Any thrown value as a `Problem`; what is not one already is a `defect` that keeps its cause. */
export function toProblem(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem(
    {
      code: 'DEFECT',
      kind: 'defect',
      says: `An assumption of the program did not hold: ${text}`,
      next: 'Report this with the log of the failing command; nothing was booked by it without an audit record.',
    },
    { cause: thrown },
  );
}

/** Fails as a `defect` when `condition` does not hold. Stays on in production. */
export function assert(condition: boolean, says: string): asserts condition {
  if (!condition) {
    throw new Problem({
      code: 'DEFECT',
      kind: 'defect',
      says,
      next: 'Report this with the log of the failing command.',
    });
  }
}

/** For the end of an exhaustive match. */
export function assertNever(value: never, what: string): never {
  throw new Problem({
    code: 'DEFECT',
    kind: 'defect',
    says: `${what} has a value that is not handled: ${JSON.stringify(value)}`,
    next: 'Report this with the log of the failing command.',
  });
}
