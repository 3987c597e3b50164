import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TableChange, TableCheck } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { TRIAL } from '../../api/ask-anew.ts';
import { type ApiProblem, write } from '../../api/client.ts';

const TYPING_MS = 600;

/** The value as it is once nobody types any more. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the value, which is a new one at each drawing
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface CheckWish {
  readonly withSap: boolean;
  readonly withImpact: boolean;
}

/** What a change would come to, asked again whenever it is another one. `undefined` asks nothing. */
export function useCheck(connection: string, change: TableChange | undefined, wish: CheckWish) {
  const settled = useSettled(change);
  const { data, error, isFetching, isPlaceholderData } = useQuery<TableCheck, ApiProblem>({
    queryKey: ['mapping-check', connection, settled, wish],
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    meta: TRIAL,
    queryFn: ({ signal }) =>
      write<TableCheck>(
        'POST',
        `/mapping/${encodeURIComponent(connection)}/check`,
        { change: settled, ...wish },
        { signal },
      ),
  });
  // What is only asked anew still stands.
  const isOpen = isFetching && (data === undefined || isPlaceholderData);
  const isBehind = isOpen || JSON.stringify(settled) !== JSON.stringify(change);
  return {
    check: change === undefined ? undefined : data,
    problem: change === undefined ? undefined : error?.problem,
    isChecking: change !== undefined && isBehind,
  };
}
