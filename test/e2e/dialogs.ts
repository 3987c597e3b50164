import type { Locator, Page, Request, Route } from 'playwright-core';
import { expect } from 'vitest';
import { type Dialog, openDialog } from '../../tools/every-page.mjs';
import type { Window } from './browser.ts';

/** What every dialog has to do, whatever it is for. */

const DIALOGS = 'ui5-dialog[open]';
const TYPED = 'x';
const WAIT = { timeout: 15_000 };

interface FieldState {
  readonly name: string;
  /** What is said beside it. */
  readonly says: string;
  readonly hasFocus: boolean;
}

interface DialogState {
  readonly fields: readonly FieldState[];
  /** What is said below all of them. */
  readonly rest: string;
  /** Of what one types into. */
  readonly values: readonly string[];
}

/**
 * Opens a dialog and gathers what is wrong with it: barriers; where the focus is before, within and after it; what becomes of a refusal,
 * of each part of what it sends and of none of them; and whether what was typed stays.
 */
export async function faultsOfDialog(window: Window, dialog: Dialog): Promise<readonly string[]> {
  const { page } = window;
  // Nobody is asked whether another setting would work.
  await page.route('**/settings/check', (route) => route.fulfill({ json: CHANGES }));
  const opener = await openDialog(page, dialog);
  if (!opener) return ['cannot be opened'];
  const open = page.locator(DIALOGS).last();
  const found = [...(await focusFaults(open)), ...(await barriersOf(window))];
  if (!dialog.onlyShows) found.push(...(await refusalFaults(page, open)));
  const before = await page.locator(DIALOGS).count();
  const isClosed = (left: number) => comesTrue(async () => (await page.locator(DIALOGS).count()) === left);
  await page.keyboard.press('Escape');
  if (!(await isClosed(before - 1))) found.push('is not closed by Escape');
  else if (!(await comesTrue(() => hasFocus(opener)))) found.push(`leaves the focus on ${await focused(open)}`);
  // One that is below it.
  if (before > 1) await page.keyboard.press('Escape');
  if (before > 1 && !(await isClosed(0))) found.push('is not closed by Escape below another one');
  return found.map((each) => `${dialog.name}: ${each}`);
}

/** Of the dialog once it stands still. */
async function barriersOf(window: Window): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await comesTrue(async () => {
    found = await window.barriers(DIALOGS);
    return found.length === 0;
  });
  return found;
}

/** The first field has the focus; without fields something of the dialog. */
async function focusFaults(open: Locator): Promise<readonly string[]> {
  return (await comesTrue(() => evaluateIn<boolean>(open, IS_IN_FIRST_FIELD)))
    ? []
    : [`has its focus on ${await focused(open)}`];
}

const IS_IN_FIRST_FIELD = `(dialog) => {
  const fields = [...dialog.querySelectorAll('ui5-input, ui5-textarea, ui5-combobox, ui5-select, ui5-date-picker, ui5-checkbox')];
  const first = fields.find((each) => !each.matches('[disabled], [readonly]'));
  return first ? first === document.activeElement : dialog.contains(document.activeElement);
}`;
function focused(open: Locator): Promise<unknown> {
  return open.page().evaluate('document.activeElement?.outerHTML.slice(0, 160)');
}

/** Of the opener, or of what it is in: a cell of a row, a button that is drawn by a component. */
async function hasFocus(opener: Locator): Promise<boolean> {
  // Where that is gone, it is further back.
  if ((await opener.count()) === 0) return (await opener.page().evaluate('document.activeElement.tagName')) !== 'BODY';
  return opener.evaluate((each) => {
    const { activeElement } = (globalThis as unknown as { document: { activeElement: unknown } }).document;
    const { host } = each.getRootNode() as unknown as { host?: unknown };
    return each.contains(activeElement as typeof each) || host === activeElement;
  });
}

/** In the dialog that is over all others. */
function evaluateIn<Answer>(open: Locator, script: string): Promise<Answer> {
  return open.page().evaluate(`(${script})([...document.querySelectorAll('${DIALOGS}')].at(-1))`) as Promise<Answer>;
}

/** What has to become so soon, without a failure where it does not. */
async function comesTrue(isSo: () => Promise<boolean>): Promise<boolean> {
  return expect
    .poll(isSo, { timeout: 5_000 })
    .toBe(true)
    .then(
      () => true,
      () => false,
    );
}

/** Fills in whatever can be typed, and has all of it refused. */
async function refusalFaults(page: Page, open: Locator): Promise<readonly string[]> {
  const refused = await refuseAll(page);
  const typed = await fillAll(open);
  await submit(open);
  const faults: string[] = [];
  const isShown = async () => refused.paths !== undefined && /wrong/.test(JSON.stringify(await stateOf(open)));
  if (!(await comesTrue(isShown))) faults.push('shows nothing of what was refused');
  const state = await stateOf(open);
  for (const { name, says } of state.fields) if (!says.includes('wrong')) faults.push(`says nothing beside ${name}`);
  const paths = refused.paths ?? [];
  for (const path of firstOfEach(paths)) {
    const said = wrong(path, paths);
    const places = [...state.fields.map(({ says }) => says), state.rest].filter((says) => says.includes(said));
    if (places.length !== 1) faults.push(`says ${places.length} times that ${path} is wrong`);
  }
  if (state.fields.length > 0 && !(await comesTrue(async () => (await stateOf(open)).fields[0]!.hasFocus)))
    faults.push('does not lead to the first field that is wrong');
  refused.isOfFields = false;
  await open.locator('[slot=footer] ui5-button').first().click();
  if (!(await comesTrue(async () => (await stateOf(open)).rest.includes('TEST_REFUSED'))))
    faults.push('does not show a refusal that is about no field');
  if (!(await comesTrue(() => evaluateIn(open, '(dialog) => dialog.contains(document.activeElement)'))))
    faults.push(`loses the focus to ${await focused(open)}`);
  const after = await stateOf(open);
  for (const { name, says } of after.fields)
    if (says.includes('wrong')) faults.push(`says beside ${name} what is past: ${says}`);
  if (JSON.stringify(after.values) !== JSON.stringify(typed))
    faults.push(`had ${typed.join(', ')} typed and keeps ${after.values.join(', ')}`);
  await page.unroute('**/api/v1/**');
  return faults;
}

/** What is asked for is answered as always; whatever would be written is refused, and the check of an account table finds nothing. */
async function refuseAll(page: Page) {
  const refused: { paths: readonly string[] | undefined; isOfFields: boolean } = { paths: undefined, isOfFields: true };
  await page.route('**/api/v1/**', (route: Route, request: Request) => {
    if (request.method() === 'GET') return route.fallback();
    // What is on the page below the dialog asks for neither, and goes by the answer.
    const { withSap, withImpact } = (request.postDataJSON() ?? {}) as { withSap?: boolean; withImpact?: boolean };
    if (withSap === false && withImpact === false) return route.fallback();
    if (request.url().endsWith('/check')) return route.fulfill({ json: NOTHING_WRONG });
    const paths = placesOf(request.postDataJSON() ?? {});
    if (refused.isOfFields) refused.paths = paths;
    const fields = paths.map((path) => ({ path, code: 'FIELD_INVALID', says: wrong(path, paths) }));
    return route.fulfill({
      status: 400,
      contentType: 'application/problem+json',
      json: {
        code: refused.isOfFields ? 'BODY_INVALID' : 'TEST_REFUSED',
        kind: 'invalid',
        says: 'Not in this way.',
        next: 'Do it in another way.',
        ...(refused.isOfFields && { fields }),
      },
    });
  });
  return refused;
}

const CHANGES = { changes: [{ path: 'sap.client', before: null, after: '200' }], secrets: [], sapMove: null };
const NOTHING_WRONG = { changes: [], faults: [], warnings: [], sap: null, impact: null };

/** What is said of a place. By its number, because the page says settings by their names. */
const wrong = (path: string, paths: readonly string[]) => `wrong ${paths.indexOf(path)}.`;

/** `change.kind`, `ids.0`; of a whole account table only what is around its rows. */
function placesOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts = Object.entries(value).filter(([name]) => name !== 'sections');
  if (parts.length === 0) return [path];
  return parts.flatMap(([name, inner]) => placesOf(inner, path === '' ? name : `${path}.${name}`));
}

/** Of a list only its first part: it has one field, which says one thing at a time. */
function firstOfEach(paths: readonly string[]): readonly string[] {
  const lists = paths.map((path) => path.replace(/\.\d+(\..*)?$/, ''));
  return paths.filter((_, at) => lists.indexOf(lists[at]!) === at);
}

/** Types into whatever is empty; gives all that stands there afterwards. */
async function fillAll(open: Locator): Promise<readonly string[]> {
  const inputs = open.locator('[data-field]').locator('input:not([type=checkbox], [readonly]), textarea');
  for (const input of await inputs.all()) {
    if ((await input.inputValue()) !== '') continue;
    const isNumber = (await input.getAttribute('type')) === 'number';
    await input.fill(isNumber ? '1' : TYPED);
    await input.press('Tab');
  }
  return (await stateOf(open)).values;
}

/** By Enter, where there is a field of one line; otherwise by its button. */
async function submit(open: Locator): Promise<void> {
  const confirm = open.locator('[slot=footer] ui5-button').first();
  await expect.poll(() => confirm.getAttribute('disabled'), WAIT).toBeNull();
  const line = open.locator('ui5-input:not([disabled])').first();
  await ((await line.count()) > 0 ? line.locator('input').first().press('Enter') : confirm.click());
}

const STATE_OF = `(dialog) => {
  const texts = (within, selector) => [...(within?.querySelectorAll(selector) ?? [])].map((each) => each.textContent).join('\\n');
  return {
    fields: [...dialog.querySelectorAll('[data-field]')].map((field) => ({
      name: field.dataset.field,
      says: texts(field, '.form-field-problem, .sl-fault'),
      hasFocus: field.contains(document.activeElement),
    })),
    rest: texts(dialog, '.form-rest'),
    values: [...dialog.querySelectorAll('[data-field] :is(ui5-input, ui5-textarea, ui5-combobox, ui5-date-picker)')].map(
      ({ value }) => value,
    ),
  };
}`;

function stateOf(open: Locator): Promise<DialogState> {
  return evaluateIn<DialogState>(open, STATE_OF);
}
