import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readInstallationFile } from '../../src/entrypoints/installation-file.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { ANNA } from '../store/samples.ts';

let test: TestBooks;
let folder: string;
beforeAll(async () => {
  test = await openTestBooks();
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

function fileWith(text: string): string {
  const path = join(folder, 'settings.yaml');
  writeFileSync(path, text);
  return path;
}

it('settings of the installation are replaced as a whole, and secrets that nobody names any more are gone', async () => {
  const { books } = test;
  const change = (settings: object, secrets: Record<string, string>, keptSecretNames: string[]) =>
    books.changeInstallation({ settings: { ...settings }, secrets, keptSecretNames }, ANNA, 'a test');
  await change({ a: 1 }, { one: 'first', two: 'second' }, []);
  await change({ b: 2 }, {}, ['two']);
  expect(await books.installationSettings()).toEqual({ b: 2 });
  expect(await books.openInstallationSecrets(ANNA, 'to look')).toEqual({ two: 'second' });
  const [, changed] = await books.listEvents({ subject: 'installation/settings' });
  expect(changed).toMatchObject({ action: 'installation.change', after: { removedSecretNames: ['one'] } });
  expect(JSON.stringify(await books.listEvents())).not.toContain('second');
});

it('SETTINGS_INVALID: a settings file is refused with what nobody knows', () => {
  expect(() => readInstallationFile(fileWith('speling: 1'), () => undefined)).toThrow(
    expect.objectContaining({ code: 'SETTINGS_INVALID', data: expect.stringContaining('speling') }),
  );
  expect(readInstallationFile(fileWith(''), () => undefined)).toEqual({
    settings: {},
    secrets: {},
    keptSecretNames: [],
  });
});

const SIGN_IN = `signIn:
  singleSignOn:
    issuer: https://id.company.example
    clientId: ledger
    roles: { accounting: [accountant] }
`;

it('the secret of single sign-on is sealed, and kept only for the provider and client that it was given for', () => {
  const given = readInstallationFile(fileWith(`${SIGN_IN}    clientSecret: hush\n`), () => undefined);
  expect(given.secrets).toEqual({ 'signIn.singleSignOn.clientSecret': 'hush' });
  expect(JSON.stringify(given.settings)).not.toContain('hush');
  const stored = { settings: given.settings, secretNames: Object.keys(given.secrets) };
  const again = readInstallationFile(fileWith(SIGN_IN), () => undefined, stored);
  expect(again.keptSecretNames).toEqual(['signIn.singleSignOn.clientSecret']);
  const elsewhere = SIGN_IN.replace('id.company', 'id.other');
  expect(() => readInstallationFile(fileWith(elsewhere), () => undefined, stored)).toThrow(
    expect.objectContaining({ data: expect.stringContaining('clientSecret: is missing') }),
  );
});

it.each([
  ['passwords cannot be switched off without another way', 'signIn: { passwords: false }', 'passwords: must stay on'],
  ['a role that nobody knows is refused', SIGN_IN.replace('[accountant]', '[king]'), 'accounting'],
  ['a provider is reached by https', SIGN_IN.replace('https', 'http'), 'issuer: must begin with https://'],
])('settings of sign-in: %s', (_rule, text, fault) => {
  expect(() => readInstallationFile(fileWith(text), () => undefined)).toThrow(
    expect.objectContaining({ code: 'SETTINGS_INVALID', data: expect.stringContaining(fault) }),
  );
});
