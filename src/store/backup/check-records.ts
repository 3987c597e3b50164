import type { EntryRecord } from '../../app/index.ts';
import { isProblem, type Sha256, sha256Of } from '../../core/index.ts';
import { entryDigest } from '../../ledger/index.ts';
import { auditLog } from '../audit.ts';
import type { Database } from '../database.ts';
import { readEntries } from '../entry-records.ts';
import { evidenceStore } from '../evidence.ts';
import { sql } from '../sql.ts';
import { databaseTime } from '../store-time.ts';

const ENTRIES_AT_ONCE = 500;

/** What was compared with its digest, and what does not have it any more. */
export interface CheckedRecords {
  readonly auditEvents: number;
  readonly evidenceFiles: number;
  readonly evidenceBytes: number;
  readonly entries: number;
  readonly mappingTexts: number;
  readonly faults: readonly string[];
}

/** Follows the audit chain, and compares every stored file, entry and account table with the digest it was recorded with. */
export async function checkRecords(database: Database): Promise<CheckedRecords> {
  const faults: string[] = [];
  const chain = await auditLog(database, databaseTime).verify();
  if (!chain.ok) faults.push(`the audit chain is broken: ${chain.firstBroken?.says ?? ''}`);
  const evidence = await checkEvidence(database, faults);
  const entries = await checkEntries(database, faults);
  const texts = await database.query<{ sha256: Sha256; text: string }>(sql`select sha256, text from mapping_text`);
  for (const { sha256, text } of texts) {
    if (sha256Of(text) !== sha256) faults.push(`account table ${sha256.slice(0, 12)} is not what was stored`);
  }
  return { auditEvents: chain.eventCount, ...evidence, entries, mappingTexts: texts.length, faults };
}

async function checkEvidence(
  database: Database,
  faults: string[],
): Promise<{ evidenceFiles: number; evidenceBytes: number }> {
  const store = evidenceStore(database, databaseTime);
  const files = await database.query<{ sha256: Sha256 }>(sql`select sha256 from evidence order by id`);
  let evidenceBytes = 0;
  for (const { sha256 } of files) {
    try {
      for await (const chunk of store.openEvidence(sha256)) evidenceBytes += chunk.length;
    } catch (error) {
      if (!isProblem(error) || error.code !== 'EVIDENCE_DAMAGED') throw error;
      faults.push(error.says);
    }
  }
  return { evidenceFiles: files.length, evidenceBytes };
}

async function checkEntries(database: Database, faults: string[]): Promise<number> {
  const ids = await database.query<{ id: string }>(sql`select id from entry order by id`);
  for (let from = 0; from < ids.length; from += ENTRIES_AT_ONCE) {
    const some = ids.slice(from, from + ENTRIES_AT_ONCE).map(({ id }) => id);
    const records = await readEntries(database, sql`e.id = any (${some}::uuid[])`);
    faults.push(...records.flatMap(faultOf));
    if (records.length < some.length) faults.push(`${some.length - records.length} entries belong to nothing`);
  }
  return ids.length;
}

function faultOf({ entry, digest }: EntryRecord): string[] {
  if (entryDigest(entry) === digest) return [];
  return [`entry ${entry.postingKey} is not what its digest was made of`];
}
