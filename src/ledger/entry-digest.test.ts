import { describe, expect, it } from 'vitest';
import { EUR, testEntry, testLine } from '../../test/property/test-entry.ts';
import { type LocalDate, money } from '../core/index.ts';
import { entriesDigest, entryDigest } from './entry-digest.ts';
import type { CustomerNumber, GlAccount, JournalEntry, JournalLine } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';

const entry = testEntry([testLine(-1000n), testLine(1000n)]);
const reversal = {
  postingKey: 'AMZBBBBBBBBBBBBB' as PostingKey,
  fiscalYear: '2026',
  sapDocumentNumber: '100000008',
  reason: '01',
};

describe('entryDigest', () => {
  it('never changes for an entry that was approved before', () => {
    // Worked out with another implementation of JSON and SHA-256.
    expect(entryDigest(entry)).toBe('1785b097e52ec2dfd3b4c7f66574d2689c3125a4165bef28cc59416089b97d24');
  });

  it('does not depend on which bucket numbers link a line to its rows', () => {
    const linked = testEntry(entry.lines.map((line) => ({ ...line, buckets: [7, 9] })));
    expect(entryDigest(linked)).toBe(entryDigest(entry));
  });

  it('changes with everything else that an approver saw', () => {
    const tax = { taxCode: 'A1', base: money(EUR, -1000n), amount: money(EUR, 0n) };
    const ofLine: Partial<JournalLine>[] = [
      { kind: 'shipping-income' },
      { glAccount: '41000001' as GlAccount },
      { costCenter: 'AMZDE' },
      { profitCenter: 'AMZDE' },
      { taxCode: 'A1' },
      { tax },
      { amount: money(EUR, -1001n) },
      { text: 'Other text' },
      { customer: '1000123' as CustomerNumber },
    ];
    const ofEntry: Partial<JournalEntry>[] = [
      { postingKey: 'AMZBBBBBBBBBBBBB' as PostingKey },
      { documentType: 'ZZ' },
      { documentDate: '2026-10-30' as LocalDate },
      { postingDate: '2026-10-30' as LocalDate },
      { headerText: 'Other' },
      { headerReference: 'Other' },
      { part: 2 },
      { partCount: 2 },
      { lines: [...entry.lines].reverse() },
      { reversal },
      { reversal: { ...reversal, reason: '02' } },
      { reversal: { ...reversal, fiscalYear: '2027' } },
      { reversal: { ...reversal, sapDocumentNumber: '100000009' } },
      { reversal: { ...reversal, postingKey: 'AMZCCCCCCCCCCCCC' as PostingKey } },
    ];
    const digests = [
      ...ofLine.map((own) => entryDigest(testEntry([testLine(-1000n, own), testLine(1000n)]))),
      ...ofEntry.map((own) => entryDigest({ ...entry, ...own })),
    ];
    expect(new Set([...digests, entryDigest(entry)]).size).toBe(ofLine.length + ofEntry.length + 1);
  });
});

describe('entriesDigest', () => {
  it('depends on which entries there are and on their order', () => {
    const second = testEntry([testLine(-1n), testLine(1n)]);
    const digests = [[], [entry], [entry, second], [second, entry], [entry, entry]].map(entriesDigest);
    expect(new Set(digests).size).toBe(5);
  });
});
