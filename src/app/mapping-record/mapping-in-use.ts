import { isProblem, Problem, unlessProblem } from '../../core/index.ts';
import { type AccountTable, readAccountTable } from '../../mapping/index.ts';
import { SYSTEM } from '../context.ts';
import type { Actor, Connection } from '../ports.ts';
import type { MappingStore, MappingVersion, MappingVersionText } from './mapping-store.ts';

/** The account table with which a connection begins: that of its file, or the template. */
export interface FirstMapping {
  readonly name: string;
  readonly text: string;
}

/**
 * The version of its account table that a connection is booked by. One that has none yet, because it is new or was stored by
 * a program that kept no versions, gets its first here.
 */
export async function mappingInUse(
  books: MappingStore,
  { id }: Pick<Connection, 'id'>,
  first: FirstMapping,
  author: Actor = SYSTEM,
): Promise<MappingVersionText> {
  const inUse = await books.findMappingInUse(id);
  if (inUse) return inUse;
  const reason = 'the account table that the connection began with';
  const record = {
    connectionId: id,
    after: 0,
    ...first,
    validFrom: null,
    author,
    reason,
    isApproved: true,
    changes: { added: 0, removed: 0, changed: 0 },
  };
  try {
    return { ...(await books.recordMapping(record)), text: first.text };
  } catch (thrown) {
    // Another process was faster.
    const recorded =
      isProblem(thrown) && thrown.code === 'MAPPING_MOVED' ? await books.findMappingInUse(id) : undefined;
    if (recorded) return recorded;
    throw thrown;
  }
}

/** The table of a version. Problems show it as `NAME@3`. */
export function tableOfVersion({ name }: Pick<Connection, 'name'>, version: MappingVersionText): AccountTable {
  return readAccountTable({ name: `${name}@${version.number}`, text: version.text });
}

/** The same for whoever looks at many connections: `undefined` where this program does not take the table. */
export function readableTableOfVersion(
  connection: Pick<Connection, 'name'>,
  version: MappingVersionText,
): AccountTable | undefined {
  return unlessProblem(() => tableOfVersion(connection, version));
}

/** Raises `MAPPING_VERSION_UNKNOWN` (invalid). */
export async function getMapping(
  books: MappingStore,
  { id, name }: Pick<Connection, 'id' | 'name'>,
  number: number,
): Promise<MappingVersionText> {
  const found = await books.findMapping(id, number);
  if (found) return found;
  throw mappingVersionUnknown(name, number, newestOf(await books.listMappings(id))?.number ?? 0);
}

/** There is no version of that number; `newest` is the last one there is. */
export function mappingVersionUnknown(name: string, number: number, newest: number): Problem {
  return new Problem({
    code: 'MAPPING_VERSION_UNKNOWN',
    kind: 'invalid',
    says: `The account table of ${name} has no version ${number}; the newest is ${newest}.`,
    next: `Look at the ones there are: seller-ledger mapping list ${name}`,
    data: String(number),
  });
}

export function newestOf(versions: readonly MappingVersion[]): MappingVersion | undefined {
  return versions.at(-1);
}
