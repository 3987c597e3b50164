import { Option } from 'commander';
import { Problem } from '../../core/index.ts';
import type { Terminal } from './terminal.ts';

const LIMIT_MAX = 10_000;

/** How many of a list are shown, the newest ones. */
export function limitOption(usual: number): Option {
  return new Option('--limit <count>', 'how many, the newest').argParser(parseLimit).default(usual);
}

/** Says on standard error what a list leaves out, so that neither a person nor a script takes a part for all. */
export function noteMore(terminal: Terminal, list: { command: string; shown: number; total: number }): void {
  const more = list.total - list.shown;
  if (more <= 0) return;
  const limit = Math.min(list.total, LIMIT_MAX);
  terminal.note(`${more} more, older ones are not shown: seller-ledger ${list.command} --limit ${limit}`);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new Problem({
    code: 'LIMIT_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a count from 1 to ${LIMIT_MAX}.`,
    next: 'Give a whole number, for example 50.',
  });
}
