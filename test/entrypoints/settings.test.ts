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
