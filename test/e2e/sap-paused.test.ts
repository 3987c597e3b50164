/** A pause of SAP, as a person sees it: at the command line, in the API and on the page. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../src/app/index.ts';
import { formatMinute, silentLog } from '../../src/core/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { openTestBooks, type TestBooks, urlOf } from '../store/database.ts';
import { SYSTEM_ACTOR } from '../store/samples.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER } from './browser.ts';

const PAGE = {
  code: 'SAP_HTML_PAGE',
  kind: 'unavailable',
  says: 'SAP answered with a web page instead of data (HTTP 503).',
  next: 'Nothing to do.',
} as const;
/** Far away, so that the test never runs into it. */
const UNTIL = '2199-11-21T20:05:00.000Z';

const folder = mkdtempSync('/var/tmp/seller-ledger-paused-');
let test: TestBooks;
let page: Awaited<ReturnType<typeof startHttp>>;
let paused: Connection;
let other: Connection;

beforeAll(async () => {
  test = await openTestBooks();
  paused = await addConnection('paused');
  other = await addConnection('running');
  await test.books.pauseSap(paused.id, { problem: PAGE, until: UNTIL, looks: 2 }, SYSTEM_ACTOR);
  page = await startHttp({ books: test.books, port: 0, about: () => ({ line: 'a test' }), log: silentLog });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await page.close();
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

function addConnection(name: string): Promise<Connection> {
  const content = {
    name,
    sellerAccount: `A2${name.toUpperCase()}`,
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 't' },
    sap: {
      baseUrl: 'https://sap.invalid',
      journalEntryUrl: 'https://sap.invalid/post',
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password: 'p' },
    },
  };
  const file = connectionFromFile(content, { path: 'test', folder: '.', readEnvironment: () => undefined });
  return test.books.addConnection(file, SYSTEM_ACTOR);
}

async function run(...args: string[]): Promise<{ out: string; exitCode: number }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  const key = Buffer.alloc(32, 7).toString('base64');
  const options = ['--home', folder, '--database-url', urlOf(test.database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_KEY: key });
  vi.restoreAllMocks();
  return { out, exitCode };
}

describe('a connection whose SAP is paused', () => {
  it('is listed with the time of the next look, and one that is not without', async () => {
    const listed = await run('connections', 'list', '--json');
    expect(JSON.parse(listed.out)).toMatchObject([
      { name: paused.name, sapPause: { code: 'SAP_HTML_PAGE', says: PAGE.says, until: UNTIL, looks: 2 } },
      { name: other.name, sapPause: null },
    ]);
    const { out } = await run('connections', 'list');
    expect(out).toContain('SAP paused until');
    expect(out.match(new RegExp(formatMinute(UNTIL), 'g'))).toHaveLength(1);
  });

  it('is in the overview of the API with what to do', async () => {
    const answer = (await (await fetch(`${page.url}/api/v1/overview`)).json()) as { connections: unknown[] };
    expect(answer.connections).toMatchObject([
      {
        name: paused.name,
        sapPause: { code: 'SAP_HTML_PAGE', until: UNTIL },
        problem: {
          code: 'SAP_PAUSED',
          kind: 'unavailable',
          says: expect.stringContaining(formatMinute(UNTIL)),
          next: expect.stringContaining(`seller-ledger connections resume ${paused.name} --reason`),
        },
      },
      { name: other.name, sapPause: null, problem: null },
    ]);
  });

  it.skipIf(!CHROMIUM)(`needs attention on the page (${SKIPPED_WITHOUT_BROWSER})`, async () => {
    const browser = await launchBrowser();
    try {
      const window = await openWindow(browser, page);
      await window.open();
      expect(await window.page.locator('.problem').allTextContents()).toEqual([
        expect.stringContaining(`Connection ${paused.name} · SAP_PAUSED`),
      ]);
      expect(window.complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe('connections resume', () => {
  it('ends the pause, says which, and only once', async () => {
    const resume = () => run('connections', 'resume', paused.name, '--reason', 'SAP is back', '--json');
    const first = await resume();
    expect(first.exitCode).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({
      connection: paused.name,
      wasStoppedBy: null,
      endedPause: { code: 'SAP_HTML_PAGE', until: UNTIL },
    });
    expect(await test.books.sapPauseOf(paused.id)).toBeUndefined();
    expect(JSON.parse((await resume()).out)).toMatchObject({ endedPause: null });
    const events = await test.books.listEvents({ subject: `connection/${paused.id}` });
    expect(events.at(-1)).toMatchObject({ action: 'connection.sap-resume', why: 'SAP is back' });
  });
});
