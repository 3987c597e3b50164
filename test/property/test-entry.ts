import { type LocalDate, money, parseCurrencyCode } from '../../src/core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine, PostingKey } from '../../src/ledger/index.ts';

export const EUR = parseCurrencyCode('EUR');

/** A line with nothing special about it. */
export function testLine(minor: bigint, own: Partial<JournalLine> = {}): JournalLine {
  return {
    kind: 'product-sale',
    glAccount: '41000000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(EUR, minor),
    text: 'Amazon product sales',
    buckets: [],
    ...own,
  };
}

export function testEntry(lines: readonly JournalLine[], own: Partial<JournalEntry> = {}): JournalEntry {
  return {
    postingKey: 'AMZAAAAAAAAAAAAA' as PostingKey,
    companyCode: '1010' as CompanyCode,
    documentType: 'SA',
    documentDate: '2026-10-31' as LocalDate,
    postingDate: '2026-10-31' as LocalDate,
    currency: EUR,
    headerText: 'AMZ DE 17.10-31.10.26',
    headerReference: '26100000001',
    part: 1,
    partCount: 1,
    lines,
    ...own,
  };
}
