/**
 * Holds the vocabulary against collected facts about Amazon's values, which lie beside the repository and are not part
 * of it. Without them these tests are skipped; `fixtures/line-kinds.tsv` protects the same meanings everywhere.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineKindFacts } from './line-kind.ts';
import { isMultiChannelMarketplace } from './marketplace.ts';
import { recogniseLineKind } from './recognise.ts';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
const OBSERVED = `${SHARED}facts/settlement-vocabulary-observed.tsv`;
const CLASSES = `${SHARED}facts/settlement-vocabulary.csv`;
const DEFAULTS = `${SHARED}facts/default-mapping.tsv`;
const SAMPLES = ['real/us-2017-03-usd.txt', 'third-party/us-2026-06-usd.txt'].map((name) => `${SHARED}samples/${name}`);
const isMissing = ![OBSERVED, CLASSES, DEFAULTS, ...SAMPLES].every((path) => existsSync(path));

/** Rows that name a type only, stand for a text that is not given, belong to another layout, or do not say whose tax. */
const STAYS_UNKNOWN = [
  ' | <various> | <any>',
  'Cancellation | ItemFees | <India cancellation charges>',
  'Debt Adjustment | Debt Adjustment | <text>',
  'Goodwill Concession | <various> | <any>',
  'Imaging Services | other-transaction | <total>',
  'Inbound Transportation Fee | (V1: other-amount column) | ',
  'Income Tax Charged | <various> | <any>',
  'Micro Deposit | (V1: other-amount column) | ',
  'Other | <various> | <any>',
  'Overpaid Fees Adjustment | <various> | <any>',
  'Payable to Amazon | (V1: other-amount column) | ',
  'REVERSAL_REIMBURSEMENT | (V1: other-amount column) | ',
  'SellerReviewEnrollmentPayment | Review Enrollment Fee | <total>',
  'Storage Fee | (V1: other-amount column) | ',
  'Subscription Fee | (V1: other-amount column) | ',
  'Successful charge | (V1: other-amount column) | ',
  'TBYB Order Payment | <various> | <any>',
  'WAREHOUSE_DAMAGE | (V1: other-amount column) | ',
  'other-transaction - Correction | other-transaction | <original description>',
  'other-transaction - Reversal | other-transaction | <original description>',
  // On purpose: neither the row nor the source that documents it says whose tax it is.
  'other-transaction | other-transaction | Tax',
];

/** Groups that fit each class of the collected list. */
const GROUPS_OF_CLASS: Readonly<Record<string, readonly number[]>> = {
  REVENUE_PRODUCT: [10],
  REVENUE_PRODUCT_REFUND: [20, 23, 24],
  REVENUE_SHIPPING: [11, 21, 23, 24],
  REVENUE_GIFTWRAP: [12, 21],
  REVENUE_OTHER: [14, 15, 80],
  REVENUE_LIQUIDATION: [73],
  REFUND_GOODWILL: [23, 24, 25],
  REFUND_RETURN_SHIPPING: [21],
  OTHER_INCOME_RESTOCKING: [25],
  OTHER_INCOME: [51],
  PROMOTION_REBATE: [13, 22],
  PROMOTION_POINTS: [13, 22],
  TAX_COLLECTED: [80, 84],
  TAX_COLLECTED_PROMO: [13, 22],
  TAX_WITHHELD_BY_AMAZON: [81, 82, 84],
  TAX_COMMINGLING: [85],
  FEE_REFERRAL: [30],
  FEE_REFERRAL_REVERSAL: [30],
  FEE_REFUND_ADMIN: [31],
  FEE_CLOSING: [30],
  FEE_OTHER_SELLING: [14, 30, 33, 40, 60],
  FEE_SHIPPING_CHARGEBACK: [32],
  FEE_GIFTWRAP_CHARGEBACK: [32],
  FEE_SHIPPING_HOLDBACK: [32],
  FEE_DST: [33],
  FEE_EPR: [33],
  FEE_TAX_SERVICE: [35],
  FEE_SUBSCRIPTION: [34],
  FEE_FBA_FULFILMENT: [40, 46],
  FEE_ADJUSTMENT: [30, 40],
  FEE_STORAGE: [41, 34],
  FEE_STORAGE_LT: [42],
  FEE_AWD: [41, 43],
  FEE_INBOUND: [43],
  FEE_PREP: [43, 70, 40],
  FEE_REMOVAL: [44],
  FEE_RETURNS_PROCESSING: [45],
  FEE_COUPON: [51],
  FEE_DEALS: [51],
  FEE_VINE: [51],
  FEE_OTHER_SERVICES: [34, 51, 75],
  FEE_SHIPPING_LABEL: [60],
  FEE_LIQUIDATION: [74],
  ADVERTISING: [50],
  ADVERTISING_REFUND: [50],
  REIMBURSEMENT_FBA: [70],
  REIMBURSEMENT_FBA_CLAWBACK: [71],
  REIMBURSEMENT_SAFET: [72],
  REIMBURSEMENT_OTHER: [70],
  CLAIM_RECOVERY: [24],
  BUYER_RECHARGE: [25],
  ADJUSTMENT: [25, 34, 83, 96],
  LOAN: [90],
  RESERVE_CURRENT: [91],
  RESERVE_PREVIOUS: [91],
  NEGATIVE_BALANCE_CARRY: [92],
  CHARGE_TO_SELLER_CARD: [93],
  PAYOUT: [94],
  PAYOUT_RETURNED: [94],
  PAYOUT_MICRO_DEPOSIT: [94],
  INTERCOMPANY_DEBT: [94],
};

/** Groups that fit the collected short meanings; the first that matches decides. */
const GROUPS_OF_MEANING: readonly (readonly [meaning: RegExp, groups: readonly number[]])[] = [
  [/: tax on it$|Tax on advertising/, [89]],
  [/corrected later/, [84]],
  [/^Promotion discount/, [13, 22]],
  [/withheld|deemed-supplier|low-value imported/i, [81]],
  [/India (GST|income tax)/, [82]],
  [/^(Tax (collected )?on |Tax on)/, [80, 89]],
  [/EBT|^Item price charged/, [10]],
  [/^Item price given back/, [20]],
  [/^Item price/, [20, 23, 24, 73, 97]],
  [/^Shipping charged to/, [11, 21, 23, 24, 40]],
  [/^Shipping kept|^Gift-wrap charge kept|holdback/, [32]],
  [/^Gift-wrap charge/, [12, 21]],
  [/^Concession paid|^Deduction from|^Buyer charged|^Restocking/, [23, 24, 25]],
  [/return shipping/i, [21]],
  [/Points cost/, [13, 22, 25]],
  [/^JP\/IN cash on delivery/, [15]],
  [/^Cash-on-delivery/, [14, 80]],
  [/^Refund administration/, [31]],
  [/referral|^Closing fee|^Referral/i, [30]],
  [/^Digital services|^EPR|Renewed|^Technology fee/, [33]],
  [/^State regulatory fee/, [33, 80]],
  [/^Tax calculation/, [35]],
  [/subscription|High-volume|photography|Capacity reservation|fee other services/i, [34]],
  [/^Vine|^fee vine|^Coupon|^Deal|^other income/, [51]],
  [/fulfilment|weight-based|^Low-inventory|^Remote|^Transport\/fulfilment/i, [40, 45, 46]],
  [/^Monthly FBA storage|^FBA storage fee|^AWD|^Aged-inventory/, [41, 42, 43]],
  [/inbound|^Prep|placement/i, [43, 70]],
  [/^FBA removal|^FBA disposal/, [44]],
  [/^Returns processing|fee returns processing/, [45]],
  [/^Advertising/, [50]],
  [/Easy Ship|^Shipping label/, [60]],
  [/^Reimbursement taken back/, [71]],
  [/^SAFE-T|lost packages/, [72]],
  [/^Reimbursement or concession/, [70, 96]],
  [/^Reimbursement/, [70]],
  [/^Recovery value/, [73]],
  [/^Liquidation brokerage/, [74]],
  [/^Grade/, [75]],
  [/^A-to-z recovery/, [24]],
  [/^Commingled/, [85]],
  [/Lending/, [90]],
  [/held back|Reserve of the previous/, [91]],
  [/^Negative balance/, [92]],
  [/card/i, [93]],
  [/payout|Bank account verification/, [94]],
  [/^Balance moved between accounts/, [25, 94]],
  [/MCF preferred/, [46]],
  [/^Textbook/, [97]],
  [/adjustment|^Receivables/i, [34, 83, 96]],
  [/^fee other selling/, [14, 30, 33]],
];

interface Fact {
  readonly words: readonly [string, string, string];
  readonly note: string;
}

function groupOf(words: readonly string[], isMultiChannel = false): number | undefined {
  const [transactionType = '', amountType = '', amountDescription = ''] = words;
  const kind = recogniseLineKind({ transactionType, amountType, amountDescription }, { isMultiChannel });
  return kind && lineKindFacts(kind).group;
}

/** On facts about a fee's Indian tax the list repeats the meaning of the fee. */
function isTaxTwin([, amountType, description]: Fact['words']): boolean {
  return /(CGST|SGST|IGST)$/.test(description) && !/^TCS-/.test(description) && amountType !== 'ItemTCS';
}

function disagreements(facts: readonly Fact[], groupsOf: (note: string) => readonly number[] | undefined): string[] {
  return facts.flatMap(({ words, note }) => {
    const isTax =
      isTaxTwin(words) || /^Tax on fee$/i.test(words[2]) || words.slice(1).join() === 'Capacity Reservation Fee,Tax';
    const allowed = isTax ? [89] : groupsOf(note);
    const group = groupOf(words);
    return group !== undefined && allowed?.includes(group)
      ? []
      : [`${words.join(' | ')}: ${group}, not ${allowed} (${note})`];
  });
}

function readRows(path: string, separator: string): string[][] {
  const lines = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/).slice(1);
  return lines.map((line) => (separator === ',' ? splitCsv(line) : line.split(separator)));
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].map((cell) => (cell[1] ?? '').replace(/^"|"$/g, ''));
}

const plain = (word = '') => (word === '(blank)' ? '' : word);
const readObserved = (): Fact[] =>
  readRows(OBSERVED, '\t').map((row) => ({ words: [plain(row[0]), plain(row[1]), plain(row[2])], note: row[5] ?? '' }));
const readClasses = (): Fact[] =>
  readRows(CLASSES, ',').map((row) => ({ words: [row[0] ?? '', row[1] ?? '', row[2] ?? ''], note: row[3] ?? '' }));
const isKnown = ({ words }: Fact) => !STAYS_UNKNOWN.includes(words.join(' | '));

describe.skipIf(isMissing)('collected facts (skipped where they are missing)', () => {
  it('of 560 observed combinations every one is known, except the ones that say too little', () => {
    const observed = readObserved();
    expect(observed).toHaveLength(560);
    const unknown = observed.filter(({ words }) => groupOf(words) === undefined).map(({ words }) => words.join(' | '));
    expect(unknown.sort()).toEqual([...STAYS_UNKNOWN].sort());
  });

  it('each observed combination is in a group that fits its collected meaning', () => {
    const groupsOf = (note: string) => GROUPS_OF_MEANING.find(([meaning]) => meaning.test(note))?.[1];
    expect(disagreements(readObserved().filter(isKnown), groupsOf)).toEqual([]);
  });

  it('each of 349 classified combinations is in a group that fits its class', () => {
    const classified = readClasses();
    expect(classified).toHaveLength(349);
    expect(disagreements(classified.filter(isKnown), (note) => GROUPS_OF_CLASS[note])).toEqual([]);
  });

  it('control: a class that does not fit is a disagreement', () => {
    const wrong: Fact = { words: ['Order', 'ItemPrice', 'Principal'], note: 'FEE_REFERRAL' };
    expect(disagreements([wrong], (note) => GROUPS_OF_CLASS[note])).toHaveLength(1);
  });

  it('each combination that the proposed default mapping spells out is in its group', () => {
    const facts = readRows(DEFAULTS, '\t').flatMap(([group = '', types = '', amountTypes = '', descriptions = '']) =>
      split(types, / & | \/ /).flatMap((type) =>
        split(amountTypes, / \/ /).flatMap((amountType) =>
          split(descriptions, /, | \/ /).map((description) => ({
            group: Number(group.slice(0, 2)),
            words: [type, amountType, description],
          })),
        ),
      ),
    );
    // Here the meaning that was observed says better.
    const elsewhere = new Map([
      ['PAYMENT_RETRACTION_ITEMS', 71],
      ['Manual Processing Fee', 43],
    ]);
    const known = facts.filter(({ words }) => groupOf(words) !== undefined);
    const wrong = known.filter(({ group, words }) => groupOf(words) !== (elsewhere.get(words[2] ?? '') ?? group));
    expect(wrong.map(({ group, words }) => `${words.join(' | ')}: ${groupOf(words)}, not ${group}`)).toEqual([]);
    expect(known.length).toBeGreaterThan(100);
  });

  it.each(SAMPLES)('every row of %s is known', (path) => {
    const [header = [], , ...rows] = readFileSync(path, 'latin1')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
    const columns = ['transaction-type', 'amount-type', 'amount-description', 'marketplace-name'].map((name) =>
      header.indexOf(name),
    );
    const details = rows.filter((row) => row.length > 5).map((row) => columns.map((at) => row[at] ?? ''));
    expect(details.length).toBeGreaterThan(20);
    expect(details.filter((words) => groupOf(words, isMultiChannelMarketplace(words[3] ?? '')) === undefined)).toEqual(
      [],
    );
  });
});

/** Leaves out what is explained instead of spelled out. */
function split(text: string, separator: RegExp): string[] {
  return text
    .split(separator)
    .filter((word) => word !== '' && !/[()…*—]/.test(word.replace('TDS (Section 194-O)', '')));
}
