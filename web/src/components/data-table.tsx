import './components.css';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { AnalyticalTable, type AnalyticalTablePropTypes } from '@ui5/webcomponents-react/AnalyticalTable';
import { Button } from '@ui5/webcomponents-react/Button';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ApiProblem, read } from '../api/client.ts';
import { useKept } from '../api/use-answer.ts';
import { componentTexts } from '../texts/components.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { Filters } from './list-filters.tsx';
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
  /** Pixels of the table below which it is left out: the others say enough. */
  readonly shownFrom?: number;
}

interface DataTableProps<Row> {
  /** Its accessible name. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly DataColumn<Row>[];
  readonly isLoading?: boolean;
  readonly noRows?: string;
  /** Rows at most before the table scrolls by itself. */
  readonly visibleRows?: number;
  /** Where a row leads: its first column is a link, and a click or Enter anywhere in it goes there. */
  readonly linkOf?: (row: Row) => string;
  readonly onRow?: (row: Row) => void;
  readonly onMore?: () => void;
}

/** A table that is narrower is one of a phone. */
export const PHONE_PX = 600;
/** The next rows are asked for when no more than this many windows of rows are left below. */
const READ_ON_WINDOWS = 3;
/** As many rows as a width is guessed from. */
const MEASURED_ROWS = 30;

/** What the cells are drawn by. They read it when they are drawn, so that new words need no new table. */
interface Drawing {
  readonly columns: ReadonlyMap<string, DataColumn<object>>;
  readonly linkOf: ((row: object) => string) | undefined;
  readonly first: string | undefined;
}

const DrawingContext = createContext<Drawing>({ columns: new Map(), linkOf: undefined, first: undefined });

/** A table of any length: only what is on the screen is in the document. Its head stays, and arrows move between cells. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rows, columns, isLoading = false, noRows, visibleRows = 15, linkOf, onRow, onMore } = props;
  const words = useTexts(componentTexts);
  const navigate = useNavigate();
  const drawing: Drawing = {
    columns: new Map(columns.map((column) => [column.id, column as unknown as DataColumn<object>])),
    linkOf: linkOf as Drawing['linkOf'],
    first: columns[0]?.id,
  };
  const shown = useColumns(columns as unknown as readonly DataColumn<object>[]);
  const open = onRow ?? (linkOf && ((row: Row) => void navigate(linkOf(row))));
  return (
    <DrawingContext value={drawing}>
      <AnalyticalTable
        accessibleName={label}
        data={rows as unknown as Record<string, unknown>[]}
        columns={shown}
        loading={isLoading}
        noDataText={noRows ?? words.empty}
        visibleRows={visibleRows}
        minRows={1}
        scaleWidthMode="Smart"
        adjustTableHeightOnPopIn
        alternateRowColor
        {...(onMore && {
          onTableScroll: (event: { target: EventTarget | null }) => isNearEnd(event.target) && onMore(),
        })}
        {...(open && {
          selectionMode: 'Single' as const,
          selectionBehavior: 'RowOnly' as const,
          onRowClick: (event: { detail: { row: { original: unknown } } }) => open(event.detail.row.original as Row),
        })}
      />
    </DrawingContext>
  );
}

/** Its own way to read on says once for each length that the end is reached, and what happened then is not told again. */
function isNearEnd(scrolled: EventTarget | null): boolean {
  if (!(scrolled instanceof HTMLElement)) return false;
  const { scrollTop, scrollHeight, clientHeight } = scrolled;
  return scrollHeight - scrollTop - clientHeight < READ_ON_WINDOWS * clientHeight;
}

/** The same columns for the table until one of them is really another one: it works out all its rows anew otherwise. */
function useColumns(columns: readonly DataColumn<object>[]): AnalyticalTablePropTypes['columns'] {
  const latest = useRef(columns);
  latest.current = columns;
  const signature = JSON.stringify(columns);
  return useMemo(() => {
    // Functions are no part of the signature: the cells read the latest ones.
    const same = JSON.parse(signature) as DataColumn<object>[];
    // On a phone the others move under the first one, each with its title.
    const first = same.findIndex(({ shownFrom }) => shownFrom === undefined);
    return same.map(({ id, title, align = 'left', width, minWidth = 60, shownFrom }, at) => ({
      id,
      Header: title,
      // Only the rows that a width is guessed from have their text worked out before they are on the screen.
      accessor: (row: object, index: number) =>
        index < MEASURED_ROWS ? (latest.current.find((column) => column.id === id)?.text(row) ?? '') : '',
      Cell: DrawnCell,
      hAlign: align === 'right' ? 'End' : 'Begin',
      minWidth,
      ...(width && { width }),
      ...(shownFrom
        ? { responsiveMinWidth: shownFrom }
        : at > first && { responsivePopIn: true, responsiveMinWidth: PHONE_PX, popinDisplay: 'Inline' }),
    })) as unknown as AnalyticalTablePropTypes['columns'];
  }, [signature]);
}

interface DrawnCellProps {
  readonly cell: { readonly column: { readonly id: string } };
  readonly row: { readonly original: object };
}

function DrawnCell({ cell, row }: DrawnCellProps) {
  const { columns, linkOf, first } = useContext(DrawingContext);
  const column = columns.get(cell.column.id);
  if (!column) return null;
  const text = column.text(row.original);
  const content = column.cell ? (
    column.cell(row.original)
  ) : (
    <span className={column.align === 'right' ? 'sl-cell sl-amount' : 'sl-cell'} title={text}>
      {text}
    </span>
  );
  if (!linkOf || column.id !== first) return content;
  return (
    <Link className="sl-link sl-cell" to={linkOf(row.original)} onClick={(event) => event.stopPropagation()}>
      {content}
    </Link>
  );
}

type ListTableProps<Row> = Omit<DataTableProps<Row>, 'rows' | 'isLoading' | 'onMore'> & {
  /** Of the list, with its filters; nothing while it is not known what to ask for. */
  readonly path: string | undefined;
  /** Which of all are shown. What the service says of one stands beside it, and the rows that were there stay. */
  readonly filters?: ReactNode;
  /** Between the filters and the rows. */
  readonly children?: ReactNode;
};

/** A list of the API, read part by part as the reader scrolls. */
export function ListTable<Row extends object>({ path, filters, children, ...table }: ListTableProps<Row>) {
  const words = useTexts(componentTexts);
  const list = useInfiniteQuery<Part<Row>, ApiProblem>({
    queryKey: [path, 'list'],
    enabled: path !== undefined,
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) => read<Part<Row>>(withCursor(path ?? '', pageParam as string | null), signal),
    getNextPageParam: (last) => last.nextCursor,
  });
  const { data, error, isFetching, hasNextPage, refetch } = list;
  const onMore = useNextPart(path, list);
  const kept = useKept(data, { error, isFetching });
  const rows = useMemo(() => kept?.pages.flatMap(({ items }) => items) ?? [], [kept]);
  const problem = error instanceof ApiProblem ? error.problem : undefined;
  const isRefused = problem !== undefined && rows.length === 0;
  return (
    <div className="sl-stack">
      {filters ? <Filters problem={problem}>{filters}</Filters> : problem && <ProblemStrip problem={problem} />}
      {children}
      {problem && !problem.fields && (
        <div>
          <Button onClick={() => void refetch()}>{words.again}</Button>
        </div>
      )}
      {path !== undefined && !isRefused && (
        <div>
          <DataTable
            {...table}
            rows={rows}
            isLoading={isFetching && (rows.length === 0 || kept !== data)}
            {...(onMore && { onMore })}
          />
          {rows.length > 0 && <Count shown={rows.length} total={kept?.pages[0]?.total} hasMore={hasNextPage} />}
        </div>
      )}
    </div>
  );
}

/**
 * Reads on. The wish stands until the next part is there: what is shown may be asked for anew at that moment, or later and in place of
 * the next part.
 */
function useNextPart(
  path: string | undefined,
  { data, isFetching, isError, hasNextPage, fetchNextPage }: UseInfiniteQueryResult<InfiniteData<unknown>>,
) {
  const parts = data?.pages.length ?? 0;
  const [wanted, setWanted] = useState({ path, parts: 0 });
  const isWanted = wanted.path === path && wanted.parts > parts;
  useEffect(() => {
    if (isWanted && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isWanted, hasNextPage, isFetching, isError, fetchNextPage]);
  return hasNextPage && !isWanted ? () => setWanted({ path, parts: parts + 1 }) : undefined;
}

interface CountProps {
  readonly shown: number;
  readonly total: number | undefined;
  readonly hasMore: boolean;
}

function Count({ shown, total, hasMore }: CountProps) {
  const words = useTexts(componentTexts);
  const { count } = useFormat();
  const all = hasMore ? words.more(count(shown)) : words.all(count(shown));
  return (
    <div className="sl-table-count" role="status">
      {total === undefined ? all : words.shown(count(shown), count(total))}
    </div>
  );
}

function withCursor(path: string, cursor: string | null): string {
  return cursor === null ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}
