import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../core/index.ts';
import { readSettlementRows, tellingColumns } from './index.ts';
import { COLUMNS, DETAIL, FEE, fileText, SUMMARY, sourceOf } from './settlement-text.fixture.ts';

describe('rows that are asked for again', () => {
  const source = sourceOf(gzipSync(fileText([SUMMARY, DETAIL, FEE])), { chunkLengths: [64] });

  it('come as they stand in the file, with the column names', async () => {
    const { header, rows } = await readSettlementRows(source, [4, 2]);
    expect(header).toEqual(COLUMNS);
    expect(rows.map((row) => row.row)).toEqual([2, 4]);
    expect(rows[1]?.cells[header.indexOf('amount')]).toBe('-3.00');
    expect(rows[1]?.cells[header.indexOf('sku')]).toBe('TEA-250');
  });

  it('are told with the amount first, and then what it is for', async () => {
    const { header } = await readSettlementRows(source, [2]);
    const names = tellingColumns(header).map((index) => header[index]);
    expect(names).toEqual(['amount', 'order-id', 'sku', 'amount-description']);
    expect(tellingColumns(['sku'])).toEqual([0]);
  });

  it('are decoded in the charset of the file', async () => {
    const bytes = Buffer.from(fileText([SUMMARY, { ...DETAIL, sku: 'MÜTZE' }]), 'latin1');
    const { header, rows } = await readSettlementRows(sourceOf(bytes), [3]);
    expect(rows[0]?.cells[header.indexOf('sku')]).toBe('MÜTZE');
  });

  it('must exist: SETTLEMENT_ROW_UNKNOWN', async () => {
    const asking = readSettlementRows(source, [3, 9]);
    await expect(asking).rejects.toMatchObject({
      code: 'SETTLEMENT_ROW_UNKNOWN',
      where: { file: 'settlement.txt', row: 9 },
    });
    await expect(asking).rejects.toBeInstanceOf(Problem);
  });
});
