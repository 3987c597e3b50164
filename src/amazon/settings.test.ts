import { describe, expect, it } from 'vitest';
import { Problem } from '../core/index.ts';
import {
  AMAZON_REGIONS,
  amazonSecretsSchema,
  amazonSettingsSchema,
  formatUserAgent,
  marketplaceIdsOf,
} from './settings.ts';

const clientId = 'amzn1.application-oa2-client.example';

describe('the settings of a connection to Amazon', () => {
  it('fills in the addresses of each region, and of its sandbox', () => {
    for (const region of AMAZON_REGIONS) {
      const name = region.toLowerCase();
      const settings = amazonSettingsSchema.parse({ region, clientId });
      expect(settings).toEqual({
        region,
        endpoint: `https://sellingpartnerapi-${name}.amazon.com`,
        lwaUrl: 'https://api.amazon.com/auth/o2/token',
        clientId,
      });
      const sandbox = amazonSettingsSchema.parse({ region, clientId, sandbox: true });
      expect(sandbox.endpoint).toBe(`https://sandbox.sellingpartnerapi-${name}.amazon.com`);
    }
  });

  it('stays the same when what was read is stored and read again', () => {
    const once = amazonSettingsSchema.parse({ region: 'FE', sandbox: true, clientId });
    expect(amazonSettingsSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it.each([
    'http://sellingpartnerapi-eu.amazon.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'https://user:password@sellingpartnerapi-eu.amazon.com',
    'https://sellingpartnerapi-eu.amazon.com/?a=b',
    'ftp://sellingpartnerapi-eu.amazon.com',
    'sellingpartnerapi-eu.amazon.com',
  ])('refuses %s as an address, because secrets would leave this machine unprotected', (endpoint) => {
    expect(amazonSettingsSchema.safeParse({ region: 'EU', clientId, endpoint }).success).toBe(false);
    expect(amazonSettingsSchema.safeParse({ region: 'EU', clientId, lwaUrl: endpoint }).success).toBe(false);
  });

  it.each(['http://127.0.0.1:4010', 'http://localhost:4010/amazon/', 'http://[::1]:4010', 'https://proxy.example.com'])(
    'control: accepts %s',
    (endpoint) => {
      const settings = amazonSettingsSchema.parse({ region: 'EU', clientId, endpoint });
      expect(settings.endpoint).toBe(endpoint.replace(/\/$/, ''));
    },
  );

  it('takes the days from which ages count, and marketplaces by country or id, and stays readable with them', () => {
    const days = { secretIssuedOn: '2026-09-01', authorisedOn: '2026-03-01' };
    const marketplaces = ['DE', 'uk', 'A1PA6795UKMFR9', 'GB', 'A13V1IB3VIYZZH'];
    const once = amazonSettingsSchema.parse({ region: 'EU', clientId, ...days, marketplaces });
    expect(once).toMatchObject({ ...days, marketplaces: ['A1PA6795UKMFR9', 'A1F83G8C2ARO7P', 'A13V1IB3VIYZZH'] });
    expect(amazonSettingsSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('has no member for what was not written, so that settings stored earlier read as they did', () => {
    const settings = amazonSettingsSchema.parse({ region: 'EU', clientId });
    expect(Object.keys(settings)).toEqual(['region', 'endpoint', 'lwaUrl', 'clientId']);
  });

  it.each([
    ['a day that does not exist', { secretIssuedOn: '2026-02-30' }, 'secretIssuedOn', /not a calendar day/],
    ['a moment', { authorisedOn: '2026-02-01T00:00:00Z' }, 'authorisedOn', /not a calendar day/],
    [
      'a store of another region',
      { marketplaces: ['DE', 'US'] },
      'marketplaces',
      /"US" is not a marketplace of region EU/,
    ],
    ['the id of another region', { marketplaces: ['ATVPDKIKX0DER'] }, 'marketplaces', /not a marketplace of region EU/],
    ['an unknown store', { marketplaces: ['XX'] }, 'marketplaces', /"XX" is not a marketplace of region EU/],
    ['an empty list', { marketplaces: [] }, 'marketplaces', /./],
  ])('names %s as a fault of the file', (_, member, place, says) => {
    const result = amazonSettingsSchema.safeParse({ region: 'EU', clientId, ...member });
    expect(result.error?.issues).toHaveLength(1);
    expect(result.error?.issues[0]?.message).toMatch(says);
    expect(result.error?.issues[0]?.path.join('.')).toBe(place);
  });

  it('names a store of another region also beside other faults, and leaves it where the region is none', () => {
    const faultsOf = (value: object) =>
      amazonSettingsSchema.safeParse(value).error?.issues.map(({ path }) => path.join('.'));
    const wrong = { region: 'NA', clientId: 'x'.repeat(201), lwaUrl: 'none', marketplaces: ['DE'] };
    expect(faultsOf(wrong)).toEqual(expect.arrayContaining(['clientId', 'lwaUrl', 'marketplaces']));
    expect(faultsOf({ ...wrong, region: 'XX', marketplaces: 'DE' })).not.toBeUndefined();
    expect(faultsOf({ ...wrong, marketplaces: ['US', 7] })).toContain('marketplaces.1');
    expect(faultsOf({ ...wrong, marketplaces: ['US'] })).not.toContain('marketplaces');
  });

  it('raises AMAZON_MARKETPLACE_OUTSIDE_REGION, which says what there is and that each region has a connection', () => {
    const ids = marketplaceIdsOf('FE', ['JP', 'AU']);
    expect(ids).toEqual(['A1VC38T7YXB528', 'A39IBJ37TRP1C6']);
    // A multi-channel id belongs to no request.
    for (const name of ['DE', 'A38D8NSA03LJTC', '']) {
      try {
        marketplaceIdsOf('FE', [name]);
        expect.unreachable();
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Problem);
        expect(thrown).toMatchObject({ code: 'AMAZON_MARKETPLACE_OUTSIDE_REGION', kind: 'invalid' });
        expect((thrown as Problem).next).toMatch(/^Name some of JP, AU, SG\./);
      }
    }
  });

  it('refuses a misspelt member instead of ignoring it', () => {
    expect(amazonSettingsSchema.safeParse({ region: 'EU', clientId, endPoint: 'https://x.example' }).success).toBe(
      false,
    );
  });

  it('refuses a secret with a line break, without repeating it', () => {
    const result = amazonSecretsSchema.safeParse({ clientSecret: 'canary\r\nx', refreshToken: 'Atzr|x' });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error)).not.toContain('canary');
    expect(amazonSecretsSchema.safeParse({ clientSecret: ' canary\n', refreshToken: 'Atzr|x' }).success).toBe(true);
  });
});

describe('the user agent', () => {
  it('has the form Amazon asks for', () => {
    expect(formatUserAgent({ version: '1.2.3', language: '7.0', platform: 'Linux/6' })).toBe(
      'seller-ledger/1.2.3 (Language=TypeScript/7.0; Platform=Linux/6)',
    );
  });

  it('cannot smuggle in a header or close its own bracket', () => {
    const text = formatUserAgent({ version: '1', language: '7', platform: 'Li)nux\r\nx-evil: 1' });
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text.match(/[()]/g)).toEqual(['(', ')']);
  });

  it('is refused beyond 500 characters and accepted at 500', () => {
    const fixed = formatUserAgent({ version: '1', language: '7', platform: '' }).length;
    const of = (length: number) =>
      formatUserAgent({ version: '1', language: '7', platform: 'x'.repeat(length - fixed) });
    expect(of(500)).toHaveLength(500);
    expect(() => of(501)).toThrow(/501 characters/);
  });
});
