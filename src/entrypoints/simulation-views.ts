import { isBookable, type MasterDataPart, type SimulationContext, type SimulationResult } from '../app/index.ts';
import type { OpenConnection } from './composition.ts';

/** What a simulation needs of an open connection. */
export function simulationOf({ context, masterData }: OpenConnection): SimulationContext {
  return { books: context.books, clock: context.clock, log: context.log, masterData };
}

/** What was read of SAP's master data, for programs. */
export function masterDataPartView({ kind, scope, covers, rows, readAt, askedAt, problem }: MasterDataPart) {
  return { kind, scope, covers, rowCount: rows?.length ?? null, readAt, askedAt, problem };
}

/** What SAP would say, for programs. */
export function simulationView(result: SimulationResult) {
  return { bookable: isBookable(result), findings: result.findings, masterData: result.parts.map(masterDataPartView) };
}
