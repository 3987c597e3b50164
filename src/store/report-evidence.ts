import type { ClosedMonths, ProposalFacts, ReportEvidenceStore } from '../app/index.ts';
import { assert } from '../core/index.ts';
import type { Database } from './database.ts';
import { readBucketOfRow } from './settlement-rows.ts';
import { sql } from './sql.ts';

interface ProposalRow {
  readonly digest: ProposalFacts['digest'];
  readonly mapping_sha256: ProposalFacts['mappingSha256'];
  readonly program_version: string;
  readonly revision: number;
  readonly recorded_at: string;
}

interface EarlierRow extends ProposalRow {
  readonly file_sha256: ProposalFacts['mappingSha256'];
  readonly closed_through: ClosedMonths | null;
  readonly replaced_at: string;
}

function toFacts(row: ProposalRow): ProposalFacts {
  return {
    digest: row.digest,
    mappingSha256: row.mapping_sha256,
    programVersion: row.program_version,
    revision: row.revision,
    recordedAt: row.recorded_at,
  };
}

/** What reports and the auditor's package read besides the records. */
export function reportEvidenceStore(database: Database): ReportEvidenceStore {
  return {
    async findProposal(key) {
      const [row] = await database.query<ProposalRow>(sql`
        select digest, mapping_sha256, program_version, revision, recorded_at from proposal
        where ${key} in (settlement_key, accrual_key) and replaced_at is null`);
      return row && toFacts(row);
    },

    async listEarlierProposals(key) {
      const rows = await database.query<EarlierRow>(sql`
        select p.digest, p.mapping_sha256, p.program_version, p.revision, p.recorded_at, p.replaced_at, p.closed_through,
          coalesce(p.file_sha256, s.sha256) as file_sha256
        from proposal p join settlement s on s.key = p.settlement_key
        where p.settlement_key = ${key} and p.replaced_at is not null
          and exists (select from entry e where e.proposal_id = p.id)
        order by p.id`);
      return rows.map((row) => ({
        ...toFacts(row),
        fileSha256: row.file_sha256,
        ...(row.closed_through && { closedThrough: row.closed_through }),
        replacedAt: row.replaced_at,
      }));
    },

    async getMappingText(sha256) {
      const [row] = await database.query<{ text: string }>(sql`select text from mapping_text where sha256 = ${sha256}`);
      assert(row !== undefined, `no account table ${sha256} is recorded`);
      return row.text;
    },

    async listClearedOrders(key) {
      const rows = await database.query<{ order_id: string }>(
        sql`select distinct order_id from settled_order where settlement_key = ${key} and is_cleared`,
      );
      return rows.map((row) => row.order_id).sort();
    },

    readBucketOfRow: (key) => readBucketOfRow(database, key),
  };
}
