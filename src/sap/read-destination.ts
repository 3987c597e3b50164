import { createSecureContext, rootCertificates, type SecureContextOptions } from 'node:tls';
import type { Destination } from './destination.ts';
import { destinationTokenRefused, destinationUnusable } from './destination-problem.ts';
import { basicCredentials } from './redact.ts';

/** Which destination, and what says where the destination service is; `null`: the environment (VCAP_SERVICES). */
export interface DestinationRequest {
  readonly name: string;
  readonly bindings: string | null;
}

/** A destination as SAP's connectivity library gives it: the members that are read here. */
export interface FoundDestination {
  readonly url?: string | undefined;
  readonly type?: string | undefined;
  readonly authentication?: string | undefined;
  readonly proxyType?: string | null | undefined;
  readonly sapClient?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly authTokens?: readonly FoundToken[] | null | undefined;
  readonly isTrustingAllCertificates?: boolean | undefined;
  readonly proxyConfiguration?:
    | {
        readonly host?: string | undefined;
        readonly port?: number | string | undefined;
        readonly headers?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly cloudConnectorLocationId?: string | undefined;
  readonly certificates?: readonly FoundCertificate[] | undefined;
  readonly trustStoreCertificate?: FoundCertificate | undefined;
  readonly keyStoreName?: string | undefined;
  readonly keyStorePassword?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

interface FoundToken {
  readonly value?: string | undefined;
  readonly expiresIn?: string | undefined;
  readonly error?: string | null | undefined;
  readonly http_header?: { readonly key?: string; readonly value?: string } | undefined;
}

interface FoundCertificate {
  readonly name: string;
  /** In base 64. */
  readonly content: string;
}

/** Asks SAP's library; `null` when there is no such destination. What it throws besides problems is read by `destinationFailure`. */
export type FindDestination = (request: DestinationRequest) => Promise<FoundDestination | null>;

/** A destination is asked for anew this often, so that a password changed there is soon used. */
const AGE_MS_MAX = 5 * 60_000;
/** A token is renewed this long before its end, at the latest. */
const RENEW_BEFORE_MS = 30_000;

/** Raises `SAP_DESTINATION_UNUSABLE` and `SAP_DESTINATION_REFUSED` (rejected). */
export function readDestination(name: string, found: FoundDestination, nowMs: number): Omit<Destination, 'tlsKey'> {
  const url = (found.url ?? '').replace(/\/+$/, '');
  const isOnPremise = found.proxyType === 'OnPremise';
  if ((found.type ?? 'HTTP') !== 'HTTP') throw destinationUnusable(name, `its type is ${found.type}.`);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw destinationUnusable(name, 'its URL is no http(s) address.');
  }
  // The connection from the connectivity proxy to the Cloud Connector is encrypted whatever the address says.
  if (!isOnPremise && !isSafe(new URL(url))) throw destinationUnusable(name, 'its URL is not https.');
  if (found.isTrustingAllCertificates) {
    throw destinationUnusable(name, 'it trusts every certificate (TrustAll), so anybody could read along.');
  }
  const proxy = isOnPremise ? proxyOf(name, found) : null;
  const ends = [nowMs + AGE_MS_MAX, tokenEndOf(found, nowMs), proxy === null ? null : jwtEndOf(proxy.headers)];
  const endMs = Math.min(...ends.filter((end) => end !== null));
  return {
    url,
    authorization: authorizationOf(name, found),
    headers: headersOf(found),
    onPremiseProxy: proxy,
    tls: tlsOf(name, found),
    renewAtMs: endMs - (endMs === nowMs + AGE_MS_MAX ? 0 : RENEW_BEFORE_MS),
  };
}

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || url.hostname === 'localhost' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}

function authorizationOf(name: string, found: FoundDestination): string | null {
  switch (found.authentication ?? 'NoAuthentication') {
    case 'NoAuthentication':
    case 'ClientCertificateAuthentication':
      return null;
    case 'BasicAuthentication':
      if (!found.username || found.password === undefined || found.password === null) {
        throw destinationUnusable(name, 'it lacks user or password.');
      }
      return `Basic ${basicCredentials(found.username, found.password)}`;
    case 'OAuth2ClientCredentials':
    case 'OAuth2Password':
      return tokenOf(name, found);
    default:
      throw destinationUnusable(name, `its authentication is ${found.authentication}.`);
  }
}

function tokenOf(name: string, { authTokens }: FoundDestination): string {
  const token = authTokens?.find(({ error }) => !error);
  if (token?.http_header?.value) return token.http_header.value;
  throw destinationTokenRefused(name, authTokens?.[0]?.error ?? 'it brought no token.');
}

function tokenEndOf({ authTokens }: FoundDestination, nowMs: number): number | null {
  const seconds = Number(authTokens?.find(({ error }) => !error)?.expiresIn ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? nowMs + seconds * 1000 : null;
}

/** The end that a token names itself; `null` when it does not. */
function jwtEndOf(headers: Readonly<Record<string, string>>): number | null {
  const payload = Object.values(headers)[0]?.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const isClaims = typeof claims === 'object' && claims !== null && 'exp' in claims;
    return isClaims && typeof claims.exp === 'number' ? claims.exp * 1000 : null;
  } catch {
    return null;
  }
}

function proxyOf(
  name: string,
  { proxyConfiguration: proxy }: FoundDestination,
): NonNullable<Destination['onPremiseProxy']> {
  if (!proxy?.host || !proxy.port) {
    throw destinationUnusable(name, 'it leads through the Cloud Connector, but no connectivity service is bound.');
  }
  const headers = Object.fromEntries(
    Object.entries(proxy.headers ?? {}).map(([header, value]) => [header.toLowerCase(), value]),
  );
  return { url: `http://${proxy.host}:${proxy.port}`, headers };
}

function headersOf(found: FoundDestination): Record<string, string> {
  const kept = Object.entries(found.headers ?? {}).flatMap(([header, value]) =>
    typeof value === 'string' && header.toLowerCase() !== 'authorization' ? [[header.toLowerCase(), value]] : [],
  );
  return {
    ...Object.fromEntries(kept),
    ...(found.sapClient && { 'sap-client': found.sapClient }),
    ...(found.cloudConnectorLocationId && { 'sap-connectivity-scc-location_id': found.cloudConnectorLocationId }),
  };
}

function tlsOf(name: string, found: FoundDestination): SecureContextOptions {
  const options: SecureContextOptions = { minVersion: 'TLSv1.2' };
  if (found.trustStoreCertificate) options.ca = [...rootCertificates, textOf(found.trustStoreCertificate)];
  if (found.authentication === 'ClientCertificateAuthentication') {
    const store = found.certificates?.find((certificate) => certificate.name === found.keyStoreName);
    if (!store) throw destinationUnusable(name, `its key store ${found.keyStoreName ?? '(none)'} did not come along.`);
    if (/\.pem$/i.test(store.name)) Object.assign(options, { cert: textOf(store), key: textOf(store) });
    else options.pfx = Buffer.from(store.content, 'base64');
    if (found.keyStorePassword) options.passphrase = found.keyStorePassword;
  }
  try {
    createSecureContext(options);
  } catch {
    throw destinationUnusable(
      name,
      'its key store or trust store cannot be read (PEM or PKCS #12, with its password).',
    );
  }
  return options;
}

function textOf({ content }: FoundCertificate): string {
  return Buffer.from(content, 'base64').toString('utf8');
}
