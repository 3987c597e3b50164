export * from './close-check.ts';
export * from './close-checks.ts';
export * from './close-pack.ts';
export * from './evidence-store.ts';
export * from './journal.ts';
export * from './profit.ts';
export * from './report.ts';
export * from './settlement-statement.ts';
