import type { ApprovalDesk, ApprovalRules, Books } from '../../src/app/index.ts';

/** Where a person approves; by default one is enough for any amount. */
export function deskOf(books: Books, rules: ApprovalRules = { approval: 'review' }): ApprovalDesk {
  return { books, rules };
}
