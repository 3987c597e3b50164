import { expect, it } from 'vitest';
import { endlessPages } from '../../src/amazon/pages.ts';
import { endlessPagesProblem } from '../../src/app/feed-problems.ts';

it('AMAZON_PAGES_ENDLESS is told in the same words whoever follows the pages', () => {
  expect(endlessPagesProblem('searchOrders', 7).toJSON()).toEqual(endlessPages('searchOrders', 7).toJSON());
});
