import { z } from 'zod';
import { Problem } from '../core/index.ts';
import { customViewsSchema } from './master-data/views.ts';

/** Header names that the client sets itself; a connection file must not fight with it over them. */
const OWN_HEADERS = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'sap-client',
  'sap-language',
  'soapaction',
  'transfer-encoding',
  'x-csrf-token',
];

const address = z
  .string()
  .refine(isReadableAddress, { error: 'must be an absolute http(s) address without user and password in it' })
  .refine((text) => !isReadableAddress(text) || isSafeAddress(text), {
    error: 'must be https; plain http is accepted only for this machine (localhost, 127.0.0.1, ::1)',
  });

const timeoutMs = z.int().min(1).max(600_000);

/**
 * SAP's part of the connection file, without secrets. Every secret is a field of `SapSecrets`, so that this object may
 * be stored and shown as it is.
 */
export const sapSettingsSchema = z.strictObject({
  /** Host of the OData services, for example `https://my300000-api.s4hana.cloud.sap`. */
  baseUrl: address,
  /** The full address of the journal entry service, copied from the communication arrangement; never composed here. */
  journalEntryUrl: address,
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
      /** Where client id and secret travel: in the Authorization header or in the form body. */
      sendCredentials: z.enum(['header', 'body']).default('header'),
    }),
    z.strictObject({ type: z.literal('basic'), user: z.string().regex(/^[^:]+$/, { error: 'must not hold a colon' }) }),
    z.strictObject({
      type: z.literal('certificate'),
      /** The client certificate, when the key comes as PEM; absent when both come as one PKCS #12 secret. */
      certPem: z.string().min(1).optional(),
    }),
  ]),
  /** Certificate authority to trust besides the usual ones. */
  caPem: z.string().min(1).optional(),
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

/** Raises `SAP_PLAIN_HTTP` or `SAP_SECRET_MISSING` (invalid). Settings made in code pass here as well as those read from a file. */
export function assertUsable(settings: SapSettings, secrets: SapSecrets): void {
  const { authentication } = settings;
  const addresses: Record<string, string> = { baseUrl: settings.baseUrl, journalEntryUrl: settings.journalEntryUrl };
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
    says: `The SAP connection logs on by ${authentication.type}, but its secret ${missing} is not stored.`,
    next: `Add the secret ${missing} to the connection.`,
    where: { path: missing },
  });
}

function missingSecret({ authentication }: SapSettings, secrets: SapSecrets): string | undefined {
  switch (authentication.type) {
    case 'oauth2':
      return secrets.clientSecret ? undefined : 'clientSecret';
    case 'basic':
      return secrets.password ? undefined : 'password';
    case 'certificate':
      if (authentication.certPem) return secrets.keyPem ? undefined : 'keyPem';
      return secrets.p12Base64 ? undefined : 'p12Base64';
  }
}
