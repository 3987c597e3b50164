import { type AlertFacts, type BookedAlertFacts, waitingApprovals } from '../../app/index.ts';
import { isProblem } from '../../core/index.ts';
import { openApprovals, type Workspace, waitingChangesOf } from '../composition.ts';

/**
 * By connection: what has waited for people for longer than it may. Only there the rules are asked whether it is people that are missing,
 * so that an entry which SAP would refuse, or which waits for its posting window, is not told as one that waits for them.
 */
export async function approvalsOverdue(
  { books }: Pick<Workspace, 'books'>,
  { undecided, nowMs }: Pick<BookedAlertFacts, 'undecided' | 'nowMs'>,
  approvalMs: number,
): Promise<AlertFacts['approvals']> {
  const old = undecided.filter(({ since }) => nowMs - Date.parse(since) > approvalMs);
  const found: AlertFacts['approvals'][number][] = [];
  for (const connection of new Set(old.map((each) => each.connection))) {
    const own = old.filter((each) => each.connection === connection);
    const [first] = own;
    if (!first) continue;
    try {
      const { rules } = await openApprovals({ books }, connection);
      const waiting = await waitingApprovals(books, { id: first.connectionId }, rules);
      const ids = new Set(waiting.map(({ record }) => record.id));
      const overdue = own.filter(({ entryId }) => ids.has(entryId));
      const [oldest] = overdue;
      if (oldest) found.push({ ...oldest, count: overdue.length });
    } catch (thrown) {
      // Settings that an older program wrote are told by every command about this connection.
      if (!isProblem(thrown)) throw thrown;
    }
  }
  return found;
}

/** Of the rules of approval that were changed, those that somebody loosened and nobody else has accepted, by connection. */
export async function looserRulesOf(
  workspace: Pick<Workspace, 'books'>,
  { changedRules }: Pick<BookedAlertFacts, 'changedRules'>,
): Promise<AlertFacts['looserRules']> {
  const found: AlertFacts['looserRules'][number][] = [];
  for (const each of changedRules) {
    try {
      const [first] = await waitingChangesOf(workspace, await workspace.books.getConnection(each.connection));
      if (first) found.push({ ...each, since: first.change.at });
    } catch (thrown) {
      // As above.
      if (!isProblem(thrown)) throw thrown;
    }
  }
  return found;
}
