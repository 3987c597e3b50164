import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { listTableWarnings } from './account-table-warnings.ts';
import { readAccountTable } from './read-account-table.ts';

const TEMPLATE = readFileSync(new URL('../../templates/ycoa.yaml', import.meta.url), 'utf8');

function warningsOf(change: (text: string) => string): string[] {
  const changed = change(TEMPLATE);
  expect(changed).not.toBe(TEMPLATE);
  return listTableWarnings(readAccountTable({ name: 'test', text: changed })).map(
    ({ path, says }) => `${path}: ${says}`,
  );
}

/** Replaces something in the row of one kind. */
const inRow = (kind: string, from: RegExp, to: string) => (text: string) =>
  text.replace(new RegExp(`kind: ${kind},[^\n]*`), (row) => row.replace(from, to));

it('the template raises no question', () => {
  expect(listTableWarnings(readAccountTable({ name: 'ycoa', text: TEMPLATE }))).toEqual([]);
});

it('revenue with a cost centre is asked about, with its place', () => {
  expect(warningsOf(inRow('product-sale', /profitCenter: default/, 'costCenter: default'))).toEqual([
    'assignments[0].costCenter: product-sale is revenue: it carries a profit centre, not a cost centre',
  ]);
});

it('a cost without a cost centre is asked about', () => {
  const [says] = warningsOf(inRow('referral-fee', /costCenter: default,/, ''));
  expect(says).toMatch(/referral-fee is a cost and has no cost centre/);
});

it('a tax code with a rate on a row that is tax already is asked about, and one that only marks it is not', () => {
  const withCode = (rate: number) => (text: string) =>
    inRow(
      'amazon-fee-tax',
      /text:/,
      'taxCode: V1, text:',
    )(text.replace('taxCodes: []', `taxCodes:\n  - { taxCode: V1, rate: ${rate}, direction: input }`));
  expect(warningsOf(withCode(19))[0]).toMatch(/amazon-fee-tax is tax already: tax code V1 would split tax out of it/);
  // control: nothing is split out by a rate of nought.
  expect(warningsOf(withCode(0))).toEqual([]);
});
