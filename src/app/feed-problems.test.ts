import { expect, it } from 'vitest';
import { Problem, type ProblemKind } from '../core/index.ts';
import { STOPPING_CODES } from './amazon-feeds.ts';
import { endingProblem, mustStop, unreadableProblem } from './feed-problems.ts';

const first = { recordId: '902-1', says: 'createdTime is not a time', source: {} };

it('says how many records were kept aside, the first with its reason, and how to look at them', () => {
  const problem = unreadableProblem({ feed: 'orders', connectionName: 'amazon-de', count: 2, first });
  expect(problem.toJSON()).toEqual({
    code: 'FEED_RECORD_UNREADABLE',
    kind: 'unmapped',
    says: '2 records of orders are kept aside, the first (902-1) because createdTime is not a time.',
    next: expect.stringContaining('seller-ledger feeds unreadable amazon-de'),
  });
});

it('speaks of one record where there is one, and of no id where none could be read', () => {
  const problem = unreadableProblem({
    feed: 'finances',
    connectionName: 'a',
    count: 1,
    first: { ...first, recordId: null },
  });
  expect(problem.says).toBe('1 record of finances is kept aside, the first because createdTime is not a time.');
});

it('a run stops for a defect, a conflict, a proof that failed, a lost lease, a stop and a login only a person can mend', () => {
  const stops = (kind: ProblemKind, code = 'X') => {
    const problem = new Problem({ code, kind, says: 's', next: 'n' });
    if (mustStop(problem)) expect(() => endingProblem(problem)).toThrow(problem);
    else expect(endingProblem(problem)).toEqual(problem.toJSON());
    return mustStop(problem);
  };
  for (const kind of ['defect', 'conflict', 'unproven'] as const) expect(stops(kind), kind).toBe(true);
  for (const code of [...STOPPING_CODES, 'LEASE_LOST', 'STOPPED']) expect(stops('unavailable', code), code).toBe(true);
  expect(() => endingProblem(new TypeError('boom'))).toThrow('boom');
  // control: whatever else happens ends a part of it, and the next run goes on.
  for (const kind of ['unavailable', 'rejected', 'invalid', 'unmapped', 'unknown'] as const)
    expect(stops(kind), kind).toBe(false);
});
