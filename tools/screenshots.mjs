// Takes the pictures of docs/images from a demo it starts itself. Needs a build and a Chromium
// (CHROMIUM_PATH, default /usr/bin/chromium): npm run build && node tools/screenshots.mjs
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = `${root}docs/images`;
const home = mkdtempSync('/var/tmp/seller-ledger-pictures-');
const READY_MS_MAX = 60_000;

const demo = spawn(
  process.execPath,
  [`${root}dist/src/entrypoints/cli/main.js`, '--home', home, 'start', '--demo', '--port', '0'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
try {
  const url = await printedWhenDone(demo);
  mkdirSync(images, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  await page.goto(url);
  await page.waitForSelector('table');
  await picture(page, 'overview');
  await page.click('tr:has-text("quarantined") a');
  await page.waitForSelector('h1:has-text("Settlement")');
  await picture(page, 'quarantine');
  await page.goto(url);
  await page.click('a[href^="#entry/"]');
  await page.waitForSelector('h1:has-text("Entry")');
  await picture(page, 'entry');
  await page.click('tr:has-text("gift-wrap income") a');
  await page.waitForSelector('.rows table');
  await picture(page, 'rows');
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await new Promise((resolve) => demo.once('close', resolve));
  rmSync(home, { recursive: true, force: true });
}

async function picture(page, name) {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${images}/${name}.png` });
  console.log(`${images}/${name}.png`);
}

/** The page's address, once the demo has posted what it has. */
function printedWhenDone(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`the demo was not ready in time: ${text}`)), READY_MS_MAX);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const address = /All of them: (\S+)/.exec(text)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('close', (code) => reject(new Error(`the demo ended with ${code}: ${text}`)));
  });
}
