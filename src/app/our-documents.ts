import { isProblem, type LocalDate } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { type AccountTable, readAccountTable } from '../mapping/index.ts';
import type { ConnectionContext } from './context.ts';
import type { LedgerDocument } from './ports.ts';

/** The lease is renewed after so many documents, which SAP gives in some seconds. */
const KEEP_ALIVE_DOCUMENTS = 200;

/**
 * Company codes in which the connection may have documents: those of the account table, of every table that its settlements
 * were proposed with before, and of its entries, whatever became of them.
 */
export async function companyCodesOf({
  books,
  connection,
  table,
}: Pick<ConnectionContext, 'books' | 'connection' | 'table'>): Promise<readonly CompanyCode[]> {
  const past = await books.pastOf(connection.id);
  const earlier = past.mappingTexts.filter((text) => text !== table.text).flatMap(tableOf);
  const named = [table, ...earlier].flatMap((each) => each.companyCodes());
  return [...new Set([...named.map(({ companyCode }) => companyCode), ...past.companyCodes])].sort();
}

/** A table that this program does not read any more: its entries tell their company codes themselves. */
function tableOf(text: string): AccountTable[] {
  try {
    return [readAccountTable({ name: 'an earlier account table', text })];
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'MAPPING_INVALID') return [];
    throw thrown;
  }
}

/** All documents under our keys in these company codes (`null`: in all that SAP shows), with the lease kept. */
export async function* readDocuments(
  { ledger }: Pick<ConnectionContext, 'ledger'>,
  asked: { readonly companyCodes: readonly CompanyCode[] | null; readonly from: LocalDate; readonly to: LocalDate },
  keepAlive: () => Promise<void>,
): AsyncGenerator<LedgerDocument> {
  const { companyCodes, from, to } = asked;
  let count = 0;
  for (const companyCode of companyCodes ?? [null]) {
    await keepAlive();
    for await (const document of ledger.listDocuments({ companyCode, from, to })) {
      count += 1;
      if (count % KEEP_ALIVE_DOCUMENTS === 0) await keepAlive();
      yield document;
    }
  }
}
