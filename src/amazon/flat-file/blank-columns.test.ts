import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { blankColumns } from './blank-columns.ts';
import { reportOf } from './flat-file.fixture.ts';
import type { FlatFileShape } from './header.ts';
import { isPersonalColumn } from './personal-columns.ts';

const TSV: FlatFileShape = { dialect: 'tsv', required: ['id', 'amount'], amounts: ['amount'] };
const CSV: FlatFileShape = { ...TSV, dialect: 'csv' };

async function blank(
  content: Buffer | string,
  shape = TSV,
  pieceBytes = 3,
): Promise<{ bytes: Buffer; digest: string }> {
  const pieces: Uint8Array[] = [];
  let digest = '';
  const bytes = reportOf(content, { pieceBytes }).open();
  for await (const piece of blankColumns({ name: 'a report', bytes }, shape, (sha256) => (digest = sha256)))
    pieces.push(piece);
  return { bytes: Buffer.concat(pieces), digest };
}

const textOf = async (content: Buffer | string, shape = TSV) => (await blank(content, shape)).bytes.toString('utf8');

describe('a report whose columns about persons are blanked', () => {
  it('is otherwise the same, byte for byte', async () => {
    expect(await textOf('id\tBUYER_NAME\tamount\r\n1\tEve Canary\t1.00\r\n2\t\t"2"')).toBe(
      'id\tBUYER_NAME\tamount\r\n1\t\t1.00\r\n2\t\t"2"',
    );
    expect(await textOf('id,Buyer Name,amount\n"1","Canary, ""Eve""\nStreet",1.00\n', CSV)).toBe(
      'id,Buyer Name,amount\n"1",,1.00\n',
    );
  });

  it('control: one without such columns is the same altogether', async () => {
    const text = 'id\tamount\r\n1\t1.00\n\n2\t"x\n';
    expect(await textOf(text)).toBe(text);
  });

  it('stays compressed if it was, and tells the digest of what came in', async () => {
    const delivered = gzipSync('id\tbuyer-name\tamount\n1\tCanary\t1.00\n');
    const { bytes, digest } = await blank(delivered);
    expect(gunzipSync(bytes).toString()).toBe('id\tbuyer-name\tamount\n1\t\t1.00\n');
    expect(digest).toBe(createHash('sha256').update(delivered).digest('hex'));
  });

  it.each([
    ['narrow, as when an address has a line end', 'id\tnote\tamount\tbuyer-name\n1\ta\nCanary\t1.00\n'],
    ['wide, as when a title has a tab', 'id\tamount\tbuyer-name\n1\t1.00\tx\tCanary\n'],
  ])('keeps nothing of a row that is too %s but what is certain', async (_, text) => {
    const blanked = await textOf(text);
    expect(blanked).not.toContain('Canary');
    expect(blanked.split('\n')[1]).toMatch(/blanked/);
  });

  it('lets no byte out of what is no table', async () => {
    await expect(blank('<html>Canary</html>')).rejects.toMatchObject({ code: 'REPORT_NOT_A_TABLE' });
    await expect(blank('')).rejects.toMatchObject({ code: 'REPORT_NOT_A_TABLE' });
    await expect(blank(gzipSync('<html>Canary</html>'))).rejects.toMatchObject({ code: 'REPORT_NOT_A_TABLE' });
  });

  it('passes a failure of the download on, also through the compression', async () => {
    async function* bytes() {
      yield gzipSync('id\tamount\n').subarray(0, 12);
      throw new Error('cut');
    }
    const read = async () => {
      for await (const _ of blankColumns({ name: 'x', bytes: bytes() }, TSV, () => {}));
    };
    await expect(read()).rejects.toThrow('cut');
  });
});

describe('a column about a person', () => {
  it.each([
    ...['BUYER_NAME', 'BUYER_VAT_NUMBER', 'ARRIVAL_ADDRESS', 'ARRIVAL_CITY', 'ARRIVAL_POST_CODE', 'Ship To City'],
    ...['Ship To Postal Code', 'Bill To State', 'Buyer Tax Registration', 'ship-postal-code', 'buyer-email', 'cpf'],
    ...['purchase-order-number', 'Invoice Url', 'INVOICE_URL', 'recipient-name', 'ship-phone-number'],
  ])('is %s', (name) => {
    expect(isPersonalColumn(name)).toBe(true);
  });

  it.each([
    ...['Ship To Country', 'ARRIVAL_COUNTRY', 'SALE_ARRIVAL_COUNTRY', 'amazon-order-id', 'ship-city', 'ship-country'],
    ...['Ship From Postal Code', 'SUPPLIER_NAME', 'TRANSACTION_SELLER_VAT_NUMBER', 'promotion-ids', 'quantity'],
  ])('control: is not %s', (name) => {
    expect(isPersonalColumn(name)).toBe(false);
  });
});
