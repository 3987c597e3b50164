import { z } from 'zod';
import { settlementWaterfall, whyNotBooked } from '../../../app/index.ts';
import { formatInstant, formatMoney } from '../../../core/index.ts';
import { debitTotal } from '../../../ledger/index.ts';
import { PREVIEW_SELLER, previewDocument, previewWithSums } from '../../preview.ts';
import { PREVIEW_BYTES_MAX, withPreviewFile } from '../../preview-file.ts';
import { Preview, PreviewDocument, PreviewQuery } from '../contract/preview.ts';
import { linesView } from '../lines-view.ts';
import { route } from '../route.ts';
import { waterfallView } from '../settlement-answers.ts';

/** Trying a file before anything is set up. */
export function previewRoutes() {
  return [
    route(
      {
        method: 'POST',
        path: '/preview',
        access: 'books.read',
        tag: 'Preview',
        summary: 'What a settlement file comes to in the books; nothing is stored',
        description:
          'The body is the file as it is, plain or gzip, as application/octet-stream. An account table may stand before it: then `tableName` and `tableBytes` say so.',
        takesFile: true,
        query: PreviewQuery,
        answer: z.union([Preview, PreviewDocument]),
        bodyBytesMax: PREVIEW_BYTES_MAX,
        isIdempotent: false,
      },
      ({ query, request }) =>
        withPreviewFile(request.body, query, async ({ source, table }) => {
          const result = await previewWithSums({ source, table, sellerAccount: query.seller ?? PREVIEW_SELLER });
          return query.as === 'document' ? previewDocument(result) : pageView(result, table);
        }),
    ),
  ];
}

type Result = Awaited<ReturnType<typeof previewWithSums>>;
type Table = Parameters<typeof previewWithSums>[0]['table'];

function pageView({ reading, proposal, sums }: Result, table: Table): z.input<typeof Preview> {
  const { header, format, lineCount } = reading;
  const { charset, charsetFrom, decimalMark, datePattern, compression } = format;
  const steps = settlementWaterfall(header.total, sums, table);
  return {
    settlement: {
      settlementId: header.settlementId,
      startTime: formatInstant(header.startAt),
      endTime: formatInstant(header.endAt),
      depositDate: formatInstant(header.depositAt).slice(0, 10),
      currency: header.currency,
      totalAmount: formatMoney(header.total),
      lineCount,
    },
    format: { charset, charsetFrom, decimalMark, datePattern, compression },
    table: table.name,
    waterfall: { ...waterfallView(steps, header.currency), marketplaces: sums.marketplaces },
    proofs: proposal.proofs,
    quarantine: proposal.quarantine.map((item) => ({ ...item, amount: formatMoney(item.amount) })),
    problem: whyNotBooked(header.settlementId, proposal, { isKept: false }),
    entries: proposal.entries.map((entry) => ({
      companyCode: entry.companyCode,
      postingDate: entry.postingDate,
      documentType: entry.documentType,
      currency: entry.currency,
      reference: entry.postingKey,
      debitTotal: formatMoney(debitTotal(entry)),
      lines: linesView(entry),
    })),
    digest: proposal.digest,
  };
}
