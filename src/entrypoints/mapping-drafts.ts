/** A change of an account table as people put it together cell by cell: checked, and made the next version. */
import {
  type Actor,
  type Finding,
  type ImpactRequest,
  isBookable,
  type MappingImpact,
  type PreparedMapping,
  prepareRows,
  prepareTable,
  type RowsGiven,
  textWithRows,
  validateTable,
} from '../app/index.ts';
import { isProblem, type LocalDate, parseLocalDate } from '../core/index.ts';
import {
  columnsOf,
  diffTables,
  editTable,
  type LineTriple,
  listTableIssues,
  listTableWarnings,
  printTable,
  type RowChange,
  readAccountTable,
  readTableContent,
  sayWords,
  type TableCells,
  type TableContent,
  tableSections,
} from '../mapping/index.ts';
import type { OpenMapping, Workspace } from './composition.ts';
import { assignment, assignmentColumns, hasWords, impactOf, isOfKind, taughtRow } from './mapping-changes.ts';
import { simulationOf } from './simulation-views.ts';
import { withConnection } from './with-connection.ts';

type Cells = Readonly<Record<string, string>>;

export interface SectionRows {
  readonly name: string;
  readonly rows: readonly Cells[];
}

/** What somebody wants to change. */
export type Draft =
  | (LineTriple & { readonly kind: 'teach'; readonly lineKind: string; readonly assignment?: Cells | undefined })
  | { readonly kind: 'assign'; readonly assignment: Cells }
  | { readonly kind: 'row'; readonly section: string; readonly cells: Cells }
  | {
      readonly kind: 'table';
      readonly basis: number;
      readonly name: string;
      readonly sections: readonly SectionRows[];
      readonly validFrom: string | null;
    };

/** Where in the draft it is: section, row from 0, column. Row -1: the section, or the table, as a whole. */
export interface DraftPlace {
  readonly section: string;
  readonly row: number;
  readonly column: string;
}

export interface DraftChecked {
  readonly changes: readonly RowChange[];
  /** As long as there is one, it cannot be recorded. */
  readonly faults: readonly (DraftPlace & { readonly says: string })[];
  readonly warnings: readonly (DraftPlace & { readonly says: string })[];
  /** `null`: not asked for, or there are faults. */
  readonly sap: {
    readonly isBookable: boolean;
    readonly findings: readonly (DraftPlace &
      Pick<Finding, 'severity' | 'code' | 'value' | 'says' | 'next'> & {
        readonly label: string;
      })[];
  } | null;
  readonly impact: MappingImpact | null;
}

export interface CheckOptions {
  readonly actor: Actor;
  readonly withSap: boolean;
  readonly withImpact: boolean;
  readonly bookedMax: number;
  /** Whoever asked has gone, mostly because they typed on: what takes long is left out. */
  readonly signal?: AbortSignal | undefined;
}

/** What a draft would come to; records nothing. Raises `MAPPING_CHANGE_NOT_DATED` (invalid) and the problems of SAP’s side. */
export async function checkDraft(
  workspace: Workspace,
  mapping: OpenMapping,
  draft: Draft,
  options: CheckOptions,
): Promise<DraftChecked> {
  const { text, isOwn } = await textOfDraft(mapping, draft);
  const faults = listTableIssues(text).map(({ path, says }) => ({ ...placeOfPath(path), says }));
  const unchecked = { warnings: [], sap: null, impact: null };
  if (faults.length > 0) return { changes: changesOf(mapping, text), faults, ...unchecked };
  const prepared = await unlessUnchanged(() => prepareDraft(mapping, draft));
  if (!prepared) return { changes: [], faults, ...unchecked };
  // Read from the rows as they stand in the draft, so that what is found can be shown at its cell.
  const table = readAccountTable({ name: prepared.name, text });
  const { name } = mapping.connection;
  const warnings = listTableWarnings(table)
    .map(({ path, says }) => ({ ...placeOfPath(path), says }))
    .filter(isOwn);
  const { actor, bookedMax, signal } = options;
  return {
    changes: prepared.changes,
    faults,
    warnings,
    sap:
      options.withSap && !signal?.aborted
        ? await withConnection(workspace, name, { actor, onProgress: () => {} }, async (opened) => {
            const { findings } = await validateTable(simulationOf(opened), table);
            const own = findings.map(placeFinding).filter(isOwn);
            return {
              isBookable: isBookable({ findings: findings.filter((each) => isOwn(placeFinding(each))) }),
              findings: own,
            };
          })
        : null,
    impact:
      options.withImpact && !signal?.aborted
        ? await impactOf(workspace, name, { after: prepared.table, bookedMax, actor, isAsked: askedBy(draft), signal })
        : null,
  };
}

/** The draft as what can be recorded. Raises as `prepareTable` does, and `WORDS_KNOWN` and `ASSIGNMENT_UNCLEAR`. */
export async function prepareDraft(mapping: OpenMapping, draft: Draft): Promise<PreparedMapping> {
  if (draft.kind !== 'table') return prepareRows(mapping, rowsOf(draft));
  const { name, basis } = draft;
  const content = contentOf(draft.sections);
  readAccountTable({ name, text: printTable(content) });
  const text = editTable(mapping.inUse.text, content);
  const validFrom = draft.validFrom === null ? null : (parseLocalDate(draft.validFrom) as LocalDate);
  // Whoever recorded a version meanwhile is not overwritten: the store compares what the author has seen.
  return { ...(await prepareTable(mapping, { name, text, validFrom })), newestNumber: basis };
}

function rowsOf(draft: Exclude<Draft, { readonly kind: 'table' }>): RowsGiven {
  switch (draft.kind) {
    case 'assign':
      return assignment(cellsOf(draft.assignment, assignmentColumns()));
    case 'row': {
      const row = { section: draft.section, cells: cellsOf(draft.cells, columnsOfSection(draft.section)) };
      return { name: `added: ${draft.section}`, rows: () => [row] };
    }
    case 'teach': {
      const { transactionType, amountType, amountDescription, lineKind } = draft;
      const triple = { transactionType, amountType, amountDescription };
      const row = taughtRow(triple, lineKind);
      const name = `taught: ${sayWords(triple)}`;
      if (!draft.assignment) return { name, rows: () => [row] };
      const given = assignment(cellsOf({ ...draft.assignment, kind: lineKind }, assignmentColumns()));
      return { name, rows: (content) => [row, ...given.rows(content)] };
    }
  }
}

/** Of which rows a draft says where they go; of the others it does not speak. */
function askedBy(draft: Draft): ImpactRequest['isAsked'] {
  switch (draft.kind) {
    case 'teach':
      return hasWords(draft);
    case 'assign':
      return isOfKind(draft.assignment.kind?.trim());
    case 'row':
    case 'table':
      return undefined;
  }
}

/** The text whose rows are those of the draft, and whether a place in it is of what the draft changes. */
async function textOfDraft(
  mapping: OpenMapping,
  draft: Draft,
): Promise<{ readonly text: string; readonly isOwn: (place: DraftPlace) => boolean }> {
  if (draft.kind === 'table') return { text: printTable(contentOf(draft.sections)), isOwn: () => true };
  const given = rowsOf(draft);
  const { text } = await textWithRows(mapping, given);
  const before = readTableContent(mapping.inUse.text);
  const rows = readTableContent(text);
  const old = new Set([...before].flatMap(([section, all]) => all.map((cells) => printed(section, cells))));
  const isOwn = ({ section, row }: DraftPlace) => {
    const cells = rows.get(section)?.[row];
    return cells === undefined || !old.has(printed(section, cells));
  };
  return { text, isOwn };
}

function printed(section: string, cells: TableCells): string {
  return JSON.stringify([section, ...cells]);
}

function changesOf({ inUse }: OpenMapping, text: string): readonly RowChange[] {
  return diffTables(readTableContent(inUse.text), readTableContent(text));
}

/** Rows without blank cells and without columns that their section does not have. */
function contentOf(sections: readonly SectionRows[]): TableContent {
  return new Map(
    tableSections().map(({ name }) => {
      const rows = sections.filter((section) => section.name === name).flatMap((section) => section.rows);
      return [name, rows.map((cells) => cellsOf(cells, columnsOfSection(name)))];
    }),
  );
}

function columnsOfSection(name: string): readonly string[] {
  const section = tableSections().find((each) => each.name === name);
  return section ? columnsOf(section) : [];
}

function cellsOf(cells: Cells, columns: readonly string[]): TableCells {
  return new Map(
    columns.flatMap((column): [string, string][] => {
      const text = (Object.hasOwn(cells, column) ? cells[column] : undefined)?.trim() ?? '';
      return text === '' ? [] : [[column, text]];
    }),
  );
}

/** `assignments[3].kind` as the place in the rows. */
function placeOfPath(path: string): DraftPlace {
  const [, section = '', row, column = ''] = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?/.exec(path) ?? [];
  return { section, row: row === undefined ? -1 : Number(row), column };
}

function placeFinding({ severity, code, value, says, next, place }: Finding) {
  const at = place !== null && 'path' in place ? place : { path: '', label: '' };
  return { severity, code, value, says, next, label: at.label, ...placeOfPath(at.path) };
}

async function unlessUnchanged(prepare: () => Promise<PreparedMapping>): Promise<PreparedMapping | undefined> {
  try {
    return await prepare();
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'MAPPING_UNCHANGED') return undefined;
    throw thrown;
  }
}

/** The rows of a text, section by section. */
export function sectionsOf(text: string): readonly SectionRows[] {
  return [...readTableContent(text)].map(([name, rows]) => ({
    name,
    rows: rows.map((cells) => Object.fromEntries(cells)),
  }));
}
