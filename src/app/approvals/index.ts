export * from './approval-rules.ts';
export * from './refuse-entry.ts';
export { reverseCommand } from './reversal-wish.ts';
export * from './rule-changes.ts';
export * from './waiting.ts';
