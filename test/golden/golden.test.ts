/**
 * Does this settlement still become these entries? Each folder of `cases` holds a `settlement.tsv` as Amazon writes it
 * and the `entries.txt` and `sap.xml` it comes to; a `mapping.yaml` beside them replaces the template. To add a case, add a folder
 * with a settlement. `npm run golden -- --update` accepts what changed: read the difference first.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement, type SettlementEvaluation } from '../../src/app/index.ts';
import { formatMoney } from '../../src/core/index.ts';
import { hasAmount } from '../../src/ledger/index.ts';
import { type AccountTable, readAccountTable, type SettlementSource } from '../../src/mapping/index.ts';
import { renderBooks } from './render-books.ts';
import { renderMessages } from './render-messages.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const SHARED = join(ROOT, '../shared/samples');
const CASES = new URL('cases/', import.meta.url).pathname;
const names = readdirSync(CASES).sort();
const withoutEntries = names.filter((name) => !existsSync(join(CASES, name, 'entries.txt')));

const mappingOf = (name: string): string => {
  const own = join(CASES, name, 'mapping.yaml');
  return existsSync(own) ? own : join(ROOT, 'templates/ycoa.yaml');
};

const tableOf = (name: string): AccountTable =>
  readAccountTable({ name: mappingOf(name), text: readFileSync(mappingOf(name), 'utf8') });

function evaluate(name: string, change: (bytes: Buffer) => Buffer = (bytes) => bytes): Promise<SettlementEvaluation> {
  const bytes = change(readFileSync(join(CASES, name, 'settlement.tsv')));
  return evaluateBytes(`${name}/settlement.tsv`, bytes, mappingOf(name));
}

function evaluateBytes(name: string, bytes: Buffer, mapping: string): Promise<SettlementEvaluation> {
  const source: SettlementSource = {
    name,
    open: async function* () {
      yield bytes;
    },
  };
  return evaluateSettlement({
    source,
    readSettlement: readSettlementFile,
    table: readAccountTable({ name: mapping, text: readFileSync(mapping, 'utf8') }),
    sellerAccount: 'A1GOLDENSELLER',
    withOrderRuns: false,
  });
}

describe('a settlement becomes the entries that a bookkeeper wrote down for it', () => {
  it.each(names)('%s', async (name) => {
    await expect(renderBooks(await evaluate(name))).toMatchFileSnapshot(join(CASES, name, 'entries.txt'));
  });

  it.each(names)('%s, as the messages that SAP gets', async (name) => {
    const { proposal } = await evaluate(name);
    const sent = proposal.entries.filter(hasAmount);
    if (sent.length === 0) return;
    const table = tableOf(name);
    await expect(renderMessages(sent, table)).toMatchFileSnapshot(join(CASES, name, 'sap.xml'));
  });

  it('has written down the entries of every case before this run', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
    // A new case is written by its first run, which fails here so that a person reads it before it counts.
    expect(withoutEntries).toEqual([]);
  });

  it('control: one cent more in one row changes what is written down', async () => {
    const raised = await evaluate('us-simple', (bytes) => Buffer.from(bytes.toString().replace('129.99', '130.00')));
    const books = renderBooks(raised);
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
