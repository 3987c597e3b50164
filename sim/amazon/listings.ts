import { assert, DAY_MS, uuidFromName } from '../../src/core/index.ts';
import {
  createRandom,
  type PrintedSettlement,
  printSettlement,
  type SellerWorld,
  type WorldSettlement,
} from '../world/index.ts';
import { RequestedReports } from './requested-reports.ts';

export const SETTLEMENT_REPORT_TYPE = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';
/** Amazon shows and keeps a report this long. */
export const retentionMs = 90 * DAY_MS;

/** One entry of Amazon's list of reports. Several entries may carry the same settlement. */
export interface ReportListing {
  readonly reportId: string;
  readonly reportDocumentId: string;
  readonly createdAtMs: number;
  readonly settlement: WorldSettlement;
  /** Amazon compresses most documents, not all. */
  readonly isCompressed: boolean;
}

/** A document that can be described and downloaded. */
export interface StoredDocument {
  readonly reportDocumentId: string;
  readonly isCompressed: boolean;
  /** Shown to the holder of a restricted data token only. */
  readonly isRestricted: boolean;
  readonly print: () => PrintedSettlement;
}

/** The reports of one seller, as they become visible. */
export class SellerReports {
  readonly world: SellerWorld;
  /** Those that somebody asked for. */
  readonly requested: RequestedReports;
  readonly #listings: ReportListing[];

  constructor(world: SellerWorld, makingSeconds?: number) {
    this.world = world;
    this.requested = new RequestedReports(world, makingSeconds);
    this.#listings = world.settlements.flatMap((settlement) => listSettlement(world, settlement));
  }

  /** Visible at that moment, newest first. */
  visibleAt(nowMs: number): readonly ReportListing[] {
    return this.#listings
      .filter((listing) => listing.createdAtMs <= nowMs && listing.createdAtMs >= nowMs - retentionMs)
      .sort((left, right) => right.createdAtMs - left.createdAtMs || (left.reportId < right.reportId ? -1 : 1));
  }

  byDocument(reportDocumentId: string, nowMs: number): StoredDocument | undefined {
    const settled = this.visibleAt(nowMs).find((listing) => listing.reportDocumentId === reportDocumentId);
    if (settled) return { ...settled, isRestricted: false, print: () => printSettlement(settled.settlement) };
    return this.requested
      .all()
      .find(
        ({ document, endsAtMs, createdAtMs }) =>
          document?.reportDocumentId === reportDocumentId && endsAtMs <= nowMs && createdAtMs >= nowMs - retentionMs,
      )?.document;
  }

  /**
   * Amazon lists the settlement once more with another content: an advertising charge of one smallest unit was
   * forgotten. Its rows sum to its new total. False when the seller has no such settlement.
   */
  reissue(settlementId: string, nowMs: number): boolean {
    const original = this.world.settlements.find((settlement) => settlement.settlementId === settlementId);
    if (!original) return false;
    const forgotten = original.events.find((event) => event.kind === 'advertising');
    assert(forgotten !== undefined, `settlement ${settlementId} has no advertising to correct`);
    const correction = { ...forgotten, legs: [{ kind: 'advertising' as const, minor: -1n }] };
    const settlement: WorldSettlement = {
      ...original,
      totalMinor: original.totalMinor - 1n,
      events: [...original.events, correction],
    };
    const name = `${this.world.seed}/${this.world.sellerId}/${settlementId}/issue/${this.#listings.length}`;
    this.#listings.push(listing(name, settlement, nowMs, true));
    return true;
  }
}

/** Some settlements are listed twice: under a second report of the same document, or as a second document. */
function listSettlement(world: SellerWorld, settlement: WorldSettlement): ReportListing[] {
  const name = `${world.seed}/${world.sellerId}/${settlement.settlementId}`;
  const random = createRandom(`listing/${name}`);
  const first = listing(name, settlement, settlement.reportedAt * 1000, random.chance(900));
  const laterMs = first.createdAtMs + random.between(3_600, 100_000) * 1000;
  if (random.chance(200)) {
    return [
      first,
      {
        ...listing(`${name}/again`, settlement, laterMs, true),
        reportDocumentId: first.reportDocumentId,
        isCompressed: first.isCompressed,
      },
    ];
  }
  if (random.chance(250)) return [first, listing(`${name}/copy`, settlement, laterMs, true)];
  return [first];
}

function listing(name: string, settlement: WorldSettlement, createdAtMs: number, isCompressed: boolean): ReportListing {
  const random = createRandom(`report/${name}`);
  return {
    reportId: `${random.between(50_000, 59_999)}0${random.between(10_000_000, 99_999_999)}`,
    reportDocumentId: `amzn1.spdoc.1.4.na.${uuidFromName(`document/${name}`)}.${random.text(14, 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789')}`,
    createdAtMs,
    settlement,
    isCompressed,
  };
}
