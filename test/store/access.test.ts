import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccessContext,
  type AccessStore,
  addFirstUser,
  addUser,
  assertGoodPassword,
  changeOwnPassword,
  changeRoles,
  createToken,
  disableUser,
  enableUser,
  endSession,
  FAILURES_MAX,
  getUser,
  hashOfSecret,
  oneTimePassword,
  permissionsOfToken,
  type Role,
  resetPassword,
  revokeToken,
  signInByIdentity,
  signInWithPassword,
  unlockUser,
} from '../../src/app/index.ts';
import { type Clock, FORGOTTEN_MS, type Randomness } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { createAccessStore, databaseTime, scryptPasswords, sql, timeOf } from '../../src/store/index.ts';
import { verifyEverything } from '../../src/store/verify-everything.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA } from './samples.ts';

const MINUTE_MS = 60_000;
const LIMITS = { idleMs: 30 * MINUTE_MS, absoluteMs: 12 * 60 * MINUTE_MS };
const GOOD = 'slow purple train window';
const ASKED = { actor: ANNA, why: 'a test' };

const time = { nowMs: Date.parse('2026-11-01T08:00:00Z') };
const clock: Clock = { nowMs: () => time.nowMs, sleep: async () => {} };

let test: TestBooks;
let access: AccessStore;
let context: AccessContext;

beforeAll(async () => {
  test = await openTestBooks({ clock });
  access = createAccessStore(test.database, timeOf(clock));
  context = { access, passwords: scryptPasswords({ ln: 4, r: 8, p: 1 }), randomness: systemRandomness };
});
afterAll(() => test.close());

let numbered = 0;
async function user(...roles: Role[]) {
  numbered += 1;
  const added = await addUser(
    context,
    { name: `user${numbered}`, roles: roles.length > 0 ? roles : ['viewer'] },
    ASKED,
  );
  return { ...added, name: added.user.name };
}

const signIn = (name: string, password: string) => signInWithPassword(context, { name, password, agent: 'a test' });

describe('the first user', () => {
  it('of services that start together one adds it, and nobody does once there is a user', async () => {
    const fresh = await openTestBooks();
    try {
      const own = { ...context, access: createAccessStore(fresh.database, databaseTime) };
      const [first, ...others] = (await Promise.all([addFirstUser(own), addFirstUser(own), addFirstUser(own)])).sort(
        (a, b) => Number(b !== undefined) - Number(a !== undefined),
      );
      expect(others).toEqual([undefined, undefined]);
      expect(await own.access.listUsers()).toMatchObject([{ name: 'admin', roles: ['administrator'] }]);
      const opened = await signInWithPassword(own, { name: 'admin', password: first!.password, agent: '' });
      expect(opened.user.mustChangePassword).toBe(true);
      expect(await addFirstUser(own)).toBeUndefined();
      expect(JSON.stringify(await fresh.books.listEvents())).not.toContain(first!.password);
    } finally {
      await fresh.close();
    }
  });
});

describe('a name means one person for ever', () => {
  it('USER_NAME_TAKEN: whatever its capitals, and also of somebody disabled', async () => {
    const { name } = await user();
    await disableUser(access, name, ASKED);
    await expect(addUser(context, { name: name.toUpperCase(), roles: ['viewer'] }, ASKED)).rejects.toMatchObject({
      code: 'USER_NAME_TAKEN',
      kind: 'conflict',
    });
  });

  it('the database itself refuses to remove or rename anybody', async () => {
    const { user: somebody } = await user();
    for (const statement of [
      sql`delete from app_user where id = ${somebody.id}`,
      sql`update app_user set name = 'other' where id = ${somebody.id}`,
    ]) {
      await expect(test.database.query(statement)).rejects.toThrow(/never removed/);
    }
  });

  it('USER_NAME_INVALID: names that look alike or are those of the program are not taken', async () => {
    for (const name of ['аnna', 'an na', '', '.anna', 'seller-ledger', 'System', 'x'.repeat(101)]) {
      await expect(addUser(context, { name, roles: ['viewer'] }, ASKED), name).rejects.toMatchObject({
        code: 'USER_NAME_INVALID',
      });
    }
  });

  it('USER_ROLES_INVALID: no role, or one that nobody knows', async () => {
    for (const roles of [[], ['king']]) {
      await expect(addUser(context, { name: 'nobody', roles }, ASKED)).rejects.toMatchObject({
        code: 'USER_ROLES_INVALID',
      });
    }
    await expect(getUser(access, 'nobody')).rejects.toMatchObject({ code: 'USER_UNKNOWN' });
  });
});

describe('passwords', () => {
  it.each([
    ['short', 'eleven char'],
    ['common', 'Password-1234'],
    ['monotonous', 'aaaaaaaaaaaaaaaa'],
    ['the name', 'mia.example mia.example'],
  ])('PASSWORD_WEAK: %s', (_why, password) => {
    expect(() => assertGoodPassword(password, 'mia.example')).toThrow(
      expect.objectContaining({ code: 'PASSWORD_WEAK' }),
    );
  });

  it('control: a long one with spaces and without digits is good, and so is every one-time password', () => {
    expect(() => assertGoodPassword(GOOD, 'mia')).not.toThrow();
    expect(() => assertGoodPassword(oneTimePassword(systemRandomness), 'mia')).not.toThrow();
    const zero: Randomness = { bytes: (count) => new Uint8Array(count), fraction: () => 0 };
    expect(oneTimePassword(zero)).toBe('aaaa-aaaa-aaaa-aaaa-aaaa');
  });

  it('are stored with their parameters, and with stronger ones after the next sign-in', async () => {
    const { name, password, user: somebody } = await user();
    const before = await access.passwordHashOf(somebody.id);
    expect(before).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$/);
    const stronger = { ...context, passwords: scryptPasswords({ ln: 5, r: 8, p: 1 }) };
    await signInWithPassword(stronger, { name, password, agent: '' });
    expect(await access.passwordHashOf(somebody.id)).toMatch(/^\$scrypt\$ln=5,r=8,p=1\$/);
    await signInWithPassword(stronger, { name, password, agent: '' });
  });

  it('by default cost what OWASP says', async () => {
    const strong = scryptPasswords();
    const hash = await strong.hash(GOOD);
    expect(hash).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
    expect(await strong.verify(GOOD, hash)).toEqual({ fits: true, isWeak: false });
    const cheap = await context.passwords.hash(GOOD);
    expect(await strong.verify(`${GOOD}.`, cheap)).toEqual({ fits: false, isWeak: true });
    expect(await context.passwords.verify(GOOD, null)).toMatchObject({ fits: false });
  });
});

describe('signing in with a password', () => {
  it('SIGN_IN_REFUSED: a wrong password, an unknown name and a disabled user are told the same', async () => {
    const { name, password } = await user();
    const refusals = [await signIn(name, 'wrong').catch((e) => e), await signIn('nobody.here', 'x').catch((e) => e)];
    await disableUser(access, name, ASKED);
    refusals.push(await signIn(name, password).catch((e) => e));
    expect(new Set(refusals.map(({ code, says }) => `${code} ${says}`)).size).toBe(1);
    expect(refusals[0]).toMatchObject({ code: 'SIGN_IN_REFUSED' });
    const strangers = await test.books.listEvents({ subject: 'installation/sign-in' });
    expect(strangers.at(-1)).toMatchObject({ action: 'sign-in.refuse' });
    expect(JSON.stringify(strangers)).not.toContain('nobody.here');
  });

  it('an unknown name costs a hash like a known one', async () => {
    let verified = 0;
    const passwords = {
      ...context.passwords,
      verify: (...given: Parameters<typeof context.passwords.verify>) => {
        verified += 1;
        return context.passwords.verify(...given);
      },
    };
    await expect(
      signInWithPassword({ ...context, passwords }, { name: 'x', password: 'y', agent: '' }),
    ).rejects.toThrow();
    expect(verified).toBe(1);
  });

  it('USER_LOCKED: five wrong ones lock for a quarter of an hour, the next five for twice as long', async () => {
    const { name, password } = await user();
    const fail = async (times: number) => {
      for (let tried = 0; tried < times; tried += 1) await signIn(name, 'wrong').catch(() => {});
    };
    await fail(FAILURES_MAX - 1);
    await expect(signIn(name, 'wrong')).rejects.toMatchObject({ code: 'USER_LOCKED' });
    await expect(signIn(name, password)).rejects.toMatchObject({ code: 'USER_LOCKED' });
    time.nowMs += 15 * MINUTE_MS + 1;
    await fail(FAILURES_MAX);
    time.nowMs += 29 * MINUTE_MS;
    await expect(signIn(name, password)).rejects.toMatchObject({ code: 'USER_LOCKED' });
    time.nowMs += 2 * MINUTE_MS;
    await signIn(name, password);
    expect(await getUser(access, name)).toMatchObject({ failures: 0, lockouts: 2, lockedUntil: null });
    // What was wrong is forgotten by time alone.
    time.nowMs += FORGOTTEN_MS;
    await fail(FAILURES_MAX - 1);
    await signIn(name, password);
    await expect(signIn(name, 'wrong')).rejects.toMatchObject({ says: expect.stringContaining(' 15 more minutes') });
  });

  it('tries that come at once count one by one', async () => {
    const { name, password } = await user();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => signIn(name, 'wrong').catch((error: { code: string }) => error.code)),
    );
    expect(answers.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(FAILURES_MAX - 1);
    await expect(signIn(name, password)).rejects.toMatchObject({ code: 'USER_LOCKED' });
    await unlockUser(access, name, ASKED);
    await signIn(name, password);
  });

  it('changing it takes the present one, and ends every session', async () => {
    const { name, password } = await user();
    const { user: somebody, secret } = await signIn(name, password);
    const change = (present: string, wanted: string) =>
      changeOwnPassword(context, somebody, { password: present, newPassword: wanted });
    await expect(change('wrong', GOOD)).rejects.toMatchObject({ code: 'PASSWORD_WRONG' });
    await expect(change(password, 'short')).rejects.toMatchObject({ code: 'PASSWORD_WEAK' });
    await expect(change(password, password)).rejects.toMatchObject({ code: 'PASSWORD_SAME' });
    expect(await change(password, GOOD)).toMatchObject({ mustChangePassword: false });
    expect(await access.findSession(hashOfSecret(secret), LIMITS, true)).toBeUndefined();
    await signIn(name, GOOD);
    await expect(signIn(name, password)).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  });
});

describe('sessions', () => {
  it('end when nobody uses them, and after a day of work in any case; only the digest of the cookie is stored', async () => {
    const { name, password } = await user();
    const { secret } = await signIn(name, password);
    const find = (isUse: boolean) => access.findSession(hashOfSecret(secret), LIMITS, isUse);
    const [row] = await test.database.query<{ text: string }>(
      sql`select s::text as text from user_session s where secret_hash = ${hashOfSecret(secret)}`,
    );
    expect(row?.text).not.toContain(secret);
    for (let passed = 0; passed < 11; passed += 1) {
      time.nowMs += 29 * MINUTE_MS;
      expect(await find(true)).toBeDefined();
    }
    // What a page asks for by itself is no use.
    time.nowMs += 20 * MINUTE_MS;
    expect(await find(false)).toBeDefined();
    time.nowMs += 20 * MINUTE_MS;
    expect(await find(true)).toBeUndefined();
    const again = await signIn(name, password);
    for (let passed = 0; passed < 25; passed += 1) {
      time.nowMs += 29 * MINUTE_MS;
      await access.findSession(hashOfSecret(again.secret), LIMITS, true);
    }
    expect(await access.findSession(hashOfSecret(again.secret), LIMITS, true)).toBeUndefined();
  });

  it.each([
    ['disabled', (name: string) => disableUser(access, name, ASKED)],
    ['given other roles', (name: string) => changeRoles(access, name, ['auditor'], ASKED)],
    ['given a new password', (name: string) => resetPassword(context, name, ASKED)],
  ])('all end when their user is %s', async (_what, perform) => {
    const { name, password } = await user();
    const { secret } = await signIn(name, password);
    expect(await access.findSession(hashOfSecret(secret), LIMITS, true)).toBeDefined();
    await perform(name);
    expect(await access.findSession(hashOfSecret(secret), LIMITS, true)).toBeUndefined();
  });

  it('SESSION_UNKNOWN: nobody ends those of others', async () => {
    const one = await user();
    const { session, user: owner } = await signIn(one.name, one.password);
    const { user: other } = await user();
    const end = (userId: string) => endSession(access, { id: session.id, userId }, ANNA, 'session.end');
    await expect(end(other.id)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    await end(owner.id);
    expect(await access.listSessions(owner.id, LIMITS)).toEqual([]);
  });
});

describe('administrators', () => {
  it('USER_IS_SELF: nobody changes their own roles, disables or unlocks themselves', async () => {
    const { user: self, name } = await user('administrator');
    const asked = { ...ASKED, userId: self.id };
    for (const perform of [
      () => changeRoles(access, name, ['auditor'], asked),
      () => disableUser(access, name, asked),
      () => enableUser(access, name, asked),
      () => unlockUser(access, name, asked),
      () => resetPassword(context, name, asked),
    ]) {
      await expect(perform()).rejects.toMatchObject({ code: 'USER_IS_SELF' });
    }
  });

  it('LAST_ADMINISTRATOR: one always remains, also when two are taken away at once', async () => {
    const held = (await access.listUsers()).filter(
      ({ roles, disabledAt }) => roles.includes('administrator') && disabledAt === null,
    );
    const { name } = await user('administrator');
    const names = [...held.map((one) => one.name), name];
    const results = await Promise.allSettled(
      names.map((one, index) =>
        index % 2 ? disableUser(access, one, ASKED) : changeRoles(access, one, ['viewer'], ASKED),
      ),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: 'LAST_ADMINISTRATOR', kind: 'conflict' });
  });
});

describe('API tokens', () => {
  it('may what their owner may at each use and was asked for, and nothing when revoked, ended or disabled', async () => {
    const { user: owner, name } = await user('accountant', 'approver');
    const wanted = { label: 'a program', scopes: ['books.read', 'entries.approve'], days: 10 };
    const { secret, token } = await createToken(context, owner, wanted, ASKED);
    expect(secret).toMatch(/^slt_[\w-]{43}$/);
    const may = async () => {
      const found = await access.findToken(hashOfSecret(secret));
      return found && [...permissionsOfToken(found.token, found.user)];
    };
    expect(await may()).toEqual(['books.read', 'entries.approve']);
    await changeRoles(access, name, ['accountant'], ASKED);
    expect(await may()).toEqual(['books.read']);
    await disableUser(access, name, ASKED);
    expect(await may()).toBeUndefined();
    await enableUser(access, name, ASKED);
    expect(await may()).toEqual(['books.read']);
    await expect(revokeToken(access, { id: token.id, userId: token.id }, ASKED)).rejects.toMatchObject({
      code: 'TOKEN_UNKNOWN',
    });
    await revokeToken(access, { id: token.id, userId: owner.id }, ASKED);
    expect(await may()).toBeUndefined();
    const short = await createToken(context, owner, { ...wanted, scopes: ['books.read'], days: 1 }, ASKED);
    time.nowMs += 25 * 60 * MINUTE_MS;
    expect(await access.findToken(hashOfSecret(short.secret))).toBeUndefined();
  });

  it('TOKEN_INVALID: more than the owner may, what is a person’s own, nothing, or for ever', async () => {
    const { user: owner } = await user('viewer');
    for (const wanted of [
      { scopes: ['users.manage'] },
      { scopes: ['own.manage'] },
      { scopes: ['everything'] },
      { scopes: [] },
      { scopes: ['books.read'], days: 10_000 },
      { scopes: ['books.read'], label: ' ' },
    ]) {
      const whole = { label: 'x', days: 1, ...wanted };
      await expect(createToken(context, owner, whole, ASKED)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });
});

describe('somebody of an identity provider', () => {
  const facts = (name: string, ...roles: Role[]) => ({
    issuer: 'https://id.example',
    subject: `sub-${name}`,
    name,
    displayName: name,
    roles,
  });

  it('is added at the first sign-in and gets the roles of now at each', async () => {
    await signInByIdentity(context, facts('ina@id.example', 'viewer'), '');
    const { user: again, secret } = await signInByIdentity(context, facts('ina@id.example', 'approver'), '');
    expect(again.roles).toEqual(['approver']);
    await expect(signInByIdentity(context, facts('ina@id.example'), '')).rejects.toMatchObject({ code: 'SSO_NO_ROLE' });
    expect(await access.findSession(hashOfSecret(secret), LIMITS, true)).toBeUndefined();
    await expect(signInByIdentity(context, facts('new@id.example'), '')).rejects.toMatchObject({ code: 'SSO_NO_ROLE' });
    expect(await access.findUser('new@id.example')).toBeUndefined();
  });

  it('SSO_NAME_TAKEN: never becomes a user who is here already', async () => {
    const { name } = await user('administrator');
    await expect(signInByIdentity(context, facts(name, 'viewer'), '')).rejects.toMatchObject({
      code: 'SSO_NAME_TAKEN',
    });
  });

  it('has no password, no roles of its own, and does not come in once disabled', async () => {
    const { user: ida } = await signInByIdentity(context, facts('ida', 'viewer'), '');
    await expect(signIn('ida', '')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    await expect(resetPassword(context, 'ida', ASKED)).rejects.toMatchObject({ code: 'PASSWORD_ELSEWHERE' });
    await expect(changeRoles(access, 'ida', ['auditor'], ASKED)).rejects.toMatchObject({
      code: 'USER_ROLES_ELSEWHERE',
    });
    const own = { password: 'x', newPassword: GOOD };
    await expect(changeOwnPassword(context, ida, own)).rejects.toMatchObject({ code: 'PASSWORD_ELSEWHERE' });
    await disableUser(access, 'ida', ASKED);
    await expect(signInByIdentity(context, facts('ida', 'viewer'), '')).rejects.toMatchObject({
      code: 'SIGN_IN_REFUSED',
    });
  });

  it('what a sign-in is checked with is given once, and not when it is old', async () => {
    const [one, two] = [hashOfSecret('one'), hashOfSecret('two')];
    await access.keepAttempt(one, { state: 's' }, 60);
    expect(await access.takeAttempt(one)).toEqual({ state: 's' });
    expect(await access.takeAttempt(one)).toBeUndefined();
    await access.keepAttempt(two, { state: 's' }, 60);
    time.nowMs += 2 * MINUTE_MS;
    expect(await access.takeAttempt(two)).toBeUndefined();
  });
});

describe('the audit log', () => {
  let actions: readonly string[];
  beforeEach(async () => {
    actions = (await test.books.listEvents({ limit: 10_000 })).map(({ action }) => action);
  });

  it('has every change of users, sessions and tokens, and no secret', async () => {
    const { name, password, user: somebody } = await user('viewer');
    await signIn(name, password);
    for (const action of [
      ...['user.add', 'user.roles', 'user.disable', 'user.enable', 'user.reset-password', 'user.unlock'],
      ...['user.password', 'sign-in', 'sign-in.refuse', 'session.end', 'token.create', 'token.revoke'],
    ]) {
      expect(actions).toContain(action);
    }
    const text = JSON.stringify(await test.books.listEvents({ subject: `user/${somebody.id}` }));
    expect(text).toContain('"sign-in"');
    expect(text).not.toContain(password);
    expect(text).not.toContain('scrypt');
  });

  it('tells of whoever gives themselves a role past the program', async () => {
    const look = () => verifyEverything(test.database, test.vault, () => {});
    expect((await look()).faults.filter(({ table }) => table === 'app_user')).toEqual([]);
    const { user: somebody } = await user('viewer');
    await test.database.query(sql`update app_user set roles = '["administrator"]' where id = ${somebody.id}`);
    expect((await look()).faults).toContainEqual(expect.objectContaining({ table: 'app_user', key: somebody.id }));
  });
});
