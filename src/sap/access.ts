import type { Clock, Log, Randomness } from '../core/index.ts';
import { type Credential, createCredential } from './credential.ts';
import { createSapHttp, type SapExchange } from './http.ts';
import { createOData, type OData } from './odata.ts';
import { createODataWriter, type ODataWriter } from './odata-write.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createSapSession, type SapSession } from './session.ts';
import { assertUsable, type SapSecrets, type SapSettings } from './settings.ts';

export interface SapAccessInput {
  readonly settings: SapSettings;
  readonly secrets: SapSecrets;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Hears of every request, for the audit. */
  readonly onExchange?: (exchange: SapExchange) => void;
}

/** One way into one SAP system, which everything that talks to it shares: log-on, session, cookies, pace. */
export interface SapAccess {
  readonly settings: SapSettings;
  readonly credential: Credential;
  readonly session: SapSession;
  readonly odata: OData & ODataWriter;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits for requests in flight, then closes every connection. */
  close(): Promise<void>;
}

/** Raises `SAP_PLAIN_HTTP`, `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid). */
export function openSapAccess(input: SapAccessInput): SapAccess {
  const { settings, secrets, clock, randomness, log } = input;
  assertUsable(settings, secrets);
  const redactor = createRedactor(settings, secrets);
  const http = createSapHttp({ settings, secrets, clock, log, onExchange: input.onExchange ?? (() => {}) });
  const credential = createCredential({ settings, secrets, http, clock, redactor });
  const session = createSapSession({ settings, secrets, http, credential, clock, log, redactor });
  const odata = {
    ...createOData({ baseUrl: settings.baseUrl, session, clock, randomness }),
    ...createODataWriter({ baseUrl: settings.baseUrl, session, clock, log, redactor }),
  };
  return { settings, credential, session, odata, redactor, clock, log, close: () => http.close() };
}
