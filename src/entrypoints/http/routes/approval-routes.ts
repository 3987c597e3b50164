import type { z } from 'zod';
import { acceptRuleChanges, waitingApprovals } from '../../../app/index.ts';
import { isProblem } from '../../../core/index.ts';
import { waitingTableOf, waitingView } from '../../approvals.ts';
import { openApprovals, type Workspace, waitingChangesOf } from '../../composition.ts';
import { ApprovalsQuery, ApprovalsWaiting, RulesAccepted } from '../contract/approvals.ts';
import { Why } from '../contract/facts.ts';
import { ByConnection } from '../contract/mapping.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

/** What waits for people before it is booked. */
export function approvalRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'GET',
        path: '/approvals',
        access: 'books.read',
        tag: 'Journal entries',
        summary:
          'What waits for people: entries and reversals with who is missing, account tables, looser approval rules',
        query: ApprovalsQuery,
        answer: ApprovalsWaiting,
      },
      async ({ query }) => {
        const answer = await waitingAnswer(workspace, query.connection);
        return { ...answer, items: answer.items.slice(0, query.limit), total: answer.items.length };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/approvals/:connection/accept-rules',
        access: 'entries.approve',
        tag: 'Journal entries',
        summary: 'Accept that somebody else loosened who approves; until then the stricter rules hold',
        params: ByConnection,
        body: Why,
        answer: RulesAccepted,
      },
      async ({ params, body, actor }) => {
        const connection = await workspace.books.getConnection(params.connection);
        const waiting = await waitingChangesOf(workspace, connection);
        const accepted = await acceptRuleChanges(workspace.books, connection, waiting, { actor, why: body.why });
        return {
          connection: connection.name,
          accepted: accepted.length,
          waiting: waiting.length - accepted.length,
        };
      },
    ),
  ];
}

async function waitingAnswer(workspace: Workspace, name: string | undefined) {
  const { books } = workspace;
  const connections = name === undefined ? await books.listConnections() : [await books.getConnection(name)];
  const answer: Omit<z.input<typeof ApprovalsWaiting>, 'total'> = {
    items: [],
    tables: [],
    loosened: [],
    unreadable: [],
  };
  for (const connection of connections) {
    const table = await waitingTableOf(workspace, connection);
    if (table) {
      const { number: version, author, reason, recordedAt } = table;
      answer.tables.push({ connection: connection.name, version, author: author.name, reason, recordedAt });
    }
    try {
      const { rules } = await openApprovals(workspace, connection.name);
      answer.items.push(...(await waitingApprovals(books, connection, rules)).map(waitingView));
      for (const { change } of await waitingChangesOf(workspace, connection)) {
        const { person, why, at } = change;
        answer.loosened.push({ connection: connection.name, person, why, at });
      }
    } catch (thrown) {
      // One connection whose settings an older program wrote does not hide what waits at the others.
      if (name !== undefined || !isProblem(thrown)) throw thrown;
      const { code, says } = thrown;
      answer.unreadable.push({ connection: connection.name, code, says });
    }
  }
  return answer;
}
