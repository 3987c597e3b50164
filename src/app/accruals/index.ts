export * from './accrual-sources.ts';
export * from './accrue-month.ts';
export * from './settled-by.ts';
export * from './take-back-accrual.ts';
