import type { CurrencyCode, LocalDate } from '../../core/index.ts';
import { DAY_S, money, parseLocalDate } from '../../core/index.ts';
import type { SettlementId } from '../../mapping/index.ts';
import type { Payout, PayoutStatus } from '../amazon-feeds.ts';
import type { SettlementKey } from '../ports.ts';
import type { PeriodFacts } from './continuity.ts';
import type { SettlementPayment } from './payout-states.ts';
import type { DepositId, DepositRecord } from './reconciliation-store.ts';
import type { MovementRow } from './settlement-sums.ts';

export const EUR = 'EUR' as CurrencyCode;
export const USD = 'USD' as CurrencyCode;

export const day = (text: string): LocalDate => parseLocalDate(text);
export const at = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;
export const keyOf = (id: string): SettlementKey => `key-${id}` as SettlementKey;

/** A period of Amazon.de in euro, which carries over nothing. */
export function period(id: string, from: string, until: string, facts: Partial<PeriodFacts> = {}): PeriodFacts {
  return {
    key: keyOf(id),
    settlementId: id as SettlementId,
    currency: EUR,
    marketplace: 'Amazon.de',
    startAt: at(from),
    endAt: at(until),
    totalMinor: 10_000n,
    reserveHeldMinor: 0n,
    reserveReleasedMinor: 0n,
    openingDebtMinor: 0n,
    ...facts,
  };
}

export const row = (minor: bigint, on = '2026-10-02', number = 2): MovementRow => ({
  row: number,
  minor,
  postedAt: at(on),
});

/** A settlement that ended on a day and pays out two days later. */
export function payment(
  id: string,
  endOn: string,
  totalMinor: bigint,
  facts: Partial<SettlementPayment> = {},
): SettlementPayment {
  return {
    key: keyOf(id),
    settlementId: id as SettlementId,
    currency: EUR,
    totalMinor,
    endOn: day(endOn),
    depositOn: day(new Date((at(endOn) + 2 * DAY_S) * 1000).toISOString().slice(0, 10)),
    returned: [],
    cardCharges: [],
    offsets: [],
    openingDebtMinor: 0n,
    next: null,
    ...facts,
  };
}

export function payoutOf(id: string, status: PayoutStatus, on: string, facts: Partial<Payout> = {}): Payout {
  return {
    payoutId: `payout-${id}`,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'A1PA6795UKMFR9',
    status,
    amazonStatus: status.toUpperCase(),
    steps: [{ status, amazonStatus: status.toUpperCase(), at: `${on}T08:00:00.000Z`, failureReason: null }],
    isOnDemand: false,
    amount: null,
    accountTail: '123',
    paymentMethod: null,
    paymentRail: null,
    traceId: `TRACE${id}XYZ`,
    createdAt: `${on}T07:00:00.000Z`,
    periodStart: null,
    periodEnd: null,
    settlementIds: [id],
    source: {},
    ...facts,
  };
}

export function deposit(
  id: string,
  bookedOn: string,
  minor: bigint,
  facts: Partial<DepositRecord> = {},
): DepositRecord {
  return {
    id: id as DepositId,
    bankAccount: 'DE02120300000000202051',
    statementId: 'S1',
    entryReference: `ref-${id}`,
    bookedOn: day(bookedOn),
    valueOn: null,
    amount: money(EUR, minor),
    counterparty: 'AMAZON PAYMENTS EUROPE S.C.A.',
    text: '',
    evidenceSha256: '0'.repeat(64) as DepositRecord['evidenceSha256'],
    statementSha256: null,
    recordedAt: '2026-10-30T00:00:00.000Z',
    withdrawnAt: null,
    ...facts,
  };
}
