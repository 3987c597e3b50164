import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../http/contract/facts.ts';
import { sayMissing } from './approval-words.ts';

type Excluded = ApprovalView['excluded'];

const missingWith = (excluded: Excluded) => sayMissing({ given: [], missing: 2, excluded });

describe('who is missing', () => {
  it('names a person once, with everything that keeps this person out', () => {
    expect(
      missingWith([
        { person: 'anna', as: 'author', version: 1 },
        { person: 'anna', as: 'approver', version: 1 },
      ]),
    ).toBe('2 people, not anna (author and approver of version 1 of the account table)');
  });

  it('control: two people and two versions stay apart', () => {
    expect(
      missingWith([
        { person: 'anna', as: 'author', version: 1 },
        { person: 'anna', as: 'author', version: 2 },
        { person: 'bert', as: 'approver', version: 1 },
      ]),
    ).toBe(
      '2 people, not anna (author of version 1 of the account table), anna (author of version 2 of the account table), ' +
        'bert (approver of version 1 of the account table)',
    );
  });
});
