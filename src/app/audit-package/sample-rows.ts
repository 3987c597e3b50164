import { money } from '../../core/index.ts';
import type { PostingKey } from '../../ledger/index.ts';
import type { EntryRecord, SettlementRecord } from '../ports.ts';
import type { Report, ReportRow } from '../reports/report.ts';
import type { PackageInput } from './write-package.ts';

/** The rows of Amazon's file behind each line of the entries that were drawn, as CSV by posting key. */
export async function sampleRows(
  { books, readSettlement, renderCsv }: Pick<PackageInput, 'books' | 'readSettlement' | 'renderCsv'>,
  record: SettlementRecord,
  drawn: readonly EntryRecord[],
): Promise<ReadonlyMap<PostingKey, string>> {
  const rowsOf = new Map<PostingKey, ReportRow[]>(drawn.map(({ entry }) => [entry.postingKey, []]));
  if (drawn.length === 0) return new Map();
  const lineOfBucket = new Map<number, { readonly key: PostingKey; readonly line: number }>();
  for (const { entry } of drawn) {
    for (const [index, { buckets }] of entry.lines.entries()) {
      for (const bucket of buckets) lineOfBucket.set(bucket, { key: entry.postingKey, line: index + 1 });
    }
  }
  const bucketOfRow = await books.readBucketOfRow(record.key);
  const { contentType } = await books.describeEvidence(record.sha256);
  await readSettlement(
    {
      name: `settlement ${record.settlementId}`,
      contentType: contentType ?? undefined,
      open: () => books.openEvidence(record.sha256),
    },
    {
      header: () => {},
      line: (line) => {
        const place = lineOfBucket.get(bucketOfRow[line.row] ?? -1);
        if (!place) return;
        const amount = money(record.header.currency, line.amountMinor);
        rowsOf
          .get(place.key)
          ?.push({ line: place.line, row: line.row, orderId: line.orderId(), sku: line.sku(), amount });
      },
    },
  );
  return new Map(
    drawn.map(({ entry }) => {
      const rows = (rowsOf.get(entry.postingKey) ?? []).sort((a, b) => Number(a.line) - Number(b.line));
      return [entry.postingKey, renderCsv(reportOf(entry.postingKey, rows), 'rows')];
    }),
  );
}

function reportOf(postingKey: PostingKey, rows: readonly ReportRow[]): Report {
  return {
    name: 'sample-rows',
    title: `Rows behind ${postingKey}`,
    facts: [],
    sections: [
      {
        key: 'rows',
        title: 'Rows',
        columns: [
          { key: 'line', title: 'journal line', kind: 'count' },
          { key: 'row', title: 'row of the file', kind: 'count' },
          { key: 'orderId', title: 'order', kind: 'text' },
          { key: 'sku', title: 'SKU', kind: 'text' },
          { key: 'amount', title: 'amount', kind: 'money' },
        ],
        rows,
      },
    ],
    notes: [],
  };
}
