import { readSettlementFile } from '../amazon/index.ts';
import {
  type Actor,
  type ContinuityFindings,
  continuityFindings,
  gatherConnection,
  type ReconciledConnection,
  type ReconciliationContext,
  SYSTEM,
} from '../app/index.ts';
import { parseLocalDate } from '../core/index.ts';
import type { Workspace } from './composition.ts';
import { readableSettingsOf } from './connection-file.ts';
import { dayOf } from './credential-facts.ts';

/** What the reconciliation works with: the books and the clock that all processes share; neither Amazon nor SAP. */
export async function reconciliationContext(workspace: Workspace, actor: Actor): Promise<ReconciliationContext> {
  const { books, feedBooks, reconciliation, log } = workspace;
  return {
    books,
    feedBooks,
    reconciliation,
    readSettlement: readSettlementFile,
    today: dayOf(await books.sharedNowMs()),
    log,
    actor,
  };
}

/** Every connection, and the one that is meant. Raises `CONNECTION_UNKNOWN` (invalid). */
export async function reconciledConnections(
  { books }: Pick<Workspace, 'books'>,
  name: string,
): Promise<{ readonly one: ReconciledConnection; readonly all: readonly ReconciledConnection[] }> {
  const meant = await books.getConnection(name);
  const all = await allConnections({ books }, { withErased: true });
  return { one: all.find(({ connection }) => connection.id === meant.id) as ReconciledConnection, all };
}

/** Every connection with the day from which on it is booked. */
export async function allConnections(
  { books }: Pick<Workspace, 'books'>,
  filter?: { readonly withErased: boolean },
): Promise<readonly ReconciledConnection[]> {
  return (await books.listConnections(filter)).map((connection) => {
    // Settings that cannot be read hide no money: then every settlement counts, as if all were booked here.
    const bookFrom = readableSettingsOf(connection)?.posting.bookFrom ?? null;
    return { connection, bookFrom: bookFrom === null ? null : parseLocalDate(bookFrom) };
  });
}

/** Gaps between the settlements of a connection, and laws between them that do not hold. */
export async function continuityOf(workspace: Workspace, name: string): Promise<ContinuityFindings> {
  const context = await reconciliationContext(workspace, SYSTEM);
  const { one } = await reconciledConnections(workspace, name);
  return continuityFindings(await gatherConnection(context, one), context.today);
}
