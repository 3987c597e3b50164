import type { Report, ReportRow, ReportValue } from '../../app/index.ts';
import { formatMoney } from '../../core/index.ts';
import { isMoney } from './layout.ts';

/** A report as one JSON value; amounts are `{ amount, currency }` with decimal text, days are text, empty cells `null`. */
export function reportJson({ name, title, facts, sections, notes }: Report) {
  return {
    name,
    title,
    facts: facts.map((fact) => ({ title: fact.title, value: jsonValue(fact.value) })),
    sections: sections.map((section) => {
      const rowOf = (row: ReportRow) =>
        Object.fromEntries(section.columns.map(({ key }) => [key, jsonValue(row[key] ?? null)]));
      return {
        key: section.key,
        title: section.title,
        columns: section.columns.map(({ key, title: heading, kind }) => ({ key, title: heading, kind })),
        rows: section.rows.map(rowOf),
        ...(section.total && { total: rowOf(section.total) }),
        notes: section.notes ?? [],
      };
    }),
    notes,
  };
}

function jsonValue(value: ReportValue) {
  return isMoney(value) ? { amount: formatMoney(value), currency: value.currency } : value;
}
