import { canonicalJson, formatMoney, Problem, type Sha256 } from '../../core/index.ts';
import type { Actor, EvidenceStore } from '../ports.ts';
import type { Deposit, DepositRecord, DepositStore } from './reconciliation-store.ts';

/** The most movements of one import, so that one mistaken file does not become the database. */
export const DEPOSITS_MAX = 100_000;

export interface ImportContext {
  readonly books: Pick<EvidenceStore, 'putEvidence'>;
  readonly reconciliation: DepositStore;
  readonly actor: Actor;
}

export interface ImportReport {
  readonly recorded: readonly DepositRecord[];
  /** Known before: the same movement in another statement, or the same statement again. */
  readonly known: number;
  /** Movements of the statement that are not Amazon's and were left out. */
  readonly leftOut: number;
}

/**
 * Keeps what was taken of a bank statement as evidence, then records the movements that are new. The statement itself stays
 * where it is, because it names other people and evidence is never deleted; its digest says which one it was. Safe to repeat.
 */
export async function importDeposits(
  context: ImportContext,
  input: {
    readonly deposits: readonly Deposit[];
    readonly leftOut: number;
    readonly statementSha256: Sha256 | null;
    readonly origin: string;
    readonly why: string;
  },
): Promise<ImportReport> {
  const { deposits, statementSha256, leftOut } = input;
  if (deposits.length > DEPOSITS_MAX) throw tooMany(deposits.length);
  if (deposits.length === 0) return { recorded: [], known: 0, leftOut };
  const { sha256 } = await context.books.putEvidence(linesOf(deposits), {
    origin: input.origin,
    contentType: 'application/x-ndjson',
    headers: statementSha256 === null ? {} : { statement: statementSha256 },
  });
  const { actor } = context;
  const { recorded, known } = await context.reconciliation.recordDeposits({
    deposits,
    evidenceSha256: sha256,
    statementSha256,
    actor,
    why: input.why,
  });
  return { recorded, known, leftOut };
}

/** One canonical line for each movement, in the order of the statement. */
async function* linesOf(deposits: readonly Deposit[]): AsyncGenerator<Uint8Array> {
  for (const { amount, ...facts } of deposits) {
    const line = canonicalJson({ ...facts, amount: formatMoney(amount), currency: amount.currency });
    yield Buffer.from(`${line}\n`, 'utf8');
  }
}

function tooMany(count: number): Problem {
  return new Problem({
    code: 'BANK_STATEMENT_TOO_LONG',
    kind: 'invalid',
    says: `The statement has ${count} movements of Amazon; one import takes at most ${DEPOSITS_MAX}.`,
    next: 'Export it for shorter periods, or look whether it is the right file.',
  });
}
