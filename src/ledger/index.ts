export * from './journal-entry.ts';
export * from './posting-key.ts';
export * from './proof.ts';
