import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine } from '../../ledger/index.ts';
import { MASTER_DATA_KINDS, type MasterDataKind } from '../master-data.ts';
import { type Finding, sayFinding } from './finding.ts';
import { MasterDataView } from './master-data-view.ts';
import { simulateEntries } from './simulate-entries.ts';
import { dataOf, faultless, goodEntry, goodLines, line, partsOf, rows } from './simulation.fixture.ts';

const TODAY = '2026-11-23' as LocalDate;
const RULES = { sapFillsCostObjects: false };
const simulate = (entry: JournalEntry, data = dataOf(), rules = RULES) => simulateEntries([entry], data, rules, TODAY);
const short = ({ severity, code }: Finding) => `${severity} ${code}`;

/** The good lines with one changed; 0 clearing, 1 customer, 2 fee, 3 revenue. */
function spoil(at: number, change: Partial<JournalLine>): JournalEntry {
  return goodEntry({ lines: goodLines().map((each, index) => (index === at ? { ...each, ...change } : each)) });
}

const others = <Kind extends MasterDataKind>(kind: Kind) => faultless[kind].rows.slice(1);
const accounts = (...given: Parameters<typeof rows.account>[]) => [
  ...given.map((each) => rows.account(...each)),
  ...faultless['gl-accounts'].rows.filter(({ glAccount }) => !given.some(([name]) => name === glAccount)),
];
const companyAccounts = (...given: Parameters<typeof rows.companyAccount>[]) => [
  ...given.map((each) => rows.companyAccount(...each)),
  ...faultless['company-gl-accounts'].rows.filter(({ glAccount }) => !given.some(([name]) => name === glAccount)),
];

it('control: an entry that SAP would book has no finding', () => {
  expect(simulate(goodEntry())).toEqual([]);
});

it('knows a key with its leading zeros and without, in either case', () => {
  const entry = spoil(2, { glAccount: '0065001100' as GlAccount, costCenter: '0010101101' });
  expect(simulate(entry)).toEqual([]);
  expect(simulate(spoil(3, { profitCenter: 'yb101' }))).toEqual([]);
});

describe('an entry that SAP would refuse', () => {
  it.each<[code: string, line: number | null, entry: JournalEntry, data: MasterDataView]>([
    [
      'SIMULATION_COMPANY_CODE_UNKNOWN',
      null,
      goodEntry({ companyCode: '1020' as CompanyCode }),
      dataOf({ 'posting-periods': null }),
    ],
    ['SIMULATION_GL_ACCOUNT_UNKNOWN', 1, spoil(0, { glAccount: '11009999' as GlAccount }), dataOf()],
    [
      'SIMULATION_GL_ACCOUNT_BLOCKED',
      1,
      goodEntry(),
      dataOf({ 'gl-accounts': accounts(['11001000', { isBlocked: true }]) }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_TO_BE_DELETED',
      1,
      goodEntry(),
      dataOf({ 'gl-accounts': accounts(['11001000', { isMarkedForDeletion: true }]) }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_SECONDARY',
      3,
      goodEntry(),
      dataOf({ 'gl-accounts': accounts(['65001100', { isSecondary: true }]) }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_NOT_IN_COMPANY_CODE',
      1,
      goodEntry(),
      dataOf({ 'company-gl-accounts': others('company-gl-accounts') }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_BLOCKED',
      1,
      goodEntry(),
      dataOf({ 'company-gl-accounts': companyAccounts(['11001000', { isBlocked: true }]) }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_RECONCILIATION',
      1,
      goodEntry(),
      dataOf({ 'company-gl-accounts': companyAccounts(['11001000', { isReconciliation: true }]) }),
    ],
    [
      'SIMULATION_GL_ACCOUNT_AUTOMATIC',
      1,
      goodEntry(),
      dataOf({ 'company-gl-accounts': companyAccounts(['11001000', { isPostedAutomatically: true }]) }),
    ],
    ['SIMULATION_COST_OBJECT_MISSING', 3, spoil(2, { costCenter: null }), dataOf()],
    ['SIMULATION_COST_CENTER_UNKNOWN', 3, spoil(2, { costCenter: 'NONE' }), dataOf()],
    [
      'SIMULATION_COST_CENTER_NOT_VALID',
      3,
      goodEntry(),
      dataOf({ 'cost-centers': [rows.costCenter('10101101', { validTo: '2026-11-13' as LocalDate })] }),
    ],
    [
      'SIMULATION_COST_CENTER_OF_OTHER_COMPANY',
      3,
      goodEntry(),
      dataOf({ 'cost-centers': [rows.costCenter('10101101', { companyCode: '1710' })] }),
    ],
    [
      'SIMULATION_COST_CENTER_BLOCKED',
      3,
      goodEntry(),
      dataOf({ 'cost-centers': [rows.costCenter('10101101', { isBlockedForCosts: true })] }),
    ],
    [
      'SIMULATION_COST_CENTER_BLOCKED',
      4,
      spoil(3, { profitCenter: null, costCenter: '10101101' }),
      dataOf({ 'cost-centers': [rows.costCenter('10101101', { isBlockedForRevenue: true })] }),
    ],
    ['SIMULATION_PROFIT_CENTER_UNKNOWN', 4, spoil(3, { profitCenter: 'NONE' }), dataOf()],
    [
      'SIMULATION_PROFIT_CENTER_NOT_VALID',
      4,
      goodEntry(),
      dataOf({ 'profit-centers': [rows.profitCenter('YB101', { validFrom: '2026-11-15' as LocalDate })] }),
    ],
    [
      'SIMULATION_PROFIT_CENTER_BLOCKED',
      4,
      goodEntry(),
      dataOf({ 'profit-centers': [rows.profitCenter('YB101', { isBlocked: true })] }),
    ],
    ['SIMULATION_CUSTOMER_UNKNOWN', 2, goodEntry(), dataOf({ customers: [] })],
    [
      'SIMULATION_CUSTOMER_OTHER_ACCOUNT',
      2,
      goodEntry(),
      dataOf({ customers: [rows.customer('1000123', { reconciliationAccount: '12109999' })] }),
    ],
    [
      'SIMULATION_CUSTOMER_BLOCKED',
      2,
      goodEntry(),
      dataOf({ customers: [rows.customer('1000123', { isBlocked: true })] }),
    ],
    [
      'SIMULATION_CUSTOMER_BLOCKED',
      2,
      goodEntry(),
      dataOf({ customers: [rows.customer('1000123', { isMarkedForDeletion: true })] }),
    ],
    ['SIMULATION_TAX_CODE_UNKNOWN', 4, goodEntry(), dataOf({ 'tax-codes': [{ taxCode: 'A1', country: 'AT' }] })],
    ['SIMULATION_DOCUMENT_TYPE_UNKNOWN', null, goodEntry({ documentType: 'ZZ' }), dataOf()],
    [
      'SIMULATION_DOCUMENT_TYPE_OTHER_ACCOUNTS',
      null,
      goodEntry(),
      dataOf({ 'document-types': [{ documentType: 'SA', accountTypes: 'S' }] }),
    ],
    [
      'SIMULATION_PERIOD_CLOSED',
      null,
      goodEntry(),
      dataOf({ 'posting-periods': faultless['posting-periods'].rows.map((row) => ({ ...row, isOpen: false })) }),
    ],
    [
      'SIMULATION_KEY_DOES_NOT_FIT',
      1,
      spoil(0, { glAccount: '11001000111' as GlAccount }),
      dataOf({ 'gl-accounts': null, 'company-gl-accounts': null }),
    ],
    [
      'SIMULATION_TOO_MANY_ITEMS',
      null,
      goodEntry({ lines: Array.from({ length: 1000 }, (_, index) => line({ minor: index % 2 === 0 ? 1n : -1n })) }),
      dataOf(),
    ],
  ])('%s in line %s', (code, at, entry, data) => {
    const errors = simulate(entry, data).filter(({ severity }) => severity === 'error');
    expect(errors.map(short)).toEqual([`error ${code}`]);
    expect(errors[0]?.place).toEqual({ postingKey: entry.postingKey, line: at });
    expect(sayFinding(errors[0]!)).toMatch(/^error SIMULATION_\w+ AMZ\w+( line \d+)?: .*\. .*\.$/);
  });

  it('says every fault of every entry at once', () => {
    const first = spoil(0, { glAccount: '11009999' as GlAccount });
    const second = { ...spoil(2, { costCenter: 'NONE' }), documentType: 'ZZ' };
    const third = {
      ...goodEntry(),
      lines: goodLines().map((each) => ({ ...each, profitCenter: null, costCenter: null })),
    };
    expect(simulateEntries([first, second, third], dataOf(), RULES, TODAY).map(short)).toEqual([
      'error SIMULATION_GL_ACCOUNT_UNKNOWN',
      'error SIMULATION_DOCUMENT_TYPE_UNKNOWN',
      'error SIMULATION_COST_CENTER_UNKNOWN',
      'error SIMULATION_COST_OBJECT_MISSING',
      'error SIMULATION_COST_OBJECT_MISSING',
    ]);
  });

  it('does not balance: the defect is a finding like the others', () => {
    const entry = spoil(0, { amount: { ...line().amount, minor: 1n } });
    expect(simulate(entry).map(short)).toEqual(['error ENTRY_UNBALANCED']);
  });
});

describe('an entry that SAP would book otherwise than meant', () => {
  it('has a cost centre on a balance sheet line: SIMULATION_COST_CENTER_ON_BALANCE_SHEET', () => {
    const findings = simulate(spoil(0, { costCenter: '10101101' }));
    expect(findings.map(short)).toEqual(['warning SIMULATION_COST_CENTER_ON_BALANCE_SHEET']);
  });

  it('has a posting date in the future: SIMULATION_POSTING_DATE_AHEAD', () => {
    const findings = simulate(goodEntry({ postingDate: '2026-11-24' as LocalDate }));
    expect(findings.map(short)).toEqual(['warning SIMULATION_POSTING_DATE_AHEAD']);
  });

  it('lacks a cost object that SAP itself fills in, as the settings say', () => {
    const entry = spoil(2, { costCenter: null });
    expect(simulate(entry, dataOf(), { sapFillsCostObjects: true }).map(short)).toEqual([
      'warning SIMULATION_COST_OBJECT_MISSING',
    ]);
  });

  it('control: income outside of cost accounting needs no cost object', () => {
    const data = dataOf({ 'gl-accounts': accounts(['65001100', { isNonOperating: true }]) });
    expect(simulate(spoil(2, { costCenter: null }), data)).toEqual([]);
  });
});

describe('what could not be told', () => {
  it.each(MASTER_DATA_KINDS)('%s that SAP did not give is named once and is no error', (kind) => {
    const entries = [goodEntry(), spoil(0, {})];
    const findings = simulateEntries(entries, dataOf({ [kind]: null }), RULES, TODAY);
    expect(findings.map(short)).toEqual(['not-checked SIMULATION_NOT_READ']);
    expect(findings[0]).toMatchObject({ about: { kind }, next: 'Add it.' });
  });

  it('is named where SAP has no service and the connection names no view', () => {
    const offered = MASTER_DATA_KINDS.filter((kind) => !['tax-codes', 'posting-periods'].includes(kind));
    const data = new MasterDataView(
      partsOf().filter(({ kind }) => offered.includes(kind)),
      offered,
    );
    expect(simulate(goodEntry(), data).map(short)).toEqual([
      'not-checked SIMULATION_NOT_OFFERED',
      'not-checked SIMULATION_NOT_OFFERED',
    ]);
  });

  it('includes a name that was not asked for when the rest was read', () => {
    const parts = partsOf().map((part) => (part.kind === 'customers' ? { ...part, covers: ['42'] } : part));
    const findings = simulate(goodEntry(), new MasterDataView(parts, MASTER_DATA_KINDS));
    expect(findings.map(short)).toEqual(['not-checked SIMULATION_NOT_READ']);
    expect(findings[0]?.says).toContain('MASTER_DATA_NOT_READ');
  });

  it('control: a name that was asked for and not found does not exist', () => {
    const parts = partsOf({ customers: [] }).map((part) =>
      part.kind === 'customers' ? { ...part, covers: ['1000123'] } : part,
    );
    expect(simulate(goodEntry(), new MasterDataView(parts, MASTER_DATA_KINDS)).map(short)).toEqual([
      'error SIMULATION_CUSTOMER_UNKNOWN',
    ]);
  });

  it('includes posting dates that no period of the view holds: SIMULATION_PERIOD_NOT_TOLD', () => {
    const unknown = [{ companyCode: '1010', from: null, to: null, isOpen: false }];
    for (const given of [[], unknown]) {
      const findings = simulate(goodEntry(), dataOf({ 'posting-periods': given }));
      expect(findings.map(short)).toEqual(['not-checked SIMULATION_PERIOD_NOT_TOLD']);
    }
  });

  it('is not asked for where nothing needs it: an entry without customer and tax code', () => {
    const entry = goodEntry({ lines: [line({ minor: 1n }), line({ minor: -1n })] });
    expect(simulate(entry, dataOf({ customers: null, 'tax-codes': null, 'cost-centers': null }))).toEqual([]);
  });
});
