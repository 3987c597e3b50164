import type { ConnectionId, ReportDocument, ReportStore } from '../app/index.ts';
import { Problem, type ProblemFacts, type Sha256 } from '../core/index.ts';
import type { Database } from './database.ts';
import { problemToJson } from './json.ts';
import { sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface DocumentRow {
  readonly connection_id: ConnectionId;
  readonly report_document_id: string;
  readonly sha256: Sha256;
  readonly problem: ProblemFacts | null;
  readonly downloaded_at: string;
}

export function reportStore(database: Database, readTime: ReadTime): ReportStore {
  return {
    async findReportDocument(connectionId, reportDocumentId) {
      const [row] = await database.query<DocumentRow>(sql`
        select * from report_document
        where connection_id = ${connectionId} and report_document_id = ${reportDocumentId}`);
      return row && readDocument(row);
    },

    recordReportDocument({ connectionId, reportDocumentId, listing, sha256, problem, isDownloaded = true }) {
      return database.transaction(async (session) => {
        const recorded = await session.query(sql`
          insert into report_document (connection_id, report_document_id, sha256, problem, downloaded_at)
          values (${connectionId}, ${reportDocumentId}, ${sha256}, ${problemToJson(problem)},
            ${await readTime(session)})
          on conflict (connection_id, report_document_id) do update
            set problem = excluded.problem, sha256 = excluded.sha256,
              downloaded_at = case when ${isDownloaded} then excluded.downloaded_at else report_document.downloaded_at end
            where report_document.sha256 = excluded.sha256 or report_document.problem is not null
          returning sha256`);
        if (recorded.length === 0) {
          throw new Problem({
            code: 'REPORT_DOCUMENT_CHANGED',
            kind: 'conflict',
            says: `Amazon delivered document ${reportDocumentId} again with other bytes, now ${sha256}.`,
            next: 'Compare the two files by their digests before booking anything from the new one.',
          });
        }
        if (listing === null) return;
        await session.query(sql`
          insert into report_listing
            (connection_id, report_id, report_document_id, created_at, period_start, period_end, marketplace_ids)
          values (${connectionId}, ${listing.reportId}, ${listing.reportDocumentId}, ${listing.createdAt},
            ${listing.periodStart}, ${listing.periodEnd}, ${listing.marketplaceIds})
          on conflict (connection_id, report_id) do nothing`);
      });
    },

    async listReportDocuments(connectionId) {
      const rows = await database.query<DocumentRow>(sql`
        select * from report_document where connection_id = ${connectionId}
        order by downloaded_at, report_document_id`);
      return rows.map(readDocument);
    },
  };
}

function readDocument(row: DocumentRow): ReportDocument {
  return {
    connectionId: row.connection_id,
    reportDocumentId: row.report_document_id,
    sha256: row.sha256,
    problem: row.problem,
    downloadedAt: row.downloaded_at,
  };
}
