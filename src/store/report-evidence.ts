import type { ProposalFacts, ReportEvidenceStore } from '../app/index.ts';
import { assert } from '../core/index.ts';
import { listEventsAfter } from './audit.ts';
import type { Database } from './database.ts';
import { readBucketOfRow } from './settlement-rows.ts';
import { sql } from './sql.ts';

/** What reports and the auditor's package read besides the records. */
export function reportEvidenceStore(database: Database): ReportEvidenceStore {
  return {
    async findProposal(key) {
      const [row] = await database.query<
        Omit<ProposalFacts, 'mappingSha256' | 'programVersion' | 'recordedAt'> & {
          readonly mapping_sha256: ProposalFacts['mappingSha256'];
          readonly program_version: string;
          readonly recorded_at: string;
        }
      >(sql`
        select digest, mapping_sha256, program_version, revision, recorded_at from proposal
        where ${key} in (settlement_key, accrual_key) and replaced_at is null`);
      if (!row) return undefined;
      const { digest, revision } = row;
      const { mapping_sha256: mappingSha256, program_version: programVersion, recorded_at: recordedAt } = row;
      return { digest, mappingSha256, programVersion, revision, recordedAt };
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
    listEventsAfter: (sequence, limit) => listEventsAfter(database, sequence, limit),
  };
}
