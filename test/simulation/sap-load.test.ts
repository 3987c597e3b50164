/**
 * Many documents through a SAP that loses answers, forgets sessions and throttles: real adapter, real store, virtual
 * time. However often a request fails, SAP's ledger ends with each entry exactly once.
 */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultRates } from '../../sim/sap/index.ts';
import {
  type ConnectionContext,
  type GeneralLedger,
  type SettlementReportListing,
  type SettlementReports,
  syncConnection,
} from '../../src/app/index.ts';
import { DIALECTS, type SettlementFacts, settlementBytes } from '../entrypoints/settlement-files.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startVendors, type Vendors } from './vendors.ts';

const isFull = process.env.LOAD === 'full';
const DOCUMENTS = isFull ? 1_000 : 120;
const FEWER_DOCUMENTS = isFull ? 1_000 : 60;
/** A settlement is booked month by month, so one over so many months is as many documents. */
const MONTHS = 10;
const SYNCS_MAX = 12;
const MINUTE_MS = 60_000;

/** What the bar asks for: lost answers, forgotten tokens, too many requests. */
const usualTroubles: FaultRates = { journalEntry: { dropReply: 0.02, csrfRequired: 0.02, throttle: 0.01 } };

/** Everything at once, on the way to each service. */
const everyTrouble: FaultRates = {
  journalEntry: {
    dropReply: 0.03,
    dropRequest: 0.03,
    truncateReply: 0.02,
    cutReply: 0.02,
    soapFault: 0.02,
    soapFaultAfterBooking: 0.02,
    csrfRequired: 0.03,
    sessionLost: 0.02,
    tokenExpired: 0.02,
    throttle: 0.02,
    maintenance: 0.01,
    locked: 0.02,
  },
  odata: { dropReply: 0.05, truncateReply: 0.03, throttle: 0.03, maintenance: 0.01 },
  csrf: { dropReply: 0.03, csrfRequired: 0.02 },
  token: { dropReply: 0.03 },
};

let vendors: Vendors;
let test: TestBooks;

afterEach(async () => {
  await vendors.close();
  await test.close();
});

async function open(seed: string, faultRates: FaultRates, count: number): Promise<ConnectionContext> {
  // A document takes a while to show in the read service, as it may in the real one.
  vendors = await startVendors({ seed, sap: { faultRates, itemCubeDelayMs: 20_000 } });
  test = await openTestBooks({ clock: vendors.clock });
  return { ...(await vendors.context(test)), reports: manyReports(count) };
}

/** Settlements with one sale in each of ten months, so that each is ten entries. */
function manyReports(documents: number): SettlementReports {
  const listing = (index: number): SettlementReportListing => ({
    reportId: `report-${index}`,
    reportDocumentId: `document-${index}`,
    createdAt: '2026-11-01T00:00:00Z',
    periodStart: '2026-01-01T12:00:00Z',
    periodEnd: '2026-10-15T12:00:00Z',
    marketplaceIds: ['ATVPDKIKX0DER'],
  });
  return {
    list: async function* () {
      for (let index = 0; index < documents / MONTHS; index += 1) yield listing(index);
    },
    download: async (reportDocumentId) => {
      const bytes = gzipSync(settlementBytes(longSettlement(Number(reportDocumentId.split('-')[1])), DIALECTS.US));
      return {
        bytes: (async function* () {
          yield bytes;
        })(),
        contentType: 'text/plain',
        headers: {},
      };
    },
  };
}

function longSettlement(index: number): SettlementFacts {
  const rows = Array.from({ length: MONTHS }, (_each, month) => ({
    type: 'Order',
    order: '302-0000001-0000001',
    sku: 'SKU-1',
    amountType: 'ItemPrice',
    description: 'Principal',
    amount: '10.00',
    day: `2026-${String(month + 1).padStart(2, '0')}-10`,
  }));
  return {
    settlementId: String(70_000_000_000 + index),
    start: '2026-01-01',
    end: '2026-10-15',
    deposit: '2026-10-17',
    total: '100.00',
    rows,
  };
}

/** Syncs, some minutes apart, until nothing is left to send or to look up. */
async function syncToRest(context: ConnectionContext): Promise<number> {
  for (let syncs = 1; syncs <= SYNCS_MAX; syncs += 1) {
    await syncConnection(context, { waitForUnknown: true });
    const open = await test.books.listEntries({ states: ['approved', 'sending', 'unknown'] });
    if (open.length === 0) return syncs;
    await vendors.clock.sleep(10 * MINUTE_MS);
  }
  return Number.POSITIVE_INFINITY;
}

function firedCounts(): Record<string, number> {
  return Object.fromEntries(vendors.sap.world.faults.fired);
}

/** SAP's ledger and the books, compared by somebody who trusts neither. */
async function audit(count: number): Promise<void> {
  const documents = vendors.ledger();
  const entries = await test.books.listEntries();
  expect(entries.map(({ state }) => state).filter((state) => state !== 'posted')).toEqual([]);
  expect(entries).toHaveLength(count);
  expect(documents).toHaveLength(count);
  const numbers = new Map(documents.map((document) => [document.documentReferenceId, document.accountingDocument]));
  expect(numbers.size).toBe(count);
  for (const { entry, document } of entries) {
    expect(document?.sapDocumentNumber).toBe(numbers.get(entry.postingKey));
  }
}

describe(`${DOCUMENTS} documents (1,000 with LOAD=full) through a SAP in trouble`, () => {
  const seeds = isFull ? ['one', 'eight', 'two'] : ['one', 'eight'];

  it.each(seeds)(
    'are in its ledger exactly once each (seed %s)',
    async (seed) => {
      const context = await open(seed, usualTroubles, DOCUMENTS);
      expect(await syncToRest(context)).toBeLessThanOrEqual(SYNCS_MAX);
      await audit(DOCUMENTS);
      // The faults did happen, each kind of them.
      expect(Object.keys(firedCounts()).sort()).toEqual([
        'journalEntry/csrfRequired',
        'journalEntry/dropReply',
        'journalEntry/throttle',
      ]);
    },
    300_000,
  );

  it('are so too when everything else goes wrong as well', async () => {
    const context = await open('everything', everyTrouble, FEWER_DOCUMENTS);
    expect(await syncToRest(context)).toBeLessThanOrEqual(SYNCS_MAX);
    await audit(FEWER_DOCUMENTS);
    expect(Object.keys(firedCounts()).length).toBeGreaterThan(12);
  }, 300_000);

  it('control: a sender that tries again without looking up ends with more documents', async () => {
    const context = await open(
      'one',
      { journalEntry: { ...usualTroubles.journalEntry, dropReply: 0.05 } },
      FEWER_DOCUMENTS,
    );
    await syncToRest({ ...context, ledger: retryBlindly(context.ledger) });
    const lost = firedCounts()['journalEntry/dropReply'] ?? 0;
    expect(lost).toBeGreaterThan(0);
    expect(vendors.ledger().length).toBe(FEWER_DOCUMENTS + lost);
  }, 300_000);
});

/** Takes "no answer" for "not booked". */
function retryBlindly(ledger: GeneralLedger): GeneralLedger {
  return {
    ...ledger,
    post: async (message, options) => {
      for (;;) {
        const outcome = await ledger.post(message, options);
        if (outcome.outcome !== 'unknown') return outcome;
      }
    },
  };
}
