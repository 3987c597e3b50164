import type { CurrencyCode, TimeZone } from '../core/index.ts';

/** How an account table writes that a row holds for every marketplace. */
export const ANY_MARKETPLACE = 'any';

/** One of Amazon's stores. */
export interface Marketplace {
  /** As settlement files write it. */
  readonly name: string;
  /** Amazon's marketplace id. */
  readonly id: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly currency: CurrencyCode;
  /** Region of Amazon’s interface in which the store’s reports are found. */
  readonly region: 'NA' | 'EU' | 'FE';
  /** In which the store's own day begins and ends. */
  readonly timeZone: TimeZone;
}

// Ids, currencies and regions as in Amazon's list of marketplace ids.
const MARKETPLACES: readonly Marketplace[] = [
  ...inRegion('NA', [
    ['Amazon.com', 'US', 'USD', 'ATVPDKIKX0DER', 'America/Los_Angeles'],
    ['Amazon.ca', 'CA', 'CAD', 'A2EUQ1WTGCTBG2', 'America/Los_Angeles'],
    ['Amazon.com.mx', 'MX', 'MXN', 'A1AM78C64UM0Y8', 'America/Los_Angeles'],
    ['Amazon.com.br', 'BR', 'BRL', 'A2Q3Y263D00KWC', 'America/Sao_Paulo'],
  ]),
  ...inRegion('EU', [
    ['Amazon.de', 'DE', 'EUR', 'A1PA6795UKMFR9', 'Europe/Berlin'],
    ['Amazon.co.uk', 'GB', 'GBP', 'A1F83G8C2ARO7P', 'Europe/London'],
    ['Amazon.fr', 'FR', 'EUR', 'A13V1IB3VIYZZH', 'Europe/Paris'],
    ['Amazon.it', 'IT', 'EUR', 'APJ6JRA9NG5V4', 'Europe/Rome'],
    ['Amazon.es', 'ES', 'EUR', 'A1RKKUPIHCS9HS', 'Europe/Madrid'],
    ['Amazon.nl', 'NL', 'EUR', 'A1805IZSGTT6HS', 'Europe/Amsterdam'],
    ['Amazon.com.be', 'BE', 'EUR', 'AMEN7PMS3EDWL', 'Europe/Brussels'],
    ['Amazon.ie', 'IE', 'EUR', 'A28R8C7NBKEWEA', 'Europe/Dublin'],
    ['Amazon.se', 'SE', 'SEK', 'A2NODRKZP88ZB9', 'Europe/Stockholm'],
    ['Amazon.pl', 'PL', 'PLN', 'A1C3SOZRARQ6R3', 'Europe/Warsaw'],
    ['Amazon.com.tr', 'TR', 'TRY', 'A33AVAJ2PDY3EV', 'Europe/Istanbul'],
    ['Amazon.co.za', 'ZA', 'ZAR', 'AE08WJ6YKNBMC', 'Africa/Johannesburg'],
    ['Amazon.eg', 'EG', 'EGP', 'ARBP9OOSHTCHU', 'Africa/Cairo'],
    ['Amazon.sa', 'SA', 'SAR', 'A17E79C6D8DWNP', 'Asia/Riyadh'],
    ['Amazon.ae', 'AE', 'AED', 'A2VIGQ35RCS4UG', 'Asia/Dubai'],
    ['Amazon.in', 'IN', 'INR', 'A21TJRUUN4KGV', 'Asia/Kolkata'],
  ]),
  ...inRegion('FE', [
    ['Amazon.co.jp', 'JP', 'JPY', 'A1VC38T7YXB528', 'Asia/Tokyo'],
    ['Amazon.com.au', 'AU', 'AUD', 'A39IBJ37TRP1C6', 'Australia/Sydney'],
    ['Amazon.sg', 'SG', 'SGD', 'A19VAU5U5O7RUS', 'Asia/Singapore'],
  ]),
];

const BY_NAME: ReadonlyMap<string, Marketplace> = new Map(MARKETPLACES.map((store) => [foldName(store.name), store]));
const BY_COUNTRY: ReadonlyMap<string, Marketplace> = new Map(
  MARKETPLACES.map((store) => [store.country.toLowerCase(), store]),
);

const BY_ID: ReadonlyMap<string, Marketplace> = new Map(MARKETPLACES.map((store) => [store.id, store]));

/** Ids under which Amazon lists orders of other sales channels that it only fulfils, by country. */
const MULTI_CHANNEL_IDS: ReadonlyMap<string, string> = new Map([
  ['A38D8NSA03LJTC', 'DE'],
  ['AFQLKURYRPEL8', 'ES'],
  ['A1ZFFQZ3HTUKT9', 'FR'],
  ['A62U237T8HV6N', 'IT'],
  ['AZMDEXL2RVFNN', 'GB'],
  ['A1MQXOICRS2Z7M', 'CA'],
  ['A3H6HPSLHAK3XG', 'MX'],
  ['A2ZV50J4W1RKNI', 'US'],
]);

/** Names of another kind for the same store, seen in files: `SI UK Prod Marketplace`, `SI CA Prod Marketplace`. */
const INTERNAL_NAME = /^si ([a-z]{2}) prod marketplace$/;
const MULTI_CHANNEL_NAME = /^non-amazon(?: ([a-z]{2}))?\b/;

/** The 23 stores, by region. */
export function marketplaces(): readonly Marketplace[] {
  return MARKETPLACES;
}

/**
 * The store a file means, without regard to case. `Non-Amazon CA`, whose orders come from another sales channel, is the
 * store of its country; a bare `Non-Amazon` names no country and is no store. `undefined` for a name not known.
 */
export function findMarketplace(name: string): Marketplace | undefined {
  const folded = foldName(name);
  const country = INTERNAL_NAME.exec(folded)?.[1] ?? MULTI_CHANNEL_NAME.exec(folded)?.[1];
  if (country !== undefined) return BY_COUNTRY.get(country === 'uk' ? 'gb' : country);
  return BY_NAME.get(folded);
}

/** The store of an id; that of its country for a multi-channel id. `undefined` for an id not known. */
export function findMarketplaceById(id: string): Marketplace | undefined {
  const country = MULTI_CHANNEL_IDS.get(id);
  return country === undefined ? BY_ID.get(id) : BY_COUNTRY.get(country.toLowerCase());
}

/** Of other sales channels: Amazon lists it among a seller's marketplaces, but takes it in no request. */
export function isMultiChannelMarketplaceId(id: string): boolean {
  return MULTI_CHANNEL_IDS.has(id);
}

/** The row belongs to an order from another sales channel that Amazon only fulfilled. */
export function isMultiChannelMarketplace(name: string): boolean {
  return MULTI_CHANNEL_NAME.test(foldName(name));
}

/** The form in which marketplace names are compared. */
export function foldName(name: string): string {
  return name.replace(/\s+/g, ' ').trim().toLowerCase();
}

function inRegion(
  region: Marketplace['region'],
  stores: readonly (readonly [name: string, country: string, currency: string, id: string, timeZone: string])[],
): Marketplace[] {
  return stores.map(([name, country, currency, id, timeZone]) => ({
    name,
    id,
    country,
    currency: currency as CurrencyCode,
    region,
    timeZone: timeZone as TimeZone,
  }));
}
