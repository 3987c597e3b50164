export * from './close-period.ts';
export { closedMonthsOf } from './closed-months.ts';
