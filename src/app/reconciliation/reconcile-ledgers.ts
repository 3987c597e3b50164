import { formatMoney, type LocalDate, money } from '../../core/index.ts';
import type { Proof } from '../../ledger/index.ts';
import type { SettlementKey } from '../ports.ts';
import { neighboursOf } from './continuity.ts';
import { type BankFacts, type ConnectionFacts, isBeforeBooks, type ReconciliationContext } from './gather.ts';
import {
  type BankMovement,
  buildLedgers,
  LEDGER_KINDS,
  LEDGERS,
  type Ledger,
  type LedgerLine,
  type LedgerPairs,
  type OpenItem,
} from './ledgers.ts';
import { type MovementPair, pairOffsets } from './pair-movements.ts';
import { findReturns, isPayoutCompared, type PayoutLine } from './payout-states.ts';
import { depositsBySettlement } from './reconcile-payouts.ts';

/** A set-off is answered by a settlement that closes within this time. */
const OFFSET_DAYS_MAX = 45;
const CARD_DAYS_MAX = 14;

/** An open item, and why it is open. */
export interface ExplainedItem extends OpenItem {
  readonly says: string;
  /** It should have been cleared by now. */
  readonly isOverdue: boolean;
  /** Not a payout that is due and of which neither Amazon's payouts nor a bank statement is known. */
  readonly isCompared: boolean;
}

/** A ledger with its proof: what is open is explained and not overdue. */
export interface ProvenLedger extends Omit<Ledger, 'openItems'> {
  readonly openItems: readonly ExplainedItem[];
  /** `null` for a balance that has no counterpart of its own to wait for. */
  readonly proof: Proof | null;
}

/** The ledgers of a connection over a period, from its recorded entries and the deposits matched with its settlements. */
export async function reconcileLedgers(
  { reconciliation }: Pick<ReconciliationContext, 'reconciliation'>,
  facts: ConnectionFacts,
  input: {
    readonly bank: BankFacts;
    readonly payouts: readonly PayoutLine[];
    readonly from: LocalDate;
    readonly until: LocalDate;
  },
): Promise<readonly ProvenLedger[]> {
  const lines = await reconciliation.listLedgerLines(facts.connection.id, LEDGER_KINDS);
  return provenLedgers(lines, facts, input);
}

/** The same from lines at hand. Pure. */
export function provenLedgers(
  lines: readonly LedgerLine[],
  facts: ConnectionFacts,
  input: {
    readonly bank: BankFacts;
    readonly payouts: readonly PayoutLine[];
    readonly from: LocalDate;
    readonly until: LocalDate;
  },
): readonly ProvenLedger[] {
  const offsets = pairOffsets(facts.payments);
  const ledgers = buildLedgers({
    lines,
    bank: bankMovements(facts, input.bank),
    pairs: pairsOf(facts, offsets),
    from: input.from,
    until: input.until,
  });
  const explain = explainer(facts, input.payouts);
  return ledgers.map((ledger) => {
    const openItems = ledger.openItems.map((item) => ({ ...item, isCompared: true, ...explain(ledger, item) }));
    return { ...ledger, openItems, proof: proofOf(ledger, openItems) };
  });
}

/** What is open, against what may be open by now. */
function proofOf(ledger: Ledger, items: readonly ExplainedItem[]): Proof | null {
  if (!LEDGERS[ledger.name].returnsToZero) return null;
  const overdue = items.filter(({ isOverdue }) => isOverdue);
  const expected = items.filter(({ isOverdue }) => !isOverdue).reduce((sum, { amount }) => sum + amount.minor, 0n);
  const count = overdue.length;
  return {
    name: 'returns-to-zero',
    ok: count === 0 && ledger.ties,
    expected: formatMoney(money(ledger.currency, expected)),
    actual: formatMoney(ledger.closing),
    says:
      count === 0
        ? 'The balance, against the items that only wait for what comes next.'
        : `The balance, against the items that only wait for what comes next; ${count} ${count === 1 ? 'item is' : 'items are'} overdue.`,
  };
}

function bankMovements({ payments }: ConnectionFacts, bank: BankFacts): BankMovement[] {
  const deposits = depositsBySettlement(bank);
  return payments.flatMap(({ key, settlementId }) =>
    (deposits.get(key) ?? []).map(({ deposit }) => ({
      settlementKey: key,
      settlementId,
      reference: deposit.entryReference,
      on: deposit.bookedOn,
      currency: deposit.amount.currency,
      minor: deposit.amount.minor,
    })),
  );
}

function pairsOf(facts: ConnectionFacts, offsets: readonly MovementPair[]): LedgerPairs {
  const { before } = neighboursOf(facts.chains);
  const legs = new Map<string, { pair: string | null; minor: bigint }[]>();
  for (const { name, ok, legs: of } of offsets) {
    for (const { settlement, row } of of) {
      const list = legs.get(settlement.key) ?? [];
      list.push({ pair: ok ? name : null, minor: row.minor });
      legs.set(settlement.key, list);
    }
  }
  return { before, returned: findReturns(facts.payments, facts.payouts).returned, offsets: legs };
}

type Explanation = Pick<ExplainedItem, 'says' | 'isOverdue'> & Partial<Pick<ExplainedItem, 'isCompared'>>;

function explainer(
  facts: ConnectionFacts,
  payouts: readonly PayoutLine[],
): (ledger: Ledger, item: OpenItem) => Explanation {
  const { after } = neighboursOf(facts.chains);
  const ofSettlement = new Map<string, PayoutLine>(payouts.map((line) => [line.settlement.key, line]));
  const waits = (says: string): Explanation => ({ says, isOverdue: false });
  const overdue = (says: string): Explanation => ({ says, isOverdue: true });
  const isOpening = openingFinder(facts);
  const unbooked = new Set(
    facts.settlements.filter(({ record }) => record.state !== 'proposed').map(({ record }) => record.key),
  );
  const explainCarried = (item: OpenItem): Explanation => {
    if (item.kinds.every((kind) => kind === 'reserve-released' || kind === 'opening-debt')) {
      return isOpening(item.originKey)
        ? waits('Opening balance: what the settlement before these books left is entered by hand.')
        : overdue('The settlement before it is missing, or not booked.');
    }
    const next = after.get(item.originKey as SettlementKey);
    if (!next) return waits('Waits for the next settlement.');
    if (unbooked.has(next.key)) return overdue(`Settlement ${next.settlementId}, which follows, is not booked yet.`);
    return overdue(`Settlement ${next.settlementId}, which follows, does not take it up.`);
  };
  return (ledger, item) => {
    switch (ledger.name) {
      case 'clearing':
        return explainClearing(item, ofSettlement);
      case 'reserve':
      case 'debt':
        return explainCarried(item);
      case 'card':
        return item.ageDays <= CARD_DAYS_MAX
          ? waits('Waits for the bank statement.')
          : waits('Cleared by the statement of the card or bank account in SAP; no matched movement here.');
      case 'cross-marketplace':
        return item.ageDays <= OFFSET_DAYS_MAX
          ? waits('Waits for the settlement of the other store.')
          : overdue('No settlement has the other leg.');
      case 'carry-forward':
      case 'cross-company':
        if (item.clearedOn !== null) return waits(`Taken up on ${item.clearedOn}, by the entry of the month after.`);
        return overdue('Its counterpart is not booked: look at the entries of the settlement.');
      case 'unsettled':
        return explainUnsettled(item, ledger);
      case 'order-receivable':
        return waits(
          `What was shipped and is not settled, the oldest first; order by order: seller-ledger reports order-receivable ${facts.connection.name}`,
        );
      case 'tax-residual':
        return waits('Stays until a person books it elsewhere: withheld tax that does not come to what was collected.');
      case 'suspense':
        return waits('Stays until a person knows what Amazon adjusted, and books it elsewhere.');
      case 'loan':
        return waits('What is left of the loan: the next settlements repay it.');
    }
  };
}

/** An accrual is taken back on the first day of the next month; a release without one takes back what others accrued. */
function explainUnsettled(item: OpenItem, { movements }: Ledger): Explanation {
  if (item.clearedOn !== null) return { says: `Taken back on ${item.clearedOn}.`, isOverdue: false };
  const isRelease = item.since.endsWith('-01');
  if (isRelease && movements.every(({ match, on }) => match !== item.match || on === item.since)) {
    return {
      says: 'Takes back what was accrued before these books; its other side is entered by hand.',
      isOverdue: false,
    };
  }
  return { says: 'The accrual is not taken back, or its release was reversed alone.', isOverdue: true };
}

/** Whether a settlement is the first one in these books of its chain: nothing before it is known, or booked by hand. */
function openingFinder({ chains, bookFrom }: ConnectionFacts): (settlementKey: string) => boolean {
  const openings = new Set<string>();
  for (const { periods } of chains) {
    const first = periods.find((period) => !isBeforeBooks(period, bookFrom));
    if (first) openings.add(first.key);
  }
  return (settlementKey) => openings.has(settlementKey);
}

function explainClearing(item: OpenItem, lines: ReadonlyMap<string, PayoutLine>): Explanation {
  if (item.match.startsWith('returned in ')) {
    return { says: 'A payout that came back, and no settlement is known to have paid it out.', isOverdue: true };
  }
  if (!item.match.startsWith('payout ')) {
    return { says: 'Cleared by the statement of the bank or the gift card in SAP.', isOverdue: false };
  }
  const line = lines.get(item.match.slice('payout '.length));
  if (!line) return { says: 'Its settlement is not known.', isOverdue: true };
  if (line.candidates !== null) return { says: `${line.says} A person decides which deposit it is.`, isOverdue: true };
  const isBelieved = (line.state === 'untold' || line.state === 'paid') && !isPayoutCompared(line);
  return { says: line.says, isOverdue: line.isOverdue, isCompared: !isBelieved };
}
