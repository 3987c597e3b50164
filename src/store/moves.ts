import type { Subject } from '../app/index.ts';
import { Problem } from '../core/index.ts';

/** Says whether the life cycle knows a move; the rule belongs to `app` and is handed in. */
export type AssertMove = (subject: Subject, from: string, to: string) => void;

/** `STATE_MOVED` (conflict): somebody else was faster; the caller looks again and decides anew. */
export function stateMoved(input: {
  subject: Subject | 'accrual';
  ref: string;
  expected: string;
  actual: string;
}): Problem {
  const { subject, ref, expected, actual } = input;
  return new Problem({
    code: 'STATE_MOVED',
    kind: 'conflict',
    says: `The ${subject} ${ref} is not ${expected} any more: it is ${actual}.`,
    next:
      subject === 'entry'
        ? `Look at it again: seller-ledger entries show ${ref}`
        : subject === 'accrual'
          ? `Look at it again: seller-ledger accruals show "${ref}"`
          : `Look at it again: seller-ledger settlements show ${ref}`,
  });
}
