export {
  readSettlementFile,
  SETTLEMENT_FILE_LIMITS,
  type SettlementFileLimits,
} from './read-settlement-file.ts';
export { readSettlementRows, type SettlementRowTexts } from './read-settlement-rows.ts';
