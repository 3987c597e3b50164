/** The read services for company codes, G/L accounts, cost centres and profit centres. */
import {
  date,
  defineEntitySet,
  type EntitySet,
  flag,
  instant,
  key,
  mark,
  sameFields,
  text,
  upper,
} from './entity-set.ts';
import type { CompanyCode, CostCenter, GlAccount, PretendSapWorld, ProfitCenter } from './world.ts';

const language = 'EN';
const createdOn = '2024-01-01';
const createdBy = 'PRETEND_ADM';

const companyCodes = defineEntitySet<CompanyCode>({
  service: 'API_COMPANYCODE_SRV',
  name: 'A_CompanyCode',
  rows: (world) => [...world.companyCodes.values()],
  fields: {
    CompanyCode: key(upper(4, (row) => row.companyCode)),
    CompanyCodeName: text(25, (row) => row.name),
    CityName: text(25, () => ''),
    Country: upper(3, (row) => row.country),
    Currency: upper(5, (row) => row.currency),
    Language: text(2, () => language),
    ChartOfAccounts: upper(4, (row) => row.chartOfAccounts),
    FiscalYearVariant: upper(2, (row) => row.fiscalYearVariant ?? 'K4'),
    Company: upper(6, () => ''),
    CreditControlArea: upper(4, () => ''),
    CountryChartOfAccounts: upper(4, () => ''),
    FinancialManagementArea: upper(4, () => ''),
    AddressID: upper(10, () => ''),
    TaxableEntity: upper(4, () => ''),
    VATRegistration: upper(20, () => ''),
    ExtendedWhldgTaxIsActive: flag(() => false),
    ControllingArea: upper(4, (row) => row.controllingArea),
    FieldStatusVariant: upper(4, () => '0010'),
    NonTaxableTransactionTaxCode: upper(2, () => ''),
    DocDateIsUsedForTaxDetn: flag(() => false),
    TaxRptgDateIsActive: flag(() => false),
  },
});

const glAccountTexts = defineEntitySet<GlAccount>({
  service: 'API_GLACCOUNTINCHARTOFACCOUNTS_SRV',
  name: 'A_GLAccountText',
  rows: (world) => [...world.glAccounts.values()],
  fields: {
    ChartOfAccounts: key(upper(4, (row) => row.chartOfAccounts)),
    GLAccount: key(upper(10, (row) => row.glAccount)),
    Language: key(text(2, () => language)),
    GLAccountName: text(20, (row) => row.name.slice(0, 20)),
    GLAccountLongName: text(50, (row) => row.name.slice(0, 50)),
    LastChangeDateTime: instant(() => `${createdOn}T00:00:00Z`),
  },
});

const glAccounts = defineEntitySet<GlAccount>({
  service: 'API_GLACCOUNTINCHARTOFACCOUNTS_SRV',
  name: 'A_GLAccountInChartOfAccounts',
  rows: (world) => [...world.glAccounts.values()],
  fields: {
    ChartOfAccounts: key(upper(4, (row) => row.chartOfAccounts)),
    GLAccount: key(upper(10, (row) => row.glAccount)),
    IsBalanceSheetAccount: flag((row) => row.kind === 'balanceSheet'),
    GLAccountGroup: upper(4, () => ''),
    CorporateGroupAccount: upper(10, () => ''),
    ProfitLossAccountType: upper(2, (row) => (row.kind === 'profitAndLoss' ? 'X' : '')),
    SampleGLAccount: upper(10, () => ''),
    AccountIsMarkedForDeletion: flag((row) => row.markedForDeletion ?? false),
    AccountIsBlockedForCreation: flag(() => false),
    AccountIsBlockedForPosting: flag((row) => row.blockedForPosting ?? false),
    AccountIsBlockedForPlanning: flag(() => false),
    PartnerCompany: upper(6, () => ''),
    FunctionalArea: upper(16, () => ''),
    CreationDate: date(() => createdOn),
    CreatedByUser: upper(12, () => createdBy),
    LastChangeDateTime: instant(() => `${createdOn}T00:00:00Z`),
    GLAccountType: upper(1, (row) => (row.kind === 'balanceSheet' ? 'X' : 'P')),
    GLAccountExternal: upper(10, (row) => row.glAccount.replace(/^0+(?=\d)/, '')),
    IsProfitLossAccount: flag((row) => row.kind === 'profitAndLoss'),
  },
  navigations: [{ name: 'to_Text', target: glAccountTexts, isLinked: sameFields('ChartOfAccounts', 'GLAccount') }],
});

const costCenterTexts = defineEntitySet<CostCenter>({
  service: 'API_COSTCENTER_SRV',
  name: 'A_CostCenterText',
  rows: (world) => world.costCenters,
  fields: {
    CostCenter: key(upper(10, (row) => row.costCenter)),
    ControllingArea: key(upper(4, (row) => row.controllingArea)),
    Language: key(text(2, () => language)),
    ValidityEndDate: key(date((row) => row.validTo)),
    ValidityStartDate: date((row) => row.validFrom),
    CostCenterName: text(20, (row) => row.name.slice(0, 20)),
    CostCenterDescription: text(40, (row) => row.name.slice(0, 40)),
  },
});

interface CostCenterRow extends CostCenter {
  readonly company: CompanyCode | undefined;
}

const costCenters = defineEntitySet<CostCenterRow>({
  service: 'API_COSTCENTER_SRV',
  name: 'A_CostCenter',
  rows: (world: PretendSapWorld) =>
    world.costCenters.map((row) => ({ ...row, company: world.companyCodes.get(row.companyCode) })),
  fields: {
    ControllingArea: key(upper(4, (row) => row.controllingArea)),
    CostCenter: key(upper(10, (row) => row.costCenter)),
    ValidityEndDate: key(date((row) => row.validTo)),
    ValidityStartDate: date((row) => row.validFrom),
    CompanyCode: upper(4, (row) => row.companyCode),
    BusinessArea: upper(4, () => ''),
    CostCtrResponsiblePersonName: text(20, () => ''),
    CostCtrResponsibleUser: upper(12, () => ''),
    CostCenterCurrency: upper(5, (row) => row.company?.currency ?? ''),
    ProfitCenter: upper(10, (row) => row.profitCenter ?? ''),
    Department: text(12, () => ''),
    FunctionalArea: upper(16, () => ''),
    Country: upper(3, (row) => row.company?.country ?? ''),
    CostCenterStandardHierArea: upper(12, () => ''),
    CostCenterCategory: upper(1, () => ''),
    IsBlkdForPrimaryCostsPosting: mark((row) => row.blockedForPrimaryCosts ?? false),
    IsBlkdForSecondaryCostsPosting: mark(() => false),
    IsBlockedForRevenuePosting: mark((row) => row.blockedForRevenue ?? false),
    IsBlockedForCommitmentPosting: mark(() => false),
    Language: text(2, () => language),
    CostCenterCreatedByUser: upper(12, () => createdBy),
    CostCenterCreationDate: date(() => createdOn),
  },
  navigations: [
    {
      name: 'to_Text',
      target: costCenterTexts,
      isLinked: sameFields('ControllingArea', 'CostCenter', 'ValidityEndDate'),
    },
  ],
});

const profitCenters = defineEntitySet<ProfitCenter>({
  service: 'API_PROFITCENTER_SRV',
  name: 'A_ProfitCenter',
  rows: (world) => world.profitCenters,
  fields: {
    ControllingArea: key(upper(4, (row) => row.controllingArea)),
    ProfitCenter: key(upper(10, (row) => row.profitCenter)),
    ValidityEndDate: key(date((row) => row.validTo)),
    ValidityStartDate: date((row) => row.validFrom),
    ProfitCtrResponsiblePersonName: text(20, () => ''),
    CompanyCode: upper(4, () => ''),
    Department: text(12, () => ''),
    ProfitCenterStandardHierarchy: upper(12, () => ''),
    Segment: upper(10, () => ''),
    ProfitCenterIsBlocked: mark((row) => row.blocked ?? false),
    Language: text(2, () => language),
    ProfitCenterCreatedByUser: upper(12, () => createdBy),
    ProfitCenterCreationDate: date(() => createdOn),
  },
});

export const masterDataSets: readonly EntitySet[] = [
  companyCodes,
  glAccounts,
  glAccountTexts,
  costCenters,
  costCenterTexts,
  profitCenters,
];
