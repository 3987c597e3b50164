import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIALOGS, VIEWS } from '../../tools/every-page.mjs';
import { listFiles } from './source-files.ts';

const table = readFileSync(new URL('../../web/src/pages.tsx', import.meta.url), 'utf8');
const paths = [...table.matchAll(/^ {4}path: '([^']+)'/gm)].map((match) => match[1]);

describe('the views of tools/every-page.mjs', () => {
  it('are of every page there is, so that none is left out of the pictures and of test/e2e/every-page.test.ts', () => {
    expect(new Set(VIEWS.map(({ path }) => path))).toEqual(new Set(paths));
  });

  it('control: the table of pages was read', () => {
    expect(paths.length).toBeGreaterThan(20);
    expect(paths).toContain('/settlements/:id');
  });

  it('have each a name of their own, and their dialogs are on pages there are', () => {
    const names = VIEWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(DIALOGS.map(({ on }) => on)));
  });
});

/** `job-dialog JobDialog` of every component that draws a dialog. */
const drawn = listFiles('web/src', ['.tsx']).flatMap(({ path, text }) => {
  const components = text.split(/^(?:export )?function (?=[A-Z])/m).slice(1);
  return components
    .filter((code) => /<(Modal|ReasonDialog)\b/.test(code))
    .map((code) => `${path.replace(/^.*\/|\.tsx$/g, '')} ${/^\w+/.exec(code)?.[0]}`);
});

describe('the dialogs of tools/every-page.mjs', () => {
  it('are all there are, so that test/e2e/every-page.test.ts looks at each', () => {
    // What the others are made of; and what no button opens: test/e2e/sign-in.test.ts has a session end.
    const own = drawn.filter((name) => !['reason-dialog ReasonDialog', 'sign-in-again SignInAgain'].includes(name));
    expect(new Set(DIALOGS.map(({ of }) => of))).toEqual(new Set(own));
  });

  it('control: the components that draw one were read', () => {
    expect(drawn.length).toBeGreaterThan(25);
    expect(drawn).toContain('settlement-actions ReverseDialog');
    expect(drawn).toContain('reason-dialog ReasonDialog');
  });

  it('are drawn by the library nowhere but in the component that keeps the focus', () => {
    const files = listFiles('web/src', ['.tsx']).filter(({ text }) => text.includes('webcomponents-react/Dialog'));
    expect(files.map(({ path }) => path)).toEqual(['web/src/components/modal.tsx']);
  });
});
