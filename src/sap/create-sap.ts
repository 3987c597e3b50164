import type { GeneralLedger, MasterDataSource } from '../app/index.ts';
import { parseLocalDate } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { openSapAccess, type SapAccessInput } from './access.ts';
import { createGeneralLedger, type GeneralLedgerRules } from './general-ledger.ts';
import { createMasterData } from './master-data/create-master-data.ts';
import { pingSap, type SapCheck } from './ping.ts';

/** One SAP system as this program uses it. */
export interface Sap {
  readonly ledger: GeneralLedger;
  readonly masterData: MasterDataSource;
  /** Tries everything that posting needs without posting. Never raises for what SAP answers. */
  ping(input?: { companyCodes?: readonly CompanyCode[] }): Promise<readonly SapCheck[]>;
  /** Waits for requests in flight, then closes every connection. */
  close(): Promise<void>;
}

/**
 * Opens one SAP system. Everything that comes back shares one log-on and one session, so make one per connection and
 * close it. Raises `SAP_PLAIN_HTTP`, `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid).
 */
export function createSap(input: SapAccessInput & GeneralLedgerRules): Sap {
  const access = openSapAccess(input);
  return {
    ledger: createGeneralLedger(access, input),
    masterData: createMasterData(access),
    ping: ({ companyCodes = [] } = {}) =>
      pingSap({
        credential: access.credential,
        session: access.session,
        odata: access.odata,
        companyCodes,
        today: parseLocalDate(new Date(access.clock.nowMs()).toISOString().slice(0, 10)),
        cleanProblem: (problem) => access.redactor.problem(problem),
      }),
    close: () => access.close(),
  };
}
