import type { BusinessPartners, GeneralLedger, MasterDataSource } from '../app/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { openSapAccess, type SapAccessInput } from './access.ts';
import { createBusinessPartners } from './business-partners/create-business-partners.ts';
import type { SapDoctorCheck } from './check.ts';
import { examineSap, pingSap, type SapDoctorRequest } from './doctor.ts';
import { createGeneralLedger, type GeneralLedgerRules } from './general-ledger.ts';
import { listened, type OnSapExchange } from './listen.ts';
import { createMasterData } from './master-data/create-master-data.ts';
import type { SapSystems } from './sap-systems.ts';

/** One SAP system as this program uses it. */
export interface Sap {
  readonly ledger: GeneralLedger;
  readonly partners: BusinessPartners;
  readonly masterData: MasterDataSource;
  /** Tries everything that posting needs without posting, the doctor's checks without the rest. Never raises for what SAP answers. */
  ping(input?: { companyCodes?: readonly CompanyCode[] }): Promise<readonly SapDoctorCheck[]>;
  /** Tries everything the connector uses in SAP, and says of each part what is missing. Never raises for what SAP answers. */
  doctor(request: SapDoctorRequest): Promise<readonly SapDoctorCheck[]>;
  /** Waits for requests in flight, then closes every connection. */
  close(): Promise<void>;
}

/**
 * Opens one SAP system for one connection; close it. Everything that comes back shares one log-on and one session, and with
 * `systems` other connections to the same system share them too. Raises `SAP_PLAIN_HTTP`, `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid).
 */
export function createSap(
  input: SapAccessInput &
    GeneralLedgerRules & {
      readonly systems?: SapSystems;
      /** Told of every request that this connection causes. */
      readonly onExchange?: OnSapExchange;
    },
): Sap {
  const access = input.systems ? input.systems.open(input) : openSapAccess(input);
  const sap: Sap = {
    ledger: createGeneralLedger(access, input),
    partners: createBusinessPartners(access),
    masterData: createMasterData(access, input.secrets),
    ping: ({ companyCodes = [] } = {}) => pingSap(access, companyCodes),
    doctor: (request) => examineSap(access, request),
    close: () => access.close(),
  };
  const { onExchange } = input;
  if (!onExchange) return sap;
  const { ledger, partners, masterData } = sap;
  return {
    ping: (request) => listened(sap, onExchange).ping(request),
    doctor: (request) => listened(sap, onExchange).doctor(request),
    close: sap.close,
    ledger: listened(ledger, onExchange),
    partners: listened(partners, onExchange),
    masterData: listened(masterData, onExchange),
  };
}
