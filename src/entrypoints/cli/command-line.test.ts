import { describe, expect, it } from 'vitest';
import { namedAsEverywhere } from './command-line.ts';
import { asTyped } from './own-command.ts';
import { createProgram } from './program.ts';

describe('the reason of a decision', () => {
  const read = async (...words: string[]) => {
    const argv = ['node', 'seller-ledger', ...words];
    const program = await createProgram(argv, () => async () => {});
    return namedAsEverywhere(program, argv).slice(2).join(' ');
  };

  it('is --why in every command, and by its older name understood where it had one', async () => {
    expect(await read('entries', 'approve', 'KEY', '--reason', 'x')).toBe('entries approve KEY --why x');
    expect(await read('mapping', 'teach', 'shop', '--reason=x')).toBe('mapping teach shop --why=x');
    // control: where it is SAP's code it stays, and what stands behind two dashes is no option.
    expect(await read('entries', 'reverse', 'KEY', '--reason', '01')).toBe('entries reverse KEY --reason 01');
    expect(await read('entries', 'approve', '--why', 'x', '--', '--reason')).toBe(
      'entries approve --why x -- --reason',
    );
  });
});

describe('a command in a text', () => {
  const inClone = { npm_lifecycle_event: 'cli', npm_package_name: 'seller-ledger' };

  it('is one that the person can type: as the program was started', () => {
    const text = 'Fetch first: seller-ledger sync NAME, or seller-ledger --demo settlements list';
    expect(asTyped(text, inClone)).toBe(
      'Fetch first: npm run cli -- sync NAME, or npm run cli -- --demo settlements list',
    );
    expect(asTyped(text, {})).toBe(text);
    expect(asTyped(text, { ...inClone, npm_package_name: 'other' })).toBe(text);
    expect(asTyped('Install seller-ledger again.', inClone)).toBe('Install seller-ledger again.');
  });
});
