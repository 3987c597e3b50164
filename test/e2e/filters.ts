import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Window } from './browser.ts';

/** What every filter of a page has to do with a value that the service does not take. */

const WAIT = { timeout: 15_000 };
/** No name of anything, no day and no month, and longer than any text that is looked for. */
const BAD = 'x'.repeat(300);
/** In the place of a name within a path, where nothing is so long. */
const BAD_NAME = 'no-such-name';

/** Filters that ask the service for nothing, so that nothing can be wrong with them. */
const ASK_NOTHING: Readonly<Record<string, readonly string[]>> = {
  mapping: ['section', 'filter'],
  preview: ['charset'],
};
/** What is typed here leads to another page, once there is such a record. */
const LEADS_AWAY: Readonly<Record<string, string>> = { orders: 'id' };
/** With another report other filters are there. */
const CHOOSES_FILTERS = 'report';
/** What is shown is edited, so it is never that of another connection than the filter says. */
const KEEPS_NOTHING: readonly string[] = ['mapping'];

interface FilterState {
  readonly fields: readonly { readonly name: string; readonly says: string; readonly value: string }[];
  /** Whatever is said anywhere on the page, each time that it is. */
  readonly alerts: readonly string[];
  /** Fields that belong to no form and say nothing of themselves. */
  readonly strays: readonly string[];
  /** What is shown by them. */
  readonly shown: readonly string[];
}

const STATE_OF = `(() => {
  const texts = (found) => [...found].map((each) => each.textContent.trim()).filter(Boolean);
  const field = ':is(ui5-input, ui5-textarea, ui5-select, ui5-combobox, ui5-date-picker)';
  const main = document.querySelector('main');
  return {
    fields: [...main.querySelectorAll('.filters [data-field]')].map((each) => ({
      name: each.dataset.field,
      says: texts(each.querySelectorAll('.form-field-problem')).join('\\n'),
      value: each.querySelector(field).value ?? '',
    })),
    alerts: texts(main.querySelectorAll('[role=alert]')),
    strays: [...main.querySelectorAll(field)].filter((each) => !each.closest('[data-field]')).map((each) => each.outerHTML.slice(0, 120)),
    shown: [...main.querySelectorAll('table, [role=grid] [role=row]')].map((each) => each.textContent),
  };
})()`;

/** Asks for nonsense by each filter of the page that is there, and gathers what is wrong with what becomes of it. */
export async function filterFaults(window: Window, view: string): Promise<readonly string[]> {
  const { page } = window;
  const before = await stateOf(page);
  const faults = before.strays.map((each) => `has a field that can say nothing of itself: ${each}`);
  const names = before.fields.map(({ name }) => name).filter((name) => !ASK_NOTHING[view]?.includes(name));
  const typed = LEADS_AWAY[view];
  const asked = names.filter((name) => name !== typed);
  if (typed !== undefined) faults.push(...(await faultsOfTyped(page, typed)));
  for (const together of [
    asked.filter((name) => name !== CHOOSES_FILTERS),
    asked.filter((name) => name === CHOOSES_FILTERS),
  ]) {
    if (together.length > 0) faults.push(...(await faultsOfAsked(window, view, together)));
  }
  return faults;
}

async function faultsOfAsked(window: Window, view: string, names: readonly string[]): Promise<readonly string[]> {
  const { page } = window;
  const faults: string[] = [];
  const shown = await shownOnceStill(page);
  const address = new URL(page.url());
  const bad = new URL(address);
  const value = KEEPS_NOTHING.includes(view) ? BAD_NAME : BAD;
  for (const name of names) bad.searchParams.set(name, value);
  const ofAsked = async () => (await stateOf(page)).fields.filter(({ name }) => names.includes(name));
  const silent = async () => (await ofAsked()).filter(({ says }) => says === '').map(({ name }) => name);
  // A way that is made up, as here, is lost where the page is still on another one; no reader goes two at once.
  const askedBefore = window.requests.length;
  for (const _way of ['first', 'again']) {
    await lead(page, bad);
    const isSaid = await expect
      .poll(silent, WAIT)
      .toEqual([])
      .then(
        () => true,
        () => false,
      );
    if (isSaid) break;
  }
  for (const name of await silent())
    faults.push(
      `says nothing beside the filter ${name}; at ${page.url()} asked ${window.requests.slice(askedBefore).join(' ')}`,
    );
  const after = await stateOf(page);
  const beside = after.fields.map(({ says }) => says).filter((says) => says !== '');
  if (JSON.stringify(after.alerts) !== JSON.stringify(beside))
    faults.push(`says ${JSON.stringify(after.alerts)}, beside its filters ${JSON.stringify(beside)}`);
  for (const field of await ofAsked())
    if (field.value !== value) faults.push(`does not keep what was given as ${field.name}`);
  const keeps = names[0] !== CHOOSES_FILTERS && !KEEPS_NOTHING.includes(view);
  // What they say may move on meanwhile: there are new events, and times pass.
  const left = keeps ? (await shownOnceStill(page)).length : shown.length;
  if (left < shown.length) faults.push(`had ${shown.length} rows, and has ${left} after a filter was refused`);
  if ((await window.sidewaysPx()) > 0) faults.push('is too wide for what it says of its filters');
  await lead(page, address);
  await expect.poll(async () => (await stateOf(page)).alerts, WAIT).toEqual([]);
  await window.settled();
  return faults;
}

async function faultsOfTyped(page: Page, name: string): Promise<readonly string[]> {
  const input = page.locator(`.filters [data-field="${name}"] input`);
  const saysOf = async () => (await stateOf(page)).fields.find((each) => each.name === name)!.says;
  await input.fill('no such record');
  await input.press('Enter');
  const isSaid = await expect
    .poll(saysOf, WAIT)
    .not.toBe('')
    .then(
      () => true,
      () => false,
    );
  await input.fill('');
  await input.press('Enter');
  await expect.poll(saysOf, WAIT).toBe('');
  return isSaid ? [] : [`says nothing beside ${name}`];
}

/** As the way back does. */
async function lead(page: Page, to: URL): Promise<void> {
  await page.evaluate(`history.replaceState({}, '', ${JSON.stringify(to.href)})`);
  await page.evaluate(`dispatchEvent(new PopStateEvent('popstate', { state: {} }))`);
}

/** Rows are drawn anew for a while after the window has another width. */
async function shownOnceStill(page: Page): Promise<readonly string[]> {
  let { shown } = await stateOf(page);
  await expect
    .poll(
      async () => {
        const before = shown;
        ({ shown } = await stateOf(page));
        return shown.join() === before.join();
      },
      { ...WAIT, interval: 300 },
    )
    .toBe(true);
  return shown;
}

function stateOf(page: Page): Promise<FilterState> {
  return page.evaluate(STATE_OF) as Promise<FilterState>;
}
