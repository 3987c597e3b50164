import type { Clock, Log, Randomness } from '../core/index.ts';
import { type Credential, createCredential } from './credential.ts';
import { createDestinationSource, type DestinationSource } from './destination.ts';
import { destinationUnbound } from './destination-problem.ts';
import { createGate, type Gate } from './gate.ts';
import { createSapHttp } from './http.ts';
import { createOData, type OData } from './odata.ts';
import { createODataWriter, type ODataWriter } from './odata-write.ts';
import type { FindDestination } from './read-destination.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createSapSession, type SapSession } from './session.ts';
import { assertUsable, type SapSecrets, type SapSettings, withWholeAddresses } from './settings.ts';

export interface SapAccessInput {
  readonly settings: SapSettings;
  readonly secrets: SapSecrets;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Asks SAP BTP for destinations; needed by connections that name one. */
  readonly findDestination?: FindDestination | undefined;
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

/**
 * Opens a way of its own; `SapSystems` opens one that connections share. `gate` holds back requests when too many are under
 * way. Raises `SAP_PLAIN_HTTP`, `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid).
 */
export function openSapAccess(input: SapAccessInput & { readonly gate?: Gate }): SapAccess {
  const { secrets, clock, randomness, log } = input;
  assertUsable(input.settings, secrets);
  const settings = withWholeAddresses(input.settings);
  const redactor = createRedactor(settings, secrets);
  const destination = destinationOf(input, redactor);
  const gate = input.gate ?? createGate(settings.parallelRequestsMax);
  const http = createSapHttp({ settings, secrets, clock, log, gate, destination });
  const credential = createCredential({ settings, secrets, http, clock, redactor, destination });
  const session = createSapSession({ settings, secrets, http, credential, clock, log, redactor });
  const odata = {
    ...createOData({ baseUrl: settings.baseUrl, session, clock, randomness }),
    ...createODataWriter({ baseUrl: settings.baseUrl, session, clock, log, redactor }),
  };
  return { settings, credential, session, odata, redactor, clock, log, close: () => http.close() };
}

function destinationOf(
  { settings, secrets, clock, findDestination }: SapAccessInput,
  redactor: Redactor,
): DestinationSource | null {
  const { authentication } = settings;
  if (authentication.type !== 'destination') return null;
  const request = { name: authentication.name, bindings: secrets.bindings ?? null };
  const find = findDestination ?? (() => Promise.reject(destinationUnbound()));
  return createDestinationSource({ request, find, clock, redactor });
}
