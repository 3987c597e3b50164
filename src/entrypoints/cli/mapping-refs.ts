import { getMapping, type MappingVersionText } from '../../app/index.ts';
import { readAccountTable } from '../../mapping/index.ts';
import type { OpenMapping, Workspace } from '../composition.ts';
import { readBytes, TEMPLATE_NAME, templateText } from '../files.ts';
import { textOfTableFile } from '../spreadsheets/table-files.ts';
import { openMapping, withBooks } from './lazy.ts';
import type { CommandContext } from './program.ts';

/** The version of that number, or the one in use. Raises `MAPPING_VERSION_UNKNOWN` (invalid). */
export async function versionOf(
  { books, connection, inUse }: OpenMapping,
  number: string | undefined,
): Promise<MappingVersionText> {
  return number === undefined ? inUse : getMapping(books, connection, numberOf(number));
}

/** -1 for what is no number: there is no such version either. */
export function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

export interface NamedTable {
  readonly name: string;
  readonly text: string;
}

const VERSION_REF = /^([a-z0-9][a-z0-9-]*)@(\d+|current)$/;

/** Account tables by file or version; the books are opened only where a version is named. */
export async function withRefs<Result>(
  context: CommandContext,
  refs: readonly string[],
  work: (tables: readonly NamedTable[]) => Promise<Result>,
): Promise<Result> {
  if (!refs.some((ref) => VERSION_REF.test(ref))) return work(await Promise.all(refs.map(tableOfFile)));
  return withBooks(context, async (workspace) => {
    const tables: NamedTable[] = [];
    for (const ref of refs) tables.push(await tableOfRef(workspace, ref));
    return work(tables);
  });
}

/** Raises `MAPPING_INVALID` (invalid) for a file that is no account table. */
export async function tableOfRef(workspace: Workspace, ref: string): Promise<NamedTable> {
  const [, name, number] = VERSION_REF.exec(ref) ?? [];
  if (name === undefined || number === undefined) return tableOfFile(ref);
  const { text } = await versionOf(await openMapping(workspace, name), number === 'current' ? undefined : number);
  return { name: ref, text };
}

/** Raises `MAPPING_INVALID`, `SPREADSHEET_INVALID` and `SPREADSHEET_UNREADABLE` (all invalid). */
export async function tableOfFile(path: string): Promise<NamedTable> {
  if (path === 'template') return { name: TEMPLATE_NAME, text: templateText() };
  const file = { name: path, text: await textOfTableFile(path, readBytes(path)) };
  readAccountTable(file);
  return file;
}
