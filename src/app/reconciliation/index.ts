export * from './continuity.ts';
export * from './days.ts';
export * from './ledgers.ts';
export * from './match-deposits.ts';
export * from './pair-movements.ts';
export * from './payout-states.ts';
export * from './reconciliation-store.ts';
export * from './settlement-sums.ts';
