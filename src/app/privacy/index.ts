export * from './erase-seller.ts';
export * from './privacy-reports.ts';
export * from './privacy-store.ts';
export * from './retention-rules.ts';
export * from './run-retention.ts';
