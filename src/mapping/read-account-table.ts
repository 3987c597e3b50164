import { type CurrencyCode, Problem, sha256Of } from '../core/index.ts';
import type { CompanyCode, CustomerNumber } from '../ledger/index.ts';
import type {
  AccountTable,
  BalancePurpose,
  CompanyCodeRule,
  OptionalPurpose,
  RequiredPurpose,
  TaxCodeRule,
} from './account-table.ts';
import { mayBeCustomerLine } from './account-table-customer.ts';
import { type CostObject, type FieldReader, readFields } from './account-table-fields.ts';
import { type AssignmentRow, buildAccountTable, type CheckedTable } from './account-table-lookup.ts';
import { type Row, readTableFile, type SectionShape, type TableFile, type TableIssue } from './account-table-rows.ts';
import { readVocabulary, VOCABULARY_SECTION } from './account-table-vocabulary.ts';
import { isLineKind, type LineKind, lineKinds } from './line-kind.ts';
import { ANY_MARKETPLACE, foldName } from './marketplace.ts';
import { didYouMean } from './nearest-names.ts';
import {
  checkContradictions,
  checkRuleDefaults,
  type Placed,
  readDimensions,
  readRowDimensions,
} from './read-dimensions.ts';
import { cellOr, checkCompanyCode, onlyOnce, readMarketplaceName } from './read-table-cells.ts';
import { checkTaxDefaults, readOwnTaxCodes, readTaxCodes } from './read-tax-codes.ts';
import { DEFAULT_TAX_CODE } from './tax-code.ts';

/** Far above any real table; a larger file is something else. */
export const ACCOUNT_TABLE_BYTES_MAX = 4 * 1024 * 1024;
/** As many problems as a person corrects before looking again. */
const ISSUES_SHOWN_MAX = 20;

const REQUIRED_PURPOSES: readonly RequiredPurpose[] = ['payout', 'closing-debt', 'carry-forward', 'cross-company'];
const OPTIONAL_PURPOSES: readonly OptionalPurpose[] = ['unsettled', 'order-receivable', 'tax-residual'];
/** Every purpose that an account table may have a row for. */
export const BALANCE_PURPOSES: readonly BalancePurpose[] = [...REQUIRED_PURPOSES, ...OPTIONAL_PURPOSES];
const ACCOUNT_COLUMNS = ['validFrom', 'glAccount', 'customer', 'costCenter', 'profitCenter', 'taxCode', 'text'];

/** The sections of an account table with their columns. */
export const SECTIONS = {
  companyCodes: {
    name: 'companyCodes',
    required: ['companyCode', 'timeZone', 'documentType', 'fiscalYear'],
    optional: ['documentTypeWithCustomer'],
  },
  marketplaces: {
    name: 'marketplaces',
    required: ['name', 'companyCode'],
    optional: ['costCenter', 'profitCenter', 'customer', 'outputTaxCode', 'inputTaxCode'],
  },
  currencies: { name: 'currencies', required: ['currency', 'marketplace'], optional: [] },
  taxCodes: { name: 'taxCodes', required: ['taxCode', 'rate', 'direction'], optional: ['validFrom'] },
  dimensions: {
    name: 'dimensions',
    required: ['marketplace'],
    optional: ['channel', 'sku', 'validFrom', 'companyCode', 'costCenter', 'profitCenter'],
    mayBeAbsent: true,
  },
  assignments: {
    name: 'assignments',
    required: ['kind', 'marketplace'],
    optional: ['channel', 'sku', ...ACCOUNT_COLUMNS],
  },
  balances: { name: 'balances', required: ['purpose', 'marketplace', 'glAccount'], optional: ACCOUNT_COLUMNS },
  vocabulary: VOCABULARY_SECTION,
} as const satisfies Readonly<Record<string, SectionShape>>;

/**
 * Reads an account table from its YAML (see `templates/ycoa.yaml` for the shape). The same text always gives the same
 * table and digest. Raises `MAPPING_INVALID` (invalid) that names every problem of the file with line and column, so
 * that a table is either whole or not used at all. One that a command made of its options is no file that
 * could be checked, and the next step says so.
 */
export function readAccountTable(file: {
  readonly name: string;
  readonly text: string;
  readonly isOfOptions?: boolean;
}): AccountTable {
  const { table, issues } = checkTable(file.text);
  if (table === undefined || issues.length > 0) throw invalid(file, issues);
  return buildAccountTable({ name: file.name, text: file.text, sha256: sha256Of(file.text) }, table);
}

/** Everything for which `readAccountTable` would refuse the text, in its order; for callers that know better places than lines. */
export function listTableIssues(text: string): readonly TableIssue[] {
  return checkTable(text).issues;
}

function checkTable(text: string): { readonly table?: CheckedTable; readonly issues: readonly TableIssue[] } {
  const bytes = Buffer.byteLength(text);
  if (bytes > ACCOUNT_TABLE_BYTES_MAX) {
    const says = `the file has ${bytes} bytes; at most ${ACCOUNT_TABLE_BYTES_MAX} are read`;
    return { issues: [{ line: 1, column: 1, path: 'file', says }] };
  }
  const source = readTableFile(text, Object.values(SECTIONS));
  const table = source.isReadable ? readSections(source) : undefined;
  return { ...(table && { table }), issues: source.issues.all() };
}

function readSections(source: TableFile): CheckedTable {
  const companyCodes = readCompanyCodes(source);
  const knownCompanies = new Set(companyCodes.map((row) => row.companyCode));
  const taxCodes = readTaxCodes(source, source.rowsOf(SECTIONS.taxCodes));
  const places = readPlaces(source, knownCompanies, taxCodes);
  const marketplaceNames = new Set(places.map((place) => foldName(place.name)));
  const context: AssignmentContext = {
    source,
    marketplaceNames,
    taxCodes: new Set(taxCodes.map((row) => row.taxCode)),
    seen: new Map(),
  };
  const assignments = [
    ...source.rowsOf(SECTIONS.assignments).flatMap((row) => readAssignment(row, context, readKind) ?? []),
    ...source.rowsOf(SECTIONS.balances).flatMap((row) => readAssignment(row, context, readPurpose) ?? []),
  ];
  const dimensions = readDimensions(source, source.rowsOf(SECTIONS.dimensions), { marketplaceNames, knownCompanies });
  checkDefaults(source, places, assignments);
  checkTaxDefaults(source, places, assignments);
  checkRuleDefaults(source, { places, rules: dimensions, assignments });
  checkContradictions(source, assignments, dimensions);
  checkPurposes(source, places, assignments);
  return {
    companyCodes,
    marketplaces: places.flatMap(({ row: _, companyCode, ...place }) =>
      companyCode === undefined ? [] : { ...place, companyCode },
    ),
    currencies: readCurrencies(source, marketplaceNames),
    taxCodes,
    assignments,
    dimensions,
    vocabulary: readVocabulary(source),
  };
}

function readCompanyCodes(source: TableFile): CompanyCodeRule[] {
  const once = onlyOnce(source);
  return source.rowsOf(SECTIONS.companyCodes).flatMap((row) => {
    const fields = readFields(row, source.issues);
    const companyCode = fields.companyCode('companyCode');
    const timeZone = fields.timeZone('timeZone');
    const documentType = fields.documentType('documentType');
    const fiscalYear = fields.oneOf('fiscalYear', ['calendar', 'shifted']);
    if (companyCode !== undefined) once(row, `company code ${companyCode}`);
    const documentTypeWithCustomer = fields.documentType('documentTypeWithCustomer');
    if (!companyCode || !timeZone || !documentType || !fiscalYear) return [];
    const rule = { companyCode, timeZone, documentType, fiscalYear };
    return documentTypeWithCustomer === undefined ? rule : { ...rule, documentTypeWithCustomer };
  });
}

/** A marketplace as far as it could be read, and its row; with one mistake in it, its name can still be referred to. */
interface Place {
  readonly row: Row;
  readonly name: string;
  readonly companyCode: CompanyCode | undefined;
  readonly costCenter: CostObject;
  readonly profitCenter: CostObject;
  readonly customer: CustomerNumber | null;
  readonly outputTaxCode: string | null;
  readonly inputTaxCode: string | null;
}

function readPlaces(source: TableFile, companyCodes: ReadonlySet<string>, taxCodes: readonly TaxCodeRule[]): Place[] {
  const once = onlyOnce(source);
  return source.rowsOf(SECTIONS.marketplaces).flatMap((row) => {
    const fields = readFields(row, source.issues);
    const name = fields.text('name');
    const companyCode = fields.companyCode('companyCode');
    checkCompanyCode(row, companyCode, source, companyCodes);
    if (name === undefined) return [];
    once(row, `marketplace ${foldName(name)}`);
    const centers = { costCenter: fields.costObject('costCenter'), profitCenter: fields.costObject('profitCenter') };
    const own = { customer: readOwnCustomer(row, fields, source), ...readOwnTaxCodes(source, row, taxCodes) };
    return { row, name, companyCode, ...centers, ...own };
  });
}

/** A marketplace's own customer is what rows mean by `default`, so it cannot be that itself. */
function readOwnCustomer(row: Row, fields: FieldReader, source: TableFile): CustomerNumber | null {
  const customer = fields.customer('customer');
  if (customer !== 'default') return customer;
  source.issues.add(cellOr(row, 'customer'), 'customer of a marketplace is a number, or none');
  return null;
}

function readCurrencies(source: TableFile, marketplaceNames: ReadonlySet<string>): ReadonlyMap<CurrencyCode, string> {
  const once = onlyOnce(source);
  const currencies = new Map<CurrencyCode, string>();
  for (const row of source.rowsOf(SECTIONS.currencies)) {
    const fields = readFields(row, source.issues);
    const currency = fields.currency('currency');
    const marketplace = readMarketplaceName(row, fields, source, marketplaceNames);
    if (currency === undefined) continue;
    once(row, `currency ${currency}`);
    if (marketplace !== undefined) currencies.set(currency, marketplace);
  }
  return currencies;
}

interface AssignmentContext {
  readonly source: TableFile;
  readonly marketplaceNames: ReadonlySet<string>;
  readonly taxCodes: ReadonlySet<string>;
  /** Line of each assignment met so far. */
  readonly seen: Map<string, number>;
}

function readAssignment(
  row: Row,
  context: AssignmentContext,
  readFor: (row: Row, source: TableFile) => LineKind | BalancePurpose | undefined,
): Placed<AssignmentRow> | undefined {
  const { source } = context;
  const fields = readFields(row, source.issues);
  const target = readFor(row, source);
  const marketplace =
    fields.text('marketplace') === ANY_MARKETPLACE
      ? ANY_MARKETPLACE
      : readMarketplaceName(row, fields, source, context.marketplaceNames);
  const validFrom = fields.date('validFrom') ?? null;
  const { channel, sku } = readRowDimensions(row, source);
  const account = readAccount(row, fields, context);
  if (target !== undefined && account !== null) checkCustomer(row, target, account, source);
  if (target === undefined || marketplace === undefined) return undefined;
  const since = validFrom === null ? '' : ` from ${validFrom}`;
  const only = [channel, sku].filter((each) => each !== null).map((each) => ` ${each}`);
  onlyOnce(source, context.seen)(row, `the assignment of ${target} for ${marketplace}${only.join('')}${since}`);
  return { row, for: target, marketplace, channel, sku, validFrom, account };
}

/** `null` when the row names no account and nothing else that would need one. */
function readAccount(row: Row, fields: FieldReader, context: AssignmentContext): AssignmentRow['account'] {
  const { issues } = context.source;
  const glAccount = fields.glAccount('glAccount');
  const costCenter = fields.costObject('costCenter');
  const profitCenter = fields.costObject('profitCenter');
  const taxCode = readTaxCode(row, fields, context);
  const customer = fields.customer('customer');
  const text = fields.lineText('text');
  if (costCenter !== null && profitCenter !== null) {
    issues.add(
      row,
      `costCenter ${costCenter} and profitCenter ${profitCenter} are both set; a line carries at most one`,
    );
  }
  if (!row.columns.has('glAccount')) {
    if ([costCenter, profitCenter, taxCode, customer, text ?? null].some((value) => value !== null)) {
      issues.add(row, 'glAccount is missing: a row without it says that nothing is booked, and has no other columns');
    }
    return null;
  }
  if (!row.columns.has('text')) issues.add(row, 'text is missing: it is the text of the journal line');
  if (glAccount === undefined || text === undefined) return null;
  return { glAccount, customer, costCenter, profitCenter, taxCode, text };
}

function checkCustomer(
  row: Row,
  target: LineKind | BalancePurpose,
  { customer, costCenter, profitCenter, taxCode }: NonNullable<AssignmentRow['account']>,
  { issues }: TableFile,
): void {
  if (customer === null) return;
  const cell = cellOr(row, 'customer');
  if (!mayBeCustomerLine(target)) {
    issues.add(cell, `${target} cannot go to a customer: only balances, and what is on the bill of an order, can`);
  }
  if (costCenter !== null || profitCenter !== null || taxCode !== null) {
    issues.add(cell, 'a line of a customer takes no costCenter, profitCenter or taxCode');
  }
}

function readTaxCode(row: Row, fields: FieldReader, context: AssignmentContext): string | null {
  const taxCode = fields.text('taxCode');
  if (taxCode === undefined || taxCode === 'none') return null;
  if (taxCode === DEFAULT_TAX_CODE) return taxCode;
  if (!context.taxCodes.has(taxCode)) {
    const says = `tax code ${taxCode} is not in taxCodes${didYouMean(taxCode, context.taxCodes)}`;
    context.source.issues.add(cellOr(row, 'taxCode'), says);
  }
  return taxCode;
}

function readKind(row: Row, source: TableFile): LineKind | undefined {
  const kind = row.cells.get('kind');
  if (kind === undefined) return undefined;
  if (isLineKind(kind.text)) return kind.text;
  source.issues.add(kind, `${kind.text} is not a line kind${didYouMean(kind.text, lineKinds())}`);
  return undefined;
}

function readPurpose(row: Row, source: TableFile): BalancePurpose | undefined {
  return readFields(row, source.issues).oneOf('purpose', BALANCE_PURPOSES);
}

/** A row that takes the marketplace's own cost object or customer needs a marketplace that has one. */
function checkDefaults(source: TableFile, places: readonly Place[], rows: readonly AssignmentRow[]): void {
  for (const column of ['costCenter', 'profitCenter', 'customer'] as const) {
    const takers = rows.filter((row) => row.account?.[column] === 'default');
    for (const place of places) {
      const needed = takers.filter((row) => [ANY_MARKETPLACE, foldName(place.name)].includes(row.marketplace)).length;
      if (needed === 0 || place[column] !== null) continue;
      source.issues.add(
        place.row,
        `marketplace ${place.name} has no ${column}, which ${needed} row(s) take by default`,
      );
    }
  }
}

/** Without these accounts no entry would balance, so they must exist for every marketplace and from always. */
function checkPurposes(source: TableFile, places: readonly Place[], rows: readonly AssignmentRow[]): void {
  if (!source.hasSection(SECTIONS.balances.name)) return;
  for (const purpose of REQUIRED_PURPOSES) {
    const covered = rows.filter((row) => row.for === purpose && row.validFrom === null).map((row) => row.marketplace);
    const missing = places.filter((place) => !covered.includes(foldName(place.name)));
    if (covered.includes(ANY_MARKETPLACE) || (missing.length === 0 && places.length > 0)) continue;
    const where = covered.length === 0 ? 'any marketplace' : missing.map((place) => place.name).join(', ');
    source.issues.add({ at: 0, path: 'balances' }, `no account for ${purpose} in ${where}`);
  }
}

function invalid(
  { name, isOfOptions = false }: { readonly name: string; readonly isOfOptions?: boolean },
  issues: readonly TableIssue[],
): Problem {
  const [first] = issues;
  const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  const lines = issues.map((issue) => `${issue.line}:${issue.column} ${issue.path}: ${issue.says}`);
  const more = lines.length - ISSUES_SHOWN_MAX;
  return new Problem({
    code: 'MAPPING_INVALID',
    kind: 'invalid',
    says: `The account table ${name} has ${count}; the first is in line ${first?.line}: ${first?.says}.`,
    next: isOfOptions
      ? 'Nothing was recorded: correct the option that is named, and run the command again.'
      : `Correct the lines that are named, then run: seller-ledger mapping check ${name}`,
    where: { file: name, ...(first && { row: first.line, column: String(first.column), path: first.path }) },
    data: [...lines.slice(0, ISSUES_SHOWN_MAX), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
  });
}
