import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { askAnew } from './ask-anew.ts';
import { ApiProblem, newKey, type ProblemBody, read, write } from './client.ts';
import { useIsLive } from './events.ts';

const LIVE_REFRESH_MS = 60_000;

/** What is at this address below `/api/v1`, kept fresh. `undefined` asks nothing. */
export function useAnswer<Answer>(
  path: string | undefined,
  { refreshMs = 5_000 }: { readonly refreshMs?: number | false } = {},
): UseQueryResult<Answer, ApiProblem> {
  const isLive = useIsLive();
  return useQuery<Answer, ApiProblem>({
    queryKey: [path],
    enabled: path !== undefined,
    queryFn: ({ signal }) => read<Answer>(path as string, signal),
    // What changes is told; asking all the same finds what nobody tells of, such as the time that passes.
    refetchInterval: isLive && refreshMs !== false ? Math.max(refreshMs, LIVE_REFRESH_MS) : refreshMs,
    refetchIntervalInBackground: false,
  });
}

/** What was read, and while something else is asked for in its place, or was refused for how it was asked for, what there was before. */
export function useKept<Answer>(
  data: Answer | undefined,
  { error, isFetching }: { readonly error: Error | null; readonly isFetching: boolean },
): Answer | undefined {
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  const isRefused = error instanceof ApiProblem && error.problem.kind === 'invalid';
  return data ?? (isRefused || (isFetching && !error) ? last.current : undefined);
}

export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Of each intention, over all its tries. */
const keys = new WeakMap<Write, string>();
const WRITE_TRIES_MAX = 3;

/** Writes, and then asks anew for everything that is shown. One intention keeps its idempotency key over repeated tries. */
export function useWrite<Answer>() {
  const queries = useQueryClient();
  return useMutation<Answer, ApiProblem, Write>({
    mutationFn: (asked) => {
      const idempotencyKey = keys.get(asked) ?? newKey();
      keys.set(asked, idempotencyKey);
      return write<Answer>(asked.method, asked.path, asked.body, { idempotencyKey });
    },
    // What got no answer may have been done: the same key finds out, and does it once.
    retry: (count, { status, problem }) =>
      count < WRITE_TRIES_MAX && (status === 0 || problem.code === 'IDEMPOTENT_REQUEST_RUNS'),
    retryDelay: 1_000,
    onSettled: (_, error) => {
      if (error && changesNothing(error.problem)) return undefined;
      const anew = askAnew(queries);
      // Whoever is refused need not wait for the rest of the page to be told why, and can go on.
      return error ? undefined : anew;
    },
  });
}

/** Of what was refused for what it says nothing was done, unless that tells that the page is out of date, or nobody signed in. */
function changesNothing({ kind, code }: ProblemBody): boolean {
  return kind === 'invalid' && !OUT_OF_DATE.test(code);
}

const OUT_OF_DATE =
  /^(SIGN_IN_NEEDED|SESSION_NEEDED|CSRF_REFUSED|PERMISSION_MISSING|TOKEN_SCOPE_MISSING|PASSWORD_CHANGE_NEEDED|.*_UNKNOWN)$/;
