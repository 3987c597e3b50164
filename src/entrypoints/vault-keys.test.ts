import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VaultKey } from '../store/index.ts';
import { systemClock } from './system.ts';
import { keySourcesOf } from './vault-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'vault-keys-'));
const text = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const id = (byte: number) => new VaultKey(Buffer.alloc(32, byte)).id;

async function idsOf(environment: Record<string, string>): Promise<(string | null)[]> {
  const read = await Promise.all(keySourcesOf(environment, folder, systemClock).map((source) => source.read()));
  return read.flatMap((keys) => keys ?? []).map((key) => key.id);
}

it('the key comes from the variable, a file, a command, or the home folder', async () => {
  const file = join(folder, 'named.key');
  writeFileSync(file, text(2));
  const script = join(folder, 'print key.sh');
  writeFileSync(script, `#!/bin/sh\necho ${text(3)}\n`, { mode: 0o700 });
  expect(await idsOf({ SELLER_LEDGER_KEY: text(1) })).toEqual([id(1)]);
  expect(await idsOf({ SELLER_LEDGER_KEY_FILE: file })).toEqual([id(2)]);
  expect(await idsOf({ SELLER_LEDGER_KEY_COMMAND: JSON.stringify([script]) })).toEqual([id(3)]);
  expect(await idsOf({ SELLER_LEDGER_KEY_COMMAND: '/bin/cat', SELLER_LEDGER_KEY_COMMAND_MODE: 'wrap' })).toEqual([
    null,
  ]);
  expect(await idsOf({ SELLER_LEDGER_KEY: ' ' })).toEqual([]);
  writeFileSync(join(folder, 'vault.key'), text(4));
  expect(await idsOf({})).toEqual([id(4)]);
});

it('a key that is still needed comes from variables of its own, beside the one in use', async () => {
  const environment = { SELLER_LEDGER_KEY: text(5), SELLER_LEDGER_PREVIOUS_KEY: `${text(6)} ${text(7)}` };
  expect(await idsOf(environment)).toEqual([id(5), id(6), id(7)]);
});

it.each<[what: string, environment: Record<string, string>]>([
  ['two sources', { SELLER_LEDGER_KEY: text(1), SELLER_LEDGER_KEY_FILE: '/x' }],
  ['an unknown mode', { SELLER_LEDGER_KEY_COMMAND: '/x', SELLER_LEDGER_KEY_COMMAND_MODE: 'guess' }],
  ['a list that is none', { SELLER_LEDGER_KEY_COMMAND: '["/x"' }],
  ['an empty list', { SELLER_LEDGER_KEY_COMMAND: '[]' }],
])('KEY_SOURCES_UNCLEAR: %s, and no value is told', (_what, environment) => {
  const attempt = () => keySourcesOf(environment, folder, systemClock);
  expect(attempt).toThrow(expect.objectContaining({ code: 'KEY_SOURCES_UNCLEAR' }));
  expect(attempt).not.toThrow(text(1));
});
