import { type Connection, gatherConnection, SYSTEM, watchContinuity, watchCredentials } from '../../app/index.ts';
import { formatInstant, parseLocalDate } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { credentialAgesOf, dayOf } from '../credential-facts.ts';
import { allConnections, reconciliationContext } from '../reconciliation.ts';
import { nameOf } from './sync-works.ts';
import { DONE, type Work } from './turn.ts';

/** What is looked at by itself in a connection's books, and told in time. */
export function watchWorks(workspace: Workspace): readonly Work[] {
  return [
    {
      name: 'credentials',
      run: async (turn) => {
        await watchConnection(workspace, await workspace.books.getConnection(nameOf(turn)));
        return DONE;
      },
    },
    {
      name: 'reconciliation',
      run: async (turn) => {
        await watchGaps(workspace, nameOf(turn));
        return DONE;
      },
    },
  ];
}

/** Warns in the log of secrets and authorisations that end soon, and of a seller account without a settlement. */
async function watchConnection({ books, feedBooks, log }: Workspace, connection: Connection): Promise<void> {
  const today = dayOf(await books.sharedNowMs());
  const ages = await credentialAgesOf(connection, { books: feedBooks, today });
  const [newest] = await books.listSettlements({ connectionId: connection.id, limit: 1 });
  const lastSettlementOn = newest ? parseLocalDate(formatInstant(newest.header.endAt).slice(0, 10)) : null;
  await watchCredentials({ connection, books: feedBooks, log }, { ages, lastSettlementOn, today });
}

/** Tells of missing settlements and broken laws of one connection. */
export async function watchGaps(workspace: Workspace, name: string): Promise<void> {
  const context = await reconciliationContext(workspace, SYSTEM);
  const each = (await allConnections(workspace)).find(({ connection }) => connection.name === name);
  if (each) await watchContinuity(context, await gatherConnection(context, each));
}
