export * from './accrual-sources.ts';
export * from './accrue-month.ts';
export * from './accrue-orders.ts';
export * from './open-shipments.ts';
export * from './orders-model.ts';
export * from './orders-of-settlement.ts';
export * from './settled-by.ts';
export * from './take-back-accrual.ts';
