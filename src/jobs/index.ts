export * from './keep-running.ts';
export * from './start-jobs.ts';
