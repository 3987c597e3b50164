import { credentialAges } from '../amazon/index.ts';
import type { Connection, ConnectionWatch, CredentialAge } from '../app/index.ts';
import { type LocalDate, parseLocalDate } from '../core/index.ts';
import { readableSettingsOf } from './connection-file.ts';

/** The day it is by the clock that all processes share, UTC. */
export function dayOf(sharedNowMs: number): LocalDate {
  return parseLocalDate(new Date(sharedNowMs).toISOString().slice(0, 10));
}

/** How old secret and authorisation of a connection are: by its settings, else by the day each was stored. */
export async function credentialAgesOf(
  connection: Connection,
  { books, today }: { readonly books: Pick<ConnectionWatch, 'secretDays'>; readonly today: LocalDate },
): Promise<readonly CredentialAge[]> {
  const amazon = readableSettingsOf(connection)?.amazon;
  const days = await books.secretDays(connection.id);
  return credentialAges(
    {
      secretIssuedOn: amazon?.secretIssuedOn ?? days['amazon.clientSecret'] ?? null,
      authorisedOn: amazon?.authorisedOn ?? days['amazon.refreshToken'] ?? null,
    },
    today,
  );
}
