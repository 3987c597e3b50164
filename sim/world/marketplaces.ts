import { type CurrencyCode, parseCurrencyCode } from '../../src/core/index.ts';

/** Who owes the buyer's sales tax or VAT, and how the settlement shows it. */
export type TaxRegime =
  /** Added to the price, collected and withheld by Amazon: two rows that cancel out. */
  | { readonly kind: 'withheld'; readonly label: 'Tax' | 'VAT'; readonly perMille: number }
  /** Inside the price; the settlement says nothing about it. */
  | { readonly kind: 'included' };

/** How a settlement file of this marketplace writes itself. */
export interface FileLayout {
  readonly dates: 'yyyy-MM-dd' | 'dd.MM.yyyy' | 'yyyy/MM/dd';
  readonly decimalMark: '.' | ',';
  readonly encoding: 'utf-8' | 'windows-1252' | 'shift_jis';
  /** As the download's Content-Type names it. */
  readonly charsetLabel: string;
}

export interface Marketplace {
  readonly country: MarketplaceCountry;
  readonly marketplaceId: string;
  /** Amazon's name in the API and, with this spelling, in the file. */
  readonly name: string;
  /** The name on rows of multi-channel orders. */
  readonly nameForOtherChannels: string;
  readonly currency: CurrencyCode;
  readonly language: string;
  readonly domain: string;
  readonly layout: FileLayout;
  readonly tax: TaxRegime;
  /** Amazon's own tax on its fees, shown as a row of its own; 0 where it shows none. */
  readonly feeTaxPerMille: number;
  /** Surcharge on selling fees; 0 where there is none. */
  readonly digitalServicesPerMille: number;
  readonly orderPrefixes: readonly string[];
  /** Buyers get points that the seller pays. */
  readonly hasPoints: boolean;
  /** Smallest unit counts that make up a price: an item costs 9 to 90 of these. */
  readonly priceUnitMinor: number;
  readonly subscriptionMinor: number;
}

export type MarketplaceCountry = 'US' | 'CA' | 'MX' | 'UK' | 'DE' | 'FR' | 'IT' | 'ES' | 'NL' | 'JP' | 'AU';

const ISO_POINT: FileLayout = { dates: 'yyyy-MM-dd', decimalMark: '.', encoding: 'utf-8', charsetLabel: 'UTF-8' };
const UNITED_KINGDOM: FileLayout = { ...ISO_POINT, encoding: 'windows-1252', charsetLabel: 'Cp1252' };
const EURO: FileLayout = { dates: 'dd.MM.yyyy', decimalMark: ',', encoding: 'windows-1252', charsetLabel: 'Cp1252' };
const JAPAN: FileLayout = { dates: 'yyyy/MM/dd', decimalMark: '.', encoding: 'shift_jis', charsetLabel: 'Shift_JIS' };

type Row = readonly [
  country: MarketplaceCountry,
  marketplaceId: string,
  domain: string,
  currency: string,
  language: string,
  layout: FileLayout,
  tax: TaxRegime,
  feeTaxPerMille: number,
  digitalServicesPerMille: number,
  orderPrefixes: string,
  priceUnitMinor: number,
  subscriptionMinor: number,
];

const INCLUDED: TaxRegime = { kind: 'included' };
const withheld = (label: 'Tax' | 'VAT', perMille: number): TaxRegime => ({ kind: 'withheld', label, perMille });

// Ids, currencies and domains are Amazon's published ones. Rates and prices are invented but plausible.
const ROWS: readonly Row[] = [
  [
    'US',
    'ATVPDKIKX0DER',
    'amazon.com',
    'USD',
    'en_US',
    ISO_POINT,
    withheld('Tax', 83),
    0,
    0,
    '111 112 113 114',
    100,
    3999,
  ],
  ['CA', 'A2EUQ1WTGCTBG2', 'amazon.ca', 'CAD', 'en_CA', ISO_POINT, withheld('Tax', 130), 0, 30, '701 702', 130, 2999],
  ['MX', 'A1AM78C64UM0Y8', 'amazon.com.mx', 'MXN', 'es_MX', ISO_POINT, INCLUDED, 0, 0, '701 702', 1900, 60_000],
  [
    'UK',
    'A1F83G8C2ARO7P',
    'amazon.co.uk',
    'GBP',
    'en_GB',
    UNITED_KINGDOM,
    withheld('VAT', 200),
    200,
    20,
    '202 203 204',
    80,
    2500,
  ],
  ['DE', 'A1PA6795UKMFR9', 'amazon.de', 'EUR', 'de_DE', EURO, INCLUDED, 190, 0, '302 303 304 305', 95, 3900],
  ['FR', 'A13V1IB3VIYZZH', 'amazon.fr', 'EUR', 'fr_FR', EURO, INCLUDED, 200, 30, '402 403 404', 95, 3900],
  ['IT', 'APJ6JRA9NG5V4', 'amazon.it', 'EUR', 'it_IT', EURO, INCLUDED, 220, 30, '402 403 405', 95, 3900],
  ['ES', 'A1RKKUPIHCS9HS', 'amazon.es', 'EUR', 'es_ES', EURO, withheld('VAT', 210), 210, 30, '402 404 405', 95, 3900],
  ['NL', 'A1805IZSGTT6HS', 'amazon.nl', 'EUR', 'nl_NL', EURO, INCLUDED, 210, 0, '402 403 408', 95, 3900],
  ['JP', 'A1VC38T7YXB528', 'amazon.co.jp', 'JPY', 'ja_JP', JAPAN, INCLUDED, 100, 0, '249 250 503', 120, 4900],
  ['AU', 'A39IBJ37TRP1C6', 'amazon.com.au', 'AUD', 'en_AU', ISO_POINT, INCLUDED, 100, 0, '249 250 503', 150, 4995],
];

function marketplaceOf(row: Row): Marketplace {
  const [country, marketplaceId, domain, currency, language, layout, tax, feeTax, digital, prefixes, unit, monthly] =
    row;
  return {
    country,
    marketplaceId,
    name: `A${domain.slice(1)}`,
    nameForOtherChannels: country === 'CA' ? 'Non-Amazon CA' : 'Non-Amazon',
    currency: parseCurrencyCode(currency),
    language,
    domain: `www.${domain}`,
    layout,
    tax,
    feeTaxPerMille: feeTax,
    digitalServicesPerMille: digital,
    orderPrefixes: prefixes.split(' '),
    hasPoints: country === 'JP',
    priceUnitMinor: unit,
    subscriptionMinor: monthly,
  };
}

/** Only marketplaces whose file layout is known. Sweden and Poland are absent because their decimal mark is not. */
export const MARKETPLACES: Readonly<Record<MarketplaceCountry, Marketplace>> = Object.fromEntries(
  ROWS.map((row) => [row[0], marketplaceOf(row)]),
) as Record<MarketplaceCountry, Marketplace>;

export function isKnownMarketplaceId(id: string): boolean {
  return ROWS.some((row) => row[1] === id);
}

export type Region = 'NA' | 'EU' | 'FE';

/** The part of the world whose Amazon serves the marketplace. */
export function regionOf({ country }: Marketplace): Region {
  if (country === 'US' || country === 'CA' || country === 'MX') return 'NA';
  return country === 'JP' || country === 'AU' ? 'FE' : 'EU';
}
