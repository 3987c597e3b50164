import type { Report, ReportRow, ReportValue } from '../../app/index.ts';
import { parseCurrencyCode, parseMoney } from '../../core/index.ts';
import type { ReportAnswer } from '../http/contract/report.ts';

type Answered = Omit<ReportAnswer, 'isOpen' | 'verdict' | 'compared'>;
type Cell = Answered['facts'][number]['value'];

/** A report as the API tells it, made a report again: the other way round of `reportJson`. */
export function reportFromJson({ name, title, facts, sections, notes }: Answered): Report {
  return {
    name,
    title,
    facts: facts.map((fact) => ({ title: fact.title, value: cellValue(fact.value) })),
    sections: sections.map(({ rows, total, ...section }) => ({
      ...section,
      rows: rows.map(rowOf),
      ...(total && { total: rowOf(total) }),
    })),
    notes,
  };
}

function rowOf(row: Readonly<Record<string, Cell>>): ReportRow {
  return Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, cellValue(cell)]));
}

function cellValue(cell: Cell): ReportValue {
  return typeof cell === 'object' && cell !== null ? parseMoney(cell.amount, parseCurrencyCode(cell.currency)) : cell;
}
