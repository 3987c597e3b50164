import { describe, expect, it } from 'vitest';
import { createSellerWorld, payoutsOf } from '../../sim/world/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { createKit, type ErrorBody, type Kit, kitWorld, PAYOUTS, pagesOf } from './sim-amazon-kit.ts';

interface PayoutBody {
  readonly id: string;
  readonly currentStatus: string;
  readonly traceId?: string;
  readonly creationDate: string;
  readonly statusHistory: readonly { readonly status: string; readonly failureReason?: string }[];
  readonly relatedIdentifiers: readonly { readonly relatedIdentifierValue: string }[];
}
interface PayoutsBody {
  readonly payouts: readonly PayoutBody[];
  readonly nextToken?: string;
}

/** Long enough that some payout came back. */
const world = createSellerWorld({
  seed: 'payouts',
  sellerId: 'A1ONE',
  accounts: (['US', 'CA', 'DE', 'UK', 'FR', 'JP'] as const).map((marketplace) => ({ marketplace })),
  from: parseLocalDate('2026-04-01'),
  to: parseLocalDate('2026-10-01'),
  ordersPerDay: 2,
});
const list = (kit: Kit, query = ''): PayoutBody[] =>
  pagesOf<PayoutsBody>(kit, `${PAYOUTS}?${query}`, 'nextToken', (body) => body.nextToken, 2_000).flatMap(
    (page) => page.payouts,
  );
const one = (kit: Kit, id: string): PayoutBody | undefined => list(kit, `payoutId=${id}`)[0];

describe('listing payouts', () => {
  it('tells each once, the newest first, with the settlement it pays', () => {
    const told = list(createKit({ worlds: [world] }), 'createdAfter=2026-04-01T00:00:00Z');
    expect(told.map((payout) => payout.id)).toEqual(payoutsOf(world).map((payout) => payout.payoutId));
    expect(told.length).toBeGreaterThan(40);
    const dates = told.map((payout) => payout.creationDate);
    expect(dates).toEqual([...dates].sort().reverse());
    const settlements = new Set(world.settlements.map((settlement) => settlement.settlementId));
    for (const payout of told) {
      expect(settlements.has(payout.relatedIdentifiers[0]!.relatedIdentifierValue)).toBe(true);
      expect(payout.id).not.toBe(payout.relatedIdentifiers[0]!.relatedIdentifierValue);
    }
  });

  it('takes the window and the marketplaces that were asked for', () => {
    const kit = createKit({ worlds: [world] });
    const august = list(kit, 'createdAfter=2026-08-01T00:00:00Z&createdBefore=2026-09-01T00:00:00Z');
    expect(august.length).toBeGreaterThan(5);
    expect(august.every((payout) => payout.creationDate.startsWith('2026-08'))).toBe(true);
    expect(list(kit, 'marketplaceIds=A1VC38T7YXB528').length).toBeLessThan(list(kit).length / 4);
  });

  it.each([
    ['an unknown marketplace', 'marketplaceIds=INVALID_MARKETPLACE'],
    ['a moment that is none', 'createdAfter=yesterday'],
    ['an unknown parameter', 'limit=3'],
    ['a page token nobody issued', 'nextToken=abc'],
  ])('refuses %s', (_what, query) => {
    const reply = createKit().get(`${PAYOUTS}?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]?.code).toBe('InvalidInput');
  });

  it('knows no way to start a payout', () => {
    const kit = createKit();
    expect(kit.post(PAYOUTS, { marketplaceId: 'A1PA6795UKMFR9', accountType: 'Standard Orders' }).status).toBe(403);
  });
});

describe('a payout', () => {
  it('is started, then in transit with a trace id, then paid', () => {
    const kit = createKit({ worlds: [world] });
    const payout = payoutsOf(world).find((candidate) => candidate.steps.at(-1)!.status === 'PAID')!;
    const statusAt = (at: number) => {
      kit.nowMs = at * 1000;
      const found = one(kit, payout.payoutId);
      return found && `${found.currentStatus} ${found.traceId !== undefined}`;
    };
    expect(statusAt(payout.createdAt - 1)).toBeUndefined();
    expect(payout.steps.map((step) => statusAt(step.at))).toEqual(['STARTED false', 'IN_TRANSIT true', 'PAID true']);
  });

  it('that came back says why', () => {
    const kit = createKit({ worlds: [world] });
    const failed = list(kit).filter((payout) => payout.currentStatus === 'FAILED');
    expect(failed.length).toBeGreaterThan(0);
    for (const payout of failed) expect(payout.statusHistory.at(-1)!.failureReason).toMatch(/unexpected issue/);
  });

  it('of a settlement with a debt does not exist', () => {
    const debts = new Set(
      world.settlements.filter((settlement) => settlement.totalMinor < 0n).map((s) => s.settlementId),
    );
    const told = list(createKit({ worlds: [world] }));
    expect(debts.size).toBeGreaterThan(0);
    expect(told.some((payout) => debts.has(payout.relatedIdentifiers[0]!.relatedIdentifierValue))).toBe(false);
  });

  it('is told to its seller alone', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US']), world] });
    const ids = new Set(payoutsOf(world).map((payout) => payout.payoutId));
    expect(list(kit).some((payout) => ids.has(payout.id))).toBe(false);
  });
});
