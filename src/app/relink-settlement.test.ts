import { describe, expect, it } from 'vitest';
import { EUR, testEntry, testLine } from '../../test/property/test-entry.ts';
import { type LocalDate, money, type YearMonth } from '../core/index.ts';
import { type CompanyCode, type PostingKey, postingKeyOf, reversalKeyOf } from '../ledger/index.ts';
import type { EntryRecord, LedgerDocument, SettlementRecord } from './ports.ts';
import { compareEntry, revisionOf, strangersOf } from './relink-settlement.ts';

const settlement = { sellerAccount: 'A2TEST', settlementId: '26100000001', revision: 0 } as SettlementRecord;
const companyCode = '1010' as CompanyCode;

function keyOf(change: { revision?: number; part?: number; month?: string } = {}): PostingKey {
  return postingKeyOf({
    sellerAccount: settlement.sellerAccount,
    settlementId: settlement.settlementId,
    companyCode,
    postingMonth: (change.month ?? '2026-10') as YearMonth,
    part: change.part ?? 1,
    revision: change.revision ?? 0,
  });
}

const entry = {
  ...testEntry([testLine(1000n), testLine(-1000n)]),
  postingKey: keyOf(),
  companyCode,
  postingDate: '2026-10-31' as LocalDate,
};
const record = { entry, state: 'proposed' } as EntryRecord;

let number = 100;
function document(change: Partial<LedgerDocument> = {}): LedgerDocument {
  number += 1;
  return {
    document: { companyCode, fiscalYear: '2026', sapDocumentNumber: `0100000${number}` },
    postingDate: entry.postingDate,
    currency: EUR,
    debitTotal: money(EUR, 1000n),
    lineCount: 2,
    reference: entry.postingKey,
    headerReference: settlement.settlementId,
    isReversal: false,
    isReversed: false,
    reverseDocument: null,
    ...change,
  };
}

describe('an unsent entry', () => {
  it('is booked when SAP holds exactly it, and not when SAP holds nothing', () => {
    const same = document();
    expect(compareEntry(record, [same])).toEqual({ of: record, is: 'booked', document: same });
    expect(compareEntry(record, [])).toEqual({ of: record, is: 'not-in-sap' });
    expect(compareEntry(record, [document({ reference: keyOf({ part: 2 }) })]).is).toBe('not-in-sap');
  });

  it.each([
    ['company code', { document: { companyCode: '1020' as CompanyCode, fiscalYear: '2026', sapDocumentNumber: '1' } }],
    ['posting date', { postingDate: '2026-10-30' as LocalDate }],
    ['debit total', { debitTotal: money(EUR, 999n) }],
    ['items', { lineCount: 3 }],
  ])('is unclear when SAP’s document has another %s', (word, change) => {
    const finding = compareEntry(record, [document(change)]);
    expect(finding).toMatchObject({ is: 'unclear', problem: { code: 'SAP_DOCUMENT_DIFFERS', kind: 'conflict' } });
    expect(finding.is === 'unclear' && finding.problem.says).toContain(word);
    // Once that document is reversed it was never this entry, which may be sent.
    expect(compareEntry(record, [document({ ...change, isReversed: true })]).is).toBe('not-in-sap');
  });

  it('is unclear when two documents stand under its key, and booked when one of them is reversed', () => {
    expect(compareEntry(record, [document(), document()])).toMatchObject({
      is: 'unclear',
      problem: { code: 'SAP_DOCUMENT_TWICE' },
    });
    const standing = document();
    expect(compareEntry(record, [document({ isReversed: true }), standing])).toMatchObject({
      is: 'booked',
      document: standing,
    });
  });

  it('is reversed when its document is, by SAP’s fields or by a mirror under a later round', () => {
    expect(compareEntry(record, [document({ isReversed: true })]).is).toBe('reversed');
    const mirror = document({ reference: reversalKeyOf({ reverses: entry.postingKey, round: 3 }) });
    expect(compareEntry(record, [document(), mirror])).toMatchObject({
      is: 'reversed',
      document: { isReversed: true, reverseDocument: { sapDocumentNumber: mirror.document.sapDocumentNumber } },
    });
    // control: a document that is no mirror of it takes nothing back.
    const other = document({ reference: reversalKeyOf({ reverses: keyOf({ part: 2 }), round: 0 }) });
    expect(compareEntry(record, [document(), other]).is).toBe('booked');
  });

  it('is not met by the reversal itself, which may carry the key of what it reverses', () => {
    expect(compareEntry(record, [document({ isReversal: true })]).is).toBe('not-in-sap');
  });
});

describe('documents of a settlement under other keys', () => {
  const later = document({ reference: keyOf({ revision: 1 }) });

  it('are found by the settlement’s id alone, and those that are taken back are not', () => {
    const strange = document({ reference: 'AMZAAAAAAAAAAAAA' });
    expect(strangersOf(settlement, [record], [document(), later, strange])).toEqual([later, strange]);
    expect(strangersOf(settlement, [record], [{ ...later, isReversed: true }])).toEqual([]);
    expect(strangersOf(settlement, [record], [{ ...later, headerReference: '26100000002' }])).toEqual([]);
    const mirror = document({ reference: reversalKeyOf({ reverses: keyOf({ revision: 1 }), round: 0 }) });
    expect(strangersOf(settlement, [record], [later, mirror])).toEqual([]);
  });

  it('tell their revision, whatever their part and month', () => {
    const parts = [1, 2, 37].map((part) => document({ reference: keyOf({ revision: 4, part }) }));
    const month = document({
      reference: keyOf({ revision: 4, month: '2026-11' }),
      postingDate: '2026-11-03' as LocalDate,
    });
    expect(revisionOf(settlement, [...parts, month])).toBe(4);
    const january = { month: '2026-12', revision: 2 };
    expect(
      revisionOf(settlement, [document({ reference: keyOf(january), postingDate: '2027-01-02' as LocalDate })]),
    ).toBe(2);
  });

  it('tell none when they are of several revisions, of another seller or of nobody', () => {
    expect(revisionOf(settlement, [later, document({ reference: keyOf({ revision: 2 }) })])).toBeUndefined();
    expect(revisionOf({ ...settlement, sellerAccount: 'A2OTHER' }, [later])).toBeUndefined();
    expect(revisionOf(settlement, [document({ reference: 'AMZAAAAAAAAAAAAA' })])).toBeUndefined();
  });
});
