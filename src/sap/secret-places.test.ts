import { describe, expect, it } from 'vitest';
import { newSapPlaces, unusedLogOnSecrets } from './secret-places.ts';
import { sapSettingsSchema } from './settings.ts';

const SYSTEM = {
  baseUrl: 'https://sap.example',
  journalEntryUrl: 'https://sap.example/post',
  createdByUser: 'TEST',
  authentication: { type: 'basic', user: 'u' },
};
const TOKEN = { type: 'oauth2', tokenUrl: 'https://token.example/t', clientId: 'c' };
const settings = (more: object) => sapSettingsSchema.parse({ ...SYSTEM, ...more });
const placesOf = (secret: Parameters<typeof newSapPlaces>[0], from: object, to: object, hasOtherBindings = false) =>
  newSapPlaces(secret, settings(from), settings(to), { hasOtherBindings });

describe('a stored secret of SAP goes to a new place', () => {
  it('where the host of the system or of the journal entry service is another one', () => {
    expect(placesOf('password', {}, { baseUrl: 'https://other.example' })).toEqual(['https://other.example']);
    expect(placesOf('headers', {}, { journalEntryUrl: 'https://post.example/x' })).toEqual(['https://post.example']);
    // control: another path on a host that knows it already is no other place.
    expect(placesOf('password', {}, { journalEntryUrl: '/other' })).toEqual([]);
  });

  it('where it was stored, and not sent, by the log-on before', () => {
    expect(placesOf('password', { authentication: TOKEN }, {})).toEqual(['https://sap.example']);
    // control: the new way never sends the secret of the one before.
    expect(placesOf('password', {}, { authentication: TOKEN })).toEqual([]);
  });

  it('where a host of tokens becomes the one that they are asked of', () => {
    const seen = { authentication: { ...TOKEN, tokenUrl: 'https://sap.example/t' } };
    expect(placesOf('clientSecret', { authentication: TOKEN }, seen)).toEqual(['https://sap.example']);
  });

  it('where a destination has another name or other bindings, as far as it is sent there', () => {
    const named = (name: string) => ({
      baseUrl: undefined,
      journalEntryUrl: '/x',
      authentication: { type: 'destination', name },
    });
    expect(placesOf('headers', named('S4'), named('MINE'))).toEqual(['destination:MINE']);
    expect(placesOf('headers', named('S4'), named('S4'), true)).toHaveLength(1);
    expect(placesOf('password', named('S4'), named('MINE'), true)).toEqual([]);
    // control: the same destination of the same service.
    expect(placesOf('headers', named('S4'), named('S4'))).toEqual([]);
  });

  it('where a proxy can read on the way, because a certificate authority vouches for it', () => {
    const proxyUrl = 'https://proxy.example';
    expect(placesOf('password', {}, { proxyUrl })).toEqual([]);
    expect(placesOf('proxyPassword', {}, { proxyUrl })).toEqual([proxyUrl]);
    expect(placesOf('proxyPassword', { proxyUrl }, { proxyUrl, baseUrl: 'https://other.example' })).toEqual([]);
    expect(placesOf('password', { proxyUrl }, { proxyUrl, caPem: 'mine' })).not.toEqual([]);
    expect(placesOf('password', { caPem: 'mine' }, { proxyUrl, caPem: 'mine' })).not.toEqual([]);
    // control: without a proxy on the way the authority alone sees nothing.
    expect(placesOf('password', {}, { caPem: 'mine' })).toEqual([]);
  });
});

it('a log-on leaves unused what only another one sends', () => {
  const unused = (authentication: object) => unusedLogOnSecrets(settings({ authentication }));
  expect(unused(TOKEN)).toEqual(expect.arrayContaining(['password', 'keyPem', 'bindings']));
  expect(unused(TOKEN)).not.toContain('clientSecret');
  expect(unused({ ...TOKEN, sendCredentials: 'certificate' })).toContain('clientSecret');
  expect(unused({ type: 'certificate' })).not.toContain('p12Base64');
  for (const never of ['headers', 'proxyPassword']) expect(unused({ type: 'basic', user: 'u' })).not.toContain(never);
});
