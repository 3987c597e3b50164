export * from './package-format.ts';
export { linesOf } from './verify-chain.ts';
export * from './verify-package.ts';
export type { PackageDifference } from './verify-records.ts';
export * from './write-package.ts';
