import { describe, expect, it } from 'vitest';
import { type CurrencyCode, type Money, money, type Sha256 } from '../../core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, PostingKey } from '../../ledger/index.ts';
import type { ConnectionId, EntryId } from '../ports.ts';
import { type AmountLimits, type ApprovalRules, needsOf, needsOfReversal, standingOf } from './approval-rules.ts';
import type { Approval, MappingHand } from './approval-store.ts';

const EUR = 'EUR' as CurrencyCode;
const GBP = 'GBP' as CurrencyCode;

function entry(minor: bigint, currency = EUR): JournalEntry {
  const line = (amount: Money) => ({
    kind: 'order.revenue',
    glAccount: '41000000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount,
    text: 'Amazon orders',
    buckets: [],
  });
  return {
    postingKey: 'AMZ1' as PostingKey,
    companyCode: '1710' as CompanyCode,
    documentType: 'SA',
    documentDate: '2026-10-31' as JournalEntry['documentDate'],
    postingDate: '2026-10-31' as JournalEntry['postingDate'],
    currency,
    headerText: 'AMAZON',
    headerReference: '1',
    part: 1,
    partCount: 1,
    lines: [line(money(currency, minor - 100n)), line(money(currency, 100n)), line(money(currency, -minor))],
  };
}

const limits = (minor: bigint): AmountLimits => new Map([[EUR, money(EUR, minor)]]);
const AUTOMATIC: ApprovalRules = { approval: 'automatic' };

let sequence = 0;
function said(person: string, verdict: Approval['verdict'] = 'approve'): Approval {
  sequence += 1;
  return {
    sequence,
    connectionId: 'c' as ConnectionId,
    entryId: 'e' as EntryId,
    postingKey: 'AMZ1' as PostingKey,
    digest: 'd' as Sha256,
    verdict,
    person,
    why: 'looked at',
    reversal: null,
    at: '2026-11-01T10:00:00Z',
  };
}

const people = (minor: bigint, rules: ApprovalRules, currency = EUR) => needsOf(entry(minor, currency), rules).people;

describe('how many people approve an entry', () => {
  it('is nobody with automatic approval and one with review, without limits', () => {
    expect([people(1_000_000n, AUTOMATIC), people(1n, { approval: 'review' })]).toEqual([0, 1]);
  });

  it('is one above the limit of automatic approval, and the limit itself is within it', () => {
    const rules = { ...AUTOMATIC, automaticUpTo: limits(1_000n) };
    expect([people(1_000n, rules), people(1_001n, rules)]).toEqual([0, 1]);
    expect(needsOf(entry(1_001n), rules).because).toBe('10.01 EUR is above posting.automaticUpTo (10.00)');
  });

  it('is two above the limit of four eyes, also with review', () => {
    const rules = { ...AUTOMATIC, automaticUpTo: limits(1_000n), fourEyesAbove: limits(5_000n) };
    expect([1_000n, 5_000n, 5_001n].map((minor) => people(minor, rules))).toEqual([0, 1, 2]);
    expect([5_000n, 5_001n].map((minor) => people(minor, { ...rules, approval: 'review' }))).toEqual([1, 2]);
  });

  it('takes a currency that limits do not name for above them: nobody said what is little in it', () => {
    expect(people(1n, { ...AUTOMATIC, automaticUpTo: limits(1_000n) }, GBP)).toBe(1);
    expect(people(1n, { ...AUTOMATIC, fourEyesAbove: limits(1_000n) }, GBP)).toBe(2);
  });

  it('is what the strictest rules say while nobody has accepted that they were loosened', () => {
    const formerly = [{ ...AUTOMATIC, fourEyesAbove: limits(1_000n), approverNot: 'mapping-author' as const }];
    const rules = { ...AUTOMATIC, fourEyesAbove: limits(9_000n), formerly };
    expect([1_000n, 1_001n].map((minor) => people(minor, rules))).toEqual([0, 2]);
    expect(needsOf(entry(1n), { ...rules, approval: 'review' })).toMatchObject({ people: 1, notMappingHands: true });
    expect(needsOf(entry(1_001n), rules).because).toContain('until another person accepts the change');
    expect(needsOfReversal(entry(1_001n), rules).people).toBe(2);
    // Rules that were looser than those in use take nothing away.
    expect(people(1_001n, { ...rules, ...formerly[0], formerly: [AUTOMATIC] })).toBe(2);
  });

  it('goes by the sum of the debits, not by the largest line', () => {
    expect(people(1_050n, { ...AUTOMATIC, automaticUpTo: limits(1_000n) })).toBe(1);
  });

  it('counts whoever asks for a reversal: only a second person can be missing', () => {
    const rules = { ...AUTOMATIC, automaticUpTo: limits(10n), fourEyesAbove: limits(5_000n) };
    expect([100n, 5_001n].map((minor) => needsOfReversal(entry(minor), rules).people)).toEqual([0, 2]);
  });
});

describe('who may approve', () => {
  const hands: MappingHand[] = [{ version: 2, as: 'author', person: 'anna' }];
  const standing = (minor: bigint, rules: ApprovalRules) =>
    standingOf([said('anna')], needsOf(entry(minor), rules), hands).given.length;

  it('of a large entry everybody but whoever changed the account table, of a small one everybody', () => {
    const rules = { approval: 'review', fourEyesAbove: limits(5_000n) } as const;
    expect([standing(5_001n, rules), standing(5_000n, rules)]).toEqual([0, 1]);
  });

  it('is a setting: never whoever changed the account table, or anybody', () => {
    const rules = { approval: 'review', fourEyesAbove: limits(5_000n) } as const;
    expect(standing(1n, { ...rules, approverNot: 'mapping-author' })).toBe(0);
    expect(standing(5_001n, { ...rules, approverNot: 'nobody' })).toBe(1);
  });
});

describe('approvals of one content', () => {
  const two = needsOf(entry(9_000n), { ...AUTOMATIC, fourEyesAbove: limits(1n) });
  const missing = (...all: Approval[]) => standingOf(all, two, []).missing;

  it('count each person once, however the name is written', () => {
    expect(missing(said('anna'), said('Anna '))).toBe(1);
    expect(missing(said('anna'), said('ben'))).toBe(0);
  });

  it('count from the last refusal on, and a refusal stands until somebody approves again', () => {
    const refused = [said('anna'), said('ben'), said('cleo', 'refuse')];
    expect(standingOf(refused, two, [])).toMatchObject({ given: [], missing: 2, refusal: { person: 'cleo' } });
    expect(standingOf([...refused, said('anna')], two, [])).toMatchObject({ missing: 1, refusal: null });
  });

  it('of what the system may approve are missing once it was refused', () => {
    const none = needsOf(entry(1n), AUTOMATIC);
    expect(standingOf([], none, []).missing).toBe(0);
    expect(standingOf([said('anna', 'refuse')], none, []).missing).toBe(1);
  });
});
