import type { LocalDate } from '../../core/index.ts';
import { plainKey } from '../../ledger/index.ts';
import type { LineNature } from '../../mapping/index.ts';
import type { CompanyCodeFacts, GlAccountFacts } from '../master-data.ts';
import type { FindingList, FindingPlace, MasterDataScope } from './finding.ts';
import type { MasterDataView } from './master-data-view.ts';

/** What decides whether SAP would take a line, and where in an entry or an account table each value stands. */
export interface AccountUse {
  readonly glAccount: string;
  /** The line goes to this customer; `glAccount` is then its reconciliation account. */
  readonly customer: string | null;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly taxCode: string | null;
  /** Of the line's kind; `null` for the lines that balance an entry. */
  readonly nature: LineNature | null;
  /** Posting date. */
  readonly on: LocalDate;
  readonly places: {
    readonly row: FindingPlace;
    readonly glAccount: FindingPlace;
    readonly customer: FindingPlace;
    readonly costCenter: FindingPlace;
    readonly profitCenter: FindingPlace;
    readonly taxCode: FindingPlace;
  };
}

export interface SimulationRules {
  /** SAP's own default account assignment gives a cost object to lines that have none; it cannot be read from outside. */
  readonly sapFillsCostObjects: boolean;
}

export interface UseContext {
  readonly company: CompanyCodeFacts;
  readonly data: MasterDataView;
  readonly rules: SimulationRules;
  readonly findings: FindingList;
}

/** Everything SAP would object to in one line, by what is known of its master data. */
export function checkUse(use: AccountUse, context: UseContext): void {
  const account = checkGlAccount(use, context);
  if (use.customer !== null) checkCustomer(use, use.customer, context);
  if (account) checkCostObjects(use, account, context);
  if (use.costCenter !== null) checkCostCenter(use, use.costCenter, context);
  if (use.profitCenter !== null) checkProfitCenter(use, use.profitCenter, context);
  if (use.taxCode !== null) checkTaxCode(use, use.taxCode, context);
}

function checkGlAccount(use: AccountUse, { company, data, findings }: UseContext): GlAccountFacts | undefined {
  const { glAccount, places } = use;
  const chart = company.chartOfAccounts;
  const subject = { value: glAccount, place: places.glAccount, about: { kind: 'gl-accounts', scope: chart } } as const;
  const found = data.find('gl-accounts', chart, glAccount);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_UNKNOWN',
      kind: 'rejected',
      says: `G/L account ${glAccount} does not exist in chart of accounts ${chart}.`,
      next: 'Name an account that exists in the account table, or create it in SAP.',
    });
  }
  if (found.state !== 'known') return undefined;
  const [account] = found.rows;
  if (account.isBlocked) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_BLOCKED',
      kind: 'rejected',
      says: `G/L account ${glAccount} is blocked for posting in chart of accounts ${chart}.`,
      next: 'Take the block away in SAP, or name another account in the account table.',
    });
  }
  if (account.isMarkedForDeletion) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_TO_BE_DELETED',
      kind: 'rejected',
      says: `G/L account ${glAccount} is marked for deletion in chart of accounts ${chart}.`,
      next: 'Name another account in the account table, or take the mark away in SAP.',
    });
  }
  if (account.isSecondary) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_SECONDARY',
      kind: 'rejected',
      says: `G/L account ${glAccount} is for secondary costs, to which nothing is posted from outside.`,
      next: 'Name an account for primary costs or revenue in the account table.',
    });
  }
  checkCompanyGlAccount(use, { company, data, findings });
  return account;
}

/** Only where the connection names a view: SAP has no service for what a company code adds to an account. */
function checkCompanyGlAccount(
  { glAccount, customer, places }: AccountUse,
  { company: { companyCode }, data, findings }: Omit<UseContext, 'rules'>,
): void {
  const about = { kind: 'company-gl-accounts', scope: companyCode } as const;
  const subject = { value: glAccount, place: places.glAccount, about };
  const found = data.find('company-gl-accounts', companyCode, glAccount);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_NOT_IN_COMPANY_CODE',
      kind: 'rejected',
      says: `G/L account ${glAccount} is not set up in company code ${companyCode}.`,
      next: `Add the account to company code ${companyCode} in SAP, or name another one in the account table.`,
    });
  }
  if (found.state !== 'known') return;
  const [account] = found.rows;
  if (account.isBlocked) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_BLOCKED',
      kind: 'rejected',
      says: `G/L account ${glAccount} is blocked for posting in company code ${companyCode}.`,
      next: 'Take the block away in SAP, or name another account in the account table.',
    });
  }
  if (account.isReconciliation && customer === null) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_RECONCILIATION',
      kind: 'rejected',
      says: `G/L account ${glAccount} is a reconciliation account in company code ${companyCode}; nothing is posted to it directly.`,
      next: 'Name the customer in the account table, or an account that is none.',
    });
  }
  if (account.isPostedAutomatically) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_GL_ACCOUNT_AUTOMATIC',
      kind: 'rejected',
      says: `To G/L account ${glAccount} only SAP itself posts in company code ${companyCode}.`,
      next: 'Name another account in the account table.',
    });
  }
}

function checkCostObjects(use: AccountUse, account: GlAccountFacts, context: UseContext): void {
  const { glAccount, costCenter, profitCenter, places } = use;
  const { company, rules, findings } = context;
  const about = { kind: 'gl-accounts', scope: company.chartOfAccounts } as const;
  const hasNone = costCenter === null && profitCenter === null;
  if (account.isProfitAndLoss && !account.isNonOperating && hasNone) {
    findings.add(rules.sapFillsCostObjects ? 'warning' : 'error', {
      value: glAccount,
      place: places.row,
      about,
      code: 'SIMULATION_COST_OBJECT_MISSING',
      kind: 'rejected',
      says: `G/L account ${glAccount} takes income or expense, but the line has neither a cost centre nor a profit centre.`,
      next: 'Give the row a costCenter or a profitCenter; where SAP fills it in by a default account assignment, set posting.sapFillsCostObjects.',
    });
  }
  if (!account.isProfitAndLoss && costCenter !== null) {
    findings.add('warning', {
      value: costCenter,
      place: places.costCenter,
      about,
      code: 'SIMULATION_COST_CENTER_ON_BALANCE_SHEET',
      kind: 'rejected',
      says: `Cost centre ${costCenter} stands beside G/L account ${glAccount}, which is a balance sheet account: SAP takes it for information only, or refuses it.`,
      next: 'Leave the cost centre of this row out, or name an account for income or expense.',
    });
  }
}

function checkCostCenter(use: AccountUse, costCenter: string, { company, data, findings }: UseContext): void {
  const { controllingArea: area, companyCode } = company;
  const subject = {
    value: costCenter,
    place: use.places.costCenter,
    about: { kind: 'cost-centers', scope: area } as MasterDataScope,
  };
  const found = data.find('cost-centers', area, costCenter);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_COST_CENTER_UNKNOWN',
      kind: 'rejected',
      says: `Cost centre ${costCenter} does not exist in controlling area ${area}.`,
      next: 'Name a cost centre that exists in the account table, or create it in SAP.',
    });
  }
  if (found.state !== 'known') return;
  const interval = validOn(found.rows, use.on);
  if (!interval) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_COST_CENTER_NOT_VALID',
      kind: 'rejected',
      says: `Cost centre ${costCenter} of controlling area ${area} is not valid on ${use.on}; it is from ${sayIntervals(found.rows)}.`,
      next: 'Prolong it in SAP, or give the account table a row with validFrom for the new one.',
    });
    return;
  }
  if (interval.companyCode !== '' && plainKey(interval.companyCode) !== plainKey(companyCode)) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_COST_CENTER_OF_OTHER_COMPANY',
      kind: 'rejected',
      says: `Cost centre ${costCenter} belongs to company code ${interval.companyCode}, not to ${companyCode}.`,
      next: `Name a cost centre of company code ${companyCode} in the account table.`,
    });
  }
  const isRevenue = use.nature === 'revenue' || use.nature === 'contra-revenue';
  if (isRevenue ? interval.isBlockedForRevenue : interval.isBlockedForCosts) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_COST_CENTER_BLOCKED',
      kind: 'rejected',
      says: `Cost centre ${costCenter} of controlling area ${area} is blocked for ${isRevenue ? 'revenue' : 'primary costs'}.`,
      next: 'Take the block away in SAP, or name another cost centre in the account table; revenue usually goes to a profit centre.',
    });
  }
}

function checkProfitCenter(use: AccountUse, profitCenter: string, { company, data, findings }: UseContext): void {
  const { controllingArea: area } = company;
  const subject = {
    value: profitCenter,
    place: use.places.profitCenter,
    about: { kind: 'profit-centers', scope: area } as MasterDataScope,
  };
  const found = data.find('profit-centers', area, profitCenter);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_PROFIT_CENTER_UNKNOWN',
      kind: 'rejected',
      says: `Profit centre ${profitCenter} does not exist in controlling area ${area}.`,
      next: 'Name a profit centre that exists in the account table, or create it in SAP.',
    });
  }
  if (found.state !== 'known') return;
  const interval = validOn(found.rows, use.on);
  if (!interval) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_PROFIT_CENTER_NOT_VALID',
      kind: 'rejected',
      says: `Profit centre ${profitCenter} of controlling area ${area} is not valid on ${use.on}; it is from ${sayIntervals(found.rows)}.`,
      next: 'Prolong it in SAP, or give the account table a row with validFrom for the new one.',
    });
  } else if (interval.isBlocked) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_PROFIT_CENTER_BLOCKED',
      kind: 'rejected',
      says: `Profit centre ${profitCenter} of controlling area ${area} is blocked.`,
      next: 'Take the block away in SAP, or name another profit centre in the account table.',
    });
  }
}

function checkCustomer(use: AccountUse, customer: string, { company, data, findings }: UseContext): void {
  const { companyCode } = company;
  const subject = {
    value: customer,
    place: use.places.customer,
    about: { kind: 'customers', scope: companyCode } as MasterDataScope,
  };
  const found = data.find('customers', companyCode, customer);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_CUSTOMER_UNKNOWN',
      kind: 'rejected',
      says: `Customer ${customer} is not set up in company code ${companyCode}.`,
      next: `Add company code ${companyCode} to the customer in SAP, or name another customer in the account table.`,
    });
  }
  if (found.state !== 'known') return;
  const [account] = found.rows;
  if (plainKey(account.reconciliationAccount) !== plainKey(use.glAccount)) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_CUSTOMER_OTHER_ACCOUNT',
      kind: 'rejected',
      says: `Customer ${customer} has reconciliation account ${account.reconciliationAccount || '(none)'} in company code ${companyCode}, not ${use.glAccount}.`,
      next: 'Name the reconciliation account of the customer in the account table, or change it in SAP.',
    });
  }
  if (account.isBlocked || account.isMarkedForDeletion) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_CUSTOMER_BLOCKED',
      kind: 'rejected',
      says: `Customer ${customer} is ${account.isBlocked ? 'blocked for posting' : 'marked for deletion'} in company code ${companyCode}.`,
      next: 'Put that right in SAP, or name another customer in the account table.',
    });
  }
}

/** Tax codes belong to a country; a view that does not say which is asked for the code alone. */
function checkTaxCode(use: AccountUse, taxCode: string, { company, data, findings }: UseContext): void {
  const found = data.find('tax-codes', '', taxCode);
  const isKnown =
    found.state === 'known' && found.rows.some(({ country }) => country === '' || country === company.country);
  if (found.state === 'unread' || isKnown) return;
  findings.add('error', {
    value: taxCode,
    place: use.places.taxCode,
    about: { kind: 'tax-codes', scope: '' },
    code: 'SIMULATION_TAX_CODE_UNKNOWN',
    kind: 'rejected',
    says: `Tax code ${taxCode} does not exist in SAP for country ${company.country}.`,
    next: 'Name a tax code that exists in the account table, or create it in SAP.',
  });
}

interface Interval {
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
}

function validOn<Row extends Interval>(rows: readonly Row[], on: LocalDate): Row | undefined {
  return rows.find(({ validFrom, validTo }) => validFrom <= on && on <= validTo);
}

function sayIntervals(rows: readonly Interval[]): string {
  return rows.map(({ validFrom, validTo }) => `${validFrom} to ${validTo}`).join(', ');
}
