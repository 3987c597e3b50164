import { Problem } from '../../core/index.ts';
import type { SettlementRecord } from '../ports.ts';
import type { SettlementFile, SettlementFileState } from './file-store.ts';

const UNDECIDED: readonly SettlementFileState[] = ['waiting', 'wanted'];
const PREFIX = /^[0-9a-f]{6,64}$/;

/** The files about which a person has to decide, or whose decision is not carried out yet. */
export function undecidedFiles(files: readonly SettlementFile[]): SettlementFile[] {
  return files.filter(({ state }) => UNDECIDED.includes(state));
}

/**
 * The other file that a person means: the one whose digest begins so, or the one about which nobody has decided; for a look, also
 * the only other one. Raises `SETTLEMENT_FILE_UNKNOWN`, `SETTLEMENT_FILE_AMBIGUOUS` (invalid) and `SETTLEMENT_NOT_REISSUED`
 * (conflict).
 */
export function chooseFile(
  { settlementId }: Pick<SettlementRecord, 'settlementId'>,
  files: readonly SettlementFile[],
  wish: { readonly digest: string | undefined; readonly isLook: boolean },
): SettlementFile {
  const others = files.filter(({ state }) => state !== 'used');
  const undecided = undecidedFiles(others);
  const found =
    wish.digest === undefined
      ? undecided.length > 0 || !wish.isLook
        ? undecided
        : others
      : others.filter(({ sha256 }) => PREFIX.test(wish.digest ?? '') && sha256.startsWith(wish.digest ?? ''));
  const [file, second] = found;
  if (file && !second) return file;
  if (second) throw ambiguous(settlementId, found);
  throw wish.digest === undefined ? notReissued(settlementId, others) : unknown(settlementId, others, wish.digest);
}

function notReissued(settlementId: string, others: readonly SettlementFile[]): Problem {
  return new Problem({
    code: 'SETTLEMENT_NOT_REISSUED',
    kind: 'conflict',
    says:
      others.length === 0
        ? `Settlement ${settlementId} came with one content only, so there is no other file of it.`
        : `Settlement ${settlementId} has ${others.length} other ${others.length === 1 ? 'file' : 'files'}, and about each of them it is decided.`,
    next: `Look at its files: seller-ledger settlements show ${settlementId}`,
  });
}

function unknown(settlementId: string, others: readonly SettlementFile[], digest: string): Problem {
  return new Problem({
    code: 'SETTLEMENT_FILE_UNKNOWN',
    kind: 'invalid',
    says: `Settlement ${settlementId} has no other file whose digest begins with ${JSON.stringify(digest)}; it has ${listOf(others)}.`,
    next: 'Give the first 6 or more digits of one of them: --with DIGEST',
    data: digest,
  });
}

function ambiguous(settlementId: string, found: readonly SettlementFile[]): Problem {
  return new Problem({
    code: 'SETTLEMENT_FILE_AMBIGUOUS',
    kind: 'invalid',
    says: `Settlement ${settlementId} has ${found.length} files that may be meant: ${listOf(found)}.`,
    next: `Say which: --with ${found[0]?.sha256.slice(0, 12) ?? ''}`,
  });
}

function listOf(files: readonly SettlementFile[]): string {
  return files.map(({ sha256, state }) => `${sha256.slice(0, 12)} (${state})`).join(', ') || 'none';
}
