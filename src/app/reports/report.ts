import type { LocalDate, Money } from '../../core/index.ts';

/** What a cell holds, so that a spreadsheet gets numbers and days and not their pictures. Empty: `null`. */
export type ReportValue = string | number | Money | LocalDate | boolean | null;

export interface ReportColumn {
  /** Key of the cell in each row, and in JSON; camelCase. */
  readonly key: string;
  /** As an accountant reads it. */
  readonly title: string;
  /** `percent`: a whole number of hundredths of a per cent, 1250 for 12.50 %. */
  readonly kind: 'text' | 'money' | 'date' | 'count' | 'percent' | 'flag';
}

export type ReportRow = Readonly<Record<string, ReportValue>>;

/** One table of a report. */
export interface ReportSection {
  /** Key in JSON and name of the sheet; camelCase. */
  readonly key: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /** The last row in bold; its cells are sums of the rows above it. */
  readonly total?: ReportRow;
  /** What a reader has to know of this table, below it. */
  readonly notes?: readonly string[];
}

/**
 * A report before anybody chose how it looks: facts at its head, then tables. The same report is shown as text, CSV, JSON,
 * spreadsheet or PDF; none of them computes anything.
 */
export interface Report {
  /** Name of the report in file names, for example `settlement-statement`. */
  readonly name: string;
  readonly title: string;
  /** What it is about: connection, period, settlement, state; in this order. */
  readonly facts: readonly { readonly title: string; readonly value: ReportValue }[];
  readonly sections: readonly ReportSection[];
  /** Until when the numbers are complete and what they do not contain, in sentences. */
  readonly notes: readonly string[];
}
