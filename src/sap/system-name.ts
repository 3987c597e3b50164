import { type SapSettings, withWholeAddresses } from './settings.ts';

/**
 * Which SAP system a connection reaches: host (with the path, where a gateway leads to several) and client, or the destination
 * that knows them. Numbers of SAP, master data and limits belong to a system, so this name is kept in the database.
 */
export function sapSystemOf({
  authentication,
  baseUrl,
  client,
}: Pick<SapSettings, 'authentication' | 'baseUrl' | 'client'>): string {
  const place =
    authentication.type === 'destination' ? `destination:${authentication.name}` : placeOf(new URL(baseUrl));
  return client === undefined ? place : `${place}/${client}`;
}

/** The slash at the end of a path tells it from a client. */
function placeOf({ host, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, '');
  return path === '' ? host : `${host}${path}/`;
}

/** The same with the place to which entries are posted, where its address names another host or another client. */
export function sapPostedAt(
  settings: Pick<SapSettings, 'authentication' | 'baseUrl' | 'client' | 'journalEntryUrl'>,
): string {
  const system = sapSystemOf(settings);
  const { baseUrl, journalEntryUrl, client } = withWholeAddresses(settings);
  const [base, journal] = [new URL(baseUrl), new URL(journalEntryUrl)];
  const posted = journal.searchParams.get('sap-client') ?? client;
  if (journal.host === base.host && posted === client) return system;
  const host = settings.authentication.type === 'destination' ? system : journal.host;
  return `${system} (entries: ${posted === undefined ? host : `${host}/${posted}`})`;
}
