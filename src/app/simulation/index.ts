export { type Finding, type FindingPlace, sayFinding, sayPlace } from './finding.ts';
export { keptAccountNames, type NameOfAccount } from './kept-account-names.ts';
export {
  LOOKED_UP_KINDS,
  type LookedUpKind,
  type LookUp,
  lookUpMasterData,
  type MasterDataMatch,
  type MasterDataNote,
} from './look-up-master-data.ts';
export { sayPart } from './master-data-view.ts';
export {
  isBookable,
  isOfSimulation,
  type MasterDataAccess,
  type SimulationContext,
  type SimulationOptions,
  type SimulationResult,
  type SimulationSettings,
  simulateAccrual,
  simulateSettlement,
} from './simulate-settlement.ts';
export { simulateTable, validateTable } from './simulate-table.ts';
