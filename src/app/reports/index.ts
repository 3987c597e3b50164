export * from './evidence-store.ts';
export * from './journal.ts';
export * from './profit.ts';
export * from './report.ts';
export * from './settlement-statement.ts';
