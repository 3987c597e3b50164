import type { GermanProblem } from '../german-problem.ts';
import { accessProblems } from './access.ts';
import { amazonProblems } from './amazon.ts';
import { auditProblems } from './audit.ts';
import { connectionProblems } from './connections.ts';
import { customerProblems } from './customers.ts';
import { entryProblems } from './entries.ts';
import { installationProblems } from './installation.ts';
import { mappingProblems } from './mapping.ts';
import { periodProblems } from './periods.ts';
import { sapProblems } from './sap.ts';
import { sapConnectionProblems } from './sap-connection.ts';
import { serviceProblems } from './service.ts';
import { settlementFileProblems } from './settlement-files.ts';
import { settlementProblems } from './settlements.ts';
import { simulationProblems } from './simulation.ts';

/** Every problem of docs/problems.md in German, by its code. */
export const germanProblems: ReadonlyMap<string, GermanProblem> = new Map(
  [
    accessProblems,
    amazonProblems,
    auditProblems,
    connectionProblems,
    customerProblems,
    entryProblems,
    installationProblems,
    mappingProblems,
    periodProblems,
    sapProblems,
    sapConnectionProblems,
    serviceProblems,
    settlementFileProblems,
    settlementProblems,
    simulationProblems,
  ].flatMap((table) => Object.entries<GermanProblem>(table)),
);
