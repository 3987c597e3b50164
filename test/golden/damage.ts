import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatMoney, isProblem, type Problem } from '../../src/core/index.ts';
import type { JournalEntry } from '../../src/ledger/index.ts';
import type { AccountTable } from '../../src/mapping/index.ts';
import { CASES, type GoldenCase, tableOf } from './case-folder.ts';
import { evaluateFile } from './evaluate-case.ts';

/** A settlement as a grid, so that columns can be taken away, renamed and moved. */
export interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a damaged file came to. */
export type Outcome =
  | { readonly is: 'problem'; readonly problem: Problem }
  | { readonly is: 'stopped'; readonly reasons: readonly string[] }
  | { readonly is: 'booked'; readonly books: string };

export function readGrid(golden: GoldenCase): Grid {
  const [file = ''] = golden.settlements;
  const lines = readFileSync(join(CASES, golden.name, file), 'utf8')
    .replace(/\n$/, '')
    .split('\n');
  const [columns = [], ...rows] = lines.map((line) => line.split('\t'));
  return { columns, rows };
}

export function writeGrid({ columns, rows }: Grid): Buffer {
  return Buffer.from(`${[columns, ...rows].map((row) => row.join('\t')).join('\n')}\n`);
}

/** Reads and works out a file; anything but a named problem is thrown on, because it is a defect. */
export async function outcomeOf(bytes: Uint8Array, golden: GoldenCase): Promise<Outcome> {
  const table: AccountTable = tableOf(golden);
  try {
    const { proposal } = await evaluateFile('damaged.tsv', bytes, table);
    const failed = proposal.proofs.filter(({ ok }) => !ok).map(({ name }) => name);
    const reasons = [...proposal.quarantine.map(({ code }) => code), ...failed];
    if (proposal.digest === null) return { is: 'stopped', reasons };
    return { is: 'booked', books: booksOf(proposal.entries) };
  } catch (thrown) {
    if (isProblem(thrown) && thrown.kind !== 'defect') return { is: 'problem', problem: thrown };
    throw thrown;
  }
}

/** What is in the books in the end: which account of which company code moved in which month, by how much. */
function booksOf(entries: readonly JournalEntry[]): string {
  return entries
    .flatMap(({ companyCode, postingDate, lines }) =>
      lines.map((line) =>
        [
          companyCode,
          postingDate.slice(0, 7),
          line.glAccount,
          line.costCenter,
          line.profitCenter,
          line.taxCode,
          formatMoney(line.amount),
          line.amount.currency,
        ].join(' '),
      ),
    )
    .sort()
    .join('\n');
}
