import type { Actor, CloseState } from '../../app/index.ts';
import { toProblem, type YearMonth } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import type { Terminal } from './terminal.ts';

/** What whoever closes a month takes upon themselves, by the titles of the close pack. */
export interface UnansweredQuestions {
  readonly open: readonly string[];
  /** Of these nothing was there to compare with. */
  readonly notChecked: readonly string[];
  /** Why nobody can say; the month is closed all the same. */
  readonly unknown: string | null;
}

interface ClosedMonth {
  readonly connection: string;
  readonly month: YearMonth;
  readonly actor: Actor;
}

/** Asks every question of the month end. Raises nothing: by then the month is closed. */
export async function unansweredQuestions(workspace: Workspace, closed: ClosedMonth): Promise<UnansweredQuestions> {
  const { answerClose } = await import('../reports/period-makers.ts');
  try {
    const { checks } = await answerClose({ workspace, actor: closed.actor }, closed.connection, closed.month);
    const titles = (wanted: CloseState) => checks.filter(({ state }) => state === wanted).map(({ title }) => title);
    return { open: titles('open'), notChecked: titles('not checked'), unknown: null };
  } catch (thrown) {
    const { code, says } = toProblem(thrown);
    return { open: [], notChecked: [], unknown: `${code}: ${says}` };
  }
}

export function sayUnanswered(
  terminal: Terminal,
  { connection, month }: Pick<ClosedMonth, 'connection' | 'month'>,
  { open, notChecked, unknown }: UnansweredQuestions,
): void {
  if (open.length > 0) terminal.say(`Still open for ${month}: ${open.join('; ')}.`);
  if (notChecked.length > 0) terminal.say(`Compared with nothing: ${notChecked.join('; ')}.`);
  if (unknown !== null) terminal.say(`What is open for ${month} could not be told. ${unknown}`);
  if (open.length + notChecked.length > 0 || unknown !== null)
    terminal.say(`Look: seller-ledger reports close ${connection} ${month}`);
}
