import { expect, it } from 'vitest';
import { unreadableProblem } from './feed-problems.ts';

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
