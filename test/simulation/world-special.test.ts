/** What few sellers meet, in a pretend seller's half year: booked by an auditor's rules, and closed again. */
import { describe, expect, it } from 'vitest';
import {
  createSellerWorld,
  type LEG_KINDS,
  payoutsOf,
  printSettlement,
  type SellerWorld,
  type WorldAccountOptions,
} from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { accountTable, SELLER } from './vendors.ts';

const DAY = 86_400;
const CLEARED = { loan: '23009000', debt: '21009200', reserve: '12509100', carryForward: '12509800' };

function worldWith(options: Partial<WorldAccountOptions>): SellerWorld {
  return createSellerWorld({
    seed: 'special',
    sellerId: SELLER,
    accounts: [{ marketplace: 'US', ...options }],
    from: parseLocalDate('2026-01-01'),
    to: parseLocalDate('2026-07-01'),
    ordersPerDay: 2,
  });
}

const special = worldWith({ hasSpecialMovements: true });
const plain = worldWith({});

/** Account → balance after the last settlement, debits positive. */
async function book(world: SellerWorld): Promise<Map<string, bigint>> {
  const balances = new Map<string, bigint>();
  for (const settlement of world.settlements) {
    const printed = printSettlement(settlement);
    const { proposal } = await evaluateSettlement({
      source: {
        name: settlement.settlementId,
        contentType: printed.contentType,
        open: async function* () {
          yield printed.bytes;
        },
      },
      readSettlement: readSettlementFile,
      table: accountTable,
      sellerAccount: SELLER,
      withOrderRuns: false,
    });
    expect(proposal.quarantine, settlement.settlementId).toEqual([]);
    for (const line of proposal.entries.flatMap((entry) => entry.lines)) {
      balances.set(line.glAccount, (balances.get(line.glAccount) ?? 0n) + line.amount.minor);
    }
  }
  return balances;
}

const legsOf = (world: SellerWorld) =>
  world.settlements.flatMap(({ events }) => events.flatMap(({ legs }) => legs)).map(({ kind }) => kind);

describe('a pretend seller with special movements', () => {
  it('has each of them', () => {
    const kinds = new Set(legsOf(special));
    const wanted = ['loanAdvanced', 'loanRepaid', 'loanRefunded', 'payoutRolledOver', 'cardRefused'];
    expect(wanted.filter((kind) => !kinds.has(kind as keyof typeof LEG_KINDS))).toEqual([]);
    const days = special.settlements.map(({ startAt, endAt }) => Math.floor((endAt - startAt) / DAY));
    expect(days.filter((count) => count < 14)).toEqual([5, 5]);
    const statuses = payoutsOf(special).map(({ steps }) => steps.at(-1)?.status);
    expect(statuses.filter((status) => status === 'CANCELLED')).toHaveLength(2);
    const twins = special.settlements.some(({ events }) => new Set(events).size < events.length);
    expect(twins).toBe(true);
  });

  it('control: is without them what it was', () => {
    const kinds = new Set(legsOf(plain));
    expect(['loanAdvanced', 'payoutRolledOver', 'cardRefused'].filter((kind) => kinds.has(kind as never))).toEqual([]);
    expect(plain.settlements[0]).toEqual(special.settlements[0]);
  });

  it('has no loan, no carry-forward and no other debt and reserve left than its last settlement', async () => {
    const balances = await book(special);
    const last = special.settlements.at(-1);
    const held = last?.events.flatMap(({ legs }) => legs).find(({ kind }) => kind === 'reserveHeld')?.minor ?? 0n;
    expect(balances.get(CLEARED.loan)).toBe(0n);
    expect(balances.get(CLEARED.carryForward) ?? 0n).toBe(0n);
    expect(balances.get(CLEARED.debt) ?? 0n).toBe(last && last.totalMinor < 0n ? last.totalMinor : 0n);
    expect(balances.get(CLEARED.reserve) ?? 0n).toBe(-held);
  });
});
