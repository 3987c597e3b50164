import { z } from 'zod';
import { Problem } from '../core/index.ts';
import { DESTINATION_BASE_URL } from './destination-place.ts';
import { customViewsSchema } from './master-data/views.ts';
import { serviceDefinitionSchema } from './service-definition.ts';

/** Header names that the client sets itself; a connection file must not fight with it over them. */
const OWN_HEADERS = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'proxy-authorization',
  'sap-client',
  'sap-language',
  'soapaction',
  'transfer-encoding',
  'x-csrf-token',
];

/** `other`: what may stand there instead of an address. */
function addressOr(other: RegExp | null, otherName = '') {
  const isOther = (text: string) => other?.test(text) ?? false;
  const instead = other === null ? '' : `, or ${otherName}`;
  return z
    .string()
    .refine((text) => isOther(text) || isReadableAddress(text), {
      error: `must be an absolute http(s) address without user and password in it${instead}`,
    })
    .refine((text) => isOther(text) || !isReadableAddress(text) || isSafeAddress(text), {
      error: 'must be https; plain http is accepted only for this machine (localhost, 127.0.0.1, ::1)',
    });
}

const address = addressOr(null);

/** A proxy may be spoken to without TLS: what passes through it is a tunnel. */
const proxyAddress = z
  .string()
  .refine((text) => isReadableAddress(text) && /^\/?$/.test(new URL(text).pathname) && new URL(text).search === '', {
    error: 'must be http(s)://host:port without user, password or path; the log-on is proxyUser and proxyPassword',
  });

const timeoutMs = z.int().min(1).max(600_000);

/**
 * SAP's part of the connection file, without secrets. Every secret is a field of `SapSecrets`, so that this object may
 * be stored and shown as it is.
 */
export const sapSettingsSchema = z.strictObject({
  /**
   * Host of the OData services, for example `https://my300000-api.s4hana.cloud.sap`. Left out where a destination of SAP BTP
   * knows it: then every address is one below `DESTINATION_BASE_URL`.
   */
  baseUrl: address
    .refine((text) => !/[?#]/.test(text), { error: 'must have no query; the client is the setting sap.client' })
    .default(DESTINATION_BASE_URL),
  /**
   * The address of the journal entry service, copied from the communication arrangement; never composed here. Its path alone
   * is enough where it is on the host of `baseUrl`, and is all that may be said with a destination.
   */
  journalEntryUrl: addressOr(/^\/(?!\/)/, 'a path that begins with one slash'),
  /** Edition of the journal entry service: fields that it lacks are not sent. */
  release: z
    // Without quotes YAML reads a number.
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.enum(['2020', '2024']))
    .default('2024'),
  /** What the tenant's own WSDL says; then `release` says nothing more. */
  journalEntryService: serviceDefinitionSchema.optional(),
  /** Three digits, on-premise only; a cloud system has one fixed client. */
  client: z
    .string()
    .regex(/^\d{3}$/, { error: 'must be three digits, for example 100' })
    .optional(),
  /** Logon language: the language of SAP's messages. */
  language: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'must be two capital letters, for example EN' })
    .default('EN'),
  authentication: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('oauth2'),
      tokenUrl: address,
      clientId: z.string().min(1),
      scope: z.string().min(1).optional(),
      /**
       * Where client id and secret travel: in the Authorization header or in the form body. `certificate`: a client
       * certificate stands for the secret (RFC 8705), shown to the token server only.
       */
      sendCredentials: z.enum(['header', 'body', 'certificate']).default('header'),
      /** With `certificate`, when the key comes as PEM; absent when both come as one PKCS #12 secret. */
      certPem: z.string().min(1).optional(),
    }),
    z.strictObject({ type: z.literal('basic'), user: z.string().regex(/^[^:]+$/, { error: 'must not hold a colon' }) }),
    z.strictObject({
      type: z.literal('certificate'),
      /** The client certificate, when the key comes as PEM; absent when both come as one PKCS #12 secret. */
      certPem: z.string().min(1).optional(),
    }),
    z.strictObject({
      type: z.literal('destination'),
      /** Of a destination in SAP BTP, which knows address, log-on and the way through the Cloud Connector. */
      name: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/, { error: 'must be the name of a destination' }),
    }),
  ]),
  /** Certificate authority to trust besides the usual ones. */
  caPem: z.string().min(1).optional(),
  /** An HTTP proxy on the way to SAP and to the token server; everything goes through it, in a tunnel. */
  proxyUrl: proxyAddress.optional(),
  proxyUser: z
    .string()
    .regex(/^[^:]+$/, { error: 'must not hold a colon' })
    .optional(),
  /** SAP publishes no rate limit; a few requests at a time are polite to every system. For all connections to it. */
  parallelRequestsMax: z.int().min(1).max(32).default(4),
  /** Sent with every request, for a gateway in front of SAP. Values that are secret belong to the secrets. */
  extraHeaders: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z0-9-]+$/)
        .refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), { error: 'is set by the program itself' }),
      z.string().regex(/^[\x20-\x7e]*$/, { error: 'must be printable ASCII' }),
    )
    .default({}),
  /** Shown in SAP as the user who created the document, at most 12 characters. */
  createdByUser: z.string().min(1).max(12),
  /** Views of the customer's own for master data that SAP has no service for. */
  customViews: customViewsSchema,
  /** A slow answer to a posting is the classic way to book twice, so this is long. */
  requestTimeoutMs: timeoutMs.default(120_000),
  readTimeoutMs: timeoutMs.default(30_000),
  tokenTimeoutMs: timeoutMs.default(10_000),
  responseBytesMax: z
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(16 * 1024 * 1024),
});

/** A connection to one SAP system, without its secrets. Times in milliseconds. */
export type SapSettings = z.output<typeof sapSettingsSchema>;

/** What only the vault holds. Which fields are needed follows from `authentication.type`. */
export interface SapSecrets {
  /** `oauth2`. */
  readonly clientSecret?: string | undefined;
  /** `basic`. */
  readonly password?: string | undefined;
  /** `certificate` with `certPem`. */
  readonly keyPem?: string | undefined;
  /** `certificate` without `certPem`: key and certificate in one file, in base 64. */
  readonly p12Base64?: string | undefined;
  /** `destination`: the text of VCAP_SERVICES or of a service key; absent: the environment has it. */
  readonly bindings?: string | undefined;
  /** Of `proxyUser`. */
  readonly proxyPassword?: string | undefined;
  /** The whole value of the header `Proxy-Authorization`, for a proxy that wants something else than user and password. */
  readonly proxyAuthorization?: string | undefined;
  /** Of the key or of the PKCS #12 file. */
  readonly passphrase?: string | undefined;
  /** Extra headers whose values are secret, for example the key of a gateway. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

function isReadableAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
}

function isSafeAddress(text: string): boolean {
  const url = new URL(text);
  if (url.protocol === 'https:') return true;
  const host = url.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The settings with whole addresses. */
export function withWholeAddresses<Settings extends Pick<SapSettings, 'baseUrl' | 'journalEntryUrl'>>(
  settings: Settings,
): Settings {
  const { baseUrl, journalEntryUrl } = settings;
  return journalEntryUrl.startsWith('/')
    ? { ...settings, journalEntryUrl: `${new URL(baseUrl).origin}${journalEntryUrl}` }
    : settings;
}

/** The settings as a person writes them: without the address that stands for one that only a destination knows. */
export function writtenSapSettings({ baseUrl, journalEntryUrl, ...rest }: SapSettings): Partial<SapSettings> {
  const isGiven = baseUrl !== DESTINATION_BASE_URL;
  const path = journalEntryUrl.startsWith(`${DESTINATION_BASE_URL}/`)
    ? journalEntryUrl.slice(DESTINATION_BASE_URL.length)
    : journalEntryUrl;
  return { ...(isGiven && { baseUrl }), journalEntryUrl: path, ...rest };
}

/** What is wrong between the addresses and the way to log on, by setting. */
export function addressFaults({ authentication, baseUrl, journalEntryUrl, proxyUrl }: SapSettings): {
  readonly name: 'baseUrl' | 'journalEntryUrl' | 'proxyUrl';
  readonly fault: string;
}[] {
  const isGiven = baseUrl !== DESTINATION_BASE_URL;
  if (authentication.type !== 'destination') {
    return isGiven
      ? []
      : [{ name: 'baseUrl', fault: 'is missing; only a destination of SAP BTP knows it without being told' }];
  }
  const fault = 'must be left out, because the destination says where SAP is';
  return [
    ...(isGiven ? [{ name: 'baseUrl', fault } as const] : []),
    ...(journalEntryUrl.startsWith('/') || journalEntryUrl.startsWith(`${DESTINATION_BASE_URL}/`)
      ? []
      : [
          {
            name: 'journalEntryUrl',
            fault: 'must be the path alone, because the destination says where SAP is',
          } as const,
        ]),
    ...(proxyUrl === undefined ? [] : [{ name: 'proxyUrl', fault: 'must be left out with a destination' } as const]),
  ];
}

/** Raises `SAP_ADDRESS_UNFIT`, `SAP_PLAIN_HTTP` or `SAP_SECRET_MISSING` (invalid). Settings made in code pass here as well as those read from a file. */
export function assertUsable(settings: SapSettings, secrets: SapSecrets): void {
  const { authentication } = settings;
  const [unfit] = addressFaults(settings);
  if (unfit) {
    throw new Problem({
      code: 'SAP_ADDRESS_UNFIT',
      kind: 'invalid',
      says: `The SAP setting ${unfit.name} ${unfit.fault}.`,
      next: 'Correct it in the connection file; docs/connection-file.md shows both kinds of connection.',
      where: { path: unfit.name },
    });
  }
  const whole = withWholeAddresses(settings);
  const addresses: Record<string, string> = { baseUrl: whole.baseUrl, journalEntryUrl: whole.journalEntryUrl };
  if (authentication.type === 'oauth2') addresses['authentication.tokenUrl'] = authentication.tokenUrl;
  for (const [name, text] of Object.entries(addresses)) {
    if (isReadableAddress(text) && isSafeAddress(text)) continue;
    throw new Problem({
      code: 'SAP_PLAIN_HTTP',
      kind: 'invalid',
      says: `The SAP setting ${name} is not an https address, so the password and the books would travel readable.`,
      next: `Set ${name} to the https address shown in SAP's communication arrangement.`,
      where: { path: name },
    });
  }
  const missing = missingSecret(settings, secrets);
  if (!missing) return;
  throw new Problem({
    code: 'SAP_SECRET_MISSING',
    kind: 'invalid',
    says: `The SAP connection logs on by ${authentication.type}, but its secret sap.${missing} is not stored.`,
    next: `Store it: seller-ledger secrets set NAME sap.${missing} --file FILE --why TEXT`,
    where: { path: missing },
  });
}

function missingSecret({ authentication, proxyUser }: SapSettings, secrets: SapSecrets): string | undefined {
  if (proxyUser !== undefined && secrets.proxyPassword === undefined) return 'proxyPassword';
  switch (authentication.type) {
    case 'oauth2':
      if (authentication.sendCredentials === 'certificate') return missingKey(authentication.certPem, secrets);
      return secrets.clientSecret ? undefined : 'clientSecret';
    case 'basic':
      return secrets.password ? undefined : 'password';
    case 'certificate':
      return missingKey(authentication.certPem, secrets);
    case 'destination':
      return undefined;
  }
}

function missingKey(certPem: string | undefined, secrets: SapSecrets): string | undefined {
  if (certPem) return secrets.keyPem ? undefined : 'keyPem';
  return secrets.p12Base64 ? undefined : 'p12Base64';
}
