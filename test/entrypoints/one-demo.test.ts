/** One process runs a demo: what becomes of it when another one took it over. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Workspace } from '../../src/entrypoints/composition.ts';
import { asOnlyDemo } from '../../src/entrypoints/demo/one-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-one-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A demo whose lease is renewed with these answers, each when `wake` says that it is time. */
function demoWith(answers: boolean[]) {
  let wake = () => {};
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      signal?.addEventListener('abort', () => resolve());
    });
  const lease = { fence: 1, renew: async () => answers.shift() ?? true, release: async () => {} };
  const workspace = { books: { acquire: async () => lease }, clock: { sleep } } as unknown as Workspace;
  return { workspace, wake: () => wake() };
}

const page = () => readFileSync(join(folder, 'page.txt'), 'utf8');

it('a demo that another process took over ends, and leaves the other one its page', async () => {
  const { workspace, wake } = demoWith([false]);
  await asOnlyDemo({ workspace, folder }, async (sayPage, lost) => {
    sayPage('http://this');
    wake();
    await lost;
    writeFileSync(join(folder, 'page.txt'), 'http://other');
  });
  expect(page()).toBe('http://other');
});

it('control: one that is still the only one takes its page away when it ends', async () => {
  const { workspace } = demoWith([]);
  await asOnlyDemo({ workspace, folder }, async (sayPage) => {
    sayPage('http://this');
    expect(page()).toBe('http://this');
  });
  expect(page).toThrow(/ENOENT/);
});
