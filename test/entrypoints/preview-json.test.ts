/** docs/preview-json.md is a contract: the program prints the members it lists, these and no others, in this order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

type Json = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-preview-json-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(new URL('../../docs/preview-json.md', import.meta.url), 'utf8');

/** The members listed below a heading of the page. */
function membersOf(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
}

async function previewOf(name: string, bytes: Buffer): Promise<{ exitCode: number | null; document: Json }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { exitCode, out } = await runInProcess(['preview', path, '--json'], {
    SELLER_LEDGER_HOME: '/nonexistent/home',
  });
  return { exitCode, document: JSON.parse(out) as Json };
}

/** Where members differ from the page. */
function differences(document: Json): string[] {
  const found: string[] = [];
  const compare = (heading: string, value: unknown) => {
    const [listed, printed] = [membersOf(heading).join(), Object.keys(value as Json).join()];
    if (listed !== printed) found.push(`${heading}: ${printed}, listed ${listed}`);
  };
  const list = (value: unknown) => value as Json[];
  compare('The object', document);
  compare('`settlement`', document.settlement);
  for (const proof of list(document.proofs)) compare('`proofs`', proof);
  for (const item of list(document.quarantine)) compare('`quarantine`', item);
  for (const entry of list(document.entries)) {
    compare('`entries`', entry);
    for (const line of list(entry.lines)) compare('`lines`', line);
  }
  return found;
}

describe('docs/preview-json.md', () => {
  it('lists the members of a settlement that would be posted', async () => {
    const { exitCode, document } = await previewOf(
      'known.txt',
      settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US),
    );
    expect(exitCode).toBe(0);
    expect(countOf(document.entries)).toBeGreaterThan(0);
    expect(differences(document)).toEqual([]);
  });

  it('lists the members of a quarantined one, which are those of the contract and not what people are shown besides', async () => {
    const bytes = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
    const { exitCode, document } = await previewOf('unknown.txt', bytes);
    expect(exitCode).toBe(3);
    expect(countOf(document.quarantine)).toBe(1);
    expect(differences(document)).toEqual([]);
    expect(membersOf('`quarantine`')).toEqual([
      'code',
      'transactionType',
      'amountType',
      'amountDescription',
      'count',
      'amount',
      'firstRow',
    ]);
  });

  it('control: a member more, in any of its objects, is noticed', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
    const { document } = await previewOf('more.txt', bytes);
    const [entry] = document.entries as { lines: Json[] }[];
    entry!.lines[0]!.marketplace = 'Amazon.com';
    expect(differences(document)).toHaveLength(1);
    expect(differences({ ...document, more: 1 })).toHaveLength(2);
  });
});

function countOf(value: unknown): number {
  return (value as unknown[]).length;
}

describe('a line of a customer', () => {
  it('has the customer as one more member, beside its reconciliation account on the screen', async () => {
    const at = (name: string) => fileURLToPath(new URL(`../golden/cases/us-customer-lines/${name}`, import.meta.url));
    const args = ['preview', at('settlement.tsv'), '--mapping', at('mapping.yaml')];
    const environment = { SELLER_LEDGER_HOME: '/nonexistent/home' };
    const { out } = await runInProcess([...args, '--json'], environment);
    const { entries } = JSON.parse(out) as { entries: { lines: Json[] }[] };
    const lines = entries.flatMap((entry) => entry.lines);
    const members = (kind: string) => Object.keys(lines.find((line) => line.kind === kind)!);
    expect(lines.find((line) => line.kind === 'payout')).toMatchObject({ glAccount: '12100000', customer: '1000123' });
    expect(members('payout')).toEqual(membersOf('`lines`').toSpliced(2, 0, 'customer'));
    expect(members('product-sale')).toEqual(membersOf('`lines`'));
    const screen = await runInProcess(args, environment);
    expect(screen.out).toMatch(/^ +\d+ +12100000 customer 1000123 .*Amazon payout 26020000051 +1,000\.00$/m);
    expect(screen.out).toMatch(/^ +\d+ +41000000 +PC AMZUS/m);
  });
});
