// Takes a picture of every page from a demo it starts itself: those of the documents into docs/images, and with `--all FOLDER`
// every page in light, dark, German and three widths. Needs a build and a Chromium (CHROMIUM_PATH, default /usr/bin/chromium):
// npm run build && node tools/screenshots.mjs
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = join(root, 'docs/images');
const READY_MS_MAX = 120_000;
/** Whoever of the demo's users may open all of the pages. */
const ADDRESSES = {
  overview: '/',
  settlements: '/settlements',
  entries: '/entries',
  orders: '/orders',
  preview: '/preview',
  mapping: '/mapping',
  customers: '/customers',
  reconciliation: '/reconciliation',
  'month-close': '/month-close',
  exceptions: '/exceptions',
  audit: '/audit',
  connections: '/connections',
  connection: '/connections/demo',
  jobs: '/jobs',
  users: '/users',
  account: '/account',
};
/** The one who may open a page, where the accountant may not. */
const OTHERS = { audit: 'otto', users: 'carla', connection: 'carla' };
const LOOKS = {
  light: {},
  dark: { colorScheme: 'dark' },
  german: { locale: 'de-DE' },
  wide: { viewport: { width: 1920, height: 1080 } },
  phone: { viewport: { width: 390, height: 844 } },
};

const home = mkdtempSync('/var/tmp/seller-ledger-pictures-');
const demo = spawn(
  process.execPath,
  [join(root, 'dist/src/entrypoints/cli/main.js'), '--home', home, 'start', '--demo', '--port', '0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const service = await printedWhenDone(demo);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const all = process.argv.indexOf('--all');
  if (all > 0) await takeAll(browser, service, process.argv[all + 1] ?? 'screenshots');
  else await takeForDocuments(browser, service);
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await new Promise((resolve) => demo.once('close', resolve));
  rmSync(home, { recursive: true, force: true });
}

/** The pictures that documents show. */
async function takeForDocuments(browser, service) {
  const { page, context } = await signedIn(browser, service, { name: service.accountant });
  await open(page, service, '/');
  await picture(page, images, 'overview');
  await open(
    page,
    service,
    await addressOf(context, service, 'settlements?limit=50', ({ state }) => state === 'proposed', '/settlements/'),
  );
  await picture(page, images, 'settlement');
  await context.close();
}

/** Every page in every look. */
async function takeAll(browser, service, folder) {
  for (const [look, options] of Object.entries(LOOKS)) {
    for (const name of new Set([service.accountant, ...Object.values(OTHERS)])) {
      const { page, context } = await signedIn(browser, service, { name, ...options });
      const own = Object.entries(ADDRESSES).filter(([each]) => (OTHERS[each] ?? service.accountant) === name);
      for (const [each, address] of own) {
        await open(page, service, address);
        await picture(page, folder, `${each}-${look}`);
      }
      if (name === service.accountant) {
        for (const [each, list] of [
          ['settlement', 'settlements'],
          ['entry', 'entries'],
        ]) {
          await open(page, service, await addressOf(context, service, `${list}?limit=50`, () => true, `/${list}/`));
          await picture(page, folder, `${each}-${look}`);
        }
      }
      await context.close();
    }
  }
  const { page, context } = await windowOf(browser, {});
  await open(page, service, '/');
  await picture(page, folder, 'sign-in');
  await context.close();
}

async function windowOf(browser, options) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    locale: 'en-US',
    ...options,
  });
  return { context, page: await context.newPage() };
}

async function signedIn(browser, { url, password }, { name, ...options }) {
  const window = await windowOf(browser, options);
  const answer = await window.context.request.post(`${url}/api/v1/sign-in`, {
    data: { name, password },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${await answer.text()}`);
  return window;
}

async function open(page, { url }, address) {
  await page.goto(`${url}${address}`);
  await page.waitForSelector('h1, ui5-title[level="H1"]');
  await page.waitForSelector('ui5-busy-indicator[active]', { state: 'detached' });
  // Tables are drawn when they know their width.
  await page.waitForTimeout(1_200);
}

/** The page of the first record of a list that is wanted. */
async function addressOf(context, { url }, list, isWanted, page) {
  const answer = await context.request.get(`${url}/api/v1/${list}`);
  const { items } = await answer.json();
  const found = items.find(isWanted);
  if (!found) throw new Error(`nothing in ${list} is wanted: ${JSON.stringify(items).slice(0, 300)}`);
  return `${page}${found.id}`;
}

async function picture(page, folder, name) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  console.log(path);
}

/** The page's address and how one signs in, once the demo has posted what it has. */
function printedWhenDone(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`the demo was not ready in time: ${text}`)), READY_MS_MAX);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const url = /All of them: (\S+)/.exec(text)?.[1];
      const password = /password\W+(\S+)/i.exec(text)?.[1];
      const accountant = /Sign in as\s+(\S+)/.exec(text)?.[1];
      if (!url || !password || !accountant) return;
      clearTimeout(timer);
      resolve({ url, password, accountant });
    });
    child.once('close', (code) => reject(new Error(`the demo ended with ${code}: ${text}`)));
  });
}
