/** No answer to somebody who tries names tells which of them there are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AccessContext, addUser, FAILURES_MAX, signInWithPassword } from '../../src/app/index.ts';
import { type Clock, FORGOTTEN_MS } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { createAccessStore, scryptPasswords, sql, timeOf } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA } from './samples.ts';

const MINUTE_MS = 60_000;
const time = { nowMs: Date.parse('2026-11-01T08:00:00Z') };
const clock: Clock = { nowMs: () => time.nowMs, sleep: async () => {} };

let test: TestBooks;
let context: AccessContext;

beforeAll(async () => {
  test = await openTestBooks({ clock });
  const access = createAccessStore(test.database, timeOf(clock));
  context = { access, passwords: scryptPasswords({ ln: 4, r: 8, p: 1 }), randomness: systemRandomness };
});
afterAll(() => test.close());

let numbered = 0;
async function user() {
  numbered += 1;
  const name = `user${numbered}`;
  const { password } = await addUser(context, { name, roles: ['viewer'] }, { actor: ANNA, why: 'a test' });
  return { name, password };
}

const signIn = (name: string, password: string) => signInWithPassword(context, { name, password, agent: 'a test' });

it('a lock tells nobody which names there are: a name that no user has is answered and locked the same way', async () => {
  const { name } = await user();
  const answersTo = async (asked: string) => {
    const answers: string[] = [];
    const fail = async (times: number) => {
      for (let tried = 0; tried < times; tried += 1) {
        const answer = await signIn(tried % 2 === 0 ? asked : asked.toUpperCase(), 'wrong').catch((error) => error);
        answers.push(`${answer.code} ${answer.says} ${answer.next}`);
      }
    };
    const began = time.nowMs;
    await fail(FAILURES_MAX + 1);
    time.nowMs += 15 * MINUTE_MS + 1;
    await fail(FAILURES_MAX + 1);
    time.nowMs += 31 * MINUTE_MS;
    await fail(1);
    time.nowMs = began;
    return answers;
  };
  const known = await answersTo(name);
  expect(await answersTo('nobody.at.all')).toEqual(known);
  // control: they are locked, and then for longer.
  expect(known.filter((answer) => answer.startsWith('USER_LOCKED'))).toHaveLength(4);
  expect(known.join()).toMatch(/15 more minutes.*30 more minutes/s);
  const rows = await test.database.query<{ row: string }>(sql`select s::text as row from sign_in_stranger s`);
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toMatch(/nobody/i);
  const events = await test.books.listEvents({ subject: 'installation/sign-in' });
  expect(events.map(({ why }) => why)).toContainEqual(expect.stringMatching(/no user has: 5 wrong passwords: locked/));
  expect(JSON.stringify(events)).not.toMatch(/nobody.at.all/i);
});

it.each([
  ['at once', 0],
  ['within the time', FORGOTTEN_MS - MINUTE_MS],
  ['when all is forgotten', FORGOTTEN_MS],
  ['a day later', 24 * 60 * MINUTE_MS],
])('nor does what follows a sign-in tell which names there are: %s', async (_when, waitedMs) => {
  const { name, password } = await user();
  const answersTo = async (asked: string, isUser: boolean) => {
    const answers: string[] = [];
    const fail = async (times: number) => {
      for (let tried = 0; tried < times; tried += 1) {
        const answer = await signIn(asked, 'wrong').catch((error) => error);
        answers.push(`${answer.code} ${answer.says}`);
      }
    };
    const began = time.nowMs;
    await fail(FAILURES_MAX - 1);
    time.nowMs += waitedMs / 2;
    if (isUser) await signIn(asked, password);
    time.nowMs += waitedMs / 2;
    await fail(FAILURES_MAX);
    // The longest of these locks is over, and somebody signs in after it.
    time.nowMs += 31 * MINUTE_MS;
    if (isUser) await signIn(asked, password);
    time.nowMs += waitedMs;
    await fail(FAILURES_MAX);
    time.nowMs = began;
    return answers;
  };
  const known = await answersTo(name, true);
  expect(await answersTo(`nobody.${waitedMs}`, false)).toEqual(known);
  // control: some of it was a lock, and some was not.
  expect(new Set(known.map((answer) => answer.split(' ')[0]))).toEqual(new Set(['SIGN_IN_REFUSED', 'USER_LOCKED']));
});

it('strangers do not fill the database with names: each new one takes two with it that do not count any more', async () => {
  await test.database.query(sql`delete from sign_in_stranger`);
  const kept = async () => (await test.database.query(sql`select from sign_in_stranger`)).length;
  const tryAs = (name: string) => signIn(name, 'wrong').catch(() => {});
  for (const name of ['a', 'b', 'c', 'd', 'e']) await tryAs(name);
  expect(await kept()).toBe(5);
  time.nowMs += FORGOTTEN_MS;
  await tryAs('f');
  expect(await kept()).toBe(4);
  for (const name of ['g', 'h']) await tryAs(name);
  expect(await kept()).toBe(3);
});
