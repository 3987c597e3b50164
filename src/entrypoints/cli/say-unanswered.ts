import type { ClosedMonth, UnansweredQuestions } from '../close-questions.ts';
import type { Terminal } from './terminal.ts';

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
