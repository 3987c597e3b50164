import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
  /** Opens a page at its address and waits until it has its heading and nothing is on its way. */
  open(path: string): Promise<void>;
  /** Waits until nothing is on its way any more. */
  settled(): Promise<void>;
  /** What axe calls serious or critical on the page as it is, or in one part of it, each with the elements. */
  barriers(within?: string, looked?: Looked): Promise<readonly string[]>;
  /** How many pixels the page is wider than its window. */
  sidewaysPx(): Promise<number>;
  resize(width: number): Promise<void>;
  close(): Promise<void>;
}

/** In another look of the same page nothing but its colours is another. */
export type Looked = 'everything' | 'colours';

export interface WindowOptions {
  readonly url: string;
  readonly width?: number;
  readonly language?: string;
  readonly colorScheme?: 'light' | 'dark';
}

const HEIGHT = 900;
/** Every answer of the service comes late by up to this, to find what relies on the order of answers: `E2E_SLOW_MS=1500`. */
const SLOW_MS = Number(process.env.E2E_SLOW_MS ?? 0);
/** The close pack of a month, on a busy machine. */
const SETTLED_MS_MAX = 60_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'] };

/** What scrolls is not the document but the page in its frame. */
const SIDEWAYS_PX = `Math.max(
  ...[
    document.documentElement,
    document.querySelector('ui5-dynamic-page')?.shadowRoot.querySelector('.ui5-dynamic-page-scroll-container'),
  ].map((each) => (each ? each.scrollWidth - each.clientWidth : 0)),
)`;

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** A window of its own, without what others have stored. */
export async function openWindow(browser: Browser, options: WindowOptions): Promise<Window> {
  const { url, width = 1280, language = 'en-US', colorScheme = 'light' } = options;
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, colorScheme, locale: language });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  if (SLOW_MS > 0)
    await context.route(/\/api\/v1\/(?!events)/, async (route) => {
      await new Promise((go) => setTimeout(go, Math.random() * SLOW_MS));
      await route.continue().catch(() => undefined);
    });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const settled = async () => {
    await page.waitForSelector('h1, ui5-title[level="H1"]', { timeout: SETTLED_MS_MAX });
    await page.waitForSelector('ui5-busy-indicator[active]', { state: 'detached', timeout: SETTLED_MS_MAX });
  };
  return {
    page,
    requests,
    complaints,
    settled,
    open: async (path) => {
      await page.goto(`${url}${path}`);
      await settled();
    },
    barriers: async (within = 'html', looked = 'everything') => {
      // As text, because the page lets no foreign script in; once for each page that is loaded, because there is much of it.
      if (!(await page.evaluate('globalThis.axe !== undefined'))) await page.evaluate(AXE);
      const rules = looked === 'colours' ? { ...RULES, runOnly: { type: 'rule', values: ['color-contrast'] } } : RULES;
      const { violations } = (await page.evaluate(
        `axe.run(${JSON.stringify(within)}, ${JSON.stringify(rules)})`,
      )) as AxeResult;
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
    sidewaysPx: () => page.evaluate(SIDEWAYS_PX),
    resize: (next) => page.setViewportSize({ width: next, height: HEIGHT }),
    close: () => context.close(),
  };
}
