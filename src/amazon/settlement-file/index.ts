export { tellingColumns } from './columns.ts';
export { digestSettlementContent } from './digest-settlement-content.ts';
export { readComparableRows } from './read-comparable-rows.ts';
export {
  readSettlementFile,
  SETTLEMENT_FILE_LIMITS,
  type SettlementFileLimits,
} from './read-settlement-file.ts';
export { readSettlementRows, type SettlementRowTexts } from './read-settlement-rows.ts';
