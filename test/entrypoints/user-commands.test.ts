import { afterAll, beforeAll, expect, it } from 'vitest';
import { createToken } from '../../src/app/index.ts';
import { createTerminal } from '../../src/entrypoints/cli/terminal.ts';
import { sayFirstSignIn } from '../../src/entrypoints/first-sign-in.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { createAccessStore } from '../../src/store/index.ts';
import { openTestBooks } from '../store/database.ts';
import { ANNA } from '../store/samples.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { CHEAP_PASSWORDS, testWorkspace } from './test-page.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());

it('users are added, given roles, disabled, enabled, unlocked and given passwords at the command line', async () => {
  const added = await line.json(
    'users',
    'add',
    'anna',
    '--roles',
    'accountant',
    'approver',
    '--display-name',
    'Anna A.',
  );
  expect(added).toMatchObject({ user: { name: 'anna', displayName: 'Anna A.', roles: ['accountant', 'approver'] } });
  expect(added.password).toMatch(/^\w{4}(-\w{4}){4}$/);
  const root = await line.run('users', 'add', 'carla', '--roles', 'administrator');
  expect(root.out).toMatch(/^carla signs in once with the password \w{4}(-\w{4}){4}$/m);
  const why = ['--why', 'a test'];
  expect(await line.json('users', 'roles', 'anna', 'viewer', ...why)).toMatchObject({ roles: ['viewer'] });
  // The name of the person at the command line is that of the user: here that is the way back in.
  expect((await line.json('users', 'reset-password', 'anna', ...why)).password).not.toBe(added.password);
  expect((await line.json('users', 'disable', 'anna', ...why)).disabledAt).not.toBeNull();
  expect((await line.json('users', 'enable', 'anna', ...why)).disabledAt).toBeNull();
  expect((await line.run('users', 'unlock', 'anna', ...why)).out).toContain('anna: viewer (password holds once)');
  const list = await line.run('users', 'list');
  expect(list.out).toContain('anna');
  expect(list.out).toContain('administrator');
  expect((await line.json('users', 'disable', 'carla', ...why)).problem).toMatchObject({ code: 'LAST_ADMINISTRATOR' });
  expect((await line.json('users', 'roles', 'anna', 'king', ...why)).problem).toMatchObject({
    code: 'USER_ROLES_INVALID',
  });
  const events = await line.json('audit', 'list', '--subject', `user/${added.user.id}`);
  expect(events.map(({ action }: { action: string }) => action)).toEqual(
    ['add', 'roles', 'reset-password', 'disable', 'enable', 'unlock'].map((verb) => `user.${verb}`),
  );
});

it('tokens are listed and revoked at the command line', async () => {
  const access = createAccessStore(line.database);
  const context = { access, passwords: CHEAP_PASSWORDS, randomness: systemRandomness };
  const owner = await access.findUser('anna');
  const wanted = { label: 'nightly', scopes: ['books.read'], days: 3 };
  const { token, secret } = await createToken(context, owner!, wanted, { actor: ANNA, why: 'a test' });
  const list = await line.run('tokens', 'list', '--user', 'anna');
  expect(list.out).toContain('nightly');
  expect(list.out).not.toContain(secret);
  expect((await line.json('tokens', 'revoke', token.id, '--why', 'lost')).revokedAt).not.toBeNull();
  expect((await line.json('tokens', 'revoke', 'x', '--why', 'lost')).problem).toMatchObject({ code: 'TOKEN_UNKNOWN' });
});

it('the password of the first user is printed on a terminal only, and once', async () => {
  const test = await openTestBooks();
  try {
    const workspace = testWorkspace(test);
    const written = (isTTY: boolean) => {
      let text = '';
      const stream = { write: (chunk: string) => (text += chunk), isTTY };
      const terminal = createTerminal({ out: stream, err: stream }, { isJson: false, noColor: true });
      return sayFirstSignIn(terminal, workspace).then(() => text);
    };
    expect(await written(false)).toContain('seller-ledger users reset-password admin');
    expect(await written(true)).toBe('');
    await test.database.query({ strings: ['alter table app_user disable trigger user'], values: [] });
    await test.database.query({ strings: ['delete from app_user'], values: [] });
    expect(await written(true)).toMatch(/^First sign-in: name admin, password \w{4}(-\w{4}){4}$/m);
    expect(await written(true)).toBe('');
  } finally {
    await test.close();
  }
});
