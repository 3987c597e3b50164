import { expect, it } from 'vitest';
import { TABLE_TEXT } from '../../test/entrypoints/mapping-table.ts';
import { isProblem, type LocalDate } from '../core/index.ts';
import { readTableContent } from './table-content.ts';
import { dateChanges } from './table-dated.ts';
import { diffTables, sayRowChange } from './table-diff.ts';

const DAY = '2027-01-01' as LocalDate;
const before = readTableContent(TABLE_TEXT);
const dated = (text: string) => dateChanges(before, readTableContent(text), DAY);
const changesOf = (text: string) => diffTables(before, dated(text)).map(sayRowChange);
const refusedBy = (text: string) => {
  try {
    dated(text);
  } catch (thrown) {
    if (isProblem(thrown)) return `${thrown.code} ${thrown.data}`;
  }
  return 'nothing';
};

it('puts what changed beside what held before, in a row that begins on the day', () => {
  const [only, ...others] = changesOf(TABLE_TEXT.replace('65000000', '65000001'));
  expect(others).toEqual([]);
  expect(only).toContain('assignments: referral-fee, any marketplace, from 2027-01-01 added: ');
  expect(only).toContain('glAccount 65000001');
});

it('leaves a row that says its own later day as it is', () => {
  const later = TABLE_TEXT.replace(
    '# Fees',
    '- { kind: referral-fee, marketplace: any, validFrom: 2028-01-01, glAccount: 1, text: t }',
  );
  expect(changesOf(later)[0]).toContain('from 2028-01-01 added');
});

it.each([
  ['a row that is left out', TABLE_TEXT.replace(/ {2}- \{ kind: closing-fee.*\n/, ''), 'a row that is left out'],
  [
    'a section whose rows hold always',
    TABLE_TEXT.replace('costCenter: CCUS', 'costCenter: OTHER'),
    'rows of marketplaces hold always',
  ],
])('MAPPING_CHANGE_NOT_DATED: refuses %s', (_, text, why) => {
  expect(refusedBy(text)).toContain('MAPPING_CHANGE_NOT_DATED');
  expect(refusedBy(text)).toContain(why);
});
