import { Problem } from '../../core/index.ts';
import type { SettlementSource } from '../../mapping/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { FeedBooks } from '../feed-stores.ts';
import type { Books } from '../ports.ts';
import type { DepositStore } from '../reconciliation/reconciliation-store.ts';

/** Some rows of a settlement file as they stand there. */
export interface RowTexts {
  readonly header: readonly string[];
  readonly rows: readonly { readonly row: number; readonly cells: readonly string[] }[];
}

/** What a drill-down reads. It changes nothing and asks neither Amazon nor SAP. */
export interface TraceContext {
  readonly books: Books;
  readonly feeds: Pick<FeedBooks, 'getOrder' | 'listFinanceEvents' | 'listPayouts'>;
  /** Absent: nothing is told of bank accounts. */
  readonly deposits?: Pick<DepositStore, 'listDeposits' | 'listDepositMatches'>;
  readonly readSettlement: SettlementReader;
  /** Reads the rows with these numbers as texts; the Amazon adapter provides it. */
  readonly readRows: (source: SettlementSource, rowNumbers: readonly number[]) => Promise<RowTexts>;
}

/** `TRACE_NOTHING_FOUND` (invalid): nothing that is recorded has it. */
export function nothingFound(what: string, where: string): Problem {
  return new Problem({
    code: 'TRACE_NOTHING_FOUND',
    kind: 'invalid',
    says: `There is no ${what} in ${where}.`,
    next: 'Check how it is written; what Amazon has not settled yet is not in a settlement: seller-ledger orders show ORDER',
    data: what,
  });
}
