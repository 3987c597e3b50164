import { useSearchParams } from 'react-router';
import type { ConnectionNames } from '../../src/entrypoints/http/contract/report.ts';
import { useAnswer } from './api/use-answer.ts';

/** The names of all connections, for filters. */
export function useConnectionNames(): readonly string[] {
  return useNames() ?? [];
}

/** `undefined` until they are known. */
function useNames(): readonly string[] | undefined {
  const { data } = useAnswer<ConnectionNames>('/connection-names', { refreshMs: false });
  return data?.items.map(({ name }) => name);
}

/** What the address says is looked at, and of which connection: the first one where it says none. */
export function useConnectionChoice() {
  const [search, setSearch] = useSearchParams();
  const names = useNames();
  const connections = names ?? [];
  const change = (name: string, value: string) => setSearch((before) => withParameter(before, name, value));
  const connection = search.get('connection') ?? connections[0];
  return { search, setSearch, change, connections, connection, areNamesKnown: names !== undefined };
}

/** The same address with another value; without it where the value is empty. */
export function withParameter(before: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(before);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}
