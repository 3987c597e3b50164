import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The browser of this machine, if it has one: a browser is not a dependency of the project. */
export const CHROMIUM = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
].find((path) => path !== undefined && existsSync(path));

export const SKIPPED_WITHOUT_BROWSER = 'skipped without a Chromium; CHROMIUM_PATH names one';
if (!CHROMIUM) console.warn(`test/e2e is ${SKIPPED_WITHOUT_BROWSER}`);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Whatever a page tries, nothing leaves this machine.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

/** One window of one reader, and what it did while it was open. */
export interface Window {
  readonly page: Page;
  /** The address of every request, also of one that was refused. */
  readonly requests: string[];
  /** Errors and warnings of the console, and errors that no code caught. */
  readonly complaints: string[];
  /** Opens the page anew at this address and waits until it shows it. */
  open(hash?: string): Promise<void>;
  /** Asks `in-page.js`, which runs beside the page. */
  ask<Answer>(name: string, ...args: readonly string[]): Promise<Answer>;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly url: string;
  readonly width?: number;
}

export async function openWindow(browser: Browser, options: WindowOptions): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: 'light',
  });
  await context.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    requests,
    complaints,
    open: async (hash = '') => {
      await page.goto('about:blank');
      await page.goto(`${options.url}/${hash}`);
      await page.waitForSelector('h1');
      await page.waitForSelector('#about:not(:empty)');
    },
    ask: (name, ...args) => page.evaluate(`inPage.${name}(${args.map((one) => JSON.stringify(one)).join(', ')})`),
    close: () => context.close(),
  };
}
