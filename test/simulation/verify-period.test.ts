/** The proof of a period: what is posted here and what stands in SAP are the same, one for one, or it is told why not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConnectionContext,
  type EntryRecord,
  type GeneralLedger,
  type LedgerDocument,
  syncConnection,
  type VerifyOptions,
  verifyPeriod,
} from '../../src/app/index.ts';
import { formatMoney, money, parseLocalDate, uuidFromName } from '../../src/core/index.ts';
import { type CompanyCode, reversalOf } from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startVendors, type Vendors } from './vendors.ts';

const PERIOD = { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-11-30') };

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;
let entries: readonly EntryRecord[];

beforeAll(async () => {
  vendors = await startVendors({ seed: 'rules' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
  entries = (await syncConnection(context, { waitForUnknown: true })).entries;
});

afterAll(async () => {
  await vendors.close();
  await test.close();
});

/** SAP as it would be with other documents. */
const altered = (change: (documents: LedgerDocument[]) => readonly LedgerDocument[]): GeneralLedger => ({
  ...context.ledger,
  listDocuments: async function* (query) {
    const documents: LedgerDocument[] = [];
    for await (const document of context.ledger.listDocuments(query)) documents.push(document);
    yield* change(documents);
  },
});

const verify = (change: Partial<ConnectionContext> = {}, options: Partial<VerifyOptions> = {}) =>
  verifyPeriod({ ...context, ...change }, { ...PERIOD, ...options });

const first = (documents: LedgerDocument[], change: Partial<LedgerDocument>): LedgerDocument[] =>
  documents.map((document, index) => (index === 0 ? { ...document, ...change } : document));

describe('a period in which every document is as it was posted', () => {
  it('is proven with its totals on both sides, and the proof is an audit event', async () => {
    const proof = await verify();
    expect(proof).toMatchObject({ isProven: true, differences: [], reversed: [], open: [], adopted: [] });
    expect(proof.totals).toHaveLength(1);
    const [total] = proof.totals;
    expect(total).toMatchObject({ entryCount: entries.length, documentCount: entries.length });
    expect(total!.ours).toEqual(total!.sap);
    const inSap = vendors.ledger().map(({ totals }) => Number(totals[0]!.debit));
    expect(formatMoney(total!.sap)).toBe(inSap.reduce((sum, debit) => sum + debit, 0).toFixed(2));
    const events = await test.books.listEvents({ subject: `connection/${context.connection.id}` });
    expect(events.at(-1)).toMatchObject({ action: 'sap.verify', after: { isProven: true, differences: [] } });
  });

  it('is proven for one company code, and control: another one has nothing', async () => {
    const companyCodes = [entries[0]!.entry.companyCode];
    expect((await verify({}, { companyCodes })).totals).toHaveLength(1);
    const elsewhere = await verify({}, { companyCodes: ['1010' as CompanyCode] });
    expect(elsewhere).toMatchObject({ isProven: true, totals: [], companyCodes: ['1010'] });
  });

  it('leaves out what is dated outside', async () => {
    const proof = await verify({}, { from: parseLocalDate('2026-11-01') });
    const inside = entries.filter(({ entry }) => entry.postingDate >= '2026-11-01');
    expect(inside.length).toBeLessThan(entries.length);
    expect(proof).toMatchObject({
      isProven: true,
      totals: [{ entryCount: inside.length, documentCount: inside.length }],
    });
  });
});

describe('a difference', () => {
  const cases: [string, string, (documents: LedgerDocument[]) => readonly LedgerDocument[]][] = [
    ['VERIFY_DOCUMENT_MISSING', 'a document that SAP does not show', (documents) => documents.slice(1)],
    [
      'VERIFY_DOCUMENT_DIFFERS',
      'another total',
      (documents) => first(documents, { debitTotal: money(documents[0]!.currency, 1n) }),
    ],
    ['VERIFY_DOCUMENT_DIFFERS', 'another number of items', (documents) => first(documents, { lineCount: 1 })],
    [
      'VERIFY_DOCUMENT_DIFFERS',
      'another posting date',
      (documents) => first(documents, { postingDate: parseLocalDate('2026-10-30') }),
    ],
    [
      'VERIFY_DOCUMENT_DIFFERS',
      'another document number',
      (documents) => first(documents, { document: { ...documents[0]!.document, sapDocumentNumber: '0100009999' } }),
    ],
    ['VERIFY_DOCUMENT_TWICE', 'two documents under one key', (documents) => [...documents, ...documents.slice(0, 1)]],
    [
      'VERIFY_DOCUMENT_UNKNOWN',
      'a document of nobody',
      (documents) => [
        ...documents,
        ...documents.slice(0, 1).map((each) => ({ ...each, reference: 'AMZAAAAAAAAAAAAA' })),
      ],
    ],
    ['VERIFY_REVERSED_IN_SAP', 'a reversal past this program', (documents) => first(documents, { isReversed: true })],
  ];
  it.each(cases)('%s: %s', async (code, _, change) => {
    // Only one company code has documents; the others would be changed as well.
    const companyCodes = [entries[0]!.entry.companyCode];
    const proof = await verify({ ledger: altered(change) }, { companyCodes });
    expect(proof.isProven).toBe(false);
    expect(proof.differences.map(({ problem }) => [problem.code, problem.kind])).toEqual([[code, 'unproven']]);
    expect(proof.differences[0]!.problem.next).not.toBe('');
    const events = await test.books.listEvents({ subject: `connection/${context.connection.id}` });
    expect(events.at(-1)!.after).toMatchObject({ isProven: false, differences: [{ code }] });
  });

  it('a document dated into the period from outside is compared with its entry', async () => {
    const from = parseLocalDate('2026-11-01');
    const october = entries.find(({ entry }) => entry.postingDate < from)!;
    const moved = altered((documents) => documents);
    const ledger: GeneralLedger = {
      ...moved,
      listDocuments: async function* (query) {
        for await (const document of context.ledger.listDocuments({ ...query, from: PERIOD.from })) {
          yield document.reference === october.entry.postingKey ? { ...document, postingDate: from } : document;
        }
      },
    };
    const proof = await verify({ ledger }, { from });
    expect(proof.differences.map(({ postingKey, problem }) => [postingKey, problem.code])).toEqual([
      [october.entry.postingKey, 'VERIFY_DOCUMENT_DIFFERS'],
    ]);
  });

  it.each([
    ['backwards', { from: PERIOD.to, to: PERIOD.from }],
    ['too long', { from: parseLocalDate('2020-01-01'), to: PERIOD.to }],
  ])('PERIOD_INVALID: a period that is %s', async (_, period) => {
    await expect(verify({}, period)).rejects.toMatchObject({ code: 'PERIOD_INVALID', kind: 'invalid' });
  });
});

describe('entries that are not in SAP', () => {
  /** A database whose entries were proposed and no more. */
  async function withEntries(work: (context: ConnectionContext, books: TestBooks['books']) => Promise<void>) {
    const other = await openTestBooks({ clock: vendors.clock });
    try {
      const review = await vendors.context(other);
      const listDocuments: GeneralLedger['listDocuments'] = async function* () {};
      const posting = { ...review.posting, approval: 'review' as const };
      const blind = { ...review, posting, ledger: { ...review.ledger, listDocuments } };
      await syncConnection(blind, { waitForUnknown: false });
      await work(blind, other.books);
    } finally {
      await other.close();
    }
  }

  it('are named, and what SAP holds of them is VERIFY_NOT_RECORDED', async () => {
    await withEntries(async (blind) => {
      const proof = await verifyPeriod(blind, PERIOD);
      expect(proof).toMatchObject({ isProven: true, totals: [] });
      expect(proof.open).toHaveLength(entries.length);
      const seeing = await verifyPeriod({ ...blind, ledger: context.ledger }, PERIOD);
      expect(seeing.differences.map(({ problem }) => problem.code)).toEqual(entries.map(() => 'VERIFY_NOT_RECORDED'));
    });
  });

  it('VERIFY_OUTCOME_UNKNOWN: one whose answer was lost leaves the period unproven', async () => {
    await withEntries(async (blind, books) => {
      const [record] = await books.listEntries();
      const { actor } = blind;
      const move = { id: record!.id, actor, why: 'test' };
      await books.moveEntry({ ...move, from: 'proposed', to: 'approved', approvedDigest: record!.digest });
      await books.moveEntry({ ...move, from: 'approved', to: 'sending', messageCreatedAt: '2026-11-20T06:00:00Z' });
      await books.moveEntry({ ...move, from: 'sending', to: 'unknown', attempt: 1 });
      const proof = await verifyPeriod(blind, PERIOD);
      expect(proof.isProven).toBe(false);
      expect(proof.differences.map(({ problem }) => problem.code)).toEqual(['VERIFY_OUTCOME_UNKNOWN']);
    });
  });
});

// Last, because it changes what SAP holds.
describe('a document that a person reversed in SAP', () => {
  it('is recorded as reversed on request, and the period is proven again with the pair named', async () => {
    const [record] = entries;
    const { fiscalYear, sapDocumentNumber } = record!.document!;
    const { postingDate } = record!.entry;
    const entry = reversalOf(record!.entry, { round: 0, postingDate, reason: '01', fiscalYear, sapDocumentNumber });
    await context.ledger.post({
      entry,
      messageId: entry.postingKey,
      messageUuid: uuidFromName('test/reversal/message'),
      entryMessageUuid: uuidFromName('test/reversal/entry'),
      createdAt: '2026-11-20T06:00:00Z',
    });
    const before = await verify();
    expect(before.differences.map(({ problem }) => problem.code)).toEqual(['VERIFY_REVERSED_IN_SAP']);
    expect(await test.books.getEntry(record!.id)).toMatchObject({ state: 'posted' });

    const after = await verify({}, { adoptReversals: true });
    expect(after).toMatchObject({ isProven: true, differences: [], adopted: [{ state: 'reversed' }] });
    expect(after.reversed).toMatchObject([{ postingKey: record!.entry.postingKey, state: 'reversed' }]);
    expect(after.totals[0]).toMatchObject({ entryCount: entries.length - 1, documentCount: entries.length - 1 });
    expect(await verify()).toMatchObject({ isProven: true, adopted: [] });
    expect((await test.books.verify()).ok).toBe(true);
  });

  it('VERIFY_NOT_REVERSED: one that is reversed here stands in SAP', async () => {
    const ledger = altered((documents) => documents.map((document) => ({ ...document, isReversed: false })));
    const { differences } = await verify({ ledger }, { companyCodes: [entries[0]!.entry.companyCode] });
    expect(differences.map(({ problem }) => problem.code)).toContain('VERIFY_NOT_REVERSED');
  });
});
