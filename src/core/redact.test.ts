import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactFacts, redactText } from './redact.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
/** Nothing in it says by itself that it is secret. */
const secret = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 60 })
  .map((text) => `q${text}9`);
const around = fc.constantFrom('', ' ', '\n', 'SAP said: ', '{"a":1} ');

const CARRIERS: Readonly<Record<string, (text: string) => string>> = {
  'an access token of Amazon': (text) => `Atza|${text}`,
  'a refresh token of Amazon': (text) => `Atzr|${text}`,
  'a client secret of Amazon': (text) => `amzn1.oa2-cs.v1.${text}`,
  'a header': (text) => `Authorization: Bearer ${text}`,
  'a header in JSON': (text) => `"authorization":"Basic ${text}"`,
  'a header of another scheme': (text) => `Proxy-Authorization: Negotiate ${text}`,
  'a bearer': (text) => `got Bearer ${text}`,
  'basic credentials': (text) => `Basic ${text}==`,
  'a cookie': (text) => `Set-Cookie: SAP_SESSIONID_S4H_100=${text}; path=/`,
  'a cookie by its name': (text) => `SAP_SESSIONID_S4H_100=${text}`,
  'a token of a session': (text) => `x-csrf-token: ${text}`,
  'a signed address': (text) => `https://bucket.s3.test/report?X-Amz-Signature=${text}&X-Amz-Date=20261126`,
  'an address with a password': (text) => `postgres://ledger:${text}@db.test:5432/books`,
  'a form': (text) => `grant_type=refresh_token&refresh_token=${text}&client_secret=${text}`,
  'a member of JSON': (text) => `{"client_secret":"${text}","password": "${text}"}`,
  'a private key': (text) => `-----BEGIN RSA PRIVATE KEY-----\n${text}\n-----END RSA PRIVATE KEY-----`,
  'a private key that was cut off': (text) => `-----BEGIN PRIVATE KEY-----\n${text}`,
  'a web token': (text) => `eyJhbGciOiJIUzI1NiJ9.${text}.${text}`,
  'an e-mail address': (text) => `${text}@marketplace.example.com`,
};

describe('redactText', () => {
  it.each(Object.entries(CARRIERS))('takes the secret out of %s, wherever it stands', (_name, carry) => {
    fc.assert(
      fc.property(secret, around, around, (text, before, after) => {
        expect(redactText(`${before}${carry(text)}${after}`)).not.toContain(text);
      }),
    );
  });

  it('changes nothing when it is done again', () => {
    const carried = fc.tuple(fc.constantFrom(...Object.values(CARRIERS)), secret).map(([carry, text]) => carry(text));
    fc.assert(
      fc.property(fc.array(fc.oneof(carried, fc.string()), { maxLength: 4 }), (parts) => {
        const once = redactText(parts.join(' '));
        expect(redactText(once)).toBe(once);
      }),
    );
  });

  it.each([
    'Settlement 11000000001 of acme-us is quarantined (LINE_KIND_UNKNOWN).',
    'Basic authentication is not what SAP wants.',
    'AMZ0000012345678 was posted as 1900000042 / 2026 in 1010.',
    'https://sap.example/sap/opu/odata/API_JOURNALENTRY?$top=1',
    'Amazon refused the login: invalid_client.',
    'the token of Amazon is expired',
    '2026-11-26T07:15:00Z',
  ])('control: leaves %j as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('needs no more than a moment for a long text that almost fits', () => {
    for (const text of [
      'a.'.repeat(100_000),
      `${'a'.repeat(200_000)}@`,
      'password'.repeat(30_000),
      '://'.repeat(70_000),
    ]) {
      const startedMs = performance.now();
      redactText(text);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    }
  });
});

it('a fact under the name of a secret is not shown, whatever it looks like', () => {
  const facts = { clientSecret: 'plain', accessToken: 'word', says: 'Atza|abcdef', count: 3, tokens: 5, isToken: true };
  expect(redactFacts(facts)).toEqual({
    clientSecret: '[secret]',
    accessToken: '[secret]',
    says: '[token]',
    count: 3,
    tokens: 5,
    isToken: true,
  });
});
