import { type LocalDate, Problem } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { type AccountTable, marketplaces } from '../mapping/index.ts';
import type { TrialPlace } from '../sap/index.ts';

/**
 * Where a trial posting would go: into the company code that the connection books into, as far as that is known, otherwise
 * into the first of the account table, on the account that the table has for a payout there. Raises `SAP_TRIAL_NO_ACCOUNT`
 * (invalid) when it has none.
 */
export function trialPlaceOf(table: AccountTable, on: LocalDate, booksInto?: CompanyCode): TrialPlace {
  const first = (booksInto && table.companyCode(booksInto)) ?? table.companyCodes()[0];
  for (const { name } of marketplaces()) {
    if (!first || table.marketplace(name)?.companyCode !== first.companyCode) continue;
    const account = table.assign('payout', name, on);
    const { companyCode, documentType } = first;
    if (account) return { companyCode, documentType, glAccount: account.glAccount };
  }
  throw new Problem({
    code: 'SAP_TRIAL_NO_ACCOUNT',
    kind: 'invalid',
    says: `The account table ${table.name} has no account for a payout in company code ${first?.companyCode ?? '(none)'}, so there is no entry to try.`,
    next: 'Add a payout row for a marketplace of that company code to the account table.',
  });
}
