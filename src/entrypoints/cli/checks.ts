import { PROBLEM_KINDS } from '../../core/index.ts';
import type { DoctorChecks } from '../http/contract/connections.ts';
import type { Terminal } from './terminal.ts';

const NAME_WIDTH = 30;

type Check = DoctorChecks['checks'][number];

/** A line for each check that was made, with the code under which the documents have more; the others in one line. */
export function sayChecks(terminal: Terminal, checks: readonly Check[]): void {
  const untried = checks.filter(({ isTried }) => !isTried);
  for (const check of checks) if (check.isTried) sayCheck(terminal, check);
  const [first] = untried;
  if (!first) return;
  const names = untried.map(({ name }) => name).join(', ');
  terminal.say(`${terminal.paint('yellow', '·')} ${first.side.padEnd(7)}not tried: ${names}. ${first.next ?? ''}`);
}

/** That of the worst failed check that is needed: what a person has to mend goes before what may pass by itself. */
export function exitCodeOfChecks(checks: readonly Check[]): number {
  const failed = checks.filter((check) => !check.ok && check.isNeeded && check.isTried);
  if (failed.length === 0) return 0;
  const mayPass = failed.every(({ kind }) => kind === 'unavailable');
  return PROBLEM_KINDS[mayPass ? 'unavailable' : 'rejected'].exitCode;
}

function sayCheck(terminal: Terminal, { side, name, ok, isNeeded, says, next, code }: Check): void {
  const light = ok
    ? terminal.paint('green', '✓')
    : isNeeded
      ? terminal.paint('red', '✗')
      : terminal.paint('yellow', '–');
  terminal.say(`${light} ${side.padEnd(7)}${name.padEnd(NAME_WIDTH)} ${code ? `${code}: ` : ''}${says}`);
  if (!ok) terminal.say(`    next: ${next}`);
}
