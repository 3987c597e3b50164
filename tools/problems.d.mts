export interface SourceText {
  /** Relative to the repository root. */
  readonly path: string;
  readonly text: string;
}

/** One code with everything the sources say about it; more than one kind is a mistake of the sources. */
export interface ListedProblem {
  readonly code: string;
  readonly kinds: readonly string[];
  readonly says: readonly string[];
  readonly next: readonly string[];
  readonly files: readonly string[];
}

export interface ListedKind {
  readonly kind: string;
  readonly httpStatus: string;
  readonly exitCode: string;
}

/** Codes that never reach a person as a problem, each with its reason. */
export const NOT_PROBLEMS: Readonly<Record<string, string>>;

/** Program files below src, without tests and fixtures. */
export function sourceFiles(): SourceText[];

/** Every problem the files can raise, sorted by code. Throws when a kind, a sentence or a next step cannot be read. */
export function collectProblems(files: readonly SourceText[]): ListedProblem[];

/** HTTP status and exit code of each kind, from the text of src/core/problem.ts. */
export function readKinds(text: string): ListedKind[];

/** The whole of docs/problems.md. `examples` by code: what a test made the program say. */
export function renderProblems(
  problems: readonly ListedProblem[],
  kinds: readonly ListedKind[],
  examples?: Readonly<Record<string, { readonly says: string; readonly next: string }>>,
): string;
