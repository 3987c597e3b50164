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
