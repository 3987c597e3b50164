import type { ReadRow, Reimbursement, ReportBytes } from '../../app/index.ts';
import { parseCurrencyCode } from '../../core/index.ts';
import { RowCells } from '../flat-file/cells.ts';
import type { FlatFileShape } from '../flat-file/header.ts';
import { readFlatFile, unreadableRow } from '../flat-file/read-flat-file.ts';

export const REIMBURSEMENTS_SHAPE: FlatFileShape = {
  dialect: 'tsv',
  required: [
    'approval-date',
    'reimbursement-id',
    'amazon-order-id',
    'reason',
    'sku',
    'currency-unit',
    'amount-total',
    'quantity-reimbursed-cash',
    'quantity-reimbursed-inventory',
  ],
  amounts: ['amount-per-unit', 'amount-total'],
};

const NO_MONEY = { currency: parseCurrencyCode('USD'), minor: 0n };

/** What Amazon paid or gave back for goods it lost or damaged, row by row. Controls; the settlement is what is booked. */
export function readReimbursementsReport(source: ReportBytes): AsyncIterable<ReadRow<Reimbursement>> {
  return readFlatFile(source, REIMBURSEMENTS_SHAPE, (record, file): ReadRow<Reimbursement> => {
    if ('unreadable' in record) return record;
    const cells = new RowCells(record.row, file);
    const item = readReimbursement(cells, record.row.number);
    if (cells.faults.length === 0) return { item };
    return { unreadable: unreadableRow(file, record.row, cells.faults, cells.text('reimbursement-id')) };
  });
}

function readReimbursement(cells: RowCells, row: number): Reimbursement {
  cells.needText('currency-unit');
  cells.needText('amount-total');
  const currency = cells.currency('currency-unit');
  return {
    row,
    reimbursementId: cells.needText('reimbursement-id'),
    approvedAt: cells.momentOrDay('approval-date'),
    caseId: cells.text('case-id'),
    orderId: cells.text('amazon-order-id'),
    reason: cells.needText('reason'),
    sku: cells.text('sku'),
    asin: cells.text('asin'),
    condition: cells.text('condition'),
    amountPerUnit: cells.amount('amount-per-unit', currency),
    // Without an amount the row has a fault and nobody gets to see this.
    amountTotal: cells.amount('amount-total', currency) ?? NO_MONEY,
    quantityCash: cells.needInteger('quantity-reimbursed-cash'),
    quantityInventory: cells.needInteger('quantity-reimbursed-inventory'),
    originalReimbursementId: cells.text('original-reimbursement-id'),
  };
}
