/** Every problem of the service has a title and a next step in German, and none of them says what the English one does not. */
import { describe, expect, it } from 'vitest';
import { adviceFor, knownMessages } from '../../src/sap/message-table.ts';
import { collectProblems, sourceFiles } from '../../tools/problems.mjs';
import { type GermanProblem, germanNext } from '../../web/src/german/german-problem.ts';
import { germanWords } from '../../web/src/german/german-words.ts';
import { germanProblems } from '../../web/src/german/problems/index.ts';
import { sapAdvice } from '../../web/src/german/sentences/problems.ts';

/** Told by the page itself. */
const OF_THE_PAGE = ['NO_ANSWER'];

const problems = collectProblems(sourceFiles());
const germanOf = (code: string): GermanProblem => {
  const german = germanProblems.get(code);
  expect(german, code).toBeDefined();
  return german as GermanProblem;
};
/** The usual next step and those of certain cases. */
const stepsOf = ([, usual, ...others]: GermanProblem) => [usual, ...others.map(([, next]) => next)];

describe('problems in German', () => {
  it('has every code of docs/problems.md, and none that is not there', () => {
    const codes = problems.map(({ code }) => code);
    expect(codes.filter((code) => !germanProblems.has(code))).toEqual([]);
    expect([...germanProblems.keys()].filter((code) => !codes.includes(code))).toEqual(OF_THE_PAGE);
  });

  it('a next step names only commands that the service names for the same problem', () => {
    const invented = problems.flatMap(({ code, next }) =>
      stepsOf(germanOf(code))
        .flatMap((step) => [...step.matchAll(/\[([^\]]+)\]/g)].map(([, command]) => `seller-ledger ${command}`))
        .filter((command) => !next.some((english) => english.includes(command)))
        .map((command) => `${code}: ${command}`),
    );
    expect(invented).toEqual([]);
  });

  it('a next step of a certain case belongs to words that the service says', () => {
    const stale = problems.flatMap(({ code, next }) => {
      const [, , ...others] = germanOf(code);
      return others
        .filter(([words]) => !next.some((english) => english.includes(words)))
        .map(([words]) => `${code}: ${words}`);
    });
    expect(stale).toEqual([]);
  });

  it('every next step that the service can say comes out whole in German', () => {
    const broken = problems.flatMap(({ code, next }) =>
      next
        .filter((english) => !/^\{[^}]*\}$/.test(english))
        .map((english) => germanNext(germanOf(code), english, () => ''))
        .filter((german) => german === '' || (german.includes('…') && !stepsOf(germanOf(code)).join('').includes('…')))
        .map((german) => `${code}: ${german}`),
    );
    expect(broken).toEqual([]);
  });

  it('a command keeps its values', () => {
    expect(
      germanWords.next({
        code: 'ENTRY_CHANGED',
        next: 'Look at it and approve it again: seller-ledger entries show AMZ1',
      }),
    ).toBe('Sehen Sie ihn an und geben Sie ihn erneut frei: seller-ledger entries show AMZ1');
    expect(germanWords.next({ code: 'TABLE_FORMAT_UNKNOWN', next: 'Name one of: yaml, xlsx, csv.' })).toBe(
      'Nennen Sie eines von: yaml, xlsx, csv.',
    );
  });

  it('titles are no sentences with an end, and next steps have none of the words of the service', () => {
    for (const [code, german] of germanProblems) {
      expect(german[0], code).not.toMatch(/[.:]$/);
      for (const step of stepsOf(german))
        expect(step, code).not.toMatch(/\b(?:Look at|Nothing to do|Sync again|Check that)\b/);
    }
  });

  it('control: a code that nobody has is none, and keeps the words of the service', () => {
    expect(germanWords.title('NO_SUCH_CODE')).toBeNull();
    expect(germanWords.next({ code: 'NO_SUCH_CODE', next: 'Wait.' })).toBe('Wait.');
  });

  it('has all that is known of the messages of SAP', () => {
    const advice = new Set(knownMessages().map((message) => adviceFor(message)?.next ?? ''));
    expect(Object.keys(sapAdvice).sort()).toEqual([...advice].sort());
  });
});
