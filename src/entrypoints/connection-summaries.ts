import type { Connection, JsonObject } from '../app/index.ts';
import type { Workspace } from './composition.ts';
import { credentialAgesOf, dayOf } from './credential-facts.ts';
import { sapPauseView } from './http/views.ts';

/** Each connection with what stops it and how long its credentials last; also those whose seller was erased. */
export async function connectionSummaries(workspace: Workspace) {
  const { books, feedBooks } = workspace;
  const today = dayOf(await books.sharedNowMs());
  const connections = await books.listConnections({ withErased: true });
  return Promise.all(
    connections.map(async (connection) => {
      const stoppedBy = await feedBooks.stoppedBy(connection.id);
      return {
        name: connection.name,
        sellerAccount: connection.sellerAccount,
        region: (connection.settings.amazon as { readonly region?: string } | undefined)?.region ?? null,
        createdAt: connection.createdAt,
        stoppedBy: stoppedBy ? { code: stoppedBy.code, says: stoppedBy.says, next: stoppedBy.next } : null,
        erasedAt: connection.erasedAt ?? null,
        sapPause: sapPauseView(await books.sapPauseOf(connection.id)),
        credentials: await credentialAgeViews(workspace, connection, today),
      };
    }),
  );
}

/** How long the credentials of a connection last. */
export async function credentialAgeViews(
  { feedBooks }: Pick<Workspace, 'feedBooks'>,
  connection: Connection,
  today: ReturnType<typeof dayOf>,
) {
  const ages = await credentialAgesOf(connection, { books: feedBooks, today });
  return ages.map(({ kind, expiresOn, daysLeft }) => ({ kind, expiresOn, daysLeft }));
}

/** `posting.approval` and `automatic`, one for each setting; of the account table its name. */
export function settingFacts(settings: JsonObject, path = ''): { path: string; value: string }[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (at === 'mapping.text' || value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return settingFacts(value as JsonObject, at);
    return [{ path: at, value: sayValue(value) }];
  });
}

function sayValue(value: unknown): string {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
