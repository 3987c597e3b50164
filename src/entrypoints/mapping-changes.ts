/** Changes of account tables as the command line and the API make them. */
import {
  type Actor,
  type CarriedOn,
  type ConnectionContext,
  carryOn,
  type ImpactRequest,
  keptAccountNames,
  listUnknownValues,
  type MappingImpact,
  type MappingVersion,
  type NameOfAccount,
  type PreparedMapping,
  previewMapping,
  type RowsGiven,
  recordPrepared,
  type TableRow,
  tableOfVersion,
  type UnknownValue,
} from '../app/index.ts';
import { isProblem, Problem } from '../core/index.ts';
import {
  type AccountTable,
  assignedRow,
  columnsOf,
  foldedTriple,
  type LineTriple,
  OWN_MEANINGS,
  sayWords,
  type TableCells,
  tableSections,
} from '../mapping/index.ts';
import type { OpenConnection, OpenMapping, openConnection, Workspace } from './composition.ts';

// `mapping check` must not wait for database drivers to load, so what needs the books loads them when it runs.

/**
 * Everything that holds settlements up, of one connection or of all. Of all, those of a connection whose settings or table this
 * program does not take are listed without a row to propose.
 */
export async function unknownValuesOf(workspace: Workspace, name?: string): Promise<readonly UnknownValue[]> {
  const { openMapping } = await import('./composition.ts');
  const { books } = workspace;
  const connectionId = name === undefined ? undefined : (await books.getConnection(name)).id;
  const records = await books.listSettlements({ state: 'quarantined', ...(connectionId && { connectionId }) });
  const tables = new Map<string, AccountTable>();
  for (const each of new Set(records.map(({ connectionName }) => connectionName))) {
    try {
      const { connection, inUse } = await openMapping(workspace, each);
      tables.set(each, tableOfVersion(connection, inUse));
    } catch (thrown) {
      if (name !== undefined || !isProblem(thrown) || thrown.kind !== 'invalid') throw thrown;
    }
  }
  return listUnknownValues(records, (each) => tables.get(each));
}

/** What words mean that the program does not know. Raises `WORDS_KNOWN` (conflict): what it knows is never taught. */
export function taughtRow(triple: LineTriple, kind: string): TableRow {
  const known = OWN_MEANINGS.kindOf(triple, { isMultiChannel: false });
  if (known !== undefined) {
    throw new Problem({
      code: 'WORDS_KNOWN',
      kind: 'conflict',
      says: `The program knows ${sayWords(triple)}: it is ${known}. An account table teaches only what is not known.`,
      next: `To book it elsewhere, change the account of its kind: seller-ledger mapping assign NAME --kind ${known} --gl-account ACCOUNT --why TEXT`,
    });
  }
  const words = Object.entries(triple).filter(([, word]) => word !== '');
  return { section: 'vocabulary', cells: new Map([...words, ['kind', kind] as const]) };
}

/** Columns that a person may give of an assignment. */
export function assignmentColumns(): readonly string[] {
  return tableSections()
    .filter(({ name }) => name === 'assignments')
    .flatMap((section) => columnsOf(section).flatMap((column) => (column === 'kind' ? [column, 'purpose'] : [column])));
}

/** The account of a kind, or of a balancing line. Raises `ASSIGNMENT_UNCLEAR` (invalid). */
export function assignment(given: TableCells): RowsGiven {
  const { kind, purpose, marketplace = 'any', channel, sku } = Object.fromEntries(given);
  const isOne = (kind === undefined) !== (purpose === undefined);
  if (!isOne || (purpose !== undefined && (channel ?? sku) !== undefined)) {
    throw new Problem({
      code: 'ASSIGNMENT_UNCLEAR',
      kind: 'invalid',
      says: 'An account is for a kind of line or for the purpose of a balancing line, which has neither channel nor SKU; exactly one of them is named.',
      next: 'Give --kind with a kind of docs/mapping-guide.md, or --purpose with payout, closing-debt, tax-residual or another one.',
    });
  }
  return {
    name: `assigned: ${kind ?? purpose}, ${marketplace}`,
    rows: (content) => [assignedRow(content, given)],
  };
}

/** Rows with these words, as an account table compares them. */
export function hasWords(triple: LineTriple): NonNullable<ImpactRequest['isAsked']> {
  const wanted = foldedTriple(triple);
  return ({ words }) => foldedTriple(words) === wanted;
}

/** Rows of a kind; without one, of every kind. */
export function isOfKind(wanted: string | undefined): ImpactRequest['isAsked'] {
  return wanted === undefined ? undefined : ({ kind }) => kind === wanted;
}

interface ImpactAsked extends Pick<ImpactRequest, 'after' | 'isAsked' | 'signal' | 'onProgress'> {
  readonly bookedMax?: number;
  readonly actor: Actor;
}

/** What a table would move, from the stored files. */
export async function impactOf(workspace: Workspace, name: string, asked: ImpactAsked): Promise<MappingImpact> {
  return onConnection(workspace, name, { actor: asked.actor }, ({ context }) => previewOn(context, asked));
}

/** The same, with the names of accounts as far as what is kept of SAP's master data has them. */
export async function namedImpactOf(
  workspace: Workspace,
  name: string,
  asked: ImpactAsked,
): Promise<{ readonly impact: MappingImpact; readonly nameOf: NameOfAccount }> {
  return onConnection(workspace, name, { actor: asked.actor }, async ({ context, masterData }) => ({
    impact: await previewOn(context, asked),
    nameOf: await keptAccountNames(masterData),
  }));
}

function previewOn(context: ConnectionContext, asked: ImpactAsked): Promise<MappingImpact> {
  const { bookedMax = 0, actor: _, ...request } = asked;
  return previewMapping(context, { before: context.table, bookedMax, ...request });
}

/** Records a change as the next version. */
export function recordChange(
  mapping: OpenMapping,
  prepared: PreparedMapping,
  by: { readonly author: Actor; readonly reason: string },
): Promise<MappingVersion> {
  return recordPrepared(mapping, prepared, { ...by, rule: mapping.rule });
}

/** What became of settlements after a version was recorded or approved. */
export interface CarriedOnLater extends CarriedOn {
  /** They could not be looked at now: the next sync books by the version. */
  readonly isLater: boolean;
}

/**
 * Looks again at everything that is not booked. A sync that is running does it at its end. The version is recorded already:
 * that its settlements cannot be looked at now is told, and no reason to say otherwise.
 */
export async function letCarryOn(workspace: Workspace, name: string, actor: Actor): Promise<CarriedOnLater> {
  try {
    const carried = await onConnection(workspace, name, { actor, onProgress: () => {} }, ({ context }) =>
      carryOn(context),
    );
    return { ...carried, isLater: false };
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind === 'defect') throw thrown;
    return { settlements: [], problems: [thrown.toJSON()], isLater: true };
  }
}

async function onConnection<Result>(
  workspace: Workspace,
  name: string,
  use: Parameters<typeof openConnection>[2],
  work: (connection: OpenConnection) => Promise<Result>,
): Promise<Result> {
  const { withConnection } = await import('./with-connection.ts');
  return withConnection(workspace, name, use, work);
}
