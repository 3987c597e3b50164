import type { SapSettings } from './settings.ts';

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
