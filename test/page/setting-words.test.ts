/** What the form of a stored connection asks of the service, and how it says what is wrong. */
import { expect, it } from 'vitest';
import { amazonSettingsSchema } from '../../src/amazon/index.ts';
import { SECRET_NAMES } from '../../src/entrypoints/connection-file.ts';
import { sapSettingsSchema } from '../../src/sap/index.ts';
import {
  AMAZON_FIELDS,
  changeOf,
  contentOf,
  isSecret,
  logOnFields,
  placeOfSecret,
  requiredFields,
  requiredInChange,
  SAP_FIELDS,
  secretNameOf,
  valuesOf,
  WAY_FIELDS,
} from '../../web/src/components/connection-content.ts';
import { joinSaid } from '../../web/src/texts/join-said.ts';

it('all that is wrong with one field is said, each sentence once', () => {
  expect(joinSaid(['must be https', 'has no path.', 'must be https', 'Look again.'])).toBe(
    'must be https; has no path. Look again.',
  );
  expect(joinSaid([])).toBe('');
});

it('the value of a secret header has a field, from which it is sent under its own name', () => {
  const place = placeOfSecret('sap-header.X-Key');
  expect(place).toBe('sap.secretHeaders.X-Key');
  expect(secretNameOf(place)).toBe('sap-header.X-Key');
  expect(changeOf({}, { [place]: 'typed' })).toEqual({ sap: { secretHeaders: { 'X-Key': 'typed' } } });
});

it('settings whose log-on this page does not know are shown with the rest of their fields', () => {
  for (const logOn of [undefined, 'of-a-later-program']) {
    const values = { 'sap.authentication.type': logOn ?? '' };
    expect(logOnFields(values)).toEqual([]);
    expect(requiredInChange(values, values, [])).not.toContain('name');
  }
});

const WAYS = ['basic', 'oauth2', 'certificate', 'destination'].flatMap((type) =>
  ['header', 'certificate'].map((sent) => ({
    'sap.authentication.type': type,
    'sap.authentication.sendCredentials': sent,
  })),
);
const FIELDS = new Set([...AMAZON_FIELDS, ...SAP_FIELDS, ...WAY_FIELDS, ...WAYS.flatMap((way) => logOnFields(way))]);
/** What a WSDL said stands in no file. Views are named by whoever wrote them, in the file. */
const WITHOUT_FIELD: readonly string[] = ['sap.journalEntryService', 'sap.customViews'];

it('whatever a connection file says of Amazon and SAP has a field with a name, but for views of one’s own', async () => {
  const { authentication, ...sap } = sapSettingsSchema.shape;
  const inFile = [
    ...Object.keys(amazonSettingsSchema.in.shape).map((name) => `amazon.${name}`),
    ...Object.keys(sap).map((name) => `sap.${name}`),
    ...authentication.options.flatMap(({ shape }) => Object.keys(shape).map((name) => `sap.authentication.${name}`)),
    ...SECRET_NAMES.map(placeOfSecret),
  ];
  expect(inFile.filter((place) => !FIELDS.has(place) && !WITHOUT_FIELD.includes(place))).toEqual([]);
  // By its address, because it is of the page, whose types are not those of tests.
  const { addConnectionTexts } = (await import(
    new URL('../../web/src/texts/add-connection.ts', import.meta.url).href
  )) as {
    addConnectionTexts: { en: { fields: object } };
  };
  expect([...FIELDS].filter((place) => !Object.hasOwn(addConnectionTexts.en.fields, place))).toEqual([]);
  expect(SECRET_NAMES.map(placeOfSecret).filter((place) => !isSecret(place))).toEqual([]);
  // control: they were read.
  expect(inFile).toEqual(expect.arrayContaining(['amazon.authorisedOn', 'sap.proxyUrl', 'sap.authentication.scope']));
});

it('numbers, headers and the kind of interface are sent as what they are, and stand as they were', () => {
  const stored = {
    amazon: { region: 'NA', sandbox: true },
    sap: { language: 'EN', requestTimeoutMs: 120000, extraHeaders: { 'X-Way': 'a:b', 'X-Other': 'c' } },
  };
  const before = valuesOf(stored);
  expect(before).toMatchObject({ 'sap.extraHeaders': 'X-Way: a:b\nX-Other: c', 'amazon.sandbox': 'true' });
  expect(changeOf(before, before)).toEqual({});
  const values = {
    ...before,
    'amazon.sandbox': '',
    'amazon.secretIssuedOn': '2026-11-01',
    'sap.language': 'DE',
    'sap.requestTimeoutMs': '90000',
    'sap.readTimeoutMs': 'soon',
    'sap.extraHeaders': 'X-Way: d',
    'sap.secretHeaders': 'X-Key: e',
    'sap.secretHeaders.X-Stored': 'f',
  };
  expect(changeOf(before, values)).toEqual({
    amazon: { sandbox: null, secretIssuedOn: '2026-11-01' },
    sap: {
      language: 'DE',
      requestTimeoutMs: 90000,
      readTimeoutMs: 'soon',
      extraHeaders: { 'X-Way': 'd' },
      secretHeaders: { 'X-Key': 'e', 'X-Stored': 'f' },
    },
  });
});

it('a certificate comes as two texts or as one file, also where it is shown to the token server alone', () => {
  const [two, one] = [
    ['sap.authentication.certPem', 'sap.authentication.keyPem'],
    { 'sap.authentication.p12Base64': 'typed' },
  ] as const;
  const way = { 'sap.authentication.type': 'certificate' };
  expect(requiredFields(way)).toEqual(expect.arrayContaining([...two]));
  expect(requiredFields({ ...way, ...one }).filter((place) => two.some((each) => each === place))).toEqual([]);
  const token = { 'sap.authentication.type': 'oauth2', 'sap.authentication.sendCredentials': 'certificate' };
  expect(requiredFields(token)).toEqual(expect.arrayContaining([...two]));
  expect(requiredFields(token)).not.toContain('sap.authentication.clientSecret');
  expect(contentOf({ ...token, ...one, 'sap.authentication.clientSecret': 'of before' })).toEqual({
    sap: { authentication: { type: 'oauth2', sendCredentials: 'certificate', p12Base64: 'typed' } },
  });
});
