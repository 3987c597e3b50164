import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIALOGS, VIEWS } from '../../tools/every-page.mjs';

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
