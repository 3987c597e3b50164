/** What `mapping check` says of a table that can be used. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { templateText } from '../../src/entrypoints/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-mapping-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function check(text: string, ...flags: readonly string[]): Promise<{ exitCode: number; out: string }> {
  const path = join(folder, 'mapping.yaml');
  writeFileSync(path, text);
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const exitCode = await runCli(['node', 'seller-ledger', ...flags, 'mapping', 'check', path], {});
  return { exitCode, out };
}

const ASKED = templateText().replace(
  /(kind: product-sale,[^\n]*)profitCenter: default/,
  (_, before) => `${before}costCenter: default`,
);

it('says what an accountant would ask about, with line and column, and takes the table all the same', async () => {
  expect(ASKED).not.toBe(templateText());
  const { exitCode, out } = await check(ASKED);
  expect(exitCode).toBe(0);
  expect(out).toMatch(
    /can be used\. Version [0-9a-f]{64}\nWarning \d+:\d+ assignments\[0\]\.costCenter: product-sale is revenue/,
  );
  const told = JSON.parse((await check(ASKED, '--json')).out) as { warnings: readonly object[] };
  expect(told.warnings).toMatchObject([{ path: 'assignments[0].costCenter', line: expect.any(Number) }]);
});

it('control: of the template it says nothing', async () => {
  expect((await check(templateText())).out).not.toContain('Warning');
});
