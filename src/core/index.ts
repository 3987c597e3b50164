export * from './activity.ts';
export * from './currency.ts';
export * from './digest.ts';
export * from './local-date.ts';
export * from './money.ts';
export * from './ports.ts';
export * from './problem.ts';
export * from './uuid.ts';
