import { describe, expect, it } from 'vitest';
import type { YearMonth } from '../core/index.ts';
import type { CompanyCode } from './journal-entry.ts';
import { POSTING_KEY_LENGTH, type PostingKeyFacts, postingKeyOf } from './posting-key.ts';

const facts: PostingKeyFacts = {
  sellerAccount: 'A1SELLER',
  settlementId: '26100000001',
  companyCode: '1010' as CompanyCode,
  postingMonth: '2026-10' as YearMonth,
  part: 1,
  revision: 0,
};

describe('postingKeyOf', () => {
  it('never changes for facts that were booked before', () => {
    // Worked out with another implementation of JSON, SHA-256 and base 32.
    expect(postingKeyOf(facts)).toBe('AMZQUFAS5UA2NVVU');
    expect(POSTING_KEY_LENGTH).toBe(16);
  });

  it('does not depend on the order in which the facts are written', () => {
    const { sellerAccount, settlementId, ...rest } = facts;
    expect(postingKeyOf({ ...rest, settlementId, sellerAccount })).toBe(postingKeyOf(facts));
  });

  it('changes with every single fact', () => {
    const changed: Partial<PostingKeyFacts>[] = [
      { sellerAccount: 'A2SELLER' },
      { settlementId: '26100000002' },
      { companyCode: '1020' as CompanyCode },
      { postingMonth: '2026-11' as YearMonth },
      { part: 2 },
      { revision: 1 },
    ];
    const keys = changed.map((change) => postingKeyOf({ ...facts, ...change }));
    expect(new Set([...keys, postingKeyOf(facts)]).size).toBe(changed.length + 1);
  });
});
