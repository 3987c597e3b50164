import './components.css';
import './section.css';
import { Title } from '@ui5/webcomponents-react/Title';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Over the whole width of a grid. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with its heading, which is also its name for a screen reader. */
export function Section({ title, actions, isWide = false, children }: SectionProps) {
  const id = useId();
  return (
    <section className={isWide ? 'sl-card sl-wide' : 'sl-card'} aria-labelledby={id}>
      <header>
        <Title level="H2" size="H5" id={id}>
          {title}
        </Title>
        {actions && <div className="sl-row">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface PlainColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isRight?: boolean;
}

/** Longer tables draw only what is on the screen, in rows of one line (`DataTable`); shorter ones show every word. */
export const PLAIN_ROWS_MAX = 40;

interface PlainTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly PlainColumn<Row>[];
}

/** Said of each element: on a phone, where a table is laid out as a list, browsers no longer take it for a table. */
const as = (role: string) => ({ role });

/** A short table, all of it at once; the first column is the head of its row. On a phone each row is a list of its cells. */
export function PlainTable<Row>({ label, rows, keyOf, columns }: PlainTableProps<Row>) {
  return (
    // What is still too wide scrolls, also by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable
    <div className="sl-scroll" tabIndex={0}>
      <table className="sl-plain-table sl-stacks" aria-label={label} {...as('table')}>
        <thead {...as('rowgroup')}>
          <tr {...as('row')}>
            {columns.map(({ title, isRight }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have no title
              <th key={index} scope="col" className={isRight ? 'sl-right' : undefined} {...as('columnheader')}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...as('rowgroup')}>
          {rows.map((row) => (
            <tr key={keyOf(row)} {...as('row')}>
              {columns.map(({ title, cell, isRight }, index) =>
                index === 0 ? (
                  <th key="head" scope="row" className={isRight ? 'sl-right' : undefined} {...as('rowheader')}>
                    {cell(row)}
                  </th>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have no title
                  <td key={index} data-label={title} className={isRight ? 'sl-right' : undefined} {...as('cell')}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
