export { type Finding, type FindingPlace, sayFinding, sayPlace } from './finding.ts';
export { sayPart } from './master-data-view.ts';
export {
  isBookable,
  type MasterDataAccess,
  type SimulationContext,
  type SimulationOptions,
  type SimulationResult,
  type SimulationSettings,
  simulateAccrual,
  simulateSettlement,
} from './simulate-settlement.ts';
export { simulateTable, validateTable } from './simulate-table.ts';
