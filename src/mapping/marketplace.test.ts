import { describe, expect, it } from 'vitest';
import { isCurrencyCode, parseTimeZone } from '../core/index.ts';
import {
  findMarketplace,
  findMarketplaceById,
  isMultiChannelMarketplace,
  isMultiChannelMarketplaceId,
  marketplaces,
} from './marketplace.ts';

describe('marketplaces', () => {
  it('there are 23, each with its own name, id and country and a currency whose decimals are known', () => {
    expect(marketplaces()).toHaveLength(23);
    for (const facts of ['name', 'id', 'country'] as const) {
      expect(new Set(marketplaces().map((store) => store[facts])).size).toBe(23);
    }
    expect(marketplaces().filter((store) => !isCurrencyCode(store.currency))).toEqual([]);
  });

  it('each has a time zone that this runtime knows, and is found by its id', () => {
    for (const store of marketplaces()) {
      expect(parseTimeZone(store.timeZone)).toBe(store.timeZone);
      expect(findMarketplaceById(store.id)).toBe(store);
      expect(isMultiChannelMarketplaceId(store.id)).toBe(false);
    }
    expect(findMarketplaceById('ATVPDKIKX0DER')?.timeZone).toBe('America/Los_Angeles');
  });

  it.each([
    ['A38D8NSA03LJTC', 'DE'],
    ['AFQLKURYRPEL8', 'ES'],
    ['A1ZFFQZ3HTUKT9', 'FR'],
    ['A62U237T8HV6N', 'IT'],
    ['AZMDEXL2RVFNN', 'GB'],
    ['A1MQXOICRS2Z7M', 'CA'],
    ['A3H6HPSLHAK3XG', 'MX'],
    ['A2ZV50J4W1RKNI', 'US'],
  ])('%s is the multi-channel id of the store of %s', (id, country) => {
    expect(findMarketplaceById(id)?.country).toBe(country);
    expect(isMultiChannelMarketplaceId(id)).toBe(true);
  });

  it('control: an id that is not known is no store', () => {
    expect(findMarketplaceById('ATVPDKIKX0DEX')).toBeUndefined();
    expect(findMarketplaceById('atvpdkikx0der')).toBeUndefined();
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
