import { useState } from 'react';
import type {
  AccountTable,
  TableChange,
  TableRow,
  TableSection,
} from '../../../../src/entrypoints/http/contract/mapping.ts';

/** A row with its place in its section, which is how the service names faults. */
export interface PlacedRow {
  readonly at: number;
  readonly cells: TableRow;
}

/** The account table while somebody edits it: nothing of it is stored. */
export function useDraft(table: AccountTable) {
  const [draft, setDraft] = useState<{
    readonly basis: number;
    readonly name: string;
    readonly sections: readonly TableSection[];
  }>();
  const [validFrom, setValidFrom] = useState('');
  const sections = draft?.sections ?? table.sections;
  const rowsOf = (section: string): readonly TableRow[] => sections.find(({ name }) => name === section)?.rows ?? [];
  const put = (section: string, rows: readonly TableRow[]) => {
    const others = sections.filter(({ name }) => name !== section);
    setDraft({
      basis: draft?.basis ?? table.newest,
      name: draft?.name ?? 'edited on the page',
      sections: [...others, { name: section, rows }],
    });
  };
  const rowsAlone = draft && { kind: 'table' as const, ...draft, validFrom: null };
  const change: TableChange | undefined = rowsAlone && { ...rowsAlone, validFrom: validFrom === '' ? null : validFrom };
  return {
    change,
    /** Without its first day, which is asked for when it is saved. */
    rowsAlone,
    rowsOf,
    validFrom,
    setValidFrom,
    /** Somebody recorded another version since this draft was begun. */
    isOvertaken: draft !== undefined && draft.basis !== table.newest,
    /** Puts a row in its place; one whose place is behind all others is added. */
    putRow: (section: string, { at, cells }: PlacedRow) => {
      const rows = [...rowsOf(section)];
      rows[Math.min(at, rows.length)] = cells;
      put(section, rows);
    },
    removeRow: (section: string, at: number) =>
      put(
        section,
        rowsOf(section).filter((_, place) => place !== at),
      ),
    /** All of another file, to go on from. */
    take: (name: string, all: readonly TableSection[]) => setDraft({ basis: table.newest, name, sections: all }),
    discard: () => {
      setDraft(undefined);
      setValidFrom('');
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;
