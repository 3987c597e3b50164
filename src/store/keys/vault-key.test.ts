import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { openBytes, sealBytes } from './cipher.ts';
import { VaultKey } from './vault-key.ts';

const place = Buffer.from('here');
const dataKey = Buffer.alloc(32, 'D');

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

it('a data key comes out of its wrapping with the key that wrapped it, in its place, and not otherwise', async () => {
  const key = new VaultKey(Buffer.alloc(32, 1));
  const wrapped = await key.wrap(place, dataKey);
  expect((await key.unwrap(place, wrapped)).equals(dataKey)).toBe(true);
  await expect(key.unwrap(Buffer.from('there'), wrapped)).rejects.toThrow();
  await expect(new VaultKey(Buffer.alloc(32, 2)).unwrap(place, wrapped)).rejects.toThrow();
  for (let index = 0; index < wrapped.length; index += 1) {
    const changed = Buffer.from(wrapped);
    changed[index]! ^= 1;
    await expect(key.unwrap(place, changed)).rejects.toThrow();
  }
});

it('the same content sealed twice gives two ciphertexts, both of which open', () => {
  const [one, two] = [sealBytes(dataKey, place, Buffer.from('x')), sealBytes(dataKey, place, Buffer.from('x'))];
  expect(one.ciphertext.equals(two.ciphertext)).toBe(false);
  expect([one, two].map((sealed) => openBytes(dataKey, place, sealed).toString())).toEqual(['x', 'x']);
});
