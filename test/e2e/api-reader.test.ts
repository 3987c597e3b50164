/** The reader of the API's description: everything it shows comes from this service, and nothing it does leaves it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPage, type TestPage } from '../entrypoints/test-page.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { CHROMIUM, launchBrowser } from './browser.ts';

describe.skipIf(!CHROMIUM)('the reader at /api/docs', () => {
  let test: TestBooks;
  let service: TestPage;
  let browser: Browser;

  beforeAll(async () => {
    test = await openTestBooks();
    service = await startTestPage(test);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
    await test.close();
  });

  it('shows every route, asks no other host, and keeps to its rule of content', async () => {
    const page = await browser.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('websocket', (socket) => requests.push(socket.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const answer = await page.goto(`${service.url}/api/docs`);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    await page.getByRole('heading', { name: 'seller-ledger' }).first().waitFor();
    // What a visitor does: opens a group and searches.
    await page.mouse.wheel(0, 4_000);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('job again');
    await page.getByText('Try a job again at once').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(requests.filter((url) => !url.startsWith(`${service.url}/`) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(requests).toContain(`${service.url}/api/v1/openapi.json`);
    expect(complaints).toEqual([]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toMatch(/style-src 'self' 'nonce-[\w-]{22}';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await page.getByRole('button', { name: /test request/i }).count()).toBe(0);
    await page.close();
  }, 60_000);
});
