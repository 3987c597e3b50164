export * from './check-month.ts';
export * from './close-period.ts';
export { closedMonthsOf } from './closed-months.ts';
export * from './cut-off.ts';
