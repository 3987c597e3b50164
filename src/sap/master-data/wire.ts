/**
 * SAP's own words: services, sets and fields of the master data that is read. Source: the OData metadata of
 * API_COMPANYCODE_SRV, API_GLACCOUNTINCHARTOFACCOUNTS_SRV, API_COSTCENTER_SRV and API_BUSINESS_PARTNER. That of
 * API_PROFITCENTER_SRV is not public; its fields are those of the same entity inside API_JOURNALENTRYITEMBASIC_SRV.
 */
import { COMPANY_CODE_SERVICE, COMPANY_CODE_SET } from '../wire.ts';

export interface SetFacts {
  readonly service: string;
  readonly set: string;
  readonly select: readonly string[];
  readonly expand?: readonly string[];
  /** The key: paging is only stable in its order. */
  readonly orderBy: readonly string[];
}

export const COMPANY_CODES: SetFacts = {
  service: COMPANY_CODE_SERVICE,
  set: COMPANY_CODE_SET,
  select: ['CompanyCode', 'CompanyCodeName', 'Country', 'Currency', 'ChartOfAccounts', 'ControllingArea'],
  orderBy: ['CompanyCode'],
};

export const GL_ACCOUNTS: SetFacts = {
  service: 'API_GLACCOUNTINCHARTOFACCOUNTS_SRV',
  set: 'A_GLAccountInChartOfAccounts',
  select: [
    'ChartOfAccounts',
    'GLAccount',
    'IsProfitLossAccount',
    'GLAccountType',
    'AccountIsBlockedForPosting',
    'AccountIsMarkedForDeletion',
    'to_Text/Language',
    'to_Text/GLAccountName',
    'to_Text/GLAccountLongName',
  ],
  expand: ['to_Text'],
  orderBy: ['ChartOfAccounts', 'GLAccount'],
};

/** GLAccountType: secondary costs, and income and expense outside of cost accounting. */
export const SECONDARY_ACCOUNT = 'S';
export const NON_OPERATING_ACCOUNT = 'N';

export const COST_CENTERS: SetFacts = {
  service: 'API_COSTCENTER_SRV',
  set: 'A_CostCenter',
  select: [
    'ControllingArea',
    'CostCenter',
    'ValidityStartDate',
    'ValidityEndDate',
    'CompanyCode',
    'IsBlkdForPrimaryCostsPosting',
    'IsBlockedForRevenuePosting',
  ],
  orderBy: ['ControllingArea', 'CostCenter', 'ValidityEndDate'],
};

export const PROFIT_CENTERS: SetFacts = {
  service: 'API_PROFITCENTER_SRV',
  set: 'A_ProfitCenter',
  select: ['ControllingArea', 'ProfitCenter', 'ValidityStartDate', 'ValidityEndDate', 'ProfitCenterIsBlocked'],
  orderBy: ['ControllingArea', 'ProfitCenter', 'ValidityEndDate'],
};

export const CUSTOMER_ACCOUNTS: SetFacts = {
  service: 'API_BUSINESS_PARTNER',
  set: 'A_CustomerCompany',
  select: ['Customer', 'CompanyCode', 'ReconciliationAccount', 'PhysicalInventoryBlockInd', 'DeletionIndicator'],
  orderBy: ['Customer', 'CompanyCode'],
};

/** Numeric keys are kept with leading zeros up to this length. */
export const PADDED_KEY_LENGTH = 10;
