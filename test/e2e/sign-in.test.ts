/** Signing in and out, as people do it. */
import axe from 'axe-core';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFirstUser, addUser } from '../../src/app/index.ts';
import { OWN_PASSWORD, startWithSignIn } from '../entrypoints/sign-in-kit.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { CHROMIUM, launchBrowser } from './browser.ts';

let test: TestBooks;
let service: Awaited<ReturnType<typeof startWithSignIn>>;
let browser: Browser;
let page: Page;
let oneTime: string;
const complaints: string[] = [];
/** A busy machine takes its time. */
const WAIT = { timeout: 15_000 };

const field = (name: string) => page.locator(`input[name="${name}"]`);
const problemOf = (name: string) => page.locator(`.form-field:has(input[name="${name}"]) [role="alert"]`);

async function signIn(name: string, password: string): Promise<void> {
  await field('name').fill(name);
  await field('password').fill(password);
  await field('password').press('Enter');
}

async function faultsOfPage(): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
  return found;
}

/** As by an administrator, or by time. */
async function endSessions(): Promise<void> {
  const { access } = service.workspace;
  const { id } = (await access.findUser('admin'))!;
  await access.changeUser(id, () => ({
    change: { endsSessions: true },
    fact: { actor: { kind: 'user', name: 'a test' }, action: 'session.end', why: 'a test' },
  }));
}

/** As the page does once somebody comes back to it, until it asks who is there. */
async function lookAnew(): Promise<void> {
  const look = async () => {
    await page.evaluate(`dispatchEvent(new Event('visibilitychange'))`);
    return field('password').count();
  };
  await expect.poll(look, WAIT).toBe(1);
}

/** In another window, which has the same cookies. */
async function signInElsewhere(name: string, password: string): Promise<void> {
  const answer = await page.context().request.post(`${service.url}/api/v1/sign-in`, {
    data: { name, password },
    headers: { origin: service.url },
  });
  expect(answer.status()).toBe(200);
}

/** With nothing in its cache. `painted`: when something was first painted, in ms by the browser's own clock; 0: not yet. */
async function inFreshBrowser(
  cookies: Parameters<BrowserContext['addCookies']>[0],
  work: (fresh: Page, painted: () => Promise<number>) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext();
  try {
    await context.addCookies(cookies);
    const fresh = await context.newPage();
    await work(fresh, () =>
      fresh.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
    );
  } finally {
    await context.close();
  }
}

beforeAll(async () => {
  if (!CHROMIUM) return;
  test = await openTestBooks();
  service = await startWithSignIn(test);
  oneTime = (await addFirstUser(service.workspace))!.password;
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' })).newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused sign-in is an answer like any other, though browsers call it an error.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await service?.close();
  await test?.close();
});

describe.skipIf(!CHROMIUM)('the sign-in page', () => {
  it('says beside the password what is wrong, also that the user is locked, and has no faults that axe finds', async () => {
    await page.goto(`${service.url}/users`);
    await expect.poll(() => page.title(), WAIT).toContain('Sign in');
    await expect.poll(faultsOfPage, WAIT).toEqual([]);
    for (let tried = 0; tried < 5; tried += 1) {
      const answered = page.waitForResponse(/\/sign-in$/);
      await signIn('admin', `wrong ${tried}`);
      await answered;
      await expect
        .poll(() => problemOf('password').textContent(), WAIT)
        .toMatch(tried < 4 ? /is wrong/ : /Too many wrong/);
    }
    const { user } = { user: await service.workspace.access.findUser('admin') };
    await service.workspace.access.changeUser(user!.id, () => ({
      change: { lockedUntil: null, lockouts: 0 },
      fact: { actor: { kind: 'user', name: 'a test' }, action: 'user.unlock', why: 'a test' },
    }));
  });

  it('asks whoever signs in with a one-time password for another one, and then leads to where they wanted to go', async () => {
    await signIn('admin', oneTime);
    await field('newPassword').waitFor();
    await field('password').fill(oneTime);
    await field('newPassword').fill('short');
    await field('again').fill('shorter');
    await field('again').press('Enter');
    await expect.poll(() => problemOf('again').textContent(), WAIT).toContain('must be the same');
    await field('again').fill('short');
    await field('again').press('Enter');
    await expect.poll(() => problemOf('newPassword').textContent(), WAIT).toContain('5 characters');
    await field('newPassword').fill(OWN_PASSWORD);
    await field('again').fill(OWN_PASSWORD);
    await field('again').press('Enter');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/users');
  });

  it('lets an administrator add a user, whose password is shown once', async () => {
    await page.getByRole('gridcell', { name: 'Administrator (admin), you' }).waitFor();
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.locator('ui5-dialog');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('anna b');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('new in the team');
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await page.locator('.form-field-problem', { hasText: 'is no name for a user' }).waitFor();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('anna');
    await dialog.getByRole('button', { name: 'Add user' }).click();
    const secret = page.locator('code.secret');
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/^\w{4}(-\w{4}){4}$/);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('gridcell', { name: 'anna' }).first().waitFor();
  });

  it('and the overview behind it are painted before any script or answer has arrived', async () => {
    const isLate = (url: URL) => url.pathname.endsWith('.js') || url.pathname.startsWith('/api/');
    const isStyle = (url: URL) => url.pathname.endsWith('.css');
    for (const heading of ['h1', 'ui5-title[level="H1"]']) {
      const cookies = heading === 'h1' ? [] : await page.context().cookies();
      await inFreshBrowser(cookies, async (fresh, painted) => {
        await fresh.route(isLate, () => {});
        await fresh.goto(service.url, { waitUntil: 'commit' });
        // How long it takes, `npm run bench` measures.
        await expect.poll(painted, WAIT).toBeGreaterThan(0);
      });
    }
    // control: what is seen is the page's own paint, so there is none while its styles are on their way.
    await inFreshBrowser([], async (fresh, painted) => {
      const held: Route[] = [];
      await fresh.route(isStyle, (route) => void held.push(route));
      const script = fresh.waitForEvent('requestfinished', (request) => request.url().endsWith('.js'));
      await fresh.goto(service.url, { waitUntil: 'commit' });
      await script;
      expect(held.length).toBeGreaterThan(0);
      expect(await painted()).toBe(0);
      await Promise.all(held.map((route) => route.continue()));
      await expect.poll(painted, WAIT).toBeGreaterThan(0);
    });
  }, 90_000);

  it('is where one is after signing out, and the way back shows nothing', async () => {
    await page.getByRole('button', { name: /Administrator: Your name/ }).click();
    await page.getByText('Sign Out').click();
    await field('password').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.goBack();
    await field('password').waitFor();
    expect(complaints).toEqual([]);
  });

  it('comes over the page where a session ends: what was typed stays, and what was begun goes on once', async () => {
    await page.goto(`${service.url}/users`);
    await field('password').waitFor();
    await signIn('admin', OWN_PASSWORD);
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.locator('ui5-dialog', { hasText: 'Reason' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('ben');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('in the place of anna');
    await endSessions();
    const asked: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/users$/.test(request.url()))
        asked.push(request.headers()['idempotency-key']);
    });
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await field('password').waitFor();
    // Whoever passes by sees nothing of the books.
    expect(await dialog.isVisible()).toBe(false);
    expect(await page.locator('#content').isVisible()).toBe(false);
    await expect.poll(faultsOfPage, WAIT).toEqual([]);
    await page.keyboard.press('Escape');
    await field('password').fill('wrong');
    await field('password').press('Enter');
    await expect.poll(() => problemOf('password').textContent(), WAIT).toMatch(/is wrong/);
    await field('password').fill(OWN_PASSWORD);
    await field('password').press('Enter');
    const secret = page.locator('code.secret');
    await secret.waitFor();
    expect(await field('password').count()).toBe(0);
    expect(asked.length).toBe(2);
    expect(new Set(asked).size).toBe(1);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('gridcell', { name: 'ben' }).first().waitFor();
  });

  it('goes away by itself once the same user signs in in another window; another one finds nothing of it', async () => {
    await page.getByRole('button', { name: 'Add user' }).click();
    const name = page.locator('ui5-dialog').getByRole('textbox', { name: 'Name', exact: true });
    await name.fill('typed by admin');
    await endSessions();
    await lookAnew();
    expect(await name.isVisible()).toBe(false);
    await signInElsewhere('admin', OWN_PASSWORD);
    await name.waitFor();
    expect(await name.inputValue()).toBe('typed by admin');

    await endSessions();
    await lookAnew();
    const act = { actor: { kind: 'user', name: 'a test' }, why: 'a test' } as const;
    const carl = await addUser(service.workspace, { name: 'carl', roles: ['viewer'] }, act);
    await signInElsewhere('carl', carl.password);
    await field('newPassword').waitFor();
    expect(await page.content()).not.toContain('typed by admin');
    expect(complaints).toEqual([]);
  });
});
