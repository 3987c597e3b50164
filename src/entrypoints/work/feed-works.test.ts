import { expect, it } from 'vitest';
import { feedsAtOnce } from './feed-works.ts';

it('two jobs of a process are kept for settlements and postings whatever its concurrency, as far as feeds are read at all', () => {
  expect([1, 2, 3, 4, 8, 10, 12, 200].map(feedsAtOnce)).toEqual([1, 1, 1, 2, 6, 8, 8, 8]);
});
