import {
  type Actor,
  type CloseState,
  type Compared,
  type Report,
  type Verdict,
  verdictOf,
  withVerdict,
} from '../../app/index.ts';
import type { Workspace } from '../composition.ts';

/** Whoever wants a report, and of which books. */
export interface ReportDesk {
  readonly workspace: Workspace;
  readonly actor: Actor;
}

/** A report with what it comes to, which its head says too. */
export interface MadeReport {
  readonly report: Report;
  readonly verdict: Verdict;
  /** `null` for a list, which compares nothing. */
  readonly compared: Compared | null;
}

/** A report that compares: open, or agreeing as far as there was something to compare with. */
export function made(report: Report, isOpen: boolean, compared: Compared): MadeReport {
  const verdict = verdictOf({ isOpen, compared });
  return { report: withVerdict(report, verdict, compared), verdict, compared };
}

/** A report that lists, and compares nothing. */
export function listed(report: Report): MadeReport {
  return { report, verdict: 'list', compared: null };
}

/** A report that is made of questions: open until each is answered, and agreeing only as far as each was looked at. */
export function madeOfChecks(report: Report, checks: readonly { readonly state: CloseState }[]): MadeReport {
  const of = checks.length;
  const count = checks.filter(({ state }) => state !== 'not checked').length;
  return made(
    report,
    checks.some(({ state }) => state === 'open'),
    { count, of },
  );
}
