import type { Deposit } from '../../app/index.ts';
import { type CanonicalValue, canonicalJson, Problem, type ProblemPlace, sha256Of } from '../../core/index.ts';

/** What was read of a bank statement: every movement that is booked, whoever it is from. */
export interface BankStatement {
  readonly format: 'camt.053' | 'csv';
  readonly movements: readonly Deposit[];
}

/** A movement before it has a reference of its own. */
export type Movement = Omit<Deposit, 'entryReference'> & { readonly entryReference: string | null };

/** The longest text of one movement that is kept. */
const TEXT_MAX = 2_000;

/**
 * Gives each movement a reference that is the same in every statement that shows it: the bank's own where it has one,
 * otherwise a digest of what it says, numbered among equals.
 */
export function withReferences(movements: readonly Movement[]): readonly Deposit[] {
  const seen = new Map<string, number>();
  return movements.map(({ entryReference, ...facts }) => {
    const base = entryReference ?? `by content ${digestOf(facts)}`;
    const key = `${facts.bankAccount} ${base}`;
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return { ...facts, entryReference: number === 1 ? base : `${base} #${number}` };
  });
}

function digestOf({ statementId: _statement, amount, ...facts }: Omit<Movement, 'entryReference'>): string {
  const content: CanonicalValue = { ...facts, minor: amount.minor.toString(), currency: amount.currency };
  return sha256Of(canonicalJson(content)).slice(0, 24);
}

/** Text of a bank in one line, without empty parts. */
export function oneLine(parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, TEXT_MAX);
}

const EXPORT_AGAIN =
  'Export the statement from the bank again as camt.053 (XML) or as CSV with a heading; docs/reconciliation.md says which columns are read.';

/** `BANK_STATEMENT_UNREADABLE` (invalid) with the place and what is wrong there. */
export function unreadableStatement(says: string, where: ProblemPlace, data?: string, next = EXPORT_AGAIN): Problem {
  return new Problem({
    code: 'BANK_STATEMENT_UNREADABLE',
    kind: 'invalid',
    says,
    next,
    where,
    ...(data !== undefined && { data }),
  });
}
