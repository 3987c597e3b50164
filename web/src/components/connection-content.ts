import { readLimits } from './setting-words.ts';

/** What stands in each field, by the place of its setting. */
export type FormValues = Readonly<Record<string, string>>;

const ALWAYS = ['name', 'sellerAccount', 'amazon.clientId', 'amazon.clientSecret', 'amazon.refreshToken'] as const;

/** The settings of each way to log on to SAP, with those that have to be there. */
const LOG_ON_FIELDS: Readonly<Record<string, readonly string[]>> = {
  basic: ['sap.authentication.user', 'sap.authentication.password'],
  oauth2: ['sap.authentication.tokenUrl', 'sap.authentication.clientId', 'sap.authentication.clientSecret'],
  certificate: ['sap.authentication.certPem', 'sap.authentication.keyPem'],
  destination: ['sap.authentication.name'],
};

/** The settings of a way to log on; of one that this page does not know none. */
export function logOnFields(logOn: string | undefined): readonly string[] {
  return LOG_ON_FIELDS[logOn ?? ''] ?? [];
}

/** Places of what is never shown. */
const SECRETS: ReadonlySet<string> = new Set([
  'amazon.clientSecret',
  'amazon.refreshToken',
  'sap.authentication.password',
  'sap.authentication.clientSecret',
  'sap.authentication.keyPem',
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

/** The fields that have to be filled in, for one way to log on. */
export function requiredFields(logOn: string | undefined): readonly string[] {
  return [...ALWAYS, 'sap.journalEntryUrl', 'sap.createdByUser', ...logOnFields(logOn)];
}

/** The content of a connection file from what was filled in. */
export function contentOf(values: FormValues, logOn: string | undefined): Readonly<Record<string, unknown>> {
  let content: Readonly<Record<string, unknown>> = {};
  const own = ['sap.authentication.type', ...logOnFields(logOn)];
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
  logOn: string | undefined,
  secrets: readonly string[],
): readonly string[] {
  const isSameWay = before['sap.authentication.type'] === logOn;
  return requiredFields(logOn).filter((place) => {
    if (place === 'name' || place === 'sellerAccount') return false;
    if (isSecret(place)) return !isSameWay && !secrets.includes(secretNameOf(place));
    return !isSameWay || (before[place] ?? '') !== '';
  });
}

/** What is asked of the service: the changed settings, `null` for one that is taken away, and the secrets that were entered. */
export function changeOf(
  before: FormValues,
  values: FormValues,
  logOn: string | undefined,
): Readonly<Record<string, unknown>> {
  let change: Readonly<Record<string, unknown>> = {};
  const own = ['sap.authentication.type', ...logOnFields(logOn)];
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
  return text;
}

function withPlace(
  group: Readonly<Record<string, unknown>>,
  [step = '', ...deeper]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (deeper.length === 0) return { ...group, [step]: value };
  return { ...group, [step]: withPlace((group[step] ?? {}) as Readonly<Record<string, unknown>>, deeper, value) };
}
