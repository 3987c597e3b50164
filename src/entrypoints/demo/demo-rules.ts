import type { WorldAccountOptions } from '../../../sim/world/index.ts';

export const DEMO_SEED = 'first light';

/** One seller's marketplaces; in the second Canadian settlement is a fee that nobody knows. */
export const DEMO_ACCOUNTS: readonly WorldAccountOptions[] = [
  { marketplace: 'US' },
  { marketplace: 'CA', unknownFeeInPeriod: 1 },
];

/**
 * Above which amount a person approves, and that it takes two. Whatever the day on which a demo begins, nothing of the American
 * settlements is above it, so that something is posted at once, and something of the Canadian one is.
 */
const LIMIT = { USD: '15000.00', CAD: '15000.00' } as const;

export const DEMO_POSTING = { approval: 'automatic', automaticUpTo: LIMIT, fourEyesAbove: LIMIT } as const;

/** The pretend SAP has it as the reconciliation account of customers. */
export const DEMO_RECONCILIATION_ACCOUNT = '12100000';

/** One customer in SAP for each marketplace, in its company code; none of them is in the entries of the usual account table. */
export const DEMO_CUSTOMERS = {
  per: 'marketplace',
  grouping: 'BP02',
  companyCodes: ['1710', '1720'].map((companyCode) => ({
    companyCode,
    reconciliationAccount: DEMO_RECONCILIATION_ACCOUNT,
  })),
} as const;

/** Page by page, because a report takes Amazon minutes to make, the pretend one too. */
export const DEMO_ORDERS = { source: 'api' } as const;
