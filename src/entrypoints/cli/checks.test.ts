import { describe, expect, it } from 'vitest';
import type { DoctorChecks } from '../http/contract/connections.ts';
import { exitCodeOfChecks, sayChecks } from './checks.ts';
import type { Terminal } from './terminal.ts';

type Check = DoctorChecks['checks'][number];

const fine: Check = {
  side: 'SAP',
  name: 'log-on',
  ok: true,
  isNeeded: true,
  isTried: true,
  says: 'Works.',
  next: null,
  code: null,
  kind: null,
};
const refused: Check = { ...fine, ok: false, says: 'Refused.', next: 'Mend it.', code: 'SAP_X', kind: 'rejected' };
const away: Check = { ...refused, code: 'SAP_Y', kind: 'unavailable' };
const untried = (name: string): Check => ({
  ...fine,
  name,
  ok: false,
  isTried: false,
  says: 'Not tried, because session failed.',
  next: 'Mend session first.',
  code: null,
});

describe('the exit code of checks', () => {
  it('is that of the worst one that is needed: 4 for what a person has to mend, 5 for what may pass by itself', () => {
    expect(exitCodeOfChecks([fine])).toBe(0);
    expect(exitCodeOfChecks([fine, away])).toBe(5);
    expect(exitCodeOfChecks([away, refused])).toBe(4);
    expect(exitCodeOfChecks([away, untried('clock')])).toBe(5);
    // Amazon's checks tell no kind.
    expect(exitCodeOfChecks([{ ...refused, kind: null }])).toBe(4);
  });

  it('does not count what is not needed', () => {
    expect(exitCodeOfChecks([fine, { ...refused, isNeeded: false }])).toBe(0);
  });
});

describe('checks on the terminal', () => {
  function lines(checks: readonly Check[]): string[] {
    const said: string[] = [];
    const terminal = { say: (line: string) => said.push(line), paint: (_colour: string, text: string) => text };
    sayChecks(terminal as unknown as Terminal, checks);
    return said;
  }

  it('name the code under which the documents have more', () => {
    expect(lines([fine, refused])).toEqual([
      expect.stringMatching(/^✓ SAP +log-on +Works\.$/),
      expect.stringMatching(/^✗ SAP +log-on +SAP_X: Refused\.$/),
      '    next: Mend it.',
    ]);
  });

  it('that were not made stand in one line, with what to mend first', () => {
    expect(lines([refused, untried('clock'), untried('posting')]).at(-1)).toBe(
      '· SAP    not tried: clock, posting. Mend session first.',
    );
  });
});
