import { readHeaders, readLimits, sayHeaders } from './setting-words.ts';

/** What stands in each field, by the place of its setting. */
export type FormValues = Readonly<Record<string, string>>;

const ALWAYS = ['name', 'sellerAccount', 'amazon.clientId', 'amazon.clientSecret', 'amazon.refreshToken'] as const;

/** A client certificate with its key: as two texts, or both in one file. */
const CERTIFICATE = [
  'sap.authentication.certPem',
  'sap.authentication.keyPem',
  'sap.authentication.p12Base64',
  'sap.authentication.passphrase',
];

/** The settings of each way to log on to SAP; a token is also asked for with a certificate. */
const LOG_ON_FIELDS: Readonly<Record<string, readonly string[]>> = {
  basic: ['sap.authentication.user', 'sap.authentication.password'],
  oauth2: [
    'sap.authentication.tokenUrl',
    'sap.authentication.clientId',
    'sap.authentication.sendCredentials',
    'sap.authentication.clientSecret',
    'sap.authentication.scope',
  ],
  certificate: CERTIFICATE,
  destination: ['sap.authentication.name', 'sap.authentication.bindings'],
};
const LOG_ON_OPTIONAL: ReadonlySet<string> = new Set([
  'sap.authentication.sendCredentials',
  'sap.authentication.scope',
  'sap.authentication.p12Base64',
  'sap.authentication.passphrase',
  'sap.authentication.bindings',
]);

/** The settings of the way to log on; of one that this page does not know none. */
export function logOnFields(values: FormValues): readonly string[] {
  const all = LOG_ON_FIELDS[values['sap.authentication.type'] ?? ''] ?? [];
  if (all === CERTIFICATE || values['sap.authentication.sendCredentials'] !== 'certificate') return all;
  return all.flatMap((place) => (place === 'sap.authentication.clientSecret' ? CERTIFICATE : [place]));
}

/** How Amazon is reached and logged on to. */
export const AMAZON_FIELDS: readonly string[] = [
  'amazon.region',
  'amazon.marketplaces',
  'amazon.clientId',
  'amazon.clientSecret',
  'amazon.refreshToken',
  'amazon.secretIssuedOn',
  'amazon.authorisedOn',
  'amazon.sandbox',
  'amazon.endpoint',
  'amazon.lwaUrl',
];

/** Which SAP system it is, and how it is spoken to. */
export const SAP_FIELDS: readonly string[] = [
  'sap.baseUrl',
  'sap.journalEntryUrl',
  'sap.release',
  'sap.journalEntryWsdl',
  'sap.createdByUser',
  'sap.client',
  'sap.language',
  'sap.authentication.type',
];

/** What is between here and SAP, and how much patience there is with it. */
export const WAY_FIELDS: readonly string[] = [
  'sap.proxyUrl',
  'sap.proxyUser',
  'sap.proxyPassword',
  'sap.proxyAuthorization',
  'sap.extraHeaders',
  'sap.secretHeaders',
  'sap.caPem',
  'sap.parallelRequestsMax',
  'sap.requestTimeoutMs',
  'sap.readTimeoutMs',
  'sap.tokenTimeoutMs',
  'sap.responseBytesMax',
];

/** Days, which are chosen. */
export const DAYS: ReadonlySet<string> = new Set(['amazon.secretIssuedOn', 'amazon.authorisedOn']);
const NUMBERS: ReadonlySet<string> = new Set([
  'sap.parallelRequestsMax',
  'sap.requestTimeoutMs',
  'sap.readTimeoutMs',
  'sap.tokenTimeoutMs',
  'sap.responseBytesMax',
]);
/** Headers by name, one in each line. */
const LINES: ReadonlySet<string> = new Set(['sap.extraHeaders', 'sap.secretHeaders']);
/** What does not fit into a line. */
const LONG: ReadonlySet<string> = new Set([
  ...LINES,
  'sap.journalEntryWsdl',
  'sap.caPem',
  'sap.authentication.certPem',
  'sap.authentication.keyPem',
  'sap.authentication.p12Base64',
  'sap.authentication.bindings',
]);

/** Whether what stands there has several lines. */
export function isLong(place: string): boolean {
  return LONG.has(place);
}

/** Places of what is never shown. */
const SECRETS: ReadonlySet<string> = new Set([
  'amazon.clientSecret',
  'amazon.refreshToken',
  'sap.authentication.password',
  'sap.authentication.clientSecret',
  'sap.authentication.keyPem',
  'sap.authentication.p12Base64',
  'sap.authentication.passphrase',
  'sap.authentication.bindings',
  'sap.proxyPassword',
  'sap.proxyAuthorization',
  'sap.secretHeaders',
]);

const [HEADERS, STORED_HEADERS] = ['sap.secretHeaders.', 'sap-header.'];

/** Whether a place is of what is never shown. */
export function isSecret(place: string): boolean {
  return SECRETS.has(place) || headerOf(place) !== undefined;
}

/** The header of a gateway whose value stands at this place. */
export function headerOf(place: string): string | undefined {
  return place.startsWith(HEADERS) ? place.slice(HEADERS.length) : undefined;
}

/** The name under which the secret of a place is stored. */
export function secretNameOf(place: string): string {
  return place.replace(HEADERS, STORED_HEADERS).replace('.authentication.', '.');
}

/** The fields that have to be filled in, for the way to log on. */
export function requiredFields(values: FormValues): readonly string[] {
  const isInOneFile = (values['sap.authentication.p12Base64'] ?? '').trim() !== '';
  const own = logOnFields(values).filter(
    (place) => !LOG_ON_OPTIONAL.has(place) && !(isInOneFile && CERTIFICATE.includes(place)),
  );
  return [...ALWAYS, 'sap.journalEntryUrl', 'sap.createdByUser', ...own];
}

/** The content of a connection file from what was filled in. */
export function contentOf(values: FormValues): Readonly<Record<string, unknown>> {
  let content: Readonly<Record<string, unknown>> = {};
  const own = ['sap.authentication.type', ...logOnFields(values)];
  for (const [place, text] of Object.entries(values)) {
    const value = text.trim();
    const isOther = place.startsWith('sap.authentication.') && !own.includes(place);
    if (value === '' || isOther) continue;
    content = withPlace(content, place.split('.'), settingOf(place, value));
  }
  return content;
}

/** Where a secret of this name is filled in. */
export function placeOfSecret(name: string): string {
  if (name.startsWith(STORED_HEADERS)) return name.replace(STORED_HEADERS, HEADERS);
  return [...SECRETS].find((place) => secretNameOf(place) === name) ?? name;
}

/** What stands in each field of stored settings; of secrets nothing. */
export function valuesOf(settings: Readonly<Record<string, unknown>>, path = ''): FormValues {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    const place = path === '' ? name : `${path}.${name}`;
    if (Array.isArray(value)) values[place] = value.join(', ');
    else if (LINES.has(place)) values[place] = sayHeaders(value);
    else if (typeof value === 'object' && value !== null) {
      Object.assign(values, valuesOf(value as Readonly<Record<string, unknown>>, place));
    } else values[place] = String(value ?? '');
  }
  return values;
}

/** The places that somebody filled in otherwise than they were. */
export function changedPlaces(before: FormValues, values: FormValues): readonly string[] {
  return Object.keys(values).filter((place) => (values[place] ?? '').trim() !== (before[place] ?? ''));
}

/** The fields that have to be filled in where settings are stored: a secret that is stored stays, and what never was there need not come. */
export function requiredInChange(
  before: FormValues,
  values: FormValues,
  secrets: readonly string[],
): readonly string[] {
  const isSameWay = ['sap.authentication.type', 'sap.authentication.sendCredentials'].every(
    (place) => (before[place] ?? '') === (values[place] ?? ''),
  );
  return requiredFields(values).filter((place) => {
    if (place === 'name' || place === 'sellerAccount') return false;
    if (isSecret(place)) return !isSameWay && !secrets.includes(secretNameOf(place));
    return !isSameWay || (before[place] ?? '') !== '';
  });
}

/** What is asked of the service: the changed settings, `null` for one that is taken away, and the secrets that were entered. */
export function changeOf(before: FormValues, values: FormValues): Readonly<Record<string, unknown>> {
  let change: Readonly<Record<string, unknown>> = {};
  const own = ['sap.authentication.type', ...logOnFields(values)];
  for (const place of changedPlaces(before, values)) {
    const text = (values[place] ?? '').trim();
    if (place.startsWith('sap.authentication.') && !own.includes(place)) continue;
    change = withPlace(change, place.split('.'), text === '' ? null : settingOf(place, text));
  }
  return change;
}

function settingOf(place: string, text: string): unknown {
  if (place === 'amazon.marketplaces') return text.split(/[\s,]+/);
  if (place === 'posting.automaticUpTo' || place === 'posting.fourEyesAbove') return readLimits(text);
  if (place === 'amazon.sandbox') return text === 'true';
  if (LINES.has(place)) return readHeaders(text);
  // What is no number is left to the service, which says so.
  if (NUMBERS.has(place) && /^\d+$/.test(text)) return Number(text);
  return text;
}

function withPlace(
  group: Readonly<Record<string, unknown>>,
  [step = '', ...deeper]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (deeper.length === 0) return { ...group, [step]: isGroup(value) ? { ...groupOf(group[step]), ...value } : value };
  return { ...group, [step]: withPlace(groupOf(group[step]), deeper, value) };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function groupOf(value: unknown): Readonly<Record<string, unknown>> {
  return isGroup(value) ? value : {};
}
