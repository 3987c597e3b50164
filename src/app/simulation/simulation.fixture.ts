/** A small SAP without faults, and an entry that it would book, for tests to spoil. */
import { type CurrencyCode, type LocalDate, money } from '../../core/index.ts';
import type {
  CompanyCode,
  CustomerNumber,
  GlAccount,
  JournalEntry,
  JournalLine,
  PostingKey,
} from '../../ledger/index.ts';
import { MASTER_DATA_KINDS, type MasterDataKind, type MasterDataPart, type MasterDataRows } from '../master-data.ts';
import { MasterDataView } from './master-data-view.ts';

const READ_AT = '2026-11-23T06:00:00.000Z';
const EUR = 'EUR' as CurrencyCode;
const always = { validFrom: '2020-01-01' as LocalDate, validTo: '9999-12-31' as LocalDate };

const account = (glAccount: string, change: Partial<MasterDataRows['gl-accounts']> = {}) => ({
  glAccount,
  name: `Account ${glAccount}`,
  isProfitAndLoss: glAccount.startsWith('4') || glAccount.startsWith('6'),
  isSecondary: false,
  isNonOperating: false,
  isBlocked: false,
  isMarkedForDeletion: false,
  ...change,
});
const companyAccount = (glAccount: string, change: Partial<MasterDataRows['company-gl-accounts']> = {}) => ({
  glAccount,
  companyCode: '1010',
  isBlocked: false,
  isReconciliation: false,
  isPostedAutomatically: false,
  ...change,
});
const costCenter = (name: string, change: Partial<MasterDataRows['cost-centers']> = {}) => ({
  costCenter: name,
  ...always,
  companyCode: '1010',
  isBlockedForCosts: false,
  isBlockedForRevenue: false,
  ...change,
});

export const rows = {
  account,
  companyAccount,
  costCenter,
  profitCenter: (name: string, change: Partial<MasterDataRows['profit-centers']> = {}) => ({
    profitCenter: name,
    ...always,
    isBlocked: false,
    ...change,
  }),
  customer: (name: string, change: Partial<MasterDataRows['customers']> = {}) => ({
    customer: name,
    companyCode: '1010',
    reconciliationAccount: '12100000',
    isBlocked: false,
    isMarkedForDeletion: false,
    ...change,
  }),
};

type Parts = { [Kind in MasterDataKind]: { scope: string; rows: readonly MasterDataRows[Kind][] } };

export const faultless: Parts = {
  'company-codes': {
    scope: '',
    rows: [
      {
        companyCode: '1010',
        name: 'DE',
        country: 'DE',
        currency: 'EUR',
        chartOfAccounts: 'YCOA',
        controllingArea: 'A000',
      },
    ],
  },
  'gl-accounts': {
    scope: 'YCOA',
    rows: [account('11001000'), account('41000000'), account('65001100'), account('12100000')],
  },
  'cost-centers': { scope: 'A000', rows: [costCenter('10101101')] },
  'profit-centers': { scope: 'A000', rows: [rows.profitCenter('YB101')] },
  customers: { scope: '1010', rows: [rows.customer('1000123')] },
  'company-gl-accounts': {
    scope: '1010',
    rows: [
      companyAccount('11001000'),
      companyAccount('41000000'),
      companyAccount('65001100'),
      companyAccount('12100000', { isReconciliation: true }),
    ],
  },
  'tax-codes': { scope: '', rows: [{ taxCode: 'A1', country: 'DE' }] },
  'document-types': { scope: '', rows: [{ documentType: 'SA', accountTypes: 'ADKS' }] },
  'posting-periods': {
    scope: '1010',
    rows: [{ companyCode: '1010', from: '2026-11-01' as LocalDate, to: '2026-11-30' as LocalDate, isOpen: true }],
  },
};

/** Every kind is offered and read, with the changes that are given; a kind that is `null` could not be read. */
export function dataOf(
  changes: { [Kind in MasterDataKind]?: readonly MasterDataRows[Kind][] | null } = {},
): MasterDataView {
  return new MasterDataView(partsOf(changes), MASTER_DATA_KINDS);
}

export function partsOf(
  changes: { [Kind in MasterDataKind]?: readonly MasterDataRows[Kind][] | null } = {},
): MasterDataPart[] {
  return MASTER_DATA_KINDS.map((kind) => {
    const { scope, rows: whole } = faultless[kind];
    const changed = changes[kind];
    const given = changed === undefined ? whole : changed;
    const problem = { code: 'SAP_SERVICE_NOT_ACTIVE', kind: 'rejected', says: 'No.', next: 'Add it.' } as const;
    return {
      kind,
      scope,
      covers: 'all',
      rows: given,
      readAt: given === null ? null : READ_AT,
      askedAt: READ_AT,
      problem: given === null ? problem : null,
    };
  });
}

export function line(change: Partial<JournalLine> & { minor?: bigint } = {}): JournalLine {
  const { minor = 100n, ...rest } = change;
  return {
    kind: 'payout',
    glAccount: '11001000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(EUR, minor),
    text: 'Amazon clearing',
    buckets: [],
    ...rest,
  };
}

/** Clearing 900, a customer 200, a fee 100, revenue −1190 with tax, and a line that is not sent. */
export function goodLines(): JournalLine[] {
  return [
    line({ minor: 89000n }),
    line({ minor: 20000n, glAccount: '12100000' as GlAccount, customer: '1000123' as CustomerNumber }),
    line({ minor: 10000n, kind: 'referral-fee', glAccount: '65001100' as GlAccount, costCenter: '10101101' }),
    line({
      minor: -119000n,
      kind: 'product-sale',
      glAccount: '41000000' as GlAccount,
      profitCenter: 'YB101',
      taxCode: 'A1',
      tax: { taxCode: 'A1', base: money(EUR, -100000n), amount: money(EUR, -19000n) },
    }),
    line({ minor: 0n, glAccount: '99999999' as GlAccount }),
  ];
}

export function goodEntry(change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
    companyCode: '1010' as CompanyCode,
    documentType: 'SA',
    documentDate: '2026-11-14' as LocalDate,
    postingDate: '2026-11-14' as LocalDate,
    currency: EUR,
    headerText: 'AMZ settlement',
    headerReference: '11223344556',
    part: 1,
    partCount: 1,
    lines: goodLines(),
    ...change,
  };
}
