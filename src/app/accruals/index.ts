export * from './accrue-orders.ts';
export * from './orders-model.ts';
export * from './orders-of-settlement.ts';
