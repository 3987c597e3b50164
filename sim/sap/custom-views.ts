/**
 * Services a customer makes from released CDS views, for what no standard service tells: tax codes, document types,
 * posting periods, and G/L accounts in their company codes. Names of services and fields are the customer's own.
 */
import { date, defineEntitySet, type EntitySet, flag, key, mark, text, upper } from './entity-set.ts';
import {
  type CompanyCode,
  type DocumentType,
  type GlAccount,
  isPeriodOpen,
  type PretendSapWorld,
  type TaxCode,
} from './world.ts';

export type CustomViewKind = 'taxCodes' | 'documentTypes' | 'openPeriods' | 'glAccountsInCompanyCode';

export interface CustomView {
  /** Service and entity set share it: `YY1_TAXCODE` is the set of the service `YY1_TAXCODE_CDS`. */
  readonly name: string;
  /** Fields that go by another name than here. */
  readonly fields?: Readonly<Record<string, string>>;
}

export type CustomViews = Readonly<Partial<Record<CustomViewKind, CustomView>>>;

interface PeriodRow {
  readonly company: CompanyCode;
  readonly fiscalYear: string;
  readonly period: string;
  readonly isOpen: boolean;
}

interface AccountRow {
  readonly company: CompanyCode;
  readonly account: GlAccount;
}

const periodsPerYear = 16;
const yearsAround = 2;
const reconciliationTypes = { customers: 'D', suppliers: 'K' } as const;

const views = {
  taxCodes: (service: string, name: string) =>
    defineEntitySet<TaxCode>({
      service,
      name,
      rows: (world) => world.taxCodes,
      fields: {
        TaxCalculationProcedure: key(upper(6, (row) => `TAX${row.country}`)),
        TaxCode: key(upper(2, (row) => row.taxCode)),
        Country: upper(3, (row) => row.country),
        TaxType: upper(1, (row) => (row.taxType === 'output' ? 'A' : 'V')),
      },
    }),
  documentTypes: (service: string, name: string) =>
    defineEntitySet<DocumentType>({
      service,
      name,
      rows: (world) => [...world.documentTypes.values()],
      fields: {
        AccountingDocumentType: key(upper(2, (row) => row.documentType)),
        AllowedFinancialAccountTypes: upper(5, (row) => row.accountTypes),
        NegativePostingIsAllowed: mark((row) => row.negativePostingAllowed ?? false),
      },
    }),
  openPeriods: (service: string, name: string) =>
    defineEntitySet<PeriodRow>({
      service,
      name,
      rows: listPeriods,
      fields: {
        CompanyCode: key(upper(4, (row) => row.company.companyCode)),
        FiscalYear: key(text(4, (row) => row.fiscalYear)),
        FiscalPeriod: key(text(3, (row) => row.period)),
        FiscalYearVariant: upper(2, (row) => row.company.fiscalYearVariant ?? 'K4'),
        PostingPeriodIsOpen: flag((row) => row.isOpen),
      },
    }),
  glAccountsInCompanyCode: (service: string, name: string) =>
    defineEntitySet<AccountRow>({
      service,
      name,
      rows: listAccounts,
      fields: {
        CompanyCode: key(upper(4, (row) => row.company.companyCode)),
        GLAccount: key(upper(10, (row) => row.account.glAccount)),
        ChartOfAccounts: upper(4, (row) => row.company.chartOfAccounts),
        AccountIsBlockedForPosting: flag((row) => row.account.blockedForPosting ?? false),
        AccountIsMarkedForDeletion: flag((row) => row.account.markedForDeletion ?? false),
        ReconciliationAccountType: upper(1, ({ account }) =>
          account.reconciles === undefined ? '' : reconciliationTypes[account.reconciles],
        ),
        TaxCategory: upper(2, (row) => (row.account.taxCodeRequired ? '*' : '')),
        IsTaxCodeRequired: flag((row) => row.account.taxCodeRequired ?? false),
        CreationDate: date(() => '2024-01-01'),
      },
    }),
} satisfies Readonly<Record<CustomViewKind, (service: string, name: string) => EntitySet>>;

/** The services that the world's customer has published, none unless it says so. */
export function createCustomViews(published: CustomViews): readonly EntitySet[] {
  return Object.entries(published).map(([kind, view]) => {
    const set = views[kind as CustomViewKind](`${view.name}_CDS`, view.name);
    return renameFields(set, view.fields ?? {});
  });
}

function renameFields(set: EntitySet, names: Readonly<Record<string, string>>): EntitySet {
  for (const name of Object.keys(names)) {
    if (!set.fields.has(name)) throw new Error(`the view ${set.name} has no field ${name} to rename`);
  }
  const original = new Map([...set.fields.keys()].map((name) => [names[name] ?? name, name]));
  return {
    ...set,
    fields: new Map(
      [...set.fields.values()].map((field) => {
        const name = names[field.name] ?? field.name;
        return [name, { ...field, name }];
      }),
    ),
    entries: (world, nowMs) =>
      set.entries(world, nowMs).map((entry) => ({ value: (name) => entry.value(original.get(name) ?? name) })),
  };
}

function listPeriods(world: PretendSapWorld, nowMs: number): readonly PeriodRow[] {
  const year = new Date(nowMs).getUTCFullYear();
  const years = Array.from({ length: 2 * yearsAround + 1 }, (_each, index) => String(year - yearsAround + index));
  const periods = Array.from({ length: periodsPerYear }, (_each, index) => String(index + 1).padStart(3, '0'));
  return [...world.companyCodes.values()].flatMap((company) =>
    years.flatMap((fiscalYear) =>
      periods.map((period) => ({
        company,
        fiscalYear,
        period,
        isOpen: isPeriodOpen(world, company.companyCode, fiscalYear, period),
      })),
    ),
  );
}

function listAccounts(world: PretendSapWorld): readonly AccountRow[] {
  return [...world.companyCodes.values()].flatMap((company) =>
    [...world.glAccounts.values()]
      .filter((account) => account.chartOfAccounts === company.chartOfAccounts)
      .filter((account) => account.companyCodes?.includes(company.companyCode) ?? true)
      .map((account) => ({ company, account })),
  );
}
