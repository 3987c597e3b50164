export * from './alert.ts';
export * from './alert-facts.ts';
export * from './alert-message.ts';
export * from './alert-store.ts';
export { bounded } from './bounded.ts';
export * from './rules.ts';
export * from './tell-alerts.ts';
