import { bookEntry } from '../../sim/sap/book-entry.ts';
import type { LogMessage } from '../../sim/sap/log-message.ts';
import { type ConnectionContext, type EntryRecord, receiveEvidence, syncConnection } from '../../src/app/index.ts';
import { parseLocalDate, sha256Of } from '../../src/core/index.ts';
import { DIALECTS, type SettlementFacts, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startVendors, type Vendors } from './vendors.ts';

export const WISH = { reason: '01', postingDate: null, why: 'wrong cost centre' } as const;
export const OTHER_DAY = { ...WISH, postingDate: parseLocalDate('2026-11-02') };

/** A SAP that takes nothing for now, and certainly books nothing. */
export const awayFor = (ledger: ConnectionContext['ledger']): ConnectionContext['ledger'] => ({
  ...ledger,
  post: async () => ({
    outcome: 'unavailable',
    scope: 'system',
    problem: { code: 'SAP_UNREACHABLE', kind: 'unavailable', says: 'SAP is away.', next: 'Wait.' },
    retryAfterMs: null,
    exchange: { requestSha256: sha256Of(''), httpStatus: null, responseSha256: null, durationMs: 0 },
  }),
});

/** A settlement of two months, so that it comes to two entries. */
const TWO_MONTHS: Partial<SettlementFacts> = {
  start: '2026-10-20',
  end: '2026-11-03',
  deposit: '2026-11-05',
  total: '150.00',
  rows: ['2026-10-21', '2026-11-02'].map((day, index) => ({
    type: 'Order',
    amountType: 'ItemPrice',
    description: 'Principal',
    order: `302-000000${index}-0000001`,
    sku: 'SKU-1',
    amount: index === 0 ? '100.00' : '50.00',
    day,
  })),
};

export interface ReversalWorld {
  readonly vendors: Vendors;
  readonly test: TestBooks;
  readonly context: ConnectionContext;
  /** A new settlement with one entry, or with two, that is booked in SAP; its entries. */
  posted(entries?: 1 | 2, change?: Partial<SettlementFacts>): Promise<readonly EntryRecord[]>;
  /** A new settlement that is received and proposed, and not sent. */
  received(entries?: 1 | 2, change?: Partial<SettlementFacts>): Promise<readonly EntryRecord[]>;
  /** Amazon has nothing new, so that only what is recorded moves on. */
  sync(change?: Partial<ConnectionContext>, waitForUnknown?: boolean): ReturnType<typeof syncConnection>;
  /** Somebody reverses the entry's document in SAP by hand; the number of the new document. */
  reverseInSap(entry: EntryRecord): string;
  /** Documents in SAP that take the entry back, SAP's reversals and mirrors of ours. */
  takenBackBy(entry: EntryRecord): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openReversalWorld(
  options: Partial<Parameters<typeof startVendors>[0]> = {},
): Promise<ReversalWorld> {
  const vendors = await startVendors({ seed: 'reversals', ...options });
  const test = await openTestBooks({ clock: vendors.clock });
  const whole = await vendors.context(test);
  const context: ConnectionContext = { ...whole, reports: { ...whole.reports, list: async function* () {} } };
  let made = 0;
  const received: ReversalWorld['received'] = async (entries = 1, change = {}) => {
    made += 1;
    const settlementId = String(71_000_000_000 + made);
    const facts = smallSettlement(DIALECTS.US, { ...(entries === 2 && TWO_MONTHS), ...change, settlementId });
    const bytes = settlementBytes(facts, DIALECTS.US);
    const chunks = (async function* () {
      yield bytes;
    })();
    const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType: null, headers: {} });
    const { key } = await receiveEvidence(context, sha256, 'settlement.txt');
    return test.books.listEntries({ originKey: key });
  };
  const sync: ReversalWorld['sync'] = (change = {}, waitForUnknown = true) =>
    syncConnection({ ...context, ...change }, { waitForUnknown });
  return {
    vendors,
    test,
    context,
    received,
    sync,
    async posted(entries, change) {
      const proposed = await received(entries, change);
      await sync();
      return Promise.all(proposed.map(({ id }) => test.books.getEntry(id)));
    },
    reverseInSap: (entry) => reverseByHand(vendors, entry),
    async takenBackBy(entry) {
      const reversals = await test.books.listReversals(entry.id);
      const keys = reversals.map((reversal) => reversal.entry.postingKey as string);
      const { sapDocumentNumber, companyCode, fiscalYear } = entry.document!;
      const reference = `${sapDocumentNumber}${companyCode}${fiscalYear}`;
      return vendors
        .ledger()
        .filter(
          (found) => found.reverses === reference || (!found.reverses && keys.includes(found.documentReferenceId)),
        )
        .map(({ accountingDocument }) => accountingDocument);
    },
    async close() {
      await vendors.close();
      await test.close();
    },
  };
}

function reverseByHand({ sap, clock }: Vendors, { entry, document }: EntryRecord): string {
  const log: LogMessage[] = [];
  const { sapDocumentNumber, companyCode, fiscalYear } = document!;
  const booked = bookEntry(
    sap.world,
    {
      messageId: '',
      messageUuid: '',
      entryMessageId: '',
      referenceDocumentType: 'BKPFF',
      businessTransactionType: 'RFBU',
      documentType: entry.documentType,
      documentReferenceId: '',
      headerText: '',
      reversalReason: '01',
      reversalReferenceDocument: `${sapDocumentNumber}${companyCode}${fiscalYear}`,
      reversalDate: '',
      createdByUser: 'ANNA',
      companyCode,
      documentDate: entry.postingDate,
      postingDate: entry.postingDate,
      postingFiscalPeriod: '',
      taxDeterminationDate: '',
      exchangeRate: '',
      reference1: entry.headerReference,
      reference2: '',
      lines: [],
    },
    clock.nowMs(),
    undefined,
    log,
  );
  if (!booked) throw new Error(`not reversed: ${JSON.stringify(log)}`);
  return booked.accountingDocument;
}
