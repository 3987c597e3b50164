import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realClock } from '../../../test/store/real-clock.ts';
import { problemCode } from '../../../test/store/samples.ts';
import { printedKeys, wrappingCommand } from './key-command.ts';
import type { KeyCommand } from './run-command.ts';
import { VaultKey } from './vault-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'key-command-'));
const KEY = Buffer.alloc(32, 4);
const place = Buffer.from('here');

/** A command that a shell script stands for. */
function command(script: string, more: Partial<KeyCommand> = {}): KeyCommand {
  const path = join(folder, `${Math.abs(hashOf(script))}.sh`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  return { words: [path], environment: { PATH: process.env.PATH ?? '' }, clock: realClock, ...more };
}

function hashOf(text: string): number {
  return [...text].reduce((sum, character) => (Math.imul(sum, 31) + character.charCodeAt(0)) | 0, 7);
}

async function wrapperOf(script: string, more: Partial<KeyCommand> = {}) {
  const [key] = (await wrappingCommand(command(script, more)).read()) ?? [];
  if (!key) throw new Error('a wrapping command is one key');
  return key;
}

/** What a key service does, without its secrecy: it puts a word before the bytes, and wants it back. */
const SERVICE = `read -r what text
case "$what" in
  wrap) printf 'SVC%s' "$(printf %s "$text" | base64 -d | base64 -w0)" | base64 -w0 ;;
  unwrap) text=$(printf %s "$text" | base64 -d); case "$text" in SVC*) printf %s "\${text#SVC}" ;; *) exit 3 ;; esac ;;
esac`;

it('a command that prints keys gives them, and finds nothing in its environment but what is named', async () => {
  const path = join(folder, 'seen');
  const source = printedKeys(command(`env > ${path}; echo ${KEY.toString('base64')}`));
  expect((await source.read())?.map(({ id }) => id)).toEqual([new VaultKey(KEY).id]);
  const names = readFileSync(path, 'utf8').match(/^\w+(?==)/gm);
  expect(names?.filter((name) => !['PATH', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual([]);
});

it('a command that wraps gives back what it was given, in its place alone', async () => {
  const key = await wrapperOf(SERVICE);
  const wrapped = await key.wrap(place, KEY);
  expect((await key.unwrap(place, wrapped)).equals(KEY)).toBe(true);
  await expect(key.unwrap(Buffer.from('there'), wrapped)).rejects.toThrow('another place');
  expect(await problemCode(key.unwrap(place, Buffer.from('not of this service')))).toBe('KEY_COMMAND_FAILED');
});

it.each([
  ['it ends with an error', 'echo SECRETWORD; echo SECRETWORD >&2; exit 3', 'exit code 3'],
  ['it is killed', 'kill -9 $$', 'SIGKILL'],
  ['it answers without end', 'yes SECRETWORD', 'more than 65536 bytes'],
])('KEY_COMMAND_FAILED: %s, and nothing that it said is told', async (_what, script, says) => {
  const error = await printedKeys(command(script))
    .read()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'KEY_COMMAND_FAILED', kind: 'unavailable', says: expect.stringContaining(says) });
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('SECRETWORD');
});

it('KEY_COMMAND_FAILED: a command that hangs is ended, with all that it has started', async () => {
  const started = join(folder, 'started');
  const script = `(sleep 60; touch ${folder}/survived) & echo $! > ${started}; wait`;
  const hanging = command(script, { timeoutMs: 300 });
  await expect(printedKeys(hanging).read()).rejects.toMatchObject({ says: expect.stringContaining('within 0.3 s') });
  const pid = Number(readFileSync(started, 'utf8'));
  await expect.poll(() => stateOf(pid)).not.toMatch(/^[SR]/);
});

function stateOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 'gone';
  return readFileSync(path, 'utf8').split(') ')[1] ?? 'gone';
}

it('KEY_COMMAND_FAILED: a command that does not exist says so', async () => {
  const source = printedKeys({ words: ['/nowhere/at-all', 'SECRETWORD'], environment: {}, clock: realClock });
  const error = await source.read().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ says: 'The key command /nowhere/at-all could not be started (ENOENT).' });
});

it.each([
  ['text', 'echo not base64'],
  ['nothing', 'true'],
  ['two lines', 'echo QUJD; echo QUJD'],
])('KEY_COMMAND_GARBLED: an answer that is %s is refused without being shown', async (_what, script) => {
  const error = await (await wrapperOf(script)).wrap(place, KEY).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'KEY_COMMAND_GARBLED' });
  expect(JSON.stringify(error)).not.toContain('not base64 QUJD');
});

it('KEY_COMMAND_GARBLED: an answer that is no data key is not used as one', async () => {
  expect(await problemCode((await wrapperOf('echo QUJD')).unwrap(place, KEY))).toBe('KEY_COMMAND_GARBLED');
});
