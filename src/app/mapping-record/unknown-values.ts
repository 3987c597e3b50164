import type { Money } from '../../core/index.ts';
import { money } from '../../core/index.ts';
import {
  type AccountTable,
  isMultiChannelMarketplace,
  type KindSuggestion,
  type LineKind,
  lineKindFacts,
  printTableRow,
  type QuarantineItem,
  readTableContent,
  type SettlementId,
  suggestKinds,
  type TableCells,
  tableSections,
} from '../../mapping/index.ts';
import type { SettlementRecord } from '../ports.ts';

/** What stops settlements, added up over all of them. */
export interface StoppingValue {
  /** `LINE_KIND_UNKNOWN`, `ACCOUNT_MISSING`, `MARKETPLACE_UNASSIGNED`, … */
  readonly code: string;
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
  readonly marketplace: string;
  readonly rowCount: number;
  /** Amazon's sign, one for each currency. */
  readonly amounts: readonly Money[];
  /** That wait for it, the oldest period first. */
  readonly settlements: readonly SettlementId[];
  readonly says: string;
}

/** One value that stops settlements, over all of them: teach it once, and everything that waited for it goes on. */
export interface UnknownValue extends StoppingValue {
  readonly connection: string;
  /** When the first of them was received. */
  readonly firstSeenAt: string;
  readonly proposal: ValueProposal;
}

/** What could be done about it; a person decides. */
export interface ValueProposal {
  /** The kind that the words are known to have: only its account is missing. */
  readonly kind: LineKind | null;
  /** Kinds that unknown words may mean. */
  readonly suggestions: readonly KindSuggestion[];
  /** A row for the account table, ready to paste, and the section it belongs to. */
  readonly row: {
    readonly section: string;
    readonly cells: TableCells;
    readonly text: string;
    readonly because: string;
  } | null;
}

/** A settlement, and what stops it. */
export type StoppedSettlement = Pick<SettlementRecord, 'connectionName' | 'settlementId' | 'receivedAt' | 'quarantine'>;

/**
 * Everything that holds settlements up, the largest number of them first. `tableOf` gives the table of a connection; where there is
 * none, no row for it is proposed.
 */
export function listUnknownValues(
  records: readonly StoppedSettlement[],
  tableOf: (connectionName: string) => AccountTable | undefined,
): UnknownValue[] {
  return valuesOf(records).map((value) => {
    const { item, connection, firstSeenAt } = value;
    return { ...stoppingValue(value), connection, firstSeenAt, proposal: propose(item, tableOf(connection)) };
  });
}

/** The same without what could be done about it. */
export function listStoppingValues(records: readonly StoppedSettlement[]): StoppingValue[] {
  return valuesOf(records).map(stoppingValue);
}

function stoppingValue({ item, rowCount, amounts, settlements }: GrowingValue): StoppingValue {
  const { code, transactionType, amountType, amountDescription, marketplace, says } = item;
  return {
    code,
    transactionType,
    amountType,
    amountDescription,
    marketplace,
    rowCount,
    amounts: [...amounts.values()],
    settlements: [...settlements],
    says,
  };
}

/** The amounts of each of the values that hold these settlements up, without what could be done about it. */
export function sumUnknownValues(records: readonly StoppedSettlement[]): (readonly Money[])[] {
  return valuesOf(records).map(({ amounts }) => [...amounts.values()]);
}

function valuesOf(records: readonly StoppedSettlement[]): GrowingValue[] {
  const found = new Map<string, GrowingValue>();
  for (const record of records) for (const item of record.quarantine) addItem(found, record, item);
  return [...found.values()].sort((a, b) => b.settlements.size - a.settlements.size || (a.key < b.key ? -1 : 1));
}

interface GrowingValue {
  readonly key: string;
  readonly connection: string;
  readonly item: QuarantineItem;
  rowCount: number;
  readonly amounts: Map<string, Money>;
  readonly settlements: Set<SettlementId>;
  firstSeenAt: string;
}

function addItem(found: Map<string, GrowingValue>, record: StoppedSettlement, item: QuarantineItem): void {
  const { connectionName: connection, settlementId, receivedAt } = record;
  const { code, transactionType, amountType, amountDescription, marketplace, amount } = item;
  // Without rows it is about the settlement itself, and each sentence is a reason of its own.
  const words = item.count === 0 ? [item.says] : [transactionType, amountType, amountDescription];
  const key = JSON.stringify([connection, code, ...words, marketplace]);
  const value = found.get(key) ?? {
    key,
    connection,
    item,
    rowCount: 0,
    amounts: new Map(),
    settlements: new Set(),
    firstSeenAt: receivedAt,
  };
  const known = value.amounts.get(amount.currency)?.minor ?? 0n;
  value.amounts.set(amount.currency, money(amount.currency, known + amount.minor));
  value.rowCount += item.count;
  value.settlements.add(settlementId);
  if (receivedAt < value.firstSeenAt) value.firstSeenAt = receivedAt;
  found.set(key, value);
}

const NO_PROPOSAL: ValueProposal = { kind: null, suggestions: [], row: null };

function propose(item: QuarantineItem, table: AccountTable | undefined): ValueProposal {
  if (item.code === 'LINE_KIND_UNKNOWN') return { ...NO_PROPOSAL, suggestions: suggestKinds(item) };
  if (!table) return NO_PROPOSAL;
  switch (item.code) {
    case 'ACCOUNT_MISSING':
      return item.count === 0 ? NO_PROPOSAL : proposeAccount(item, table);
    case 'MARKETPLACE_UNASSIGNED':
      return { ...NO_PROPOSAL, row: proposeMarketplace(item, table) };
    default:
      return NO_PROPOSAL;
  }
}

function proposeAccount(item: QuarantineItem, table: AccountTable): ValueProposal {
  const isMultiChannel = isMultiChannelMarketplace(item.marketplace);
  const kind = table.kindOf(item, { isMultiChannel }) ?? null;
  return { kind, suggestions: [], row: kind === null ? null : likeItsSiblings(kind, item.marketplace, table) };
}

/** The row of a kind of the same group, else of the same nature, with this kind in its place. */
function likeItsSiblings(kind: LineKind, marketplace: string, table: AccountTable): ValueProposal['row'] {
  const { group, nature, title } = lineKindFacts(kind);
  const rows = (readTableContent(table.text).get('assignments') ?? []).filter((row) => row.has('glAccount'));
  const holds = (row: TableCells) =>
    ['any', marketplace.toLowerCase()].includes((row.get('marketplace') ?? '').toLowerCase());
  const siblings = rows.filter((row) => lineKindFacts(row.get('kind') as LineKind).group === group && holds(row));
  const cousins = rows.filter((row) => lineKindFacts(row.get('kind') as LineKind).nature === nature && holds(row));
  const model = mostUsedAccount(siblings) ?? mostUsedAccount(cousins);
  if (!model) return null;
  const place = model.get('marketplace') ?? 'any';
  const cells = new Map([...model, ['kind', kind], ['marketplace', place], ['text', title]] as const);
  for (const column of ['validFrom', 'channel', 'sku']) cells.delete(column);
  const because = `${model.get('kind')} of the same ${siblings.includes(model) ? 'group' : 'nature'} goes there`;
  return withText('assignments', cells, because);
}

/** The first row of those with the account that most of them have. */
function mostUsedAccount(rows: readonly TableCells[]): TableCells | undefined {
  const countOf = (account: string | undefined) => rows.filter((row) => row.get('glAccount') === account).length;
  return rows.toSorted((a, b) => countOf(b.get('glAccount')) - countOf(a.get('glAccount')))[0];
}

/** With one company code there is nothing to choose. */
function proposeMarketplace({ marketplace }: QuarantineItem, table: AccountTable): ValueProposal['row'] {
  const [only, second] = table.companyCodes();
  if (!only || second || marketplace === '') return null;
  const cells = new Map([
    ['name', marketplace],
    ['companyCode', only.companyCode as string],
  ]);
  return withText('marketplaces', cells, `${only.companyCode} is the only company code of the table`);
}

function withText(section: string, cells: TableCells, because: string): ValueProposal['row'] {
  const shape = tableSections().find(({ name }) => name === section);
  return shape ? { section, cells, text: `- ${printTableRow(shape, cells)}`, because } : null;
}
