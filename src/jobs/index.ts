export * from './engine-jobs.ts';
export * from './job-history.ts';
export * from './job-queue.ts';
export * from './keep-running.ts';
export * from './retry.ts';
export * from './start-jobs.ts';
