export * from './carry-on.ts';
export * from './change-mapping.ts';
export * from './compare-bookings.ts';
export * from './mapping-impact.ts';
export * from './mapping-in-use.ts';
export * from './new-bookings.ts';
export * from './unknown-values.ts';
