import { describe, expect, it } from 'vitest';
import type { ProblemFacts, ProblemKind } from '../core/index.ts';
import { feedHolding, feedOutcome, holdingProblem, syncOutcome } from './work-outcome.ts';

const problem = (code: string, kind: ProblemKind): ProblemFacts => ({ code, kind, says: 'No.', next: 'Wait.' });
const quarantined = problem('PROOF_FAILED', 'unproven');
const rejected = problem('ENTRY_REJECTED', 'rejected');
const away = problem('AMAZON_UNAVAILABLE', 'unavailable');
const denied = problem('AMAZON_ACCESS_DENIED', 'rejected');

describe('the outcome of a sync that is counted', () => {
  it.each([
    ['is the code of who is away', [quarantined, away], away, 'AMAZON_UNAVAILABLE'],
    [
      'also where Amazon told everything and SAP is away',
      [problem('SAP_UNREACHABLE', 'unavailable')],
      null,
      'SAP_UNREACHABLE',
    ],
    ['is the refusal of a list that did not come to its end', [quarantined, denied], denied, 'AMAZON_ACCESS_DENIED'],
    ['control: is done although something waits for a person', [quarantined, rejected], null, 'done'],
    ['control: is done where nothing is wrong', [], null, 'done'],
  ])('%s', (_rule, problems, listProblem, outcome) => {
    expect(syncOutcome({ problems, listProblem })).toBe(outcome);
  });

  const sap = problem('SAP_UNREACHABLE', 'unavailable');
  it('is what its turn waits for, in the same order: a login, then the list of Amazon, then who is away', () => {
    const login = problem('AMAZON_LOGIN_REVOKED', 'rejected');
    for (const [problems, listProblem, first] of [
      [[rejected, sap, denied, login], denied, login],
      [[rejected, sap, denied], denied, denied],
      [[rejected, sap], null, sap],
    ] as const) {
      expect(holdingProblem({ problems, listProblem })).toBe(first);
      expect(syncOutcome({ problems, listProblem })).toBe(first.code);
    }
  });

  it('is none where its turn waits for a person alone; control: nothing to wait for', () => {
    expect(holdingProblem({ problems: [quarantined, rejected], listProblem: null })).toBe(rejected);
    expect(holdingProblem({ problems: [quarantined], listProblem: null })).toBeUndefined();
    expect(syncOutcome({ problems: [rejected], listProblem: null })).toBe('done');
    expect(holdingProblem({ problems: [], listProblem: null })).toBeUndefined();
  });
});

describe('the outcome of a run of a feed that is counted', () => {
  const aside = problem('FEED_RECORD_UNREADABLE', 'unmapped');
  it.each([
    ['is the code of what holds it up', [aside, away], false, 'AMAZON_UNAVAILABLE'],
    ['waits while there is more to read', [], false, 'waits'],
    ['control: is done where records are kept aside', [aside], true, 'done'],
  ])('%s', (_rule, problems, isUpToDate, outcome) => {
    expect(feedOutcome({ problems, isUpToDate })).toBe(outcome);
    expect(feedHolding({ problems })?.code ?? (isUpToDate ? 'done' : 'waits')).toBe(outcome);
  });
});
