export { digestSettlementContent } from './digest-settlement-content.ts';
export {
  readSettlementFile,
  SETTLEMENT_FILE_LIMITS,
  type SettlementFileLimits,
} from './read-settlement-file.ts';
export { readSettlementRows, type SettlementRowTexts } from './read-settlement-rows.ts';
