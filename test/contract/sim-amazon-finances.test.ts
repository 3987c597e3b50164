import { describe, expect, it } from 'vitest';
import { balancesAt, financeEventsOf } from '../../sim/world/index.ts';
import { formatInstant } from '../../src/core/index.ts';
import {
  BALANCES,
  createKit,
  type ErrorBody,
  EVENTS,
  type Kit,
  kitWorld,
  NOW_MS,
  pagesOf,
  SUMMARY,
} from './sim-amazon-kit.ts';

const SINCE = 'postedAfter=2026-07-01T00:00:00Z';

interface EventBody {
  readonly transactionId: string;
  readonly transactionStatus: string;
  readonly postedDate: string;
  readonly totalAmount: { readonly currencyAmount: number };
  readonly contexts?: readonly { readonly deferralReason: string }[];
  readonly relatedIdentifiers: readonly {
    readonly relatedIdentifierName: string;
    readonly relatedIdentifierValue: string;
  }[];
}
interface EventsBody {
  readonly payload: { readonly transactions: readonly EventBody[]; readonly nextToken?: string };
}

const iso = (seconds: number): string => formatInstant(seconds);
const events = (kit: Kit, query: string) => kit.get(`${EVENTS}?${query}`);
const pages = (kit: Kit, query: string): EventsBody[] =>
  pagesOf<EventsBody>(kit, `${EVENTS}?${query}`, 'nextToken', (body) => body.payload.nextToken, 2_000);
const allEvents = (kit: Kit, query: string): EventBody[] =>
  pages(kit, query).flatMap((page) => page.payload.transactions);
const relatedValue = (event: EventBody, name: string): string | undefined =>
  event.relatedIdentifiers.find((one) => one.relatedIdentifierName === name)?.relatedIdentifierValue;

describe('listing financial events', () => {
  it.each([
    ['no beginning and no related identifier', 'postedBefore=2026-08-01T00:00:00Z'],
    ['a beginning less than two minutes ago', `postedAfter=${new Date(NOW_MS - 60_000).toISOString()}`],
    ['an end less than two minutes ago', `${SINCE}&postedBefore=${new Date(NOW_MS - 60_000).toISOString()}`],
    ['an unknown status', `${SINCE}&transactionStatus=PENDING`],
    ['a related identifier that cannot be searched', `relatedIdentifierName=SETTLEMENT_ID&relatedIdentifierValue=1`],
    ['a related identifier without a value', 'relatedIdentifierName=ORDER_ID'],
    ['a parameter twice', `${SINCE}&${SINCE}`],
    ['a page token nobody issued', `${SINCE}&nextToken=abc`],
  ])('refuses %s', (_what, query) => {
    const reply = events(createKit(), query);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]?.code).toBe('InvalidInput');
  });

  it('tells every event that is visible once, by the moment it was posted', () => {
    const kit = createKit();
    const told = allEvents(kit, SINCE);
    const expected = financeEventsOf(kit.amazon.sellers[0]!.world).filter(
      ({ visibleAt, event }) => visibleAt * 1000 <= NOW_MS && event.postedAt * 1000 < NOW_MS - 120_000,
    );
    expect(told.map((one) => one.transactionId)).toEqual(expected.map((one) => one.transactionId));
    expect(told.length).toBeGreaterThan(400);
  });

  it('says nothing at all about 180 days and more, instead of refusing them', () => {
    const kit = createKit();
    const until = 'postedBefore=2026-10-01T00:00:00Z';
    expect(allEvents(kit, `postedAfter=2026-04-04T00:00:00Z&${until}`).length).toBeGreaterThan(400);
    expect(allEvents(kit, `postedAfter=2026-04-03T23:59:59Z&${until}`)).toEqual([]);
  });

  it('has empty pages in the middle, about two in a hundred, that lead on', () => {
    const kit = createKit();
    let seen = 0;
    let empty = 0;
    for (let hours = 6; hours < 70 * 24; hours += 12) {
      const from = NOW_MS / 1000 - hours * 3_600;
      const window = `postedAfter=${iso(from)}&postedBefore=${iso(from + 6 * 3_600 - 300)}`;
      for (const page of pages(kit, window)) {
        seen += 1;
        if (page.payload.transactions.length === 0 && page.payload.nextToken) empty += 1;
      }
      kit.nowMs += 2_000;
    }
    expect(empty).toBeGreaterThan(0);
    expect(empty).toBeLessThan(seen / 10);
  });

  it('wants a page token with the same arguments, within five minutes', () => {
    const kit = createKit();
    const { nextToken } = events(kit, SINCE).json<EventsBody>().payload;
    const next = `nextToken=${encodeURIComponent(nextToken!)}`;
    expect(events(kit, `${SINCE}&${next}`).status).toBe(200);
    expect(events(kit, next).status).toBe(400);
    expect(events(kit, `${SINCE}&transactionStatus=RELEASED&${next}`).status).toBe(400);
    kit.nowMs += 300_000;
    expect(events(kit, `${SINCE}&${next}`).status).toBe(400);
  });

  it('shows a deferred event as deferred until its day, then as released, under the same identity', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US', 'DE', 'FR'])] });
    const { world } = kit.amazon.sellers[0]!;
    const finance = financeEventsOf(world).find(
      (one) => one.deferral && one.settlement && one.visibleAt < one.deferral.maturesAt,
    )!;
    const look = (at: number): EventBody | undefined => {
      kit.nowMs = at * 1000;
      return allEvents(kit, `relatedIdentifierName=ORDER_ID&relatedIdentifierValue=${finance.event.orderId}`).find(
        (one) => one.transactionId === finance.transactionId,
      );
    };
    expect(look(finance.visibleAt - 1)).toBeUndefined();
    const before = look(finance.deferral!.maturesAt - 1)!;
    expect(before.transactionStatus).toBe('DEFERRED');
    expect(before.contexts?.[0]?.deferralReason).toBe(finance.deferral!.reason);
    expect(relatedValue(before, 'SETTLEMENT_ID')).toBeUndefined();
    expect(look(finance.deferral!.maturesAt)?.transactionStatus).toBe('DEFERRED_RELEASED');
    expect(relatedValue(look(finance.settlement!.endAt)!, 'SETTLEMENT_ID')).toBe(finance.settlement!.settlementId);
  });

  it('finds the events of one group, whose settlement they sum to once it is closed', () => {
    const kit = createKit();
    const settlement = kit.amazon.sellers[0]!.world.settlements[0]!;
    const { eventGroupId } = financeEventsOf(kit.amazon.sellers[0]!.world).find(
      (one) => one.settlement === settlement,
    )!;
    const told = allEvents(
      kit,
      `relatedIdentifierName=FINANCIAL_EVENT_GROUP_ID&relatedIdentifierValue=${eventGroupId}`,
    );
    const cents = told.reduce((sum, one) => sum + BigInt(Math.round(one.totalAmount.currencyAmount * 100)), 0n);
    expect(cents).toBe(settlement.totalMinor);
    expect(new Set(told.map((one) => relatedValue(one, 'SETTLEMENT_ID')))).toEqual(new Set([settlement.settlementId]));
  });

  it('hides what an American seller sends from the own stock as soon as a marketplace is named', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const all = allEvents(kit, SINCE);
    const named = allEvents(kit, `${SINCE}&marketplaceId=ATVPDKIKX0DER`);
    expect(named.length).toBeLessThan(all.length);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('summaries', () => {
  interface SummaryBody {
    readonly summaries: readonly { readonly netProceeds: { readonly currencyAmount: number } }[];
  }

  it('state the total of a settlement once its period has ended', () => {
    const kit = createKit();
    const settlement = kit.amazon.sellers[0]!.world.settlements[0]!;
    const url = `${SUMMARY}?relatedIdentifierName=SETTLEMENT_ID&relatedIdentifierValue=${settlement.settlementId}`;
    const [summary] = kit.get(url).json<SummaryBody>().summaries;
    expect(BigInt(Math.round(summary!.netProceeds.currencyAmount * 100))).toBe(settlement.totalMinor);
    kit.nowMs = settlement.endAt * 1000 - 1;
    expect(kit.get(url).json<SummaryBody>().summaries).toEqual([]);
  });

  it('are empty for a settlement that is not the seller’s, and refused without a question', () => {
    const kit = createKit();
    const unknown = kit.get(`${SUMMARY}?relatedIdentifierName=SETTLEMENT_ID&relatedIdentifierValue=1`);
    expect(unknown.json()).toEqual({ summaries: [] });
    expect(kit.get(SUMMARY).status).toBe(400);
    expect(kit.get(`${SUMMARY}?marketplaceIds=NOWHERE&periodStart=2026-07-01&periodEnd=2026-09-01`).status).toBe(400);
  });
});

describe('balances', () => {
  interface Balance {
    readonly balanceType: string;
    readonly amount: { readonly currencyAmount: number };
    readonly balances?: readonly Balance[];
  }
  const balances = (kit: Kit, query = ''): Balance[] =>
    kit.get(`${BALANCES}?${query}`).json<{ balances: Balance[] }>().balances;

  it('are nested: the total is what is available and what is reserved', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const [total] = balances(kit);
    const [available, reserved] = total!.balances!;
    expect([total, available, reserved].map((one) => one!.balanceType)).toEqual(['TOTAL', 'AVAILABLE', 'RESERVED']);
    expect(reserved!.balances!.map((one) => one.balanceType)).toEqual(['DEFERRED', 'ACCOUNT_LEVEL_RESERVE']);
    const [truth] = balancesAt(kit.amazon.sellers[0]!.world, NOW_MS / 1000);
    expect(BigInt(Math.round(total!.amount.currencyAmount * 100))).toBe(truth!.totalMinor);
  });

  it('of an earlier day are those of its end', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const [total] = balances(kit, 'asOfDate=2026-08-31');
    const [truth] = balancesAt(kit.amazon.sellers[0]!.world, Date.parse('2026-08-31T23:59:59Z') / 1000);
    expect(BigInt(Math.round(total!.amount.currencyAmount * 100))).toBe(truth!.totalMinor);
  });

  it('are refused for a day that is none or not over, and for an unknown type', () => {
    const kit = createKit();
    for (const query of ['asOfDate=2026-08-31T00:00:00Z', 'asOfDate=2027-01-01', 'balanceType=ALL']) {
      expect(kit.get(`${BALANCES}?${query}`).status).toBe(400);
    }
  });
});
