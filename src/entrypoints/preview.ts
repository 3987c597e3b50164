import { readSettlementFile } from '../amazon/index.ts';
import { evaluateSettlement, type SettlementEvaluation, type SettlementFileSums, sumSettlement } from '../app/index.ts';
import { formatInstant, formatMoney } from '../core/index.ts';
import type { AccountTable, SettlementReading, SettlementSource, SettlementVisitor } from '../mapping/index.ts';

/** What a preview without a connection uses in place of the seller account, which is part of every posting key. */
export const PREVIEW_SELLER = 'preview';

export interface PreviewInput {
  readonly source: SettlementSource;
  readonly table: AccountTable;
  readonly sellerAccount: string;
}

/** What a settlement file comes to in the books, with its sums by kind, in one reading. Nothing is stored. Raises the reader's problems. */
export async function previewWithSums({
  source,
  ...input
}: PreviewInput): Promise<SettlementEvaluation & { readonly sums: SettlementFileSums }> {
  let evaluation: SettlementEvaluation | undefined;
  const sums = await sumSettlement(async (from, sum): Promise<SettlementReading> => {
    const readSettlement = (again: SettlementSource, own: SettlementVisitor) =>
      readSettlementFile(again, bothOf(own, sum));
    evaluation = await evaluateSettlement({ ...input, source: from, readSettlement, withOrderRuns: false });
    return evaluation.reading;
  }, source);
  return { ...(evaluation as SettlementEvaluation), sums };
}

function bothOf(one: SettlementVisitor, other: SettlementVisitor): SettlementVisitor {
  return {
    header: (...facts) => {
      one.header(...facts);
      other.header(...facts);
    },
    line: (line) => {
      one.line(line);
      other.line(line);
    },
  };
}

/** The one object of `preview --json`: a contract that others build on, written down in docs/preview-json.md. */
export function previewDocument({ reading, proposal, rows }: SettlementEvaluation) {
  const { header } = reading;
  const rowsOf = rowsByBucket(rows.bucketOfRow);
  return {
    settlement: {
      settlementId: header.settlementId,
      startTime: formatInstant(header.startAt),
      endTime: formatInstant(header.endAt),
      depositDate: formatInstant(header.depositAt).slice(0, 10),
      currency: header.currency,
      totalAmount: formatMoney(header.total),
      lineCount: reading.lineCount,
    },
    proofs: proposal.proofs.map(({ name, ok, expected, actual }) => ({ name, ok, expected, actual })),
    quarantine: proposal.quarantine.map((item) => ({
      code: item.code,
      transactionType: item.transactionType,
      amountType: item.amountType,
      amountDescription: item.amountDescription,
      count: item.count,
      amount: formatMoney(item.amount),
      firstRow: item.firstRow,
    })),
    entries: proposal.entries.map((entry) => ({
      companyCode: entry.companyCode,
      postingDate: entry.postingDate,
      currency: entry.currency,
      reference: entry.postingKey,
      lines: entry.lines.map((line) => ({
        kind: line.kind,
        glAccount: line.glAccount,
        // Absent without one: the members of every other line are a contract.
        ...(line.customer !== undefined && { customer: line.customer }),
        costCenter: line.costCenter,
        profitCenter: line.profitCenter,
        taxCode: line.taxCode,
        amount: formatMoney(line.amount),
        text: line.text,
        sourceRows: line.buckets.flatMap((bucket) => rowsOf.get(bucket) ?? []).sort((a, b) => a - b),
      })),
    })),
    digest: proposal.digest,
  };
}

function rowsByBucket(bucketOfRow: Uint32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < bucketOfRow.length; row += 1) {
    const bucket = bucketOfRow[row];
    if (bucket === undefined || bucket === 0xffff_ffff) continue;
    const list = rows.get(bucket);
    if (list) list.push(row);
    else rows.set(bucket, [row]);
  }
  return rows;
}
