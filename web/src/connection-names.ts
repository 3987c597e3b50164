import { useAnswer } from './api/use-answer.ts';

interface Overview {
  readonly connections: readonly { readonly name: string }[];
}

/** The names of all connections, for filters. */
export function useConnectionNames(): readonly string[] {
  const { data } = useAnswer<Overview>('/overview', { refreshMs: 60_000 });
  return data?.connections.map(({ name }) => name) ?? [];
}
