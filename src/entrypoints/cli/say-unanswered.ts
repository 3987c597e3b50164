import { type ClosedMonth, type UnansweredQuestions, unansweredSentences } from '../close-questions.ts';
import type { Terminal } from './terminal.ts';

export function sayUnanswered(
  terminal: Terminal,
  { connection, month }: Pick<ClosedMonth, 'connection' | 'month'>,
  questions: UnansweredQuestions,
): void {
  const left = unansweredSentences(questions, ` for ${month}`);
  for (const sentence of left) terminal.say(sentence);
  if (left.length > 0) terminal.say(`Look: seller-ledger reports close ${connection} ${month}`);
}
