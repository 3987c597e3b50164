/** The commands that care for keys and secrets, on a real database. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../src/store/index.ts';
import { type CommandLine, openCommandLine, SECRETS } from './command-kit.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());

const WHY = ['--why', 'a test'];
const vaultKeys = async () => (await line.json('keys', 'list')).vaultKeys as { id: string; state: string }[];

it('secrets are listed by name and age, set one by one, and never shown', async () => {
  const listed = await line.json('secrets', 'list', 'acme');
  expect(listed.map(({ name }: { name: string }) => name)).toEqual([
    'amazon.clientSecret',
    'amazon.refreshToken',
    'sap.password',
  ]);
  expect(listed[0]).toEqual({ name: 'amazon.clientSecret', storedAt: expect.any(String), ageDays: 0 });
  const file = join(line.folder, 'token');
  writeFileSync(file, 'CANARY-from-file\n');
  line.environment.TOKEN = 'CANARY-from-environment';
  const endings = [
    await line.run('secrets', 'set', 'acme', 'amazon.refreshToken', '--file', file, ...WHY),
    await line.run('secrets', 'set', 'acme', 'sap.proxyPassword', '--env', 'TOKEN', ...WHY, '--json'),
    await line.run('secrets', 'list', 'acme'),
    await line.run('audit', 'list', '--json'),
  ];
  expect(endings.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  const printed = endings.map(({ out, err }) => out + err).join('\n');
  expect(printed).toContain('sap.proxyPassword');
  expect(printed).toContain('secret.set');
  for (const text of ['CANARY', ...Object.values(SECRETS)]) expect(printed).not.toContain(text);
});

it.each([
  ['SECRET_VALUE_MISSING', ['amazon.refreshToken']],
  ['SECRET_VALUE_MISSING', ['amazon.refreshToken', '--env', 'NOT_SET_ANYWHERE']],
  ['SECRET_VALUE_MISSING', ['amazon.refreshToken', '--env', 'TOKEN', '--stdin']],
  ['SECRET_NAME_UNKNOWN', ['amazon.refreshTokn', '--env', 'TOKEN']],
])('a secret is not set: %s', async (code, args) => {
  line.environment.TOKEN = 'x';
  expect((await line.json('secrets', 'set', 'acme', ...args, ...WHY)).problem.code).toBe(code);
});

it('the vault key of the home folder is rotated and retired, the data keys likewise, and everything still opens', async () => {
  const path = join(line.folder, 'vault.key');
  const before = readFileSync(path, 'utf8');
  const [first] = await vaultKeys();
  const rotated = await line.run('keys', 'rotate', ...WHY);
  expect(rotated).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`Vault key ${first?.id} opens them as well`),
  });
  expect((await vaultKeys()).map(({ state }) => state).sort()).toEqual(['current', 'previous']);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  expect(await line.run('keys', 'retire', '--from-file', ...WHY)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(path, 'utf8')).not.toContain(before.slice(0, 40));
  expect((await line.run('keys', 'retire', ...WHY)).out).toContain('nothing to retire');
  expect(await line.json('keys', 'rotate-data', ...WHY)).toMatchObject([
    { connection: null, version: 1 },
    { connection: 'acme', version: 2, secrets: 4 },
  ]);
  expect(await line.json('keys', 'rotate-data', 'acme', ...WHY)).toMatchObject([{ connection: 'acme', version: 3 }]);
  const list = await line.run('keys', 'list');
  expect(list.out).toMatch(/^vault key/);
  expect(await line.json('secrets', 'list', 'acme')).toHaveLength(4);
  expect(await line.json('audit', 'verify')).toMatchObject({ ok: true });
});

it('the vault key moves to a key service, which a command asks, and back to text', async () => {
  const service = join(line.folder, 'service.sh');
  // A service without secrecy: it marks what it wraps, and refuses what it has not marked.
  writeFileSync(
    service,
    `#!/bin/sh
read -r what text
case "$what" in
  wrap) printf 'SVC%s' "$text" | base64 -w0 ;;
  unwrap) text=$(printf %s "$text" | base64 -d | tr -d '\\0'); case "$text" in SVC*) printf %s "\${text#SVC}" ;; *) exit 3 ;; esac ;;
esac
`,
    { mode: 0o700 },
  );
  line.environment.SELLER_LEDGER_KEY_COMMAND = service;
  line.environment.SELLER_LEDGER_KEY_COMMAND_MODE = 'wrap';
  line.environment.SELLER_LEDGER_PREVIOUS_KEY_FILE = join(line.folder, 'vault.key');
  expect(await line.run('keys', 'rotate', ...WHY)).toMatchObject({ exitCode: 0 });
  expect((await line.json('keys', 'rotate', ...WHY)).problem.code).toBe('VAULT_KEY_NEXT_MISSING');
  delete line.environment.SELLER_LEDGER_PREVIOUS_KEY_FILE;
  expect(await line.run('keys', 'retire', ...WHY)).toMatchObject({ exitCode: 0 });
  expect(await line.json('keys', 'rotate-data', 'acme', ...WHY)).toMatchObject([{ version: 4 }]);
  expect(await line.json('secrets', 'list', 'acme')).toHaveLength(4);
  // control: with the file alone nothing opens any more.
  delete line.environment.SELLER_LEDGER_KEY_COMMAND;
  expect((await line.json('connections', 'list')).problem.code).toBe('VAULT_KEY_WRONG');
  const now = Buffer.alloc(32, 5).toString('base64');
  line.environment.SELLER_LEDGER_KEY = now;
  line.environment.SELLER_LEDGER_PREVIOUS_KEY_COMMAND = service;
  line.environment.SELLER_LEDGER_PREVIOUS_KEY_COMMAND_MODE = 'wrap';
  expect(await line.run('keys', 'rotate', ...WHY)).toMatchObject({ exitCode: 0 });
  expect(await line.run('keys', 'retire', ...WHY)).toMatchObject({ exitCode: 0 });
  delete line.environment.SELLER_LEDGER_PREVIOUS_KEY_COMMAND;
  expect(await line.json('connections', 'list')).toHaveLength(1);
});

it('a lost vault key is named, given up, and replaced by another one; the books stay', async () => {
  const lost = (await vaultKeys()).find(({ state }) => state === 'current')?.id ?? '';
  line.environment.SELLER_LEDGER_KEY = Buffer.alloc(32, 6).toString('base64');
  const refused = (await line.json('connections', 'list')).problem;
  expect(refused).toMatchObject({ code: 'VAULT_KEY_WRONG', says: expect.stringContaining(lost) });
  expect(await line.json('keys', 'abandon', lost, ...WHY)).toMatchObject({ secrets: 4, buyers: 0 });
  expect(await line.json('connections', 'list')).toHaveLength(1);
  expect(await line.json('secrets', 'list', 'acme')).toEqual([]);
  expect((await line.json('connections', 'ping', 'acme')).problem).toMatchObject({
    code: 'CONNECTION_FILE_INVALID',
    says: '2 secrets of Amazon that connection acme needs are not stored.',
    next: 'Enter the secrets again: seller-ledger connections update acme --file FILE --why TEXT',
    data: 'amazon.clientSecret: is missing\namazon.refreshToken: is missing',
  });
  expect(
    await line.run('connections', 'update', 'acme', '--file', join(line.folder, 'acme.yaml'), '--reason', 'again'),
  ).toMatchObject({ exitCode: 0 });
  expect(await line.json('secrets', 'list', 'acme')).toHaveLength(3);
});

it('SECRET_DAMAGED: a secret that somebody changed keeps no other connection from its new data key', async () => {
  const file = join(line.folder, 'aaron.json');
  // Before `acme` in every list.
  const acme = JSON.parse(readFileSync(join(line.folder, 'acme.yaml'), 'utf8'));
  writeFileSync(file, JSON.stringify({ ...acme, name: 'aaron', sellerAccount: 'A2AARON' }));
  expect(await line.run('connections', 'add', '--file', file)).toMatchObject({ exitCode: 0 });
  const versionOf = async (name: string): Promise<number> => {
    const { dataKeys } = await line.json('keys', 'list');
    return dataKeys.find((key: { connection: string; isCurrent: boolean }) => key.connection === name && key.isCurrent)
      .version;
  };
  const before = await versionOf('acme');
  await line.database.query(sql`
    update secret set tag = decode(md5('changed'), 'hex') where name = 'amazon.refreshToken'
      and connection_id = (select id from connection where name = 'aaron')`);
  const { exitCode, out } = await line.run('keys', 'rotate-data', ...WHY);
  expect(exitCode).toBe(7);
  expect(out).toContain('✗ aaron: SECRET_DAMAGED');
  expect(out).toContain('Afterwards: seller-ledger keys rotate-data aaron --why TEXT');
  expect(await versionOf('acme')).toBe(before + 1);

  const token = join(line.folder, 'token');
  expect((await line.json('keys', 'rotate-data', 'aaron', ...WHY)).problem.code).toBe('SECRET_DAMAGED');
  await line.run('secrets', 'set', 'aaron', 'amazon.refreshToken', '--file', token, ...WHY);
  expect(await line.run('keys', 'rotate-data', ...WHY)).toMatchObject({ exitCode: 0 });
});
