import { type LocalDate, Problem } from '../core/index.ts';
import type { SectionShape } from './account-table-rows.ts';
import { isDated, rowKeyOf, type TableCells, type TableContent, tableSections } from './table-content.ts';
import { diffTables, type RowChange, sayRowChange } from './table-diff.ts';

const CHANGES_SHOWN_MAX = 20;

/**
 * The table that books as `before` up to the day and as `after` from it on: what changed stands in rows that begin on the
 * day, beside those that held before. Raises `MAPPING_CHANGE_NOT_DATED` (invalid) for a change that no row with a first day
 * can say.
 */
export function dateChanges(before: TableContent, after: TableContent, from: LocalDate): TableContent {
  const result = new Map(before);
  const refused: string[] = [];
  for (const section of tableSections()) {
    const rows = [...(before.get(section.name) ?? [])];
    for (const change of diffTables(before, after).filter((each) => each.section === section.name)) {
      const why = applyFrom(section, { rows, change, from });
      if (why !== null) refused.push(`${sayRowChange(change)} (${why})`);
    }
    result.set(section.name, rows);
  }
  if (refused.length > 0) throw notDated(refused, from);
  return result;
}

/** Why the change cannot begin on the day; `null` when it was made to. */
function applyFrom(
  section: SectionShape,
  { rows, change, from }: { readonly rows: TableCells[]; readonly change: RowChange; readonly from: LocalDate },
): string | null {
  const { before, after } = change;
  const isLater = [before, after].every((cells) => cells === null || (cells.get('validFrom') ?? '') >= from);
  if (isDated(section) && isLater) {
    replaceRow(rows, before, after);
    return null;
  }
  if (after === null)
    return 'a row that is left out does not say what holds from that day: give its row without an account';
  if (!isDated(section)) {
    if (before !== null) return `rows of ${section.name} hold always`;
    rows.push(after);
    return null;
  }
  const dated = new Map([...after, ['validFrom', from] as const]);
  const key = rowKeyOf(section, dated);
  if (rows.some((row) => rowKeyOf(section, row) === key)) return 'another row begins on that day';
  rows.push(dated);
  return null;
}

function replaceRow(rows: TableCells[], before: TableCells | null, after: TableCells | null): void {
  const at = before === null ? -1 : rows.indexOf(before);
  if (at < 0) {
    if (after) rows.push(after);
  } else if (after) rows.splice(at, 1, after);
  else rows.splice(at, 1);
}

function notDated(refused: readonly string[], from: LocalDate): Problem {
  const more = refused.length - CHANGES_SHOWN_MAX;
  return new Problem({
    code: 'MAPPING_CHANGE_NOT_DATED',
    kind: 'invalid',
    says: `${refused.length} of the changes cannot begin to hold on ${from}.`,
    next: 'Leave these changes out, or record all of them without a first day: then they hold for everything that is not booked yet.',
    data: [...refused.slice(0, CHANGES_SHOWN_MAX), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
  });
}
