import { readLimits } from './setting-words.ts';

/** What stands in each field, by the place of its setting. */
export type FormValues = Readonly<Record<string, string>>;

const ALWAYS = ['name', 'sellerAccount', 'amazon.clientId', 'amazon.clientSecret', 'amazon.refreshToken'] as const;

/** The settings of each way to log on to SAP, with those that have to be there. */
export const LOG_ON_FIELDS = {
  basic: ['sap.authentication.user', 'sap.authentication.password'],
  oauth2: ['sap.authentication.tokenUrl', 'sap.authentication.clientId', 'sap.authentication.clientSecret'],
  certificate: ['sap.authentication.certPem', 'sap.authentication.keyPem'],
  destination: ['sap.authentication.name'],
} as const;

export type LogOn = keyof typeof LOG_ON_FIELDS;

export const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'amazon.clientSecret',
  'amazon.refreshToken',
  'sap.authentication.password',
  'sap.authentication.clientSecret',
]);

/** The fields that have to be filled in, for one way to log on. */
export function requiredFields(logOn: LogOn): readonly string[] {
  return [...ALWAYS, 'sap.journalEntryUrl', 'sap.createdByUser', ...LOG_ON_FIELDS[logOn]];
}

/** The content of a connection file from what was filled in. */
export function contentOf(values: FormValues, logOn: LogOn): Readonly<Record<string, unknown>> {
  let content: Readonly<Record<string, unknown>> = {};
  const own: readonly string[] = ['sap.authentication.type', ...LOG_ON_FIELDS[logOn]];
  for (const [place, text] of Object.entries(values)) {
    const value = text.trim();
    const isOther = place.startsWith('sap.authentication.') && !own.includes(place);
    if (value === '' || isOther) continue;
    content = withPlace(content, place.split('.'), settingOf(place, value));
  }
  return content;
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
