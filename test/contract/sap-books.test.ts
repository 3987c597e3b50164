/** What the adapter sends and the pretend SAP makes of it: customer lines and reversals, from the message to the read-back. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningPretendSap, startPretendSap, viewLedger } from '../../sim/sap/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement, type LedgerDocument } from '../../src/app/index.ts';
import { masterDataFor } from '../../src/entrypoints/demo/master-data.ts';
import {
  type CustomerNumber,
  debitTotal,
  type GlAccount,
  type JournalEntry,
  type JournalLine,
  type PostingKey,
} from '../../src/ledger/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { exampleMessage, ledgerFor, line } from './sap-stand-in.ts';
import { masterData, startMs } from './sim-sap-kit.ts';

const running: RunningPretendSap[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function open(release: '2020' | '2024' = '2024') {
  const sap = await startPretendSap({
    ...masterData,
    users: [{ user: 'AMZ_POST', password: 'password-canary' }],
    nowMs: () => startMs,
  });
  running.push(sap);
  return { sap, ledger: ledgerFor(sap.url, { settings: { release } }).ledger };
}

const customerLine = (minor: bigint, customer = '4711'): JournalLine =>
  line({ minor, customer: customer as CustomerNumber, glAccount: '12100000' as GlAccount });
const lines = [customerLine(100n), line({ minor: -100n })];
const ORIGINAL = 'AMZAAAAAAAAAAAAA' as PostingKey;
const REVERSAL = 'AMZBBBBBBBBBBBBB' as PostingKey;

const messageOf = (postingKey: PostingKey, change: Partial<JournalEntry> = {}) =>
  exampleMessage({ postingKey, lines, ...change });

async function goldenCase(name: string) {
  const folder = new URL(`../golden/cases/${name}/`, import.meta.url);
  const table = readAccountTable({ name, text: readFileSync(new URL('mapping.yaml', folder), 'utf8') });
  const bytes = readFileSync(new URL('settlement.tsv', folder));
  const { proposal } = await evaluateSettlement({
    source: {
      name,
      open: async function* () {
        yield bytes;
      },
    },
    readSettlement: readSettlementFile,
    table,
    sellerAccount: 'A1GOLDENSELLER',
    withOrderRuns: false,
  });
  return { table, entries: proposal.entries };
}

async function bookOriginal(books: Awaited<ReturnType<typeof open>>) {
  const posted = await books.ledger.post(messageOf(ORIGINAL));
  if (posted.outcome !== 'posted') throw new Error(JSON.stringify(posted));
  const { document } = posted;
  const reversal = { postingKey: ORIGINAL, reason: '01', ...document };
  const mirror = lines.map((own) => ({ ...own, amount: { ...own.amount, minor: -own.amount.minor } }));
  return { document, reverse: messageOf(REVERSAL, { reversal, lines: mirror }) };
}

const found = async (books: Awaited<ReturnType<typeof open>>, postingKey: PostingKey): Promise<LedgerDocument[]> => {
  const { companyCode, postingDate } = messageOf(postingKey).entry;
  return [...(await books.ledger.findByPostingKey({ postingKey, companyCode, postingDate }))];
};

describe('a customer line', () => {
  it('is an open item on the reconciliation account, and the document reads back as it was sent', async () => {
    const books = await open();
    await bookOriginal(books);
    const [booked] = viewLedger(books.sap.world);
    // SAP numbers G/L items before customers, as they stand in the message.
    expect(booked?.lines.map((own) => [own.glAccount, own.partner])).toEqual([
      ['0011001000', ''],
      ['0012100000', '0000004711'],
    ]);
    expect(await found(books, ORIGINAL)).toMatchObject([{ lineCount: 2, debitTotal: { minor: 100n } }]);
  });

  it('for a customer that the company code lacks is rejected with what to do about it', async () => {
    const books = await open();
    const missing = messageOf(ORIGINAL, { lines: [customerLine(100n, '999'), line({ minor: -100n })] });
    expect(await books.ledger.post(missing)).toMatchObject({
      outcome: 'rejected',
      problem: {
        code: 'SAP_ENTRY_REJECTED',
        next: expect.stringContaining('Extend the customer to this company code'),
      },
    });
    expect(viewLedger(books.sap.world)).toEqual([]);
  });
});

describe('a settlement whose account table makes Amazon a customer', () => {
  it('is booked as it was proposed, with the document type for customers', async () => {
    const { table, entries } = await goldenCase('us-customer-lines');
    const sap = await startPretendSap({
      ...masterDataFor(table),
      seed: 'customers',
      users: [{ user: 'AMZ_POST', password: 'password-canary' }],
      nowMs: () => startMs,
    });
    running.push(sap);
    const { ledger } = ledgerFor(sap.url);
    for (const entry of entries) {
      const message = { ...exampleMessage(), entry, messageId: entry.postingKey };
      expect(await ledger.post(message)).toMatchObject({ outcome: 'posted' });
      const found = await ledger.findByPostingKey(entry);
      expect(found).toMatchObject([{ lineCount: entry.lines.length, debitTotal: debitTotal(entry) }]);
    }
    const booked = viewLedger(sap.world);
    expect(booked.map((document) => document.documentType)).toEqual(['DR', 'DR']);
    const open = new Map<string, number>();
    for (const { partner, amount } of booked.flatMap((document) => document.lines)) {
      if (partner !== '') open.set(partner, (open.get(partner) ?? 0) + Number(amount));
    }
    // Carried forward and taken back; what Amazon owes is the payout and what its reserve grew by.
    expect([...open].sort()).toEqual([
      ['0001000123', 1030],
      ['AMZ-CARRY', 0],
    ]);
  });
});

describe('a reversal', () => {
  it('by SAP’s fields marks both documents, and the original names the reversal', async () => {
    const books = await open();
    const { document, reverse } = await bookOriginal(books);
    const posted = await books.ledger.post(reverse);
    expect(posted).toMatchObject({ outcome: 'posted' });
    expect(await books.ledger.findDocument(document)).toMatchObject({
      isReversed: true,
      reverseDocument: {
        sapDocumentNumber: posted.outcome === 'posted' && posted.document.sapDocumentNumber,
      },
    });
    expect(await found(books, REVERSAL)).toMatchObject([{ isReversal: true, debitTotal: { minor: 100n } }]);
  });

  it('on the older release is the mirror, which SAP shows as a document like any other', async () => {
    const books = await open('2020');
    const { document, reverse } = await bookOriginal(books);
    expect(await books.ledger.post(reverse)).toMatchObject({ outcome: 'posted' });
    expect(await books.ledger.findDocument(document)).toMatchObject({ isReversed: false, reverseDocument: null });
    expect(await found(books, REVERSAL)).toMatchObject([{ isReversal: false, debitTotal: { minor: 100n } }]);
    const sum = viewLedger(books.sap.world).flatMap((own) => own.lines);
    expect(sum.reduce((total, own) => total + Number(own.amount), 0)).toBe(0);
  });

  it('of a document that is reversed already is rejected, and nothing else is booked', async () => {
    const books = await open();
    const { reverse } = await bookOriginal(books);
    await books.ledger.post(reverse);
    const again = {
      ...reverse,
      messageId: 'AGAIN',
      entry: { ...reverse.entry, postingKey: 'AMZCCCCCCCCCCCCC' as PostingKey },
    };
    expect(await books.ledger.post(again)).toMatchObject({
      outcome: 'rejected',
      problem: { code: 'SAP_ENTRY_REJECTED' },
    });
    expect(viewLedger(books.sap.world)).toHaveLength(2);
  });
});
