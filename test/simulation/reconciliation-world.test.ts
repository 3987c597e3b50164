/** Over a generated seller's year every balance with Amazon returns to zero, and what is taken away is missed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createSellerWorld, payoutsOf, printSettlement, type WorldSettlement } from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import {
  type BankFacts,
  bankDaysOf,
  type Connection,
  type ConnectionFacts,
  connectionFacts,
  continuityFindings,
  type DepositRecord,
  evaluateSettlement,
  type LedgerLine,
  matchAll,
  type Payout,
  pairDebts,
  pairOffsets,
  payoutLines,
  provenLedgers,
  type SettlementRecord,
  sumSettlement,
} from '../../src/app/index.ts';
import { type LocalDate, money, parseLocalDate, utcDayOf } from '../../src/core/index.ts';
import { OWN_MEANINGS, type SettlementId } from '../../src/mapping/index.ts';
import { accountTable, SELLER } from './vendors.ts';

const TODAY = parseLocalDate('2026-12-31');
const world = createSellerWorld({
  seed: process.env.RECONCILIATION_SEED ?? 'a year',
  sellerId: SELLER,
  accounts: [{ marketplace: 'DE' }, { marketplace: 'FR' }, { marketplace: 'UK' }],
  from: parseLocalDate('2026-01-01'),
  to: TODAY,
  ordersPerDay: 1,
});

let facts: ConnectionFacts;
let lines: readonly LedgerLine[];
let bank: BankFacts;

beforeAll(async () => {
  const books = [];
  for (const settlement of world.settlements) books.push(await bookOf(settlement));
  lines = books.flatMap((each) => each.lines);
  facts = connectionFacts({
    connection: { id: 'c', name: 'pretend' } as unknown as Connection,
    bookFrom: null,
    meanings: OWN_MEANINGS,
    settlements: books,
    payouts: payoutsOf(world).map(toPayout),
  });
  bank = bankOf(facts);
}, 120_000);

async function bookOf(settlement: WorldSettlement) {
  const { contentType, bytes } = printSettlement(settlement);
  const source = {
    name: settlement.settlementId,
    contentType,
    open: async function* () {
      yield bytes;
    },
  };
  const { reading, proposal } = await evaluateSettlement({
    source,
    readSettlement: readSettlementFile,
    table: accountTable,
    sellerAccount: SELLER,
    withOrderRuns: false,
  });
  const key = `key-${settlement.settlementId}`;
  const { settlementId } = settlement;
  const record = { key, settlementId, state: 'proposed', header: reading.header } as unknown as SettlementRecord;
  const ledgerLines = proposal.entries.flatMap((entry) =>
    entry.lines.map(
      ({ kind, amount }): LedgerLine => ({
        postingKey: entry.postingKey,
        companyCode: entry.companyCode,
        currency: entry.currency,
        postingDate: entry.postingDate,
        originKey: key,
        originName: settlement.settlementId,
        kind,
        minor: amount.minor,
        isBooked: true,
      }),
    ),
  );
  return { record, sums: await sumSettlement(readSettlementFile, source), lines: ledgerLines };
}

const STATUS = {
  STARTED: 'started',
  IN_TRANSIT: 'in-transit',
  PAID: 'paid',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  NO_PAYOUT: 'no-payout',
} as const;
const instant = (at: number) => new Date(at * 1000).toISOString();

function toPayout(payout: ReturnType<typeof payoutsOf>[number]): Payout {
  const steps = payout.steps.map((step) => ({
    status: STATUS[step.status],
    amazonStatus: step.status,
    at: instant(step.at),
    failureReason: step.failureReason ?? null,
  }));
  return {
    payoutId: payout.payoutId,
    status: steps.at(-1)!.status,
    steps,
    traceId: payout.traceId,
    createdAt: instant(payout.createdAt),
    settlementIds: [payout.settlement.settlementId],
  } as unknown as Payout;
}

/** A bank that shows every payout which did not fail, with its trace id in small letters. */
function bankOf({ payments, payouts }: ConnectionFacts): BankFacts {
  const deposits = payments.flatMap(({ settlementId, totalMinor, currency, depositOn }) => {
    const payout = payouts.find(({ settlementIds }) => settlementIds.includes(settlementId));
    if (totalMinor <= 0n || payout?.status !== 'paid' || depositOn > TODAY) return [];
    const deposit = {
      id: `deposit-${settlementId}`,
      entryReference: `ref-${settlementId}`,
      bookedOn: depositOn,
      amount: money(currency, totalMinor),
      counterparty: 'AMAZON PAYMENTS',
      text: `payout ${payout.traceId?.toLowerCase()}`,
    };
    return [deposit as unknown as DepositRecord];
  });
  const days = bankDaysOf([...deposits, ...deposits.map((each) => ({ ...each, bookedOn: TODAY }))]);
  const { matches } = matchAll([facts], { deposits, matches: [], days });
  const standing = matches.map((each) => ({
    ...each,
    actor: { kind: 'system' as const, name: 't' },
    why: '',
    matchedAt: '',
    endedAt: null,
    endedWhy: null,
  }));
  return { deposits, matches: standing, days };
}

function ledgersOf(
  from: LocalDate,
  until: LocalDate,
  of: { facts?: ConnectionFacts; bank?: BankFacts; lines?: readonly LedgerLine[] } = {},
) {
  const known = of.facts ?? facts;
  const payouts = payoutLines(known, { bank: of.bank ?? bank, ambiguous: [], today: until });
  return provenLedgers(of.lines ?? lines, known, { bank: of.bank ?? bank, payouts, from, until });
}

describe('a year of three stores', () => {
  it('has all the special movements, or it proves little', () => {
    expect(facts.payments.some(({ totalMinor }) => totalMinor < 0n)).toBe(true);
    expect(facts.payments.some(({ returned }) => returned.length > 0)).toBe(true);
    expect(facts.payments.some(({ cardCharges }) => cardCharges.length > 0)).toBe(true);
    expect(facts.payments.some(({ offsets }) => offsets.length > 0)).toBe(true);
    expect(facts.settlements.length).toBeGreaterThan(70);
  });

  it('is continuous: three chains without a gap, every reserve and debt carried over', () => {
    expect(facts.chains.map(({ marketplace }) => marketplace)).toEqual(['Amazon.de', 'Amazon.fr', 'Amazon.co.uk']);
    expect(continuityFindings(facts, TODAY)).toEqual({ gaps: [], broken: [], problems: [] });
  });

  it('leaves open only what waits for what comes next, in every ledger, and each ledger is its open items', () => {
    const ledgers = ledgersOf(parseLocalDate('2026-01-01'), TODAY);
    expect(ledgers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['clearing', 'reserve', 'debt', 'carry-forward']),
    );
    for (const ledger of ledgers) {
      expect(ledger.ties).toBe(true);
      if (ledger.name === 'card') continue;
      expect([ledger.name, ledger.openItems.filter(({ isOverdue }) => isOverdue)]).toEqual([ledger.name, []]);
    }
    const clearing = ledgers.filter(({ name }) => name === 'clearing');
    expect(clearing.flatMap(({ openItems }) => openItems).length).toBeLessThanOrEqual(3);
    for (const { name, openItems } of ledgers) if (name === 'carry-forward') expect(openItems).toEqual([]);
  });

  it('proves the same for each month, with closings that are the next openings', () => {
    const months = ['03', '04'].map((month) =>
      ledgersOf(parseLocalDate(`2026-${month}-01`), parseLocalDate(`2026-${month}-30`)),
    );
    for (const march of months[0]!) {
      const april = months[1]!.find(
        (each) =>
          each.name === march.name && each.companyCode === march.companyCode && each.currency === march.currency,
      );
      const until31 = ledgersOf(parseLocalDate('2026-03-31'), parseLocalDate('2026-03-31')).find(
        (each) =>
          each.name === march.name && each.companyCode === march.companyCode && each.currency === march.currency,
      );
      expect(april?.opening).toEqual(until31?.closing);
      expect(march.opening.minor + march.debits.minor + march.credits.minor).toBe(march.closing.minor);
    }
  });

  it('pairs every debt with what carries it in, and every set-off with its other leg, but those of the open periods', () => {
    const last = new Set(facts.chains.map(({ periods }) => periods.at(-1)?.settlementId));
    const open = [...pairDebts(facts.payments), ...pairOffsets(facts.payments)].filter(({ ok }) => !ok);
    expect(open.filter(({ legs }) => !legs.some(({ settlement }) => last.has(settlement.settlementId)))).toEqual([]);
  });

  it('every payout is where the world says', () => {
    const states = payoutLines(facts, { bank, ambiguous: [], today: TODAY });
    for (const { settlement, state } of states) {
      const payout = payoutsOf(world).find((each) => each.settlement.settlementId === settlement.settlementId);
      if (payout?.steps.at(-1)?.status === 'FAILED') expect(['restored', 'failed']).toContain(state);
      else if (settlement.totalMinor > 0n && settlement.depositOn <= TODAY) expect(state).toBe('arrived');
      else if (settlement.totalMinor < 0n) expect(state).toMatch(/^debt-(charged|offset|carried|open)$/);
    }
  });
});

describe('what is taken away is missed', () => {
  const middle = () => facts.chains[0]!.periods[5]!;

  it('a settlement: its time with the days left, its reserve and its debt', () => {
    const without = connectionFacts({
      ...facts,
      settlements: facts.settlements.filter(({ period }) => period.key !== middle().key),
    });
    const { gaps, problems } = continuityFindings(without, utcDayOf(middle().endAt + 70 * 86_400));
    expect(gaps).toMatchObject([{ marketplace: 'Amazon.de', days: 14, threshold: 30 }]);
    expect(problems).toMatchObject([{ code: 'SETTLEMENT_GAP', kind: 'unproven' }]);
  });

  it('a deposit: the payout is late, and the clearing account does not return to zero', () => {
    const lost = bank.matches[Math.floor(bank.matches.length / 2)];
    const rest = bank.matches.filter((each) => each !== lost);
    const without = { ...bank, matches: rest, deposits: bank.deposits.filter(({ id }) => id !== lost!.depositId) };
    const states = payoutLines(facts, { bank: without, ambiguous: [], today: TODAY });
    expect(states.filter(({ state }) => state === 'late').map(({ settlement }) => settlement.key)).toEqual([
      lost!.settlementKey,
    ]);
    const clearing = ledgersOf(parseLocalDate('2026-01-01'), TODAY, { bank: without }).filter(
      ({ name }) => name === 'clearing',
    );
    expect(clearing.filter(({ proof }) => proof?.ok === false)).toHaveLength(1);
  });

  it('an entry: what it carried stays open and overdue', () => {
    const line = lines.find(({ kind }) => kind === 'carry-forward')!;
    const without = lines.filter((each) => each.postingKey !== line.postingKey);
    const found = ledgersOf(parseLocalDate('2026-01-01'), TODAY, { lines: without }).find(
      ({ name, companyCode }) => name === 'carry-forward' && companyCode === line.companyCode,
    );
    expect(found?.openItems.some(({ originName, isOverdue }) => originName === line.originName && isOverdue)).toBe(
      true,
    );
    expect(found?.proof?.ok).toBe(false);
  });

  it('a settlement in quarantine: the reserve that it gives back is told as not booked, not as not given back', () => {
    const { from, to } = facts.chains[0]!.links.find(({ reserve }) => reserve!.actualMinor !== 0n)!;
    const reserveOf = (known: typeof facts) =>
      ledgersOf(parseLocalDate('2026-01-01'), TODAY, {
        facts: known,
        lines: lines.filter(({ originKey }) => originKey !== to.key),
      })
        .flatMap(({ name, openItems }) => (name === 'reserve' ? openItems : []))
        .find(({ originKey }) => originKey === from.key);
    const settlements = facts.settlements.map((each) =>
      each.record.key === to.key ? { ...each, record: { ...each.record, state: 'quarantined' as const } } : each,
    );
    expect(reserveOf({ ...facts, settlements })).toMatchObject({
      isOverdue: true,
      says: `Settlement ${to.settlementId}, which follows, is not booked yet.`,
    });
    // control: one that is booked without it does not take it up.
    expect(reserveOf(facts)?.says).toContain('does not take it up');
  });

  it('a cent of a reserve: the law is told with both numbers', () => {
    const [chain] = facts.chains;
    const target = chain!.links.find(({ reserve }) => reserve!.actualMinor !== 0n)!.to;
    const bent = connectionFacts({
      ...facts,
      settlements: facts.settlements.map((each) =>
        each.period.key !== target.key
          ? each
          : {
              ...each,
              sums: {
                ...each.sums,
                triples: each.sums.triples.map((sum) =>
                  /previous reserve/i.test(sum.triple.amountDescription) ? { ...sum, minor: sum.minor - 1n } : sum,
                ),
              },
            },
      ),
    });
    expect(continuityFindings(bent, TODAY).problems).toMatchObject([
      { code: 'RESERVE_BROKEN', says: expect.stringContaining(target.settlementId as SettlementId) },
    ]);
  });

  it('a debt that is not carried in is told likewise', () => {
    const debtor = facts.chains.flatMap(({ links }) => links).find(({ debt }) => debt!.expectedMinor < 0n)!;
    const bent = connectionFacts({
      ...facts,
      settlements: facts.settlements.map((each) =>
        each.period.key !== debtor.to.key
          ? each
          : {
              ...each,
              sums: {
                ...each.sums,
                triples: each.sums.triples.filter((sum) => !/payable to amazon/i.test(sum.triple.amountDescription)),
              },
            },
      ),
    });
    expect(continuityFindings(bent, TODAY).problems).toMatchObject([{ code: 'DEBT_BROKEN' }]);
  });
});
