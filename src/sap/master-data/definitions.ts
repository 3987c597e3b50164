import type { MasterDataKind, MasterDataRows } from '../../app/index.ts';
import { firstDayOf, isProblem, type LocalDate, lastDayOf, parseLocalDate, type YearMonth } from '../../core/index.ts';
import { plainKey } from '../../ledger/index.ts';
import { dateField, flagField, literal, type ODataRow, type ODataValue, optionalText, textField } from '../odata.ts';
import { SapProblem } from '../sap-problem.ts';
import type { CustomViews } from './views.ts';
import {
  COMPANY_CODES,
  COST_CENTERS,
  CUSTOMER_ACCOUNTS,
  GL_ACCOUNTS,
  NON_OPERATING_ACCOUNT,
  PADDED_KEY_LENGTH,
  PROFIT_CENTERS,
  SECONDARY_ACCOUNT,
  type SetFacts,
} from './wire.ts';

/**
 * Fiscal year variants whose periods are the months of the calendar year: as SAP delivers them, by common knowledge and no
 * published list. A system may have changed them.
 */
const CALENDAR_YEARS: ReadonlySet<string> = new Set(['K0', 'K1', 'K2', 'K3', 'K4']);

/** How one kind of master data is asked for and read. */
export interface KindDefinition<Row> extends SetFacts {
  /** The field that the scope is compared with; absent where the kind has one scope only. */
  readonly scopeField?: string;
  readonly nameField: string;
  readonly isPadded: boolean;
  readonly parse: (row: ODataRow) => Row;
}

export type KindDefinitions = { readonly [Kind in MasterDataKind]?: KindDefinition<MasterDataRows[Kind]> };

/** What can be asked for: SAP's services, and the views that the settings name. `language` picks among several texts. */
export function kindDefinitions(views: CustomViews, language: string): KindDefinitions {
  return { ...standardDefinitions(language), ...viewDefinitions(views) };
}

function standardDefinitions(language: string) {
  return {
    'company-codes': {
      ...COMPANY_CODES,
      nameField: 'CompanyCode',
      isPadded: false,
      parse: (row) => ({
        companyCode: plainCode(row, 'CompanyCode'),
        name: optionalText(row, 'CompanyCodeName'),
        country: optionalText(row, 'Country'),
        currency: textField(row, 'Currency'),
        chartOfAccounts: textField(row, 'ChartOfAccounts'),
        controllingArea: optionalText(row, 'ControllingArea'),
      }),
    },
    'gl-accounts': {
      ...GL_ACCOUNTS,
      scopeField: 'ChartOfAccounts',
      nameField: 'GLAccount',
      isPadded: true,
      parse: (row) => ({
        glAccount: plainCode(row, 'GLAccount'),
        name: nameIn(row.to_Text, language),
        isProfitAndLoss: flagField(row, 'IsProfitLossAccount'),
        isSecondary: optionalText(row, 'GLAccountType') === SECONDARY_ACCOUNT,
        isNonOperating: optionalText(row, 'GLAccountType') === NON_OPERATING_ACCOUNT,
        isBlocked: flagField(row, 'AccountIsBlockedForPosting'),
        isMarkedForDeletion: flagField(row, 'AccountIsMarkedForDeletion'),
      }),
    },
    'cost-centers': {
      ...COST_CENTERS,
      scopeField: 'ControllingArea',
      nameField: 'CostCenter',
      isPadded: true,
      parse: (row) => ({
        costCenter: plainCode(row, 'CostCenter'),
        ...validityOf(row),
        companyCode: plainOptional(row, 'CompanyCode'),
        isBlockedForCosts: flagField(row, 'IsBlkdForPrimaryCostsPosting'),
        isBlockedForRevenue: flagField(row, 'IsBlockedForRevenuePosting'),
      }),
    },
    'profit-centers': {
      ...PROFIT_CENTERS,
      scopeField: 'ControllingArea',
      nameField: 'ProfitCenter',
      isPadded: true,
      parse: (row) => ({
        profitCenter: plainCode(row, 'ProfitCenter'),
        ...validityOf(row),
        isBlocked: flagField(row, 'ProfitCenterIsBlocked'),
      }),
    },
    customers: {
      ...CUSTOMER_ACCOUNTS,
      scopeField: 'CompanyCode',
      nameField: 'Customer',
      isPadded: true,
      parse: (row) => ({
        customer: plainCode(row, 'Customer'),
        companyCode: plainCode(row, 'CompanyCode'),
        reconciliationAccount: plainOptional(row, 'ReconciliationAccount'),
        isBlocked: flagField(row, 'PhysicalInventoryBlockInd'),
        isMarkedForDeletion: flagField(row, 'DeletionIndicator'),
      }),
    },
  } satisfies KindDefinitions;
}

function viewDefinitions(views: CustomViews): KindDefinitions {
  return {
    ...(views.taxCodes && { 'tax-codes': taxCodes(views.taxCodes) }),
    ...(views.documentTypes && { 'document-types': documentTypes(views.documentTypes) }),
    ...(views.glAccountsInCompanyCode && { 'company-gl-accounts': companyGlAccounts(views.glAccountsInCompanyCode) }),
    ...(views.postingPeriods && { 'posting-periods': postingPeriods(views.postingPeriods) }),
  };
}

function taxCodes({ service, set, fields }: NonNullable<CustomViews['taxCodes']>) {
  return {
    ...setOf({ service, set }, fields, [fields.country, fields.taxCode]),
    nameField: fields.taxCode,
    isPadded: false,
    parse: (row: ODataRow) => ({
      taxCode: textField(row, fields.taxCode).toUpperCase(),
      country: viewText(row, fields.country),
    }),
  };
}

function documentTypes({ service, set, fields }: NonNullable<CustomViews['documentTypes']>) {
  return {
    ...setOf({ service, set }, fields, [fields.documentType]),
    nameField: fields.documentType,
    isPadded: false,
    parse: (row: ODataRow) => ({
      documentType: textField(row, fields.documentType).toUpperCase(),
      accountTypes: viewText(row, fields.accountTypes),
    }),
  };
}

function companyGlAccounts({ service, set, fields }: NonNullable<CustomViews['glAccountsInCompanyCode']>) {
  return {
    ...setOf({ service, set }, fields, [fields.companyCode, fields.glAccount]),
    scopeField: fields.companyCode,
    nameField: fields.glAccount,
    isPadded: true,
    parse: (row: ODataRow) => ({
      glAccount: plainCode(row, fields.glAccount),
      companyCode: plainCode(row, fields.companyCode),
      isBlocked: viewFlag(row, fields.isBlocked),
      isReconciliation: viewText(row, fields.reconciliationType) !== '',
      isPostedAutomatically: viewFlag(row, fields.isPostedAutomatically),
    }),
  };
}

function postingPeriods({ service, set, fields }: NonNullable<CustomViews['postingPeriods']>) {
  return {
    ...setOf({ service, set }, fields, [fields.companyCode, fields.from, fields.fiscalYear, fields.fiscalPeriod]),
    scopeField: fields.companyCode,
    nameField: fields.companyCode,
    isPadded: false,
    parse: (row: ODataRow) => ({
      companyCode: plainCode(row, fields.companyCode),
      ...periodOf(row, fields),
      isOpen: flagField(row, fields.isOpen),
    }),
  };
}

function setOf(
  where: { readonly service: string; readonly set: string },
  fields: Readonly<Record<string, string | null>>,
  key: readonly (string | null)[],
): SetFacts {
  const named = (names: readonly (string | null)[]) => names.filter((name) => name !== null);
  return { ...where, select: named(Object.values(fields)), orderBy: named(key) };
}

function viewText(row: ODataRow, field: string | null): string {
  return field === null ? '' : optionalText(row, field);
}

function viewFlag(row: ODataRow, field: string | null): boolean {
  return field !== null && flagField(row, field);
}

function plainCode(row: ODataRow, field: string): string {
  return plainKey(textField(row, field));
}

function plainOptional(row: ODataRow, field: string): string {
  return plainKey(optionalText(row, field));
}

function validityOf(row: ODataRow): { readonly validFrom: LocalDate; readonly validTo: LocalDate } {
  return { validFrom: dayField(row, 'ValidityStartDate'), validTo: dayField(row, 'ValidityEndDate') };
}

function dayField(row: ODataRow, field: string): LocalDate {
  try {
    return parseLocalDate(dateField(row, field));
  } catch (error) {
    if (error instanceof SapProblem || !isProblem(error)) throw error;
    throw new SapProblem({
      code: 'SAP_FIELD_UNREADABLE',
      kind: 'rejected',
      says: `SAP's answer does not hold a date in ${field}: ${error.says}`,
      next: 'Compare the service’s metadata ($metadata) with the fields this program reads; report the difference.',
    });
  }
}

type PeriodFields = NonNullable<CustomViews['postingPeriods']>['fields'];

/**
 * The posting dates of a period. Of a fiscal year that is not the calendar year, and of a special period, which has no days
 * of its own, they are not known: then it holds none, so that nothing is said about it.
 */
function periodOf(row: ODataRow, fields: PeriodFields): { readonly from: LocalDate; readonly to: LocalDate } | NoDays {
  const { from, to, fiscalYear, fiscalPeriod, fiscalYearVariant } = fields;
  if (from !== null && to !== null) return { from: dayField(row, from), to: dayField(row, to) };
  const month = Number(viewText(row, fiscalPeriod));
  const year = viewText(row, fiscalYear);
  const isCalendar = CALENDAR_YEARS.has(viewText(row, fiscalYearVariant)) && /^\d{4}$/.test(year);
  if (!isCalendar || !Number.isInteger(month) || month < 1 || month > 12) return { from: null, to: null };
  const of = `${year}-${String(month).padStart(2, '0')}` as YearMonth;
  return { from: firstDayOf(of), to: lastDayOf(of) };
}

interface NoDays {
  readonly from: null;
  readonly to: null;
}

/** The long text in the log-on language, else any. Blank where SAP sends none: a name is for people only. */
function nameIn(texts: ODataValue | undefined, language: string): string {
  const results = typeof texts === 'object' && texts !== null && 'results' in texts ? texts.results : texts;
  if (!Array.isArray(results)) return '';
  const rows = results.filter((each): each is ODataRow => typeof each === 'object' && each !== null);
  const row = rows.find((each) => optionalText(each, 'Language') === language) ?? rows[0];
  return row ? optionalText(row, 'GLAccountLongName') || optionalText(row, 'GLAccountName') : '';
}

/** The filter value for a name: padded as SAP keeps it, because a service may compare without adding zeros. */
export function nameLiteral({ isPadded }: { readonly isPadded: boolean }, name: string): string {
  return literal(isPadded && /^\d+$/.test(name) ? name.padStart(PADDED_KEY_LENGTH, '0') : name);
}
