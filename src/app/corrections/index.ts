export * from './choose-file.ts';
export * from './comparable-row.ts';
export * from './compare-rows.ts';
export * from './compare-settlement.ts';
export * from './comparison-report.ts';
export * from './pair-rows.ts';
export { reissued, waitingFileProblems } from './receive-reissue.ts';
export * from './replace-settlement.ts';
