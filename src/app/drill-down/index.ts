export { type BookedLine, collectRows, type TracedRow, type TracedSettlement } from './collect-rows.ts';
export * from './names.ts';
export { findLine, hasRowsOfItsOwn, type LinePlace, rowsBehind } from './rows-behind.ts';
export type { RowTexts, TraceContext } from './trace-context.ts';
export { traceDocument, traceSettlement } from './trace-document.ts';
export { traceLine, traceRow } from './trace-line.ts';
export { traceOrder, traceSku } from './trace-order.ts';
