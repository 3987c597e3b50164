import { type Money, money } from '../core/index.ts';
import { type LineGroup, type LineKind, type LineMeanings, type LineTriple, lineKindFacts } from '../mapping/index.ts';
import { kindOf, type SettlementFileSums, type TripleSum } from './reconciliation/settlement-sums.ts';

/** Steps from what buyers paid to what is deposited. Fees have one for each group of the account table. */
export type WaterfallStepId =
  | 'sales'
  | 'refunds'
  | 'promotions'
  | `fees-${LineGroup}`
  | 'other-income'
  | 'taxes'
  | 'reserve-released'
  | 'opening-debt'
  | 'other-movements'
  | 'reserve-held'
  | 'unknown'
  | 'difference'
  | 'deposit';

/** What a step consists of: a kind, or words of Amazon that nobody knows. */
export interface WaterfallPart {
  readonly kind: LineKind | null;
  readonly title: string;
  readonly amount: Money;
  readonly rowCount: number;
}

export interface WaterfallStep {
  readonly id: WaterfallStepId;
  /** In Amazon's sign: positive is for the seller. */
  readonly amount: Money;
  readonly parts: readonly WaterfallPart[];
}

/** Apart from the fees, which stand after the promotions in the order of their groups. */
const BEFORE_FEES: readonly WaterfallStepId[] = ['sales', 'refunds', 'promotions'];
const AFTER_FEES: readonly WaterfallStepId[] = [
  'other-income',
  'taxes',
  'reserve-released',
  'opening-debt',
  'other-movements',
  'reserve-held',
  'unknown',
];
/** Money that the seller gives to buyers before they pay. */
const PROMOTION_GROUPS: readonly number[] = [13, 52];
const OPENING_DEBT_GROUP = 92;

/**
 * How the sales of a settlement become its deposit. Every row is in exactly one step, and all steps before the deposit sum to it
 * to the cent: what nobody knows is a step of its own, and so is a difference between the rows and Amazon's total. Works without
 * entries, also for a settlement in quarantine.
 */
export function settlementWaterfall(
  total: Money,
  sums: Pick<SettlementFileSums, 'triples'>,
  meanings: LineMeanings,
): readonly WaterfallStep[] {
  const parts = new Map<WaterfallStepId, Map<string, WaterfallPart>>();
  let restMinor = total.minor;
  for (const sum of sums.triples) {
    restMinor -= sum.minor;
    const kind = kindOf(sum, meanings);
    const title = kind === undefined ? wordsOf(sum.triple) : lineKindFacts(kind).title;
    addPart(parts, stepOf(kind), { kind: kind ?? null, title, ...amountOf(total, sum) });
  }
  const fees = [...parts.keys()].filter((id) => id.startsWith('fees-')).sort();
  const steps = [...BEFORE_FEES, ...fees, ...AFTER_FEES].flatMap((id): WaterfallStep[] => {
    const own = [...(parts.get(id)?.values() ?? [])];
    const minor = own.reduce((sum, { amount }) => sum + amount.minor, 0n);
    return own.length === 0 ? [] : [{ id, amount: money(total.currency, minor), parts: own }];
  });
  const difference: WaterfallStep = { id: 'difference', amount: money(total.currency, restMinor), parts: [] };
  return [...steps, ...(restMinor === 0n ? [] : [difference]), { id: 'deposit', amount: total, parts: [] }];
}

function stepOf(kind: LineKind | undefined): WaterfallStepId {
  if (kind === undefined) return 'unknown';
  const { nature, group } = lineKindFacts(kind);
  switch (nature) {
    case 'revenue':
      return 'sales';
    case 'contra-revenue':
      return PROMOTION_GROUPS.includes(group) ? 'promotions' : 'refunds';
    case 'expense':
      return `fees-${group}`;
    case 'other-income':
      return 'other-income';
    case 'tax':
      return 'taxes';
    case 'balance-sheet':
      if (kind === 'reserve-held' || kind === 'reserve-released') return kind;
      return group === OPENING_DEBT_GROUP ? 'opening-debt' : 'other-movements';
  }
}

function amountOf({ currency }: Money, { minor, rowCount }: TripleSum): Pick<WaterfallPart, 'amount' | 'rowCount'> {
  return { amount: money(currency, minor), rowCount };
}

function addPart(
  all: Map<WaterfallStepId, Map<string, WaterfallPart>>,
  id: WaterfallStepId,
  part: WaterfallPart,
): void {
  const own = all.get(id) ?? new Map<string, WaterfallPart>();
  all.set(id, own);
  const key = part.kind ?? part.title;
  const known = own.get(key);
  if (!known) own.set(key, part);
  else {
    const amount = money(part.amount.currency, known.amount.minor + part.amount.minor);
    own.set(key, { ...known, amount, rowCount: known.rowCount + part.rowCount });
  }
}

function wordsOf({ transactionType, amountType, amountDescription }: LineTriple): string {
  return [transactionType, amountType, amountDescription].map((word) => word || '(blank)').join(' | ');
}
