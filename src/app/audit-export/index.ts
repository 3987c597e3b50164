export * from './archive-audit.ts';
export * from './signed-head.ts';
export * from './verify-export.ts';
export * from './write-export.ts';
