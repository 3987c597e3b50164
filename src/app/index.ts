export * from './life-cycle.ts';
export * from './ports.ts';
