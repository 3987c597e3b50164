import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyFile } from './key-file.ts';
import type { KeySource } from './key-ring.ts';
import { parseVaultKeys } from './vault-key.ts';

const newDirectory = () => mkdtempSync(join(tmpdir(), 'vault-'));
const homeFile = (path: string) => keyFile(path, { mayMake: true });
const idsOf = async (source: KeySource) => (await source.read())?.map(({ id }) => id);

it('a missing file is nothing until a key is made, with mode 600; later starts read the same key', async () => {
  const path = join(newDirectory(), 'deep', 'vault.key');
  expect(await homeFile(path).read()).toBeUndefined();
  const [made] = (await homeFile(path).make?.()) ?? [];
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await idsOf(homeFile(path))).toEqual([made?.id]);
});

it('several first starts at once agree on one key and leave nothing else behind', async () => {
  const directory = newDirectory();
  const path = join(directory, 'key');
  const made = await Promise.all(Array.from({ length: 8 }, async () => (await homeFile(path).make?.())?.[0]?.id));
  expect(new Set(made).size).toBe(1);
  expect(readdirSync(directory)).toEqual(['key']);
});

it('a key file that was named is never made', async () => {
  const path = join(newDirectory(), 'key');
  const named = keyFile(path, { mayMake: false });
  await expect(named.read()).rejects.toMatchObject({ code: 'VAULT_KEY_UNREADABLE' });
  expect([named.make, named.add, named.remove]).toEqual([undefined, undefined, undefined]);
});

it('a key is added beside the one there is and taken out again, in the same file with the same mode', async () => {
  const directory = newDirectory();
  const path = join(directory, 'key');
  const [first] = (await homeFile(path).make?.()) ?? [];
  const before = readFileSync(path, 'utf8');
  chmodSync(path, 0o640);
  const link = join(directory, 'link');
  symlinkSync(path, link);
  const added = await homeFile(link).add?.();
  expect(await idsOf(homeFile(path))).toEqual([added?.id, first?.id]);
  await homeFile(link).remove?.(added?.id ?? '');
  await homeFile(link).remove?.('unheard of');
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(directory).sort()).toEqual(['key', 'link']);
});

it('a key file that is damaged is refused, not replaced', async () => {
  const path = join(newDirectory(), 'key');
  writeFileSync(path, 'half a k');
  await expect(homeFile(path).read()).rejects.toMatchObject({ code: 'VAULT_KEY_UNREADABLE' });
  expect(readFileSync(path, 'utf8')).toBe('half a k');
});

it('keys stand on lines or between spaces, and what follows # says nothing', () => {
  const [one = '', two = ''] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
  const ids = (text: string) => parseVaultKeys(text, 'a test').map(({ id }) => id);
  expect(ids(`# keys\n${one} # the old one\n\n  ${two}\n`)).toEqual(ids(`${one} ${two}`));
});

it.each([
  ['too short', Buffer.alloc(31, 9).toString('base64')],
  ['not base64', `${'?'.repeat(43)}=`],
  ['hexadecimal', Buffer.alloc(32, 9).toString('hex')],
  ['no key', '# only words'],
])('a key that is %s is refused without being shown', (_what, text) => {
  const refusal = () => parseVaultKeys(text, 'a test');
  expect(refusal).toThrow(expect.objectContaining({ code: 'VAULT_KEY_UNREADABLE' }));
  expect(refusal).not.toThrow(text);
});
