import { describe, expect, it } from 'vitest';
import { silentLog } from '../core/index.ts';
import { createSap } from './create-sap.ts';
import { parseJsonKeepingNumbers } from './odata.ts';
import { retryAfterMsOf } from './sap-problem.ts';
import { type SapSettings, sapSettingsSchema } from './settings.ts';

const valid = {
  baseUrl: 'https://my300000-api.s4hana.example',
  journalEntryUrl: 'https://my300000-api.s4hana.example/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi',
  authentication: { type: 'basic', user: 'AMZ_POST' },
  createdByUser: 'AMZ_POST',
};

const open = (settings: SapSettings, secrets = {}) =>
  createSap({
    settings,
    secrets,
    clock: { nowMs: () => 0, sleep: async () => {} },
    randomness: { bytes: (count) => new Uint8Array(count), fraction: () => 0 },
    log: silentLog,
  });

describe('the settings of a SAP connection', () => {
  it('have defaults for everything that can be left out', () => {
    expect(sapSettingsSchema.parse(valid)).toMatchObject({
      language: 'EN',
      extraHeaders: {},
      requestTimeoutMs: 120_000,
      readTimeoutMs: 30_000,
      tokenTimeoutMs: 10_000,
    });
  });

  it.each([
    ['plain http', { baseUrl: 'http://sap.example' }],
    ['http that only looks like this machine', { baseUrl: 'http://127.0.0.1.example' }],
    ['http at localhost as a subdomain', { baseUrl: 'http://localhost.example' }],
    ['a password in the address', { baseUrl: 'https://user:pass@sap.example' }],
    ['no address', { journalEntryUrl: 'sap/bc/srt' }],
    ['a path that leads to another host', { journalEntryUrl: '//elsewhere.example/sap' }],
    ['a query in the address of the services', { baseUrl: 'https://sap.example?sap-client=100' }],
    ['no request at a time', { parallelRequestsMax: 0 }],
    ['another scheme', { journalEntryUrl: 'file:///etc/passwd' }],
    ['a plain token server', { authentication: { type: 'oauth2', tokenUrl: 'http://sap.example/t', clientId: 'x' } }],
    ['an overlong user', { createdByUser: 'THIRTEEN_CHAR' }],
    ['a secret in the settings', { authentication: { type: 'basic', user: 'x', password: 'y' } }],
    ['a header of our own', { extraHeaders: { Authorization: 'Basic x' } }],
    ['a header with a line break', { extraHeaders: { 'X-Key': 'a\r\nb' } }],
    ['a client of letters', { client: '1a0' }],
    ['a setting that does not exist', { baseurl: 'https://x.example' }],
  ])('refuse %s', (_name, change) => {
    expect(sapSettingsSchema.safeParse({ ...valid, ...change }).success).toBe(false);
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080', 'https://sap.example'])(
    'control: take %s',
    (baseUrl) => {
      expect(sapSettingsSchema.safeParse({ ...valid, baseUrl }).success).toBe(true);
    },
  );

  it('made in code are held to the same rule about plain http', () => {
    const settings = { ...sapSettingsSchema.parse(valid), journalEntryUrl: 'http://sap.example/post' };
    expect(() => open(settings, { password: 'x' })).toThrow(
      expect.objectContaining({ code: 'SAP_PLAIN_HTTP', kind: 'invalid' }),
    );
  });

  it('without their secret open no ledger, and the problem names it', () => {
    expect(() => open(sapSettingsSchema.parse(valid))).toThrow(
      expect.objectContaining({ code: 'SAP_SECRET_MISSING', where: { path: 'password' } }),
    );
    expect(() => open(sapSettingsSchema.parse(valid), { password: 'x' })).not.toThrow();
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T07:00:00Z');
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['Mon, 23 Nov 2026 07:01:30 GMT', 90_000],
    ['Mon, 23 Nov 2026 06:00:00 GMT', 0],
    ['999999', 86_400_000],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
    [undefined, null],
  ])('%s is %s ms', (header, ms) => {
    expect(retryAfterMsOf(header, now)).toBe(ms);
  });
});

describe('JSON with its numbers kept as text', () => {
  it('keeps every digit, and touches no number inside of a text', () => {
    expect(parseJsonKeepingNumbers('{"a":1190.000,"b":[-0.10,1e5],"c":"1 \\" 2","d":true,"e":null}')).toEqual({
      a: '1190.000',
      b: ['-0.10', '1e5'],
      c: '1 " 2',
      d: true,
      e: null,
    });
  });

  it.each(['', '{', '{"a":1', '[1 2]', '{"a"'])('is undefined for %j', (text) => {
    expect(parseJsonKeepingNumbers(text)).toBeUndefined();
  });
});
