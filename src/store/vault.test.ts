import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import type { ConnectionId } from '../app/index.ts';
import { createVault, loadVaultKey, VaultKey } from './vault.ts';

const place = { connectionId: 'c' as ConnectionId, name: 'token' };
const newDirectory = () => mkdtempSync(join(tmpdir(), 'vault-'));

it('the first start makes a key file with mode 600, later starts read the same key', async () => {
  const keyPath = join(newDirectory(), 'deep', 'vault.key');
  const first = await loadVaultKey({ keyPath });
  expect(statSync(keyPath).mode & 0o777).toBe(0o600);
  expect(Buffer.from(readFileSync(keyPath, 'utf8'), 'base64')).toHaveLength(32);
  expect((await loadVaultKey({ keyPath })).id).toBe(first.id);
});

it('several first starts at once agree on one key and leave nothing else behind', async () => {
  const directory = newDirectory();
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadVaultKey({ keyPath: join(directory, 'key') })));
  expect(new Set(keys.map((key) => key.id)).size).toBe(1);
  expect(readdirSync(directory)).toEqual(['key']);
});

it('a key given as text wins and no file is made', async () => {
  const directory = newDirectory();
  const keyText = Buffer.alloc(32, 9).toString('base64');
  const key = await loadVaultKey({ keyText, keyPath: join(directory, 'key') });
  expect(key.id).toBe(new VaultKey(Buffer.alloc(32, 9)).id);
  expect(readdirSync(directory)).toEqual([]);
});

it.each([
  ['too short', Buffer.alloc(31, 9).toString('base64')],
  ['not base64', `${'?'.repeat(43)}=`],
  ['hexadecimal', Buffer.alloc(32, 9).toString('hex')],
])('a key that is %s is refused without being shown', async (_what, keyText) => {
  const refusal = loadVaultKey({ keyText, keyPath: '/nowhere/key' });
  await expect(refusal).rejects.toMatchObject({ code: 'VAULT_KEY_UNREADABLE' });
  await expect(refusal).rejects.not.toThrow(keyText);
});

it('a key file that is damaged is refused, not replaced', async () => {
  const keyPath = join(newDirectory(), 'key');
  writeFileSync(keyPath, 'half a k');
  chmodSync(keyPath, 0o600);
  await expect(loadVaultKey({ keyPath })).rejects.toMatchObject({ code: 'VAULT_KEY_UNREADABLE' });
  expect(readFileSync(keyPath, 'utf8')).toBe('half a k');
});

it('printing a key shows its id and not its bytes', () => {
  const bytes = Buffer.alloc(32, 'K');
  const key = new VaultKey(bytes);
  const printed = `${inspect(key, { depth: 9, showHidden: true })} ${JSON.stringify(key)} ${String(key)}`;
  expect(printed).toContain(key.id);
  expect(printed).not.toContain(bytes.toString('base64'));
  expect(printed).not.toContain('4b4b');
  expect(printed).not.toContain('4b 4b');
  expect(printed).not.toContain('75, 75');
});

it('the same secret sealed twice gives two ciphertexts, both of which open', () => {
  const vault = createVault(new VaultKey(Buffer.alloc(32, 1)));
  const [one, two] = [vault.seal(place, 'secret'), vault.seal(place, 'secret')];
  expect(one.ciphertext.equals(two.ciphertext)).toBe(false);
  expect([vault.open(place, one), vault.open(place, two)]).toEqual(['secret', 'secret']);
});

it.each(['nonce', 'ciphertext', 'tag'] as const)('one flipped bit in the %s is noticed', (part) => {
  const vault = createVault(new VaultKey(Buffer.alloc(32, 1)));
  const sealed = vault.seal(place, 'secret');
  const bytes = Buffer.from(sealed[part]);
  bytes[0]! ^= 1;
  expect(() => vault.open(place, { ...sealed, [part]: bytes })).toThrow('SECRET_DAMAGED');
});

it('another key is told by its id before anything is opened', () => {
  const sealed = createVault(new VaultKey(Buffer.alloc(32, 1))).seal(place, 'secret');
  expect(() => createVault(new VaultKey(Buffer.alloc(32, 2))).open(place, sealed)).toThrow('VAULT_KEY_WRONG');
});
