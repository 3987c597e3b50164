/** SAP S/4HANA: logs on, keeps the session, posts journal entries, looks documents up, tests a connection. */

export { createSap, type Sap } from './create-sap.ts';
export { bindingsUnreadable, destinationUnbound } from './destination-problem.ts';
export type { SapDoctorCheck, SapDoctorRequest } from './doctor.ts';
export type { TaxDirectionOf } from './encode-entry.ts';
export { longestRequestMs } from './http.ts';
export type { FiscalYearOf } from './item-cube.ts';
export type { SapCheck } from './ping.ts';
export type { DestinationRequest, FindDestination, FoundDestination } from './read-destination.ts';
export { readWsdl } from './read-wsdl.ts';
export { createSapSystems, type SapSystems } from './sap-systems.ts';
export { addressFaults, type SapSecrets, type SapSettings, sapSettingsSchema } from './settings.ts';
export type { TrialPlace } from './try-posting.ts';
