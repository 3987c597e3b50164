import { describe, expect, it } from 'vitest';
import { type CurrencyCode, money, sha256Of } from '../../core/index.ts';
import type { AccrualEvent } from '../../mapping/index.ts';
import { readSources, writeSources } from './accrual-sources.ts';

const USD = 'USD' as CurrencyCode;

const event = (key: string): AccrualEvent => ({
  key,
  revision: 2,
  eventType: 'Shipment',
  postedAt: 1_790_000_000,
  marketplaceId: null,
  orderId: '302-0000001-0000001',
  total: money(USD, 9_007_199_254_740_993n),
  amounts: [
    { path: ['Sales', 'OurPricePrincipal'], amount: money(USD, 9_007_199_254_740_993n), sku: 'SKU-ÄÖ', channel: 'AFN' },
  ],
  isBookedByOrders: true,
});

const evidenceOf = (text: string) => ({
  openEvidence: async function* () {
    // In pieces that cut lines and characters.
    for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
  },
});

const write = (events: readonly AccrualEvent[]) => Buffer.concat([...writeSources(events)]).toString();

describe('the sources of an accrual', () => {
  it('are read back as they were, to the smallest unit', async () => {
    const events = [event('a'), { ...event('b'), total: null }];
    expect(await readSources(evidenceOf(write(events)), sha256Of(''))).toEqual(events);
  });

  it('are the same bytes whatever the order of the events', () => {
    expect(write([event('b'), event('a')])).toBe(write([event('a'), event('b')]));
  });

  it.each(['{"key":"a"}\n', 'no list\n', write([event('a')]).slice(0, -1)])(
    'are refused when they are not: ACCRUAL_SOURCES_UNREADABLE (%#)',
    async (text) => {
      await expect(readSources(evidenceOf(text), sha256Of(''))).rejects.toMatchObject({
        code: 'ACCRUAL_SOURCES_UNREADABLE',
        kind: 'defect',
      });
    },
  );
});
