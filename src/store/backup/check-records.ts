import { isProblem, type Problem } from '../../core/index.ts';
import type { Database } from '../database.ts';
import type { KeySource } from '../keys/key-ring.ts';
import { openVault } from '../keys/open-vault.ts';
import { sql } from '../sql.ts';
import { unopenedVault, type Vault } from '../vault.ts';
import { verifyEverything } from '../verify-everything.ts';

/** What was compared with its chain, seal, digest or key, and what is not as it was written. */
export interface CheckedRecords {
  readonly auditEvents: number;
  readonly evidenceFiles: number;
  readonly evidenceBytes: number;
  readonly entries: number;
  readonly mappingTexts: number;
  readonly secrets: number;
  readonly faults: readonly string[];
}

/**
 * Checks all that `audit verify --everything` checks, secrets with these keys. A key that is not here is a fault of each secret
 * that it would open, not the end of the check.
 */
export async function checkRecords(database: Database, keySources: readonly KeySource[]): Promise<CheckedRecords> {
  const vault = await openedWhereItCan(database, keySources);
  const { tables, faults } = await verifyEverything(database, vault, () => {});
  const rowsOf = (table: string) => tables.find((each) => each.table === table)?.rows ?? 0;
  const [size] = await database.query<{ bytes: bigint }>(
    sql`select coalesce(sum(byte_count), 0)::bigint as bytes from evidence`,
  );
  return {
    auditEvents: rowsOf('audit_event'),
    evidenceFiles: rowsOf('evidence'),
    evidenceBytes: Number(size?.bytes ?? 0n),
    entries: rowsOf('entry'),
    mappingTexts: rowsOf('mapping_text'),
    secrets: rowsOf('secret') + rowsOf('installation_secret'),
    faults: faults.map(({ table, key, says }) => `${[table, key].filter((part) => part !== '').join(' ')}: ${says}`),
  };
}

async function openedWhereItCan(database: Database, sources: readonly KeySource[]): Promise<Vault> {
  try {
    return (await openVault({ database, sources })).vault;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return closedBecauseOf(error);
  }
}

function closedBecauseOf(problem: Problem): Vault {
  return { ...unopenedVault, open: () => Promise.reject(problem) };
}
