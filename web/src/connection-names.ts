import type { ConnectionNames } from '../../src/entrypoints/http/contract/report.ts';
import { useAnswer } from './api/use-answer.ts';

/** The names of all connections, for filters. */
export function useConnectionNames(): readonly string[] {
  const { data } = useAnswer<ConnectionNames>('/connection-names', { refreshMs: false });
  return data?.items.map(({ name }) => name) ?? [];
}
