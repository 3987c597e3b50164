// Takes a picture of every page from a demo it starts itself: those of the documents into docs/images, and with
// `--all FOLDER [LOOKS [PAGES]]` every page in light, dark, German, 1920 and 390 pixels (German, too), or only in some of these looks, or some of
// the pages. Needs a build and a Chromium (CHROMIUM_PATH, default /usr/bin/chromium):
// npm run build && node tools/screenshots.mjs
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { addressOf, DIALOGS, openDialog, VIEWS } from './every-page.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = join(root, 'docs/images');
const READY_MS_MAX = 120_000;
const DIALOG_MS_MAX = 15_000;
/** Tables are drawn when they know their width. */
const SETTLE_MS = 900;
/** Users of the demo by what they are there for; the accountant is the one that it names first. */
const OTHERS = { auditor: 'otto', administrator: 'carla', editor: 'mia' };
const APPROVERS = ['ben', 'bea'];
/** What there is only once everything of the demo is approved and posted. */
const AFTERWARDS = ['accrual', 'accrual-posted', 'month-close'];
/** Pictures are as long as their page, up to this. */
const HEIGHT_MAX = 5_000;
const LOOKS = {
  light: {},
  dark: { colorScheme: 'dark' },
  german: { locale: 'de-DE' },
  wide: { viewport: { width: 1920, height: 1080 } },
  phone: { viewport: { width: 390, height: 844 } },
  'german-phone': { locale: 'de-DE', viewport: { width: 390, height: 844 } },
};

const wanted = readWanted(process.argv);
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
  if (wanted) await takeAll(browser, service, wanted);
  else await takeForDocuments(browser, service);
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await new Promise((resolve) => demo.once('close', resolve));
  rmSync(home, { recursive: true, force: true });
}

/** What `--all` is to take; nothing: only the pictures of the documents. */
function readWanted(argv) {
  const all = argv.indexOf('--all');
  if (all < 0) return undefined;
  const [folder = 'screenshots', looks, pages] = argv.slice(all + 1);
  const wanted = { folder, looks: looks?.split(',') ?? Object.keys(LOOKS), pages: pages?.split(',') ?? null };
  const unknown = wanted.looks.filter((look) => !Object.hasOwn(LOOKS, look));
  if (unknown.length === 0) return wanted;
  throw new Error(`no look is named ${unknown.join(' or ')}; there are ${Object.keys(LOOKS).join(', ')}`);
}

/** The pictures that documents show. */
async function takeForDocuments(browser, service) {
  const { page, context } = await signedIn(browser, service, { name: service.accountant });
  await open(page, service, '/');
  await picture(page, images, 'overview');
  const waiting = VIEWS.find(({ name }) => name === 'settlement-waiting');
  await open(page, service, await addressOf(waiting, (path) => answerOf(context, service, path)));
  await picture(page, images, 'settlement');
  await context.close();
  const administrator = await signedIn(browser, service, { name: OTHERS.administrator });
  await open(administrator.page, service, '/add-connection');
  await wholePicture(administrator.page, images, 'add-connection');
  await administrator.context.close();
}

/** Every page in every look: as the demo is, with what waits, and then what comes of it. */
async function takeAll(browser, service, { folder, looks, pages }) {
  const isWanted = (name) => pages === null || pages.includes(name);
  const takes = async (isPart) => {
    for (const look of looks) await takeLook(browser, service, { folder, look, isWanted, isPart });
  };
  await takes((name) => !AFTERWARDS.includes(name));
  if (!AFTERWARDS.some(isWanted)) return;
  await makeRecords(browser, service);
  await takes((name) => AFTERWARDS.includes(name));
}

/** The pages in one look, with the dialogs that are open on some. */
async function takeLook(browser, service, { folder, look, isWanted, isPart }) {
  const options = LOOKS[look];
  for (const who of ['accountant', ...Object.keys(OTHERS)]) {
    const views = VIEWS.filter(
      (each) => (each.who ?? 'accountant') === who && isPart(each.name) && isWanted(each.name),
    );
    const isOdd = who === 'accountant' && isPart('odd') && isWanted('odd');
    if (views.length === 0 && !isOdd) continue;
    const name = OTHERS[who] ?? service.accountant;
    const { page, context } = await signedIn(browser, service, { name, ...options });
    for (const view of views) await takeView(page, service, { folder, look, view });
    if (isOdd) await takeOdd(page, service, folder, look);
    await context.close();
  }
  if (!isPart('sign-in') || !isWanted('sign-in')) return;
  const { page, context } = await windowOf(browser, options);
  await open(page, service, '/');
  await picture(page, folder, `sign-in-${look}`);
  await context.close();
}

/** Not where there is nothing to open it for, or where what it needs was done in another look. */
async function isOpened(page, dialog) {
  page.setDefaultTimeout(DIALOG_MS_MAX);
  try {
    return (await openDialog(page, dialog)) !== undefined;
  } catch (error) {
    console.error(`left out: ${dialog.name}: ${String(error).split('\n')[0]}`);
    return false;
  } finally {
    page.setDefaultTimeout(READY_MS_MAX);
  }
}

/** A page, and the dialogs that can be opened on it. */
async function takeView(page, service, { folder, look, view }) {
  const address = await addressOf(view, (path) => answerOf(page.context(), service, path)).catch(String);
  if (!address.startsWith('/')) {
    console.error(`left out: ${view.name}: ${address}`);
    return;
  }
  await open(page, service, address);
  await wholePicture(page, folder, `${view.name}-${look}`);
  for (const dialog of DIALOGS.filter(({ on }) => on === view.name)) {
    if (await isOpened(page, dialog)) {
      await page.waitForTimeout(SETTLE_MS);
      await picture(page, folder, `${view.name}-${dialog.name}-${look}`);
    }
    await page.reload();
    await arrived(page);
  }
}

/** What stands where no page does, what a file comes to, and the menu of the user. */
async function takeOdd(page, service, folder, look) {
  for (const [name, address] of [
    ['not-found', '/no-such-page'],
    ['may-not', '/users'],
    ['record-unknown', '/settlements/1'],
  ]) {
    await open(page, service, address);
    await picture(page, folder, `${name}-${look}`);
  }
  const [{ id }] = (await answerOf(page.context(), service, 'settlements?limit=1')).items;
  const { evidenceSha256 } = await answerOf(page.context(), service, `settlements/${id}`);
  const file = await page.context().request.get(`${service.url}/api/v1/settlements/${id}/files/${evidenceSha256}`);
  await open(page, service, '/preview');
  const input = { name: 'settlement.txt', mimeType: 'text/plain', buffer: await file.body() };
  await page.locator('.sl-drop input[type=file]').setInputFiles(input);
  await page.locator('.sl-waterfall').waitFor();
  await wholePicture(page, folder, `preview-result-${look}`);
  await page.locator('ui5-avatar').first().click();
  await page.waitForTimeout(SETTLE_MS);
  await picture(page, folder, `user-menu-${look}`);
}

/** Approves and posts what waits, and accrues the month, which the demo does not by itself. */
async function makeRecords(browser, service) {
  const why = 'for the pictures';
  const asOne = async (name, work) => {
    const { context } = await signedIn(browser, service, { name });
    const get = (path) => answerOf(context, service, path);
    const { csrfToken } = await get('session');
    const post = async (path, body) => {
      const answer = await context.request.post(`${service.url}/api/v1/${path}`, {
        data: { why, ...body },
        headers: { origin: service.url, 'x-csrf-token': csrfToken },
      });
      if (!answer.ok()) console.error(`left out: ${path}: ${await answer.text()}`);
    };
    await work(get, post);
    await context.close();
  };
  /** By everybody who approves, and then sent. */
  const bookAll = async () => {
    const origins = new Set();
    for (const approver of APPROVERS) {
      await asOne(approver, async (get, post) => {
        const { items } = await get('approvals');
        const paths = items.filter(({ reversal }) => reversal === null).map(({ entry }) => pathOfOrigin(entry));
        for (const path of new Set(paths)) {
          origins.add(path);
          await post(`${path}/approve`, {});
        }
      });
    }
    await asOne(service.accountant, async (_, post) => {
      for (const path of origins) await post(`${path}/post`, {});
    });
  };
  const accrue = (monthsAgo) =>
    asOne(service.accountant, async (get, post) => {
      const [{ name: connection }] = (await get('connections?')).items;
      const now = new Date();
      const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 1))
        .toISOString()
        .slice(0, 7);
      const wish = { isDryRun: false, mayBeIncomplete: true, sides: 'both', leaveOutUnknown: true };
      await post('accruals', { connection, month, ...wish });
    });
  await bookAll();
  // One accrual is booked, and that of the month after it waits.
  await accrue(2);
  await bookAll();
  await accrue(1);
}

/** Of the settlement, or the accrual, that an entry is of. */
function pathOfOrigin({ originKind, originId }) {
  return `${originKind === 'accrual' ? 'accruals' : 'settlements'}/${originId}`;
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
  await arrived(page);
}

async function arrived(page) {
  await page.waitForSelector('h1, ui5-title[level="H1"]');
  await page.waitForSelector('ui5-busy-indicator[active]', { state: 'detached' });
  await page.waitForTimeout(SETTLE_MS);
}

async function answerOf(context, { url }, path) {
  const answer = await context.request.get(`${url}/api/v1/${path}`);
  if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

/** A picture of all that can be scrolled to. */
async function wholePicture(page, folder, name) {
  const { width, height } = page.viewportSize();
  const scrolled = await page.evaluate(() => {
    const inner = document
      .querySelector('ui5-dynamic-page')
      ?.shadowRoot?.querySelector('.ui5-dynamic-page-scroll-container');
    return inner ? inner.scrollHeight - inner.clientHeight : 0;
  });
  await page.setViewportSize({ width, height: Math.min(HEIGHT_MAX, height + scrolled) });
  await page.waitForTimeout(SETTLE_MS);
  await picture(page, folder, name);
  await page.setViewportSize({ width, height });
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
