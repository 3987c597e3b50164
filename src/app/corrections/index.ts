export * from './comparable-row.ts';
export * from './compare-rows.ts';
export * from './pair-rows.ts';
