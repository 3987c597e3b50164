export * from './start-jobs.ts';
