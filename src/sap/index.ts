/** SAP S/4HANA: logs on, keeps the session, posts journal entries, looks documents up, tests a connection. */

export type { SapDoctorCheck } from './check.ts';
export { createSap, type Sap } from './create-sap.ts';
export { bindingsUnreadable, destinationUnbound } from './destination-problem.ts';
export type { SapDoctorRequest } from './doctor.ts';
export type { TaxDirectionOf } from './encode-entry.ts';
export { longestRequestMs } from './exchange.ts';
export type { FiscalYearOf } from './item-cube.ts';
export type { OnSapExchange, SapExchange } from './listen.ts';
export { reasonsOf, sayMessage } from './message-table.ts';
export type { DestinationRequest, FindDestination, FoundDestination } from './read-destination.ts';
export { readWsdl } from './read-wsdl.ts';
export { createSapSystems, type SapSystems } from './sap-systems.ts';
export { newSapPlaces, unusedLogOnSecrets } from './secret-places.ts';
export {
  addressFaults,
  type SapSecrets,
  type SapSettings,
  sapSettingsSchema,
  writtenSapSettings,
} from './settings.ts';
export { sapPostedAt, sapSystemOf } from './system-name.ts';
export type { TrialPlace } from './try-posting.ts';
