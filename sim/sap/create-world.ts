import { isCurrencyCode, uuidFromName } from '../../src/core/index.ts';
import { createCustomViews } from './custom-views.ts';
import { createFaultPlan, type Fault } from './faults.ts';
import { givenPartners } from './partners/given-partners.ts';
import { usualPartnerGroupings } from './partners/partner-store.ts';
import { createRateLimit } from './rate-limit.ts';
import { createSessionStore } from './sessions.ts';
import {
  convertAlpha,
  type DocumentType,
  type ExchangeRate,
  type GlAccount,
  type PretendSapWorld,
  type PretendSapWorldOptions,
} from './world.ts';

const minuteMs = 60_000;

/** Types every new system has. Which account types each allows is configuration; these allow the usual ones. */
const usualDocumentTypes: readonly DocumentType[] = [
  { documentType: 'SA', accountTypes: 'SDK' },
  { documentType: 'AB', accountTypes: 'SDK' },
  { documentType: 'DR', accountTypes: 'SD' },
  { documentType: 'DG', accountTypes: 'SD' },
  { documentType: 'DZ', accountTypes: 'SD' },
  { documentType: 'KR', accountTypes: 'SK' },
];

/** Invented, but of the right size, so that a company code in any of these currencies can book any other. */
const inventedRates: readonly ExchangeRate[] = [
  ['USD', '1.10'],
  ['GBP', '0.85'],
  ['CAD', '1.50'],
  ['MXN', '20.00'],
  ['BRL', '6.00'],
  ['JPY', '160'],
  ['AUD', '1.65'],
  ['SEK', '11.20'],
  ['PLN', '4.30'],
  ['TRY', '38.00'],
  ['INR', '93.00'],
  ['AED', '4.04'],
  ['SAR', '4.13'],
  ['EGP', '54.00'],
  ['SGD', '1.45'],
  ['CHF', '0.95'],
  ['CZK', '25.00'],
  ['ZAR', '20.00'],
  ['KWD', '0.338'],
  ['BHD', '0.415'],
].map(([to, rate]) => ({ from: 'EUR', to: to ?? '', rate: rate ?? '' }));

/**
 * Makes a pretend SAP with exactly the master data given. Throws on master data that contradicts itself, because a
 * test against it would prove nothing.
 */
export function createPretendSapWorld(
  options: PretendSapWorldOptions,
  faults: readonly Fault[] = [],
  incarnation = 0,
): PretendSapWorld {
  let names = 0;
  for (const { companyCode, currency } of options.companyCodes) {
    if (!isCurrencyCode(currency)) throw new Error(`company code ${companyCode}: ${currency} is no known currency`);
  }
  const users = options.users ?? [{ user: 'PRETEND_USER', password: 'pretend-password' }];
  return {
    companyCodes: uniqueMap('company code', options.companyCodes, (row) => row.companyCode),
    glAccounts: uniqueMap('G/L account', options.glAccounts.map(padGlAccount), keyOfGlAccount),
    costCenters: (options.costCenters ?? []).map((row) => ({ ...row, costCenter: convertAlpha(row.costCenter, 10) })),
    profitCenters: (options.profitCenters ?? []).map((row) => ({
      ...row,
      profitCenter: convertAlpha(row.profitCenter, 10),
    })),
    taxCodes: (options.taxCodes ?? []).map((row) => ({ ...row, glAccount: convertAlpha(row.glAccount, 10) })),
    suppliers: (options.suppliers ?? []).map((row) => ({ ...row, number: convertAlpha(row.number, 10) })),
    partners: givenPartners(options.customers ?? []),
    partnerRules: {
      groupings: uniqueMap('grouping', options.partnerGroupings ?? usualPartnerGroupings, (row) => row.grouping),
      paymentTerms: new Set(options.paymentTerms ?? ['0001', '0002', '0003', '0004', 'NT00', 'NT30']),
      uniqueIdentificationTypes: new Set(options.uniqueIdentificationTypes ?? []),
      customerDelayMs: options.customerDelayMs ?? 0,
      etags: options.partnerEtags ?? 'own',
    },
    documentTypes: uniqueMap('document type', options.documentTypes ?? usualDocumentTypes, (row) => row.documentType),
    users: uniqueMap('user', users, (row) => row.user),
    oauthClients: uniqueMap('OAuth client', options.oauthClients ?? [], (row) => row.clientId),
    exchangeRates: options.exchangeRates ?? inventedRates,
    missingServices: new Set(options.missingServices ?? []),
    customViews: createCustomViews(options.customViews ?? {}),
    clockSkewMs: options.clockSkewMs ?? 0,
    rateLimit: createRateLimit(options),
    locks: [],
    numberRanges: new Map(),
    reversalReasons: new Set(options.reversalReasons ?? ['01', '02', '03', '04', '05']),
    behaviour: {
      release: options.release ?? '2024',
      csrfOnSoap: options.csrfOnSoap ?? true,
      itemCubeDelayMs: options.itemCubeDelayMs ?? 0,
      taxRows: options.taxRows ?? 'each',
      pageSizeMax: options.pageSizeMax ?? 1000,
      tokenLifetimeMs: options.tokenLifetimeMs ?? 60 * minuteMs,
    },
    openPeriods: options.openPeriods,
    closedPeriods: new Set(),
    tokens: new Map(),
    sessions: createSessionStore(options.sessionLifetimeMs ?? 30 * minuteMs),
    faults: createFaultPlan(options.seed, faults, options.faultRates),
    documents: [],
    documentsByKey: new Map(),
    numbersUsed: new Map(),
    reversedBy: new Map(),
    record: () => {},
    recordPartners: () => {},
    nextName: (purpose) => {
      names += 1;
      return uuidFromName(`${options.seed}/${incarnation}/${purpose}/${names}`);
    },
  };
}

function padGlAccount(account: GlAccount): GlAccount {
  return { ...account, glAccount: convertAlpha(account.glAccount, 10) };
}

function keyOfGlAccount(account: GlAccount): string {
  return `${account.chartOfAccounts}/${account.glAccount}`;
}

function uniqueMap<Row>(what: string, rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  const map = new Map<string, Row>();
  for (const row of rows) {
    if (map.has(keyOf(row))) throw new Error(`${what} ${keyOf(row)} is given twice`);
    map.set(keyOf(row), row);
  }
  return map;
}
