/**
 * Does this settlement still become these entries? Each folder of `cases` holds a `settlement.tsv` as Amazon writes it,
 * or several in a row, and the `entries.txt` and `sap.xml` it comes to. To add a case, drop files into a new folder:
 * docs/golden-cases.md says which. `npm run golden -- --update` accepts what changed: read the difference first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SettlementEvaluation } from '../../src/app/index.ts';
import { formatMoney } from '../../src/core/index.ts';
import { hasAmount } from '../../src/ledger/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { CASES, type GoldenCase, readCases, tableOf } from './case-folder.ts';
import { type EvaluatedCase, evaluateCase, evaluateFile, evaluateOnce } from './evaluate-case.ts';
import { renderBooks } from './render-books.ts';
import { renderMessages } from './render-messages.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const SHARED = join(ROOT, '../shared/samples');
const cases = readCases();
const withoutEntries = cases.filter(({ hasEntries }) => !hasEntries).map(({ name }) => name);

const caseNamed = (name: string): GoldenCase => {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
};

function evaluateBytes(name: string, bytes: Buffer, mapping: string): Promise<SettlementEvaluation> {
  return evaluateFile(name, bytes, readAccountTable({ name: mapping, text: readFileSync(mapping, 'utf8') }));
}

function renderCase({ settlements }: EvaluatedCase): string {
  if (settlements.length === 1) return settlements.map(renderBooks).join('');
  return settlements.map((settlement) => `== ${settlement.file}\n\n${renderBooks(settlement)}`).join('\n');
}

describe('a settlement becomes the entries that a bookkeeper wrote down for it', () => {
  it.each(cases)('$name', async (golden) => {
    await expect(renderCase(await evaluateOnce(golden))).toMatchFileSnapshot(join(CASES, golden.name, 'entries.txt'));
  });

  it.each(cases)('$name, as the messages that SAP gets', async (golden) => {
    const { settlements } = await evaluateOnce(golden);
    const booked = settlements.filter(({ arrival }) => arrival === 'new');
    const sent = booked.flatMap(({ proposal }) => proposal.entries).filter(hasAmount);
    if (sent.length === 0) return;
    const messages = renderMessages(sent, tableOf(golden));
    await expect(messages).toMatchFileSnapshot(join(CASES, golden.name, 'sap.xml'));
  });

  it('has written down the entries of every case before this run', () => {
    expect(cases.length).toBeGreaterThanOrEqual(90);
    // A new case is written by its first run, which fails here so that a person reads it before it counts.
    expect(withoutEntries).toEqual([]);
  });

  it('control: one cent more in one row changes what is written down', async () => {
    const raised = await evaluateCase(caseNamed('us-simple'), (bytes) =>
      Buffer.from(bytes.toString().replace('129.99', '130.00')),
    );
    const books = renderCase(raised);
    expect(books).toContain('FAILS  rows-equal-total');
    expect(books).not.toBe(readFileSync(join(CASES, 'us-simple', 'entries.txt'), 'utf8'));
  });
});

const ALWAYS_PROVEN = ['rows-equal-total', 'entries-balance', 'entries-equal-settlement', 'every-row-booked-once'];

/** Files that are not part of this project; the run says that these are skipped where the folder is missing. */
const samples: readonly { file: string; payout: string; hasWithheldTax?: boolean }[] = [
  { file: 'real/us-2017-03-usd.txt', payout: '4246.20' },
  { file: 'third-party/us-2026-06-usd.txt', payout: '582.89', hasWithheldTax: true },
  { file: 'synthetic-v2/synthetic_us_utf8.txt', payout: '1141.18', hasWithheldTax: true },
  { file: 'synthetic-v2/synthetic_de_cp1252.txt', payout: '1141.18', hasWithheldTax: true },
  { file: 'synthetic-v2/synthetic_jp_sjis.txt', payout: '2000' },
];

describe('settlements of others are proven and closed with their payout', () => {
  it.skipIf(!existsSync(SHARED)).each(samples)('$file', async ({ file, payout, hasWithheldTax = false }) => {
    const bytes = readFileSync(join(SHARED, file));
    const { proposal } = await evaluateBytes(file, bytes, join(ROOT, 'templates/ycoa.yaml'));
    expect(proposal.quarantine).toEqual([]);
    expect(proposal.proofs.filter((proof) => !proof.ok)).toEqual([]);
    const names = proposal.proofs.map((proof) => proof.name);
    expect(names.slice(0, 4)).toEqual(ALWAYS_PROVEN);
    // Amazon withheld tax in some of them, and on each order what was collected.
    expect(names.slice(4)).toEqual(hasWithheldTax ? ['facilitator-tax-residual'] : []);
    expect(proposal.entries.flatMap((entry) => entry.lines).filter((line) => line.kind === 'tax-residual')).toEqual([]);
    const payouts = proposal.entries.flatMap((entry) => entry.lines).filter((line) => line.kind === 'payout');
    expect(payouts.map((line) => formatMoney(line.amount))).toEqual([payout]);
  });
});
