import { Problem } from './problem.ts';

declare const currencyBrand: unique symbol;
/** An ISO 4217 code that this program knows the decimals of. */
export type CurrencyCode = string & { readonly [currencyBrand]: true };

// ISO 4217 minor units. A currency that is not listed is refused: assuming two decimals would be a guess about money.
const CODES_BY_DECIMALS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
    KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const DECIMALS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_DECIMALS).flatMap(([decimals, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(decimals)]),
  ),
);

export function isCurrencyCode(text: string): text is CurrencyCode {
  return DECIMALS.has(text);
}

/** Raises `CURRENCY_UNKNOWN` (invalid) for a code whose number of decimals is not known. */
export function parseCurrencyCode(text: string): CurrencyCode {
  if (isCurrencyCode(text)) return text;
  throw new Problem({
    code: 'CURRENCY_UNKNOWN',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not an ISO 4217 currency code known to this program.`,
    next: 'Check the value; a code that ISO added lately can be added in src/core/currency.ts.',
    data: text,
  });
}

/** Digits after the decimal mark in this currency's smallest unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyDecimals(currency: CurrencyCode): number {
  return DECIMALS.get(currency) ?? 2;
}
