/** What the tests of the pretend SAP share: a small company, a message writer, and a caller with credentials. */
import { existsSync, readFileSync } from 'node:fs';
import type { SimRequest, SimResponse } from '../../sim/http-shell.ts';
import {
  answerPretendSap,
  createPretendSapWorld,
  type Fault,
  journalEntryPath,
  type PretendSapWorld,
  type PretendSapWorldOptions,
} from '../../sim/sap/index.ts';

export const startMs = Date.parse('2026-11-23T07:00:00Z');
export const soapAction =
  'http://sap.com/xi/SAPSCORE/SFIN/JournalEntryCreateRequestConfirmation_In/JournalEntryCreateRequestConfirmation_InRequest';
const always = { validFrom: '2020-01-01', validTo: '9999-12-31' };

export const masterData: PretendSapWorldOptions = {
  seed: 'contract',
  users: [
    { user: 'AMZ_POST', password: 'secret' },
    { user: 'OTHER', password: 'other' },
  ],
  oauthClients: [{ clientId: 'client', clientSecret: 'client-secret', user: 'AMZ_POST' }],
  companyCodes: [
    {
      companyCode: '1010',
      name: 'DE',
      country: 'DE',
      currency: 'EUR',
      chartOfAccounts: 'YCOA',
      controllingArea: 'A000',
    },
    {
      companyCode: '1000',
      name: 'BR',
      country: 'BR',
      currency: 'BRL',
      chartOfAccounts: 'YCOA',
      controllingArea: 'A000',
    },
    {
      companyCode: '1510',
      name: 'IN',
      country: 'IN',
      currency: 'INR',
      chartOfAccounts: 'YCOA',
      controllingArea: 'A000',
      fiscalYearVariant: 'V3',
      taxesAreTimeDependent: true,
      profitCenterRequired: true,
    },
  ],
  glAccounts: [
    { chartOfAccounts: 'YCOA', glAccount: '11001000', name: 'Amazon clearing', kind: 'balanceSheet' },
    { chartOfAccounts: 'YCOA', glAccount: '41000000', name: 'Domestic revenue', kind: 'profitAndLoss' },
    { chartOfAccounts: 'YCOA', glAccount: '22000000', name: 'Output tax', kind: 'balanceSheet' },
    { chartOfAccounts: 'YCOA', glAccount: '12100000', name: 'Receivables', kind: 'balanceSheet' },
    { chartOfAccounts: 'YCOA', glAccount: '400000', name: 'Expense', kind: 'profitAndLoss' },
    { chartOfAccounts: 'YCOA', glAccount: '200000', name: 'Other', kind: 'balanceSheet' },
    { chartOfAccounts: 'YCOA', glAccount: '65000000', name: 'Blocked', kind: 'balanceSheet', blockedForPosting: true },
    { chartOfAccounts: 'YCOA', glAccount: '66000000', name: 'BR only', kind: 'balanceSheet', companyCodes: ['1000'] },
    { chartOfAccounts: 'YCOA', glAccount: '67000000', name: 'Taxed', kind: 'balanceSheet', taxCodeRequired: true },
    {
      chartOfAccounts: 'YCOA',
      glAccount: '61000000',
      name: 'Marketplace fees with a long name for texts',
      kind: 'profitAndLoss',
      requiredFields: ['CostCenter', 'AssignmentReference'],
    },
  ],
  costCenters: [
    {
      controllingArea: 'A000',
      costCenter: '10101101',
      name: 'Sales DE',
      companyCode: '1010',
      profitCenter: 'YB101',
      ...always,
    },
    { controllingArea: 'A000', costCenter: 'CC1000', name: 'BR', companyCode: '1000', ...always },
    {
      controllingArea: 'A000',
      costCenter: 'OLD',
      name: 'Closed',
      companyCode: '1010',
      validFrom: '2020-01-01',
      validTo: '2025-12-31',
    },
    {
      controllingArea: 'A000',
      costCenter: 'LOCKED',
      name: 'Locked',
      companyCode: '1010',
      blockedForPrimaryCosts: true,
      ...always,
    },
  ],
  profitCenters: [
    { controllingArea: 'A000', profitCenter: 'YB101', name: 'Amazon', ...always },
    { controllingArea: 'A000', profitCenter: 'PC1000', name: 'BR', ...always },
  ],
  taxCodes: [
    { country: 'DE', taxCode: 'A1', taxType: 'output', glAccount: '22000000' },
    { country: 'DE', taxCode: 'A0', taxType: 'output', glAccount: '22000000' },
  ],
  customers: [
    { companyCode: '1010', number: '0010CPD001', name: 'Buyer', reconciliationAccount: '12100000', oneTime: true },
    { companyCode: '1010', number: '4711', name: 'Amazon EU', reconciliationAccount: '12100000' },
  ],
};

export function createWorld(
  options: Partial<PretendSapWorldOptions> = {},
  faults: readonly Fault[] = [],
): PretendSapWorld {
  return createPretendSapWorld({ ...masterData, csrfOnSoap: false, ...options }, faults);
}

export const basic = `Basic ${Buffer.from('AMZ_POST:secret').toString('base64')}`;

export function call(
  world: PretendSapWorld,
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: string; nowMs?: number; anonymous?: boolean } = {},
): SimResponse {
  const request: SimRequest = {
    method,
    url,
    headers: { ...(options.anonymous ? {} : { authorization: basic }), ...options.headers },
    body: Buffer.from(options.body ?? '', 'utf8'),
    nowMs: options.nowMs ?? startMs,
  };
  return answerPretendSap(request, world);
}

export const soapHeaders = { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${soapAction}"` };

export function post(world: PretendSapWorld, xml: string, nowMs = startMs): SimResponse {
  return call(world, 'POST', journalEntryPath, { headers: soapHeaders, body: xml, nowMs });
}

export function postWith(world: PretendSapWorld, xml: string, headers: Record<string, string>): SimResponse {
  return call(world, 'POST', journalEntryPath, { headers, body: xml });
}

export interface TestLine {
  readonly gl?: string;
  readonly customer?: string;
  readonly oneTime?: boolean;
  readonly amount: string;
  readonly currency?: string;
  readonly code?: string;
  readonly text?: string;
  readonly assignment?: string;
  readonly costCenter?: string;
  readonly profitCenter?: string;
  /** On a line with `gl`: the tax code of the item. Without: a tax line. */
  readonly tax?: string;
  readonly group?: string;
  readonly base?: string;
  readonly condition?: string;
}

export interface TestEntry {
  readonly id?: string;
  readonly companyCode?: string;
  readonly type?: string;
  readonly reference?: string;
  readonly date?: string;
  readonly taxDate?: string;
  readonly reverses?: string;
  readonly lines?: readonly TestLine[];
  /** Raw elements in the header's places, for what the writer does not know. */
  readonly referenceType?: string;
}

/** Two lines that balance: clearing 119 against revenue with a profit centre. */
export const twoLines: readonly TestLine[] = [
  { gl: '0011001000', amount: '119.00', code: 'S', assignment: '11223344556' },
  { gl: '0041000000', amount: '-119.00', code: 'H', profitCenter: 'YB101', text: 'Sales & more' },
];

const escapeText = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const tag = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(text)}</${name}>`;
const money = (name: string, text: string | undefined, currency = 'EUR'): string =>
  text === undefined ? '' : `<${name} currencyCode="${currency}">${text}</${name}>`;

function lineXml(line: TestLine, index: number): string {
  const amount = money('AmountInTransactionCurrency', line.amount, line.currency);
  if (line.customer !== undefined) {
    const details = line.oneTime ? '<OneTimeCustomerDetails><Name>Buyer</Name></OneTimeCustomerDetails>' : '';
    return `<DebtorItem>${tag('ReferenceDocumentItem', String(index + 1))}${tag('Debtor', line.customer)}${amount}${tag('DebitCreditCode', line.code)}${details}</DebtorItem>`;
  }
  if (line.gl === undefined) {
    return `<ProductTaxItem>${tag('TaxCode', line.tax)}<TaxItemClassification>MWS</TaxItemClassification>${tag('ConditionType', line.condition ?? 'MWAS')}${tag('TaxItemGroup', line.group)}${amount}${tag('DebitCreditCode', line.code)}${money('TaxBaseAmountInTransCrcy', line.base ?? '0.00', line.currency)}</ProductTaxItem>`;
  }
  const tax = line.tax === undefined ? '' : `<Tax>${tag('TaxCode', line.tax)}${tag('TaxItemGroup', line.group)}</Tax>`;
  const objects = `${tag('ProfitCenter', line.profitCenter)}${tag('CostCenter', line.costCenter)}`;
  return `<Item>${tag('GLAccount', line.gl)}${amount}${tag('DebitCreditCode', line.code)}${tag('DocumentItemText', line.text)}${tag('AssignmentReference', line.assignment)}${tax}${objects && `<AccountAssignment>${objects}</AccountAssignment>`}</Item>`;
}

export function entryXml(entry: TestEntry = {}): string {
  const { id = 'MSG-1', date = '2026-11-14' } = entry;
  const lines = entry.reverses === undefined ? (entry.lines ?? twoLines) : (entry.lines ?? []);
  const created = '<CreationDateTime>2026-11-23T07:00:00Z</CreationDateTime>';
  const order = (line: TestLine): number => (line.customer !== undefined ? 1 : line.gl === undefined ? 2 : 0);
  const sorted = [...lines].sort((left, right) => order(left) - order(right));
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><f:JournalEntryBulkCreateRequest xmlns:f="http://sap.com/xi/SAPSCORE/SFIN"><MessageHeader>${tag('ID', id)}${created}</MessageHeader><JournalEntryCreateRequest><MessageHeader>${tag('ID', `${id}-001`)}${created}</MessageHeader><JournalEntry>${tag('OriginalReferenceDocumentType', entry.referenceType ?? 'BKPFF')}<BusinessTransactionType>RFBU</BusinessTransactionType>${tag('AccountingDocumentType', entry.type ?? 'SA')}${tag('DocumentReferenceID', entry.reference ?? 'AMZ-1')}${entry.reverses === undefined ? '' : tag('ReversalReason', '01') + tag('ReversalReferenceDocument', entry.reverses)}<CreatedByUser>AMZ_POST</CreatedByUser>${tag('CompanyCode', entry.companyCode ?? '1010')}${tag('DocumentDate', date)}${tag('PostingDate', date)}${tag('TaxDeterminationDate', entry.taxDate)}${sorted.map(lineXml).join('')}</JournalEntry></JournalEntryCreateRequest></f:JournalEntryBulkCreateRequest></s:Body></s:Envelope>`;
}

export interface TestConfirmation {
  readonly accountingDocument: string;
  readonly companyCode: string;
  readonly fiscalYear: string;
  readonly maximumSeverity: string;
  /** `TypeID: Note`, in order. */
  readonly log: readonly string[];
}

/** Reads the first confirmation of an answer, leniently. */
export function readConfirmation(response: SimResponse): TestConfirmation {
  const body = String(response.body);
  const value = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '<absent>';
  const items = [...body.matchAll(/<Item>(.*?)<\/Item>/g)].map(([, item = '']) => {
    const type = /<TypeID>(.*?)<\/TypeID>/.exec(item)?.[1] ?? '-';
    return `${type}: ${/<Note>(.*?)<\/Note>/.exec(item)?.[1]?.replaceAll('&quot;', '"') ?? ''}`;
  });
  return {
    accountingDocument: value('AccountingDocument'),
    companyCode: value('CompanyCode'),
    fiscalYear: value('FiscalYear'),
    maximumSeverity: value('MaximumLogItemSeverityCode'),
    log: items,
  };
}

const sharedFolder = new URL('../../../shared/', import.meta.url);
export const isSharedPresent = existsSync(new URL('specs/sap/', sharedFolder));

/** A file of the reference folder beside the repository, which is not part of the project. */
export function readShared(path: string): string {
  return readFileSync(new URL(path, sharedFolder), 'utf8');
}
