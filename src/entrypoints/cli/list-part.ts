import { Option } from 'commander';
import { Problem } from '../../core/index.ts';
import type { Terminal } from './terminal.ts';

const LIMIT_MAX = 10_000;

/** How many of a list are shown, the newest ones. */
export function limitOption(usual: number): Option {
  return new Option('--limit <count>', 'how many, the newest').argParser(parseLimit).default(usual);
}

/** Only those in one state. */
export function stateOption(states: readonly string[], says = 'only those in this state'): Option {
  return new Option('--state <state>', says).choices(states);
}

/** What a list was asked for. */
export interface ListOptions<State extends string> {
  readonly limit: number;
  readonly state?: State;
}

/** Says on standard error what a list leaves out, so that neither a person nor a script takes a part for all. */
export function noteMore(
  terminal: Terminal,
  list: { command: string; state: string | undefined; shown: number; total: number | undefined },
): void {
  const { total = 0 } = list;
  const more = total - list.shown;
  if (more <= 0) return;
  const options = `${list.state === undefined ? '' : `--state ${list.state} `}--limit ${Math.min(total, LIMIT_MAX)}`;
  terminal.note(`${more} more, older ones are not shown: seller-ledger ${list.command} ${options}`);
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
