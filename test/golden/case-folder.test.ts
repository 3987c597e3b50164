import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCase } from './case-folder.ts';

const ABOUT = 'about: Goods are sold and paid out.\n';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'golden-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function drop(files: Readonly<Record<string, string>>): () => ReturnType<typeof readCase> {
  mkdirSync(join(folder, 'my-case'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'my-case', name), text);
  return () => readCase('my-case', folder);
}

describe('a folder of a golden case', () => {
  it('needs a settlement and a sentence about it, nothing else', () => {
    const golden = drop({ 'settlement.tsv': '', 'case.yaml': ABOUT })();
    expect(golden).toMatchObject({ name: 'my-case', settlements: ['settlement.tsv'], hasEntries: false });
    expect(golden.mapping).toMatch(/templates\/ycoa\.yaml$/);
  });

  it('may hold several settlements in a row, an account table of its own and entries of the bank', () => {
    const bank = 'bank:\n  - { after: 1, account: 0012509400, credit: 10.00, text: money arrives }\n';
    const golden = drop({
      'settlement-1.tsv': '',
      'settlement-2.tsv': '',
      'mapping.yaml': '',
      'case.yaml': `${ABOUT}${bank}open:\n  12509100 USD: 5.00\n`,
    })();
    expect(golden.settlements).toEqual(['settlement-1.tsv', 'settlement-2.tsv']);
    expect(golden.mapping).toMatch(/my-case\/mapping\.yaml$/);
    expect(golden.bank).toEqual([{ after: 1, account: '0012509400', amountText: '-10.00', text: 'money arrives' }]);
    expect([...golden.open]).toEqual([['12509100 USD', '5.00']]);
  });

  const wrong: readonly { what: string; files: Record<string, string>; says: RegExp }[] = [
    { what: 'without a settlement', files: { 'case.yaml': ABOUT }, says: /my-case: there is no settlement\.tsv/ },
    { what: 'without a sentence', files: { 'settlement.tsv': '' }, says: /my-case: case\.yaml is missing/ },
    {
      what: 'with a stray file',
      files: { 'settlement.tsv': '', 'case.yaml': ABOUT, 'settlement.tsv.bak': '', 'notes.txt': '' },
      says: /my-case: notes\.txt, settlement\.tsv\.bak does not belong into a case/,
    },
    {
      what: 'with both ways of naming settlements',
      files: { 'settlement.tsv': '', 'settlement-1.tsv': '', 'settlement-2.tsv': '', 'case.yaml': ABOUT },
      says: /settlement-1\.tsv, settlement-2\.tsv does not belong/,
    },
    {
      what: 'with a gap in the numbers',
      files: { 'settlement-1.tsv': '', 'settlement-3.tsv': '', 'case.yaml': ABOUT },
      says: /my-case: settlement-2\.tsv is missing between the others/,
    },
    {
      what: 'with one numbered settlement',
      files: { 'settlement-1.tsv': '', 'case.yaml': ABOUT },
      says: /a single settlement is called settlement\.tsv/,
    },
    {
      what: 'with a key that is not known',
      files: { 'settlement.tsv': '', 'case.yaml': `${ABOUT}cover: [10]\n` },
      says: /my-case: case\.yaml: .*cover/s,
    },
    {
      what: 'with bank entries for a single settlement',
      files: { 'settlement.tsv': '', 'case.yaml': `${ABOUT}open:\n  12509100 USD: 5.00\n` },
      says: /belong to a case of several settlements/,
    },
    {
      what: 'with a bank entry that has no side',
      files: {
        'settlement-1.tsv': '',
        'settlement-2.tsv': '',
        'case.yaml': `${ABOUT}bank:\n  - { after: 1, account: 1, text: money arrives }\n`,
      },
      says: /either a debit or a credit/,
    },
    {
      what: 'with a bank entry after a settlement that is not there',
      files: {
        'settlement-1.tsv': '',
        'settlement-2.tsv': '',
        'case.yaml': `${ABOUT}bank:\n  - { after: 3, account: 1, debit: 1.00, text: money arrives }\n`,
      },
      says: /there is no settlement 3 to bank after/,
    },
  ];

  it.each(wrong)('is refused $what, by its name', ({ files, says }) => {
    expect(drop(files)).toThrow(says);
  });
});
