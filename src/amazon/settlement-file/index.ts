export {
  readSettlementFile,
  SETTLEMENT_FILE_LIMITS,
  type SettlementFileLimits,
} from './read-settlement-file.ts';
