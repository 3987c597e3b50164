import type { Actor, CloseState } from '../app/index.ts';
import { Problem, type ProblemFacts, toProblem, type YearMonth } from '../core/index.ts';
import type { Workspace } from './composition.ts';

/** What whoever closes a month takes upon themselves, by the titles of the close pack. */
export interface UnansweredQuestions {
  readonly open: readonly string[];
  /** Of these nothing was there to compare with. */
  readonly notChecked: readonly string[];
  /** Why nobody can say; the month is closed all the same. */
  readonly unknown: string | null;
}

export interface ClosedMonth {
  readonly connection: string;
  readonly month: YearMonth;
  readonly actor: Actor;
}

/** Asks every question of the month end. Raises nothing: by then the month is closed. */
export async function unansweredQuestions(workspace: Workspace, closed: ClosedMonth): Promise<UnansweredQuestions> {
  const { answerClose } = await import('./reports/period-makers.ts');
  try {
    const { checks } = await answerClose({ workspace, actor: closed.actor }, closed.connection, closed.month);
    const titles = (wanted: CloseState) => checks.filter(({ state }) => state === wanted).map(({ title }) => title);
    return { open: titles('open'), notChecked: titles('not checked'), unknown: null };
  } catch (thrown) {
    const { code, says } = toProblem(thrown);
    return { open: [], notChecked: [], unknown: `${code}: ${says}` };
  }
}

/** A sentence for each kind of answer that is missing. `of`: ` for 2026-10` where nothing around it names the month. */
export function unansweredSentences({ open, notChecked, unknown }: UnansweredQuestions, of = ''): readonly string[] {
  return [
    ...(open.length > 0 ? [`Still open${of}: ${open.join('; ')}.`] : []),
    ...(notChecked.length > 0 ? [`Compared with nothing: ${notChecked.join('; ')}.`] : []),
    ...(unknown === null ? [] : [`What is open${of} could not be told. ${unknown}`]),
  ];
}

/** The same for whom nobody watches: with the job, and for the audit log. `undefined` where every question is answered. */
export function unansweredProblem(
  { connection, month }: Pick<ClosedMonth, 'connection' | 'month'>,
  questions: UnansweredQuestions,
): ProblemFacts | undefined {
  const left = unansweredSentences(questions);
  if (left.length === 0) return undefined;
  return new Problem({
    code: 'MONTH_QUESTIONS_OPEN',
    kind: 'unproven',
    says: `${month} of ${connection} is accrued and closed, and not every question about it is answered. ${left.join(' ')}`,
    next: `Look: seller-ledger reports close ${connection} ${month}`,
    data: month,
  }).toJSON();
}
