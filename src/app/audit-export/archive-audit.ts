import { Problem, type Sha256 } from '../../core/index.ts';
import type { Actor, Books } from '../ports.ts';
import { chainsToExport, type ExportedChain, type ExportInput, exportLines } from './write-export.ts';

/** Where an archive is written and read again. */
export interface ArchiveFile {
  write(lines: AsyncIterable<string>): Promise<{ readonly sha256: Sha256 }>;
  /** Says what of the written file is not as it should be; empty when it is whole. */
  verify(): Promise<readonly string[]>;
}

export interface ArchiveInput extends ExportInput {
  readonly books: ExportInput['books'] & Pick<Books, 'archive'>;
  /** ISO 8601 UTC. */
  readonly before: string;
  /** For how long the audit log is kept in the database. */
  readonly auditYears: number;
  readonly actor: Actor;
  readonly why: string;
}

/**
 * Moves the events before a moment out of the database into a file: writes and signs it, reads it again, and only then removes
 * them. What is left verifies as before. Raises `AUDIT_RETENTION` (conflict) within the period for which the audit log is kept,
 * `AUDIT_NOTHING_OLD` (invalid), and `AUDIT_BROKEN` (conflict).
 */
export async function archiveAudit(
  input: ArchiveInput,
  file: ArchiveFile,
): Promise<{ readonly chains: readonly ExportedChain[]; readonly events: number; readonly sha256: Sha256 }> {
  const { books, before, actor, why } = input;
  await assertOldEnough(input);
  const chains = await chainsToExport(input);
  if (chains.length === 0) throw nothingOld(before);
  // Afterwards the chain of the installation tells of every other one as well as before.
  await books.checkpoint(actor, `before events earlier than ${before} are archived`);
  const { sha256 } = await file.write(exportLines(input, chains));
  const faults = await file.verify();
  if (faults.length > 0) throw notWhole(faults);
  const cuts = chains.map(({ chain, end }) => ({ chain, ...end }));
  const { events } = await books.archive({ cuts, fileSha256: sha256, actor, why });
  return { chains, events, sha256 };
}

async function assertOldEnough({ books, before, auditYears }: ArchiveInput): Promise<void> {
  const limit = new Date(await books.sharedNowMs());
  limit.setUTCFullYear(limit.getUTCFullYear() - auditYears);
  if (before <= limit.toISOString()) return;
  const day = limit.toISOString().slice(0, 10);
  throw new Problem({
    code: 'AUDIT_RETENTION',
    kind: 'conflict',
    says: `The audit log is kept for ${auditYears} years, so that only events before ${day} may leave the database.`,
    next: `Name an earlier day: --before ${day}. A copy of newer events is made by seller-ledger audit export.`,
  });
}

function nothingOld(before: string): Problem {
  return new Problem({
    code: 'AUDIT_NOTHING_OLD',
    kind: 'invalid',
    says: `No event is older than ${before}.`,
    next: 'Nothing has to be done.',
  });
}

function notWhole(faults: readonly string[]): Problem {
  return new Problem({
    code: 'AUDIT_ARCHIVE_NOT_WHOLE',
    kind: 'unavailable',
    says: `The archive was written and reads back otherwise (${faults[0] ?? ''}), so that nothing was removed from the database.`,
    next: 'Write it to another disk.',
  });
}
