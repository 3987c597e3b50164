/** The commands of docs/api.md do what it says. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { readRoot } from '../tidy/document-checks.ts';
import { localUser } from './local-user.ts';
import { startTestPage, type TestPage } from './test-page.ts';

const TOKEN = 'a-token-of-the-test';
const hasCurl = spawnSync('curl', ['--version']).status === 0;

const commands = [...readRoot('docs/api.md').matchAll(/^```\n(curl[\s\S]*?)```$/gm)].map(([, text = '']) =>
  text.trim(),
);

let test: TestBooks;
let page: TestPage;

beforeAll(async () => {
  test = await openTestBooks();
  page = await startTestPage(test, {
    identify: async (request) =>
      request.headers.authorization === `Bearer ${TOKEN}` ? localUser('anna')(request) : undefined,
  });
});
afterAll(async () => {
  await page.close();
  await test.close();
});

/** Runs a command of the document as its reader would; what does not end by itself ends when it has said something. */
function run(command: string, token = TOKEN): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, SELLER_LEDGER_SERVICE: page.url, SELLER_LEDGER_TOKEN: token };
    const child = spawn('bash', ['-c', `exec ${command}`], { env });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (command.includes('-sN')) child.kill();
    });
    child.on('close', () => resolve(text));
  });
}

const commandOf = (part: string) => commands.find((command) => command.includes(part)) ?? '';

describe.skipIf(!hasCurl)('a command of docs/api.md', () => {
  it('signs in by a token', async () => {
    expect(JSON.parse(await run(commandOf('/about')))).toMatchObject({ user: { name: 'anna' } });
    expect(JSON.parse(await run(commandOf('/jobs?'), 'no token'))).toMatchObject({
      code: 'SIGN_IN_NEEDED',
      status: 401,
    });
  });

  it('reads a list', async () => {
    expect(JSON.parse(await run(commandOf('/jobs?')))).toEqual({ items: [], nextCursor: null });
  });

  it('writes, and writes again', async () => {
    const first = await run(commandOf('/jobs/replay'));
    expect(JSON.parse(first)).toEqual({ replayed: 0, left: 0, items: [] });
    const again = await run(commandOf('/jobs/replay').replace('curl -s', 'curl -si'));
    expect(again).toContain('idempotency-replayed: true');
    expect(again.endsWith(first)).toBe(true);
  });

  it('is told what changes', async () => {
    expect(await run(commandOf('/events'))).toMatch(/^id: \d+\.\d+\nevent: hello\n/);
  });

  it('and no other is in the document', () => {
    expect(commands).toHaveLength(4);
  });
});
