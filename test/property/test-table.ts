import { type LocalDate, parseTimeZone, sha256Of } from '../../src/core/index.ts';
import type { CompanyCode, GlAccount } from '../../src/ledger/index.ts';
import {
  type AccountAssignment,
  type AccountTable,
  type CompanyCodeRule,
  type MarketplaceRule,
  OWN_MEANINGS,
} from '../../src/mapping/index.ts';

export interface TestTableOptions {
  /** Company code to time zone. */
  readonly companyCodes?: Readonly<Record<string, string>>;
  readonly documentTypeWithCustomer?: string;
  /** Marketplace name to company code. */
  readonly marketplaces?: Readonly<Record<string, string>>;
  readonly currencies?: Readonly<Record<string, string>>;
  /** Kind or purpose to what differs from the default; `null` for none. */
  readonly assignments?: Readonly<Record<string, Partial<AccountAssignment> | null>>;
  /** Tax code to rate in hundredths of a percent. */
  readonly taxCodes?: Readonly<Record<string, bigint>>;
  /** Assignments by date, for tests of effective dates. */
  readonly assign?: (kind: string, marketplace: string, on: LocalDate) => Partial<AccountAssignment> | null | undefined;
}

/** An account table made by hand: every kind has an account of its own name, so that lines are told apart by it. */
export function testTable(options: TestTableOptions = {}): AccountTable {
  const companyCodes = options.companyCodes ?? { '1710': 'America/Los_Angeles', '1010': 'Europe/Berlin' };
  const marketplaces = options.marketplaces ?? { 'Amazon.com': '1710', 'Amazon.de': '1010' };
  const currencies = options.currencies ?? { USD: 'Amazon.com', EUR: 'Amazon.de' };
  const rules: CompanyCodeRule[] = Object.entries(companyCodes).map(([companyCode, timeZone]) => ({
    companyCode: companyCode as CompanyCode,
    timeZone: parseTimeZone(timeZone),
    documentType: 'SA',
    ...(options.documentTypeWithCustomer !== undefined && {
      documentTypeWithCustomer: options.documentTypeWithCustomer,
    }),
    fiscalYear: 'calendar',
  }));
  const places: MarketplaceRule[] = Object.entries(marketplaces).map(([name, companyCode]) => ({
    name,
    companyCode: companyCode as CompanyCode,
  }));
  const find = (name: string) => places.find((place) => place.name.toLowerCase() === name.toLowerCase());
  return {
    name: 'by hand',
    text: '',
    sha256: sha256Of(''),
    assign: (kind, marketplace, on) => {
      const own = options.assign?.(kind, marketplace, on) ?? options.assignments?.[kind];
      if (own === null) return undefined;
      const glAccount = `GL-${kind}` as GlAccount;
      return { glAccount, costCenter: null, profitCenter: null, taxCode: null, text: `Amazon ${kind}`, ...own };
    },
    marketplace: find,
    marketplaceOfCurrency: (currency) => {
      const name = currencies[currency];
      return name === undefined ? undefined : find(name);
    },
    companyCode: (code) => rules.find((rule) => rule.companyCode === code),
    companyCodes: () => rules,
    placeOf: (name) => {
      const place = find(name);
      return place && { companyCode: place.companyCode, costCenter: null, profitCenter: null };
    },
    hasSkuPatterns: false,
    matchSku: () => [],
    taxCode: (code) => {
      const rate = options.taxCodes?.[code];
      return rate === undefined ? undefined : { taxCode: code, validFrom: null, rate, direction: 'output' };
    },
    taxDirection: (code) => (options.taxCodes?.[code] === undefined ? undefined : 'output'),
    ...OWN_MEANINGS,
  };
}
