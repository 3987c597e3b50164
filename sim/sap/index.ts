/**
 * A pretend SAP S/4HANA for demonstrations and tests, written from published facts and sharing no code with the
 * program that talks to it. How it differs from the real system: docs/simulator-differences.md.
 */

export { journalEntryService } from './access-rules.ts';
export { tokenPath } from './authentication.ts';
export { createPretendSapWorld } from './create-world.ts';
export type { CustomView, CustomViewKind, CustomViews } from './custom-views.ts';
export type { Fault, FaultKind, FaultRates, FaultTarget } from './faults.ts';
export { addFault } from './faults.ts';
export { journalEntryPath } from './journal-entry-service.ts';
export type { LedgerBalance, LedgerDocument, LedgerLine } from './ledger-view.ts';
export { viewBalances, viewLedger } from './ledger-view.ts';
export type { Release } from './message-releases.ts';
export type { NumberRange, RecordLock } from './obstacles.ts';
export { odataPrefix } from './odata-service.ts';
export type { PretendSapOptions, RunningPretendSap } from './pretend-sap.ts';
export { answerPretendSap, startPretendSap } from './pretend-sap.ts';
export type {
  BusinessPartner,
  CompanyCode,
  CostCenter,
  DocumentType,
  ExchangeRate,
  GlAccount,
  OAuthClient,
  OpenPeriods,
  PostedDocument,
  PostedLine,
  PretendSapWorld,
  PretendSapWorldOptions,
  ProfitCenter,
  SapUser,
  TaxCode,
} from './world.ts';
