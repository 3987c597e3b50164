export * from './closings.ts';
export * from './day-spans.ts';
export * from './dispatch-due.ts';
export * from './local-time.ts';
export * from './posting-windows.ts';
export * from './rules.ts';
export * from './schedule-store.ts';
export * from './works.ts';
