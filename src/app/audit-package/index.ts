export * from './package-format.ts';
export * from './verify-package.ts';
export type { PackageDifference } from './verify-records.ts';
export * from './write-package.ts';
