import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-unproven-'));
const path = join(folder, 'settlement.txt');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a preview says of a proof that does not hold its code, both numbers and what to do next', async () => {
  const text = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US).toString();
  writeFileSync(path, text.replace('90.05', '90.06'));
  const { out, exitCode } = await runInProcess(['preview', path], {});
  expect(exitCode).toBe(3);
  // It is kept nowhere, so there is no command that shows it.
  expect(out).toMatch(/^PROOF_FAILED: .* Expected 90\.06, found 90\.05\. Next: Compare .* if it is cut\.$/m);
  writeFileSync(path, text);
  expect((await runInProcess(['preview', path], {})).out, 'control').not.toContain('PROOF_FAILED');
});
