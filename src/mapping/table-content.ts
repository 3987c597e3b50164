/** An account table as nothing but its rows: what spreadsheets, comparisons and edits work on, whichever sections there are. */
import { readTableFile, type SectionShape } from './account-table-rows.ts';
import { foldWords } from './fold-words.ts';
import { foldName } from './marketplace.ts';
import { SECTIONS } from './read-account-table.ts';

/** Column to text; a column that is left out is not there. */
export type TableCells = ReadonlyMap<string, string>;

/** The rows of each section, in the order of the file. */
export type TableContent = ReadonlyMap<string, readonly TableCells[]>;

/** The sections of an account table in the order in which they are written. */
export function tableSections(): readonly SectionShape[] {
  return Object.values(SECTIONS);
}

/** The columns of a section in the order in which they are written. */
export function columnsOf({ required, optional }: SectionShape): readonly string[] {
  return [...required, ...optional];
}

/** The rows of a text that `readAccountTable` takes. */
export function readTableContent(text: string): TableContent {
  const file = readTableFile(text, tableSections());
  return new Map(
    tableSections().map((section) => [
      section.name,
      file
        .rowsOf(section)
        .map(({ cells }) => orderCells(section, new Map([...cells].map(([name, { text: cell }]) => [name, cell])))),
    ]),
  );
}

/** The cells in the order of the section's columns, which is the order in which they are written. */
export function orderCells(section: SectionShape, cells: TableCells): TableCells {
  return new Map(
    columnsOf(section).flatMap((column): [string, string][] => {
      const text = cells.get(column);
      return text === undefined ? [] : [[column, text]];
    }),
  );
}

/** Columns that, besides the first one, say which row it is; the others say what holds for it. */
const IDENTIFYING = [
  'marketplace',
  'channel',
  'sku',
  'validFrom',
  'transactionType',
  'amountType',
  'amountDescription',
];
/** Sections in which these columns are no part of the name of a row. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  currencies: ['currency'],
  vocabulary: ['transactionType', 'amountType', 'amountDescription'],
};

/** The columns that together name a row of the section: two rows that agree in them are two statements about one thing. */
export function namingColumns(section: SectionShape): readonly string[] {
  const own = NAMED_BY[section.name];
  if (own) return own;
  const columns = columnsOf(section);
  const [first] = section.required;
  const others = IDENTIFYING.filter((column) => column !== first && columns.includes(column));
  return first === undefined ? others : [first, ...others];
}

/** Whether rows of the section may begin to hold on a day. */
export function isDated(section: SectionShape): boolean {
  return columnsOf(section).includes('validFrom');
}

/** The same text for rows that name the same thing, also when they spell it differently. */
export function rowKeyOf(section: SectionShape, cells: TableCells): string {
  return namingColumns(section)
    .map((column) => sameness(column, cells.get(column)))
    .join('\n');
}

/** What a cell comes to when it is compared: spelling that the table does not distinguish is not there any more. */
export function sameness(column: string, text: string | undefined): string {
  if (text === undefined || (text === 'none' && column !== 'text')) return '';
  switch (column) {
    case 'marketplace':
    case 'name':
      return foldName(text);
    case 'sku':
      return text.toLowerCase();
    case 'rate':
      return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    case 'transactionType':
    case 'amountType':
    case 'amountDescription':
      return foldWords({ transactionType: text, amountType: '', amountDescription: '' })[0];
    default:
      return text;
  }
}

const WORDS: Readonly<Record<string, (text: string) => string>> = {
  marketplace: (text) => (text === 'any' ? 'any marketplace' : text),
  validFrom: (text) => `from ${text}`,
  companyCode: (text) => `company code ${text}`,
  name: (text) => `marketplace ${text}`,
  currency: (text) => `currency ${text}`,
  taxCode: (text) => `tax code ${text}`,
  channel: (text) => `channel ${text}`,
  sku: (text) => `SKU ${text}`,
};

/** Which row it is, as one says it: `referral-fee, any marketplace, from 2027-01-01`. */
export function sayRow(section: SectionShape, cells: TableCells): string {
  if (section.name === 'vocabulary') {
    return namingColumns(section)
      .map((column) => cells.get(column) ?? '(blank)')
      .join(' | ');
  }
  return namingColumns(section)
    .flatMap((column) => {
      const text = cells.get(column);
      return text === undefined ? [] : (WORDS[column]?.(text) ?? text);
    })
    .join(', ');
}
