// Measures how long a browser with nothing in its cache takes to paint the page and to show its heading, on this machine, against the
// demo as it is installed. Without a Chromium it says so and measures nothing; CHROMIUM_PATH names one.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** What the first contentful paint may take. */
const FIRST_PAINT_MS_MAX = 1_000;
const PROGRAM = fileURLToPath(new URL('../dist/src/entrypoints/cli/main.js', import.meta.url));
const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** One line for each page. Throws where the middle one of the rounds is over the limit. */
export async function benchFirstPaint({ rounds }) {
  const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path));
  console.log('First paint of the page with an empty cache, on loopback');
  if (!executablePath) return console.log('not measured: no Chromium; CHROMIUM_PATH names one\n');
  const demo = await startDemo();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const pages = [
      ['sign-in page', undefined],
      ['overview', demo.password],
    ];
    for (const [title, password] of pages) {
      const measured = [];
      for (let round = 0; round < rounds; round += 1) measured.push(await measureOnce(browser, demo.url, password));
      const firstPaint = middle(measured.map((each) => each.firstPaintMs));
      const heading = middle(measured.map((each) => each.headingMs));
      console.log(`${title.padEnd(14)} first paint ${firstPaint.toFixed(0)} ms, heading ${heading.toFixed(0)} ms`);
      if (firstPaint > FIRST_PAINT_MS_MAX)
        throw new Error(`${title}: the first paint takes ${firstPaint.toFixed(0)} ms`);
    }
    console.log();
  } finally {
    await browser.close();
    await demo.stop();
  }
}

async function measureOnce(browser, url, password) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    if (password) {
      await context.request.post(`${url}/api/v1/sign-in`, {
        data: { name: 'anna', password },
        headers: { origin: url },
      });
    }
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector(password ? 'ui5-title[level="H1"]' : 'h1');
    return await page.evaluate(() => ({
      headingMs: performance.now(),
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    }));
  } finally {
    await context.close();
  }
}

async function startDemo() {
  const home = mkdtempSync('/var/tmp/seller-ledger-bench-');
  const child = spawn(process.execPath, [PROGRAM, 'start', '--demo', '--port', '0'], {
    env: { ...process.env, SELLER_LEDGER_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const { url, password } = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /All of them: (\S+)/.exec(text)?.[1];
      const secret = /Sign in as anna with the password (\S+)/.exec(text)?.[1];
      if (found && secret) resolve({ url: found, password: secret });
    });
    void ended.then(() => reject(new Error(`the demo ended before it was ready: ${text}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  return { url, password, stop };
}

function middle(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
