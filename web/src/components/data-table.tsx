import { useInfiniteQuery } from '@tanstack/react-query';
import { AnalyticalTable, type AnalyticalTablePropTypes } from '@ui5/webcomponents-react/AnalyticalTable';
import type { ReactNode } from 'react';
import { ApiProblem, read } from '../api/client.ts';
import { ProblemStrip } from './problem-strip.tsx';

/** One answer of a list: its rows, and where the next ones begin. */
export interface Part<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

export interface DataColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** As text, for the reader and for the screen reader. */
  readonly text: (row: Row) => string;
  /** Instead of the text, where it is more than that. */
  readonly cell?: (row: Row) => ReactNode;
  /** Amounts stand at the right edge. */
  readonly align?: 'left' | 'right';
  readonly width?: number;
  readonly minWidth?: number;
}

interface DataTableProps<Row> {
  /** Its accessible name. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly isLoading?: boolean;
  readonly noRows?: string;
  readonly visibleRows?: number;
  readonly onRow?: (row: Row) => void;
  readonly onMore?: () => void;
}

/** A table of any length: only what is on the screen is in the document. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rows, columns, isLoading = false, noRows, visibleRows = 15, onRow, onMore } = props;
  const shown = columns.map(({ id, title, text, cell, align = 'left', width, minWidth = 60 }) => ({
    id,
    Header: title,
    accessor: text,
    hAlign: align === 'right' ? 'End' : 'Begin',
    minWidth,
    ...(width && { width }),
    ...(cell && { Cell: cellOf(cell) }),
  })) as unknown as AnalyticalTablePropTypes['columns'];
  return (
    <AnalyticalTable
      accessibleName={label}
      data={rows as unknown as Record<string, unknown>[]}
      columns={shown}
      loading={isLoading}
      {...(noRows !== undefined && { noDataText: noRows })}
      visibleRows={visibleRows}
      minRows={1}
      scaleWidthMode="Smart"
      alternateRowColor
      {...(onMore && { infiniteScroll: true, infiniteScrollThreshold: 60, onLoadMore: onMore })}
      {...(onRow && {
        selectionMode: 'Single' as const,
        selectionBehavior: 'RowOnly' as const,
        onRowClick: (event: { detail: { row: { original: unknown } } }) => onRow(event.detail.row.original as Row),
      })}
    />
  );
}

function cellOf<Row>(cell: (row: Row) => ReactNode) {
  return ({ row }: { readonly row: { readonly original: Row } }) => cell(row.original);
}

/** A list of the API, read part by part as the reader scrolls. */
export function ListTable<Row extends object>({
  path,
  ...table
}: Omit<DataTableProps<Row>, 'rows' | 'isLoading' | 'onMore'> & { readonly path: string }) {
  const { data, error, isFetching, fetchNextPage, hasNextPage } = useInfiniteQuery<Part<Row>, ApiProblem>({
    queryKey: [path, 'list'],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      read<Part<Row>>(pageParam ? `${path}${path.includes('?') ? '&' : '?'}cursor=${pageParam}` : path, signal),
    getNextPageParam: (last) => last.nextCursor,
  });
  if (error instanceof ApiProblem) return <ProblemStrip problem={error.problem} />;
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <DataTable
      {...table}
      rows={rows}
      isLoading={isFetching && rows.length === 0}
      {...(hasNextPage && !isFetching && { onMore: () => void fetchNextPage() })}
    />
  );
}
