import type { ReportSection } from './report.ts';
import type { Compared } from './verdict.ts';

/** `not checked`: nobody has looked, or there is nothing to look at; it is told, and not taken for done. */
export type CloseState = 'done' | 'open' | 'not checked';

/** One question of a month end, answered from what is recorded. */
export interface CloseCheck {
  /** Key and prefix of its tables; camelCase. */
  readonly key: string;
  readonly title: string;
  readonly state: CloseState;
  /** The number that the answer rests on, as a person reads it: `3 of 3`, `0`, `2026-10-31`. */
  readonly number: string;
  readonly says: string;
  /** What to do while it is open; a command to paste where there is one. */
  readonly next: string | null;
  /** What a reader looks at to believe it. */
  readonly sections: readonly ReportSection[];
}

/** Answers of another report, such as the reconciliation of a month, as questions of the close. */
export function checksFrom(input: {
  readonly prefix: string;
  readonly title: string;
  readonly next: string;
  readonly checks: readonly {
    readonly name: string;
    readonly state: CloseState;
    readonly count: number;
    readonly compared: Compared;
    readonly says: string;
  }[];
  readonly sections: readonly ReportSection[];
}): CloseCheck[] {
  return input.checks.map(({ name, state, count, compared, says }, index) => ({
    key: `${input.prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    title: `${input.title}: ${name}`,
    state,
    number: state === 'not checked' ? `${compared.count} of ${compared.of} compared` : String(count),
    says,
    next: state === 'done' ? null : input.next,
    sections: index === 0 ? input.sections : [],
  }));
}

/** Tables of another report under keys and titles that no other table of the pack has. */
export function sectionsOf(prefix: string, title: string, sections: readonly ReportSection[]): ReportSection[] {
  return sections.map((section) => ({
    ...section,
    key: `${prefix}${section.key.charAt(0).toUpperCase()}${section.key.slice(1)}`,
    title: `${title}: ${section.title}`,
  }));
}
