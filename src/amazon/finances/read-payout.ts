import type { JsonObject, Payout, PayoutStatus } from '../../app/index.ts';
import { optional, RecordFault, readAccountType, readAmount, readInstant, readRelatedIds } from './read-members.ts';
import type { WirePayout } from './wire.ts';

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  STARTED: 'started',
  IN_TRANSIT: 'in-transit',
  PAID: 'paid',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  NO_PAYOUT: 'no-payout',
};

/** One payout in our words. It may name no settlement or several, and its id is not taken for one. */
export function readPayout(wire: WirePayout, source: JsonObject): Payout {
  const relatedIds = readRelatedIds(wire.relatedIdentifiers);
  const settlementIds = relatedIds
    .filter(({ name }) => name.toUpperCase() === 'SETTLEMENT_ID')
    .map(({ value }) => value);
  const type = optional(wire.type)?.toUpperCase();
  return {
    payoutId: wire.id,
    accountType: readAccountType(wire.partnerMetadata.accountType) ?? wire.partnerMetadata.accountType,
    marketplaceId: wire.partnerMetadata.marketplaceId,
    status: statusOf(wire.currentStatus),
    amazonStatus: wire.currentStatus,
    steps: (wire.statusHistory ?? []).map((step, index) => {
      const at = readInstant(step.lastUpdatedDate, `statusHistory.${index}.lastUpdatedDate`);
      if (at === null) throw new RecordFault(`member statusHistory.${index}.lastUpdatedDate is missing`);
      const amazonStatus = step.status ?? '';
      return { status: statusOf(amazonStatus), amazonStatus, at, failureReason: optional(step.failureReason) };
    }),
    isOnDemand: type === 'ON_DEMAND' ? true : type === 'SCHEDULED' ? false : null,
    amount: readAmount(wire.amount, 'amount'),
    accountTail: optional(wire.accountTail),
    paymentMethod: optional(wire.paymentMethod),
    paymentRail: optional(wire.paymentRail),
    traceId: optional(wire.traceId),
    createdAt: readInstant(wire.creationDate, 'creationDate'),
    periodStart: readInstant(wire.period?.startDate, 'period.startDate'),
    periodEnd: readInstant(wire.period?.endDate, 'period.endDate'),
    settlementIds: [...new Set(settlementIds)],
    source,
  };
}

function statusOf(amazonStatus: string): PayoutStatus {
  return STATUSES[amazonStatus.trim().toUpperCase()] ?? 'other';
}
