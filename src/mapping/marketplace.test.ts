import { describe, expect, it } from 'vitest';
import { isCurrencyCode } from '../core/index.ts';
import { findMarketplace, isMultiChannelMarketplace, marketplaces } from './marketplace.ts';

describe('marketplaces', () => {
  it('there are 23, each with its own name, id and country and a currency whose decimals are known', () => {
    expect(marketplaces()).toHaveLength(23);
    for (const facts of ['name', 'id', 'country'] as const) {
      expect(new Set(marketplaces().map((store) => store[facts])).size).toBe(23);
    }
    expect(marketplaces().filter((store) => !isCurrencyCode(store.currency))).toEqual([]);
  });

  it.each([
    ['Amazon.de', 'DE'],
    ['amazon.COM.be', 'BE'],
    [' Amazon.co.uk ', 'GB'],
    ['SI UK Prod Marketplace', 'GB'],
    ['si ca prod marketplace', 'CA'],
    ['Non-Amazon CA', 'CA'],
    ['Non-Amazon UK', 'GB'],
  ])('%s is the store of %s', (name, country) => {
    expect(findMarketplace(name)?.country).toBe(country);
  });

  it.each(['', 'Amazon', 'Amazon.dee', 'Non-Amazon', 'Non-Amazon XX', 'Amazon.com.de'])(
    'control: %j is no store',
    (name) => expect(findMarketplace(name)).toBeUndefined(),
  );

  it('orders of other channels are told by the beginning of the name', () => {
    expect(['Non-Amazon', 'non-amazon ca', 'Non-Amazon US'].map(isMultiChannelMarketplace)).toEqual([true, true, true]);
    expect(['Amazon.com', 'Not Non-Amazon', 'Non-Amazonia', ''].map(isMultiChannelMarketplace)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
