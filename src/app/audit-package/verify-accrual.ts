import type { Sha256 } from '../../core/index.ts';
import type { JournalEntry } from '../../ledger/index.ts';
import type { AccountTable } from '../../mapping/index.ts';
import { recomputeAccrual } from '../accruals/recompute-accrual.ts';
import type { PackageSource, PackedAccrual } from './package-format.ts';
import { entriesThatDiffer, type PackageDifference } from './verify-records.ts';

export interface VerifyAccrualInput {
  readonly path: string;
  readonly record: PackedAccrual;
  /** Of the sources in the package, by the manifest. */
  readonly sourcesSha256: Sha256 | undefined;
  readonly table: AccountTable;
  readonly source: PackageSource;
}

/**
 * Works the entries of an accrual out anew from its sources and names the first thing that comes out otherwise. Of one that was
 * withdrawn before anybody approved it no entry is left, so nothing of it is in the books and only its sources are compared.
 */
export async function verifyAccrual(input: VerifyAccrualInput): Promise<PackageDifference[]> {
  const { path, record, table, source } = input;
  const sources = sourcesOf(path);
  if (input.sourcesSha256 !== record.sourcesSha256) {
    const says = `The sources beside it have the SHA-256 ${input.sourcesSha256 ?? '(none)'}, recorded is ${record.sourcesSha256}.`;
    return [{ path, says }];
  }
  const recorded = record.entries.filter(({ isReversal }) => !isReversal);
  if (recorded.length === 0 && record.withdrawnAt !== null) return [];
  const again = await recomputeAccrual({
    accrual: record,
    table,
    sources: source.open(sources),
    recorded: recorded.map(({ entry }) => entry as unknown as JournalEntry),
  });
  const differences: PackageDifference[] = [];
  if (again.sourceCount !== record.sourceCount) {
    differences.push({ path, says: `It has ${again.sourceCount} sources, recorded are ${record.sourceCount}.` });
  }
  if (again.digest === record.digest) return differences;
  const why = entriesThatDiffer(record.entries, again.entries) ?? 'an entry that was withdrawn is another one';
  const says = `Worked out anew, its entries have the digest ${again.digest}, recorded is ${record.digest}: ${why}.`;
  return [...differences, { path, says }];
}

/** The path of the sources beside a record. */
export function sourcesOf(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/'))}/sources.jsonl`;
}
