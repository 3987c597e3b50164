export { addressSeconds } from './documents.ts';
export { FAULT_KINDS, FAULT_PLACES, type FaultKind, type FaultPlan, type PlannedFault } from './faults.ts';
export { SETTLEMENT_REPORT_TYPE } from './listings.ts';
export { accessTokenSeconds } from './login.ts';
export {
  createPretendAmazon,
  type PretendAmazon,
  type PretendAmazonOptions,
  type PretendSeller,
} from './pretend-amazon.ts';
export { ORDER_COLUMNS } from './print-orders-report.ts';
export { REIMBURSEMENT_COLUMNS } from './print-reimbursements.ts';
export { API_OPERATIONS, type ApiOperation, type Operation, USAGE_PLANS, type UsagePlan } from './quotas.ts';
export type { LoggedRequest } from './request-log.ts';
export { restrictedTokenSeconds } from './restricted-tokens.ts';
export { type RunningPretendAmazon, type StartPretendAmazonOptions, startPretendAmazon } from './start.ts';
