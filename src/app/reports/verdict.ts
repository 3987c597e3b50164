import type { Report } from './report.ts';

/** How many of the things that a report is about had something to be compared with. */
export interface Compared {
  readonly count: number;
  readonly of: number;
}

/**
 * What a report comes to. `open`: something needs a person. `ties`: everything was compared, and it agrees. `partly`: what was
 * compared agrees, and the rest was not. `not checked`: nothing was compared. `list`: it lists, and compares nothing.
 */
export type Verdict = 'open' | 'ties' | 'partly' | 'not checked' | 'list';

/** What was found and how much of it was compared, as one word. Nothing that was not compared ever ties. */
export function verdictOf(found: { readonly isOpen: boolean; readonly compared: Compared | null }): Verdict {
  const { isOpen, compared } = found;
  if (isOpen) return 'open';
  if (compared === null) return 'list';
  if (compared.count === 0) return 'not checked';
  return compared.count < compared.of ? 'partly' : 'ties';
}

/** For example `2 of 4`. */
export function sayCompared({ count, of }: Compared): string {
  return `${count} of ${of}`;
}

const RESULTS: Readonly<Record<Exclude<Verdict, 'list'>, string>> = {
  open: 'open',
  ties: 'ties',
  partly: 'ties as far as compared',
  'not checked': 'not checked',
};

/** The report with its result, and of how much it is one, among the facts at its head: every format has it. */
export function withVerdict(report: Report, verdict: Verdict, compared: Compared | null): Report {
  if (verdict === 'list' || compared === null) return report;
  const facts = [
    ...report.facts,
    { title: 'result', value: RESULTS[verdict] },
    { title: 'compared', value: sayCompared(compared) },
  ];
  return { ...report, facts };
}
