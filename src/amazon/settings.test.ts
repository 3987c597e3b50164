import { describe, expect, it } from 'vitest';
import { AMAZON_REGIONS, amazonSecretsSchema, amazonSettingsSchema, formatUserAgent } from './settings.ts';

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
