/** Which rows a document has: SAP may leave out tax lines of nought, or show those of one tax code as one. Nobody has published it. */
import { addMoney } from '../../src/core/index.ts';
import type { PostedLine, TaxRows } from './world.ts';

/** The rows of the entry view, numbered from 1. */
export function rowsOf(lines: readonly PostedLine[], taxRows: TaxRows): readonly PostedLine[] {
  return kept(lines, taxRows).map((line, index) => ({ ...line, item: index + 1 }));
}

function kept(lines: readonly PostedLine[], taxRows: TaxRows): readonly PostedLine[] {
  switch (taxRows) {
    case 'each':
      return lines;
    case 'withAmount':
      return lines.filter(({ isTaxLine, amount }) => !isTaxLine || amount.minor !== 0n);
    case 'summarised':
      return summarised(lines);
  }
}

function summarised(lines: readonly PostedLine[]): readonly PostedLine[] {
  const taxes = new Map<string, PostedLine>();
  for (const line of lines) {
    if (!line.isTaxLine) continue;
    const key = [line.taxCode, line.taxItemClassification, line.glAccount, line.debitCreditCode].join('/');
    const before = taxes.get(key);
    taxes.set(key, before ? sumOf(before, line) : line);
  }
  return [...lines.filter(({ isTaxLine }) => !isTaxLine), ...taxes.values()];
}

function sumOf(one: PostedLine, other: PostedLine): PostedLine {
  return {
    ...one,
    amount: addMoney(one.amount, other.amount),
    companyCodeAmount: addMoney(one.companyCodeAmount, other.companyCodeAmount),
    taxBase: one.taxBase && other.taxBase ? addMoney(one.taxBase, other.taxBase) : (one.taxBase ?? other.taxBase),
  };
}
