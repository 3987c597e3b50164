/** Next steps that name a command lead to the page that does the same: with a record or a connection only where the command has one. */
import { describe, expect, it } from 'vitest';
import { pageOfCommand } from '../../web/src/components/command-page.ts';

const to = (text: string) => pageOfCommand(text)?.to ?? null;

describe('the page of a command', () => {
  it.each([
    ['Correct the lines, then run: seller-ledger mapping check table.yaml', '/mapping'],
    ['seller-ledger mapping validate table.yaml --connection shop', '/mapping'],
    ['seller-ledger mapping diff 2 3', '/mapping'],
    ['seller-ledger connections add --file shop.yaml', '/connections'],
    ['seller-ledger settlements import settlement.txt --connection shop', '/settlements'],
    ['seller-ledger settlements list', '/settlements'],
  ])('%s: a file or a number is no record', (text, address) => {
    expect(to(text)).toBe(address);
  });

  it.each([
    ['Teach it: seller-ledger mapping unknown shop.', '/mapping?connection=shop'],
    ['See seller-ledger entries show AMZ1F; then: seller-ledger sync shop', '/entries/AMZ1F'],
    ['Run it again: seller-ledger sync amazon-us, or wait.', '/connections/amazon-us'],
    ['Ask it (seller-ledger connections doctor shop) first', '/connections/shop'],
    ['seller-ledger settlements keep 7000 --why TEXT', '/settlements/7000'],
    ['seller-ledger orders show 302-0000001-0000001', '/orders/302-0000001-0000001'],
  ])('control: %s', (text, address) => {
    expect(to(text)).toBe(address);
  });

  it('control: what only the command line does, or stands for a value, leads to no record', () => {
    expect(to('seller-ledger database migrate')).toBeNull();
    expect(to('seller-ledger entries show ENTRY')).toBe('/entries');
    expect(to('Nothing to do.')).toBeNull();
  });
});
