import { isProblem, type LocalDate, parseCurrencyCode, parseLocalDate, parseMoney } from '../../core/index.ts';
import { type BankStatement, type Movement, oneLine, unreadableStatement, withReferences } from './statement.ts';

/** What a column of a bank's export may be. */
export const CSV_FIELDS = ['booked', 'value', 'amount', 'currency', 'name', 'text', 'reference', 'account'] as const;
export type CsvField = (typeof CSV_FIELDS)[number];

export interface CsvOptions {
  /** Heading of a column by what it is; the others are found by their usual names. */
  readonly columns: Readonly<Partial<Record<CsvField, string>>>;
  /** For a file without a column for it. */
  readonly currency?: string;
  readonly account?: string;
  /** Needed where days are written like 03/04/2026. */
  readonly days?: 'dmy' | 'mdy';
}

/** Headings that banks use, compared without case. */
const USUAL: Readonly<Record<CsvField, readonly string[]>> = {
  booked: ['date', 'booking date', 'posting date', 'transaction date', 'buchungstag', 'buchungsdatum', 'datum'],
  value: ['value date', 'valuta', 'valutadatum', 'wertstellung'],
  amount: ['amount', 'betrag', 'umsatz', 'montant', 'importo', 'importe'],
  currency: ['currency', 'währung', 'waehrung', 'devise', 'divisa', 'valuta currency'],
  name: [
    'name',
    'counterparty',
    'payer',
    'beneficiary',
    'beguenstigter/zahlungspflichtiger',
    'auftraggeber',
    'zahlungspflichtiger',
  ],
  text: ['description', 'text', 'memo', 'details', 'remittance information', 'verwendungszweck', 'buchungstext'],
  reference: ['reference', 'transaction id', 'id', 'bank reference', 'referenz', 'kundenreferenz'],
  account: ['account', 'iban', 'account number', 'auftragskonto', 'konto'],
};
const NEEDED: readonly CsvField[] = ['booked', 'amount'];

const sayWhich = (file: string, option: string): string =>
  `Say which one: seller-ledger deposits import ${file} ${option}`;

/**
 * Reads a bank's CSV export with a heading. Separator, decimal mark and columns are found, never guessed where two readings
 * are possible. Raises `BANK_STATEMENT_UNREADABLE` (invalid) with row and column.
 */
export function readBankCsv(text: string, file: string, options: CsvOptions): BankStatement {
  const plain = text.replace(/^\ufeff/, '');
  const separator = separatorOf(plain.slice(0, plain.search(/[\r\n]|$/)));
  const [heading, ...rows] = cellsOf(plain, separator, file);
  if (!heading) throw unreadableStatement('The file has no content.', { file });
  const columns = columnsOf(heading.cells, options, file);
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const mark = decimalMarkOf(
    filled.map(({ cells }) => cells[columns.amount ?? -1] ?? ''),
    file,
  );
  const movements = filled.map(({ cells, row }): Movement => {
    const cell = (field: CsvField) => (columns[field] === undefined ? '' : (cells[columns[field]] ?? '').trim());
    const place = { file, row };
    const currency = (cell('currency') || (options.currency ?? '')).toUpperCase();
    const bankAccount = cell('account') || (options.account ?? '');
    if (currency === '')
      throw unreadableStatement('The file names no currency.', place, undefined, sayWhich(file, '--currency EUR'));
    if (bankAccount === '')
      throw unreadableStatement('The file names no bank account.', place, undefined, sayWhich(file, '--account IBAN'));
    const valueText = cell('value');
    return {
      bankAccount: bankAccount.replace(/\s+/g, ''),
      statementId: file.split(/[\\/]/).at(-1) ?? file,
      entryReference: cell('reference') || null,
      bookedOn: dayIn(cell('booked'), options.days, { ...place, column: heading.cells[columns.booked ?? 0] }),
      valueOn:
        valueText === ''
          ? null
          : dayIn(valueText, options.days, { ...place, column: heading.cells[columns.value ?? 0] }),
      amount: amountIn(cell('amount'), currency, mark, {
        ...place,
        column: heading.cells[columns.amount ?? 0],
      }),
      counterparty: oneLine([cell('name')]),
      text: oneLine([cell('text')]),
    };
  });
  return { format: 'csv', movements: withReferences(movements.filter(({ amount }) => amount.minor !== 0n)) };
}

interface Place {
  readonly file: string;
  readonly row: number;
  readonly column?: string | undefined;
}

function placeOf({ file, row, column }: Place) {
  return { file, row, ...(column !== undefined && { column }) };
}

function columnsOf(heading: readonly string[], options: CsvOptions, file: string): Partial<Record<CsvField, number>> {
  const folded = heading.map(fold);
  const found: Partial<Record<CsvField, number>> = {};
  for (const field of CSV_FIELDS) {
    const named = options.columns[field];
    const at =
      named === undefined ? folded.findIndex((title) => USUAL[field].includes(title)) : folded.indexOf(fold(named));
    if (at >= 0) found[field] = at;
    else if (named !== undefined)
      throw unreadableStatement(`There is no column ${JSON.stringify(named)}.`, { file, row: 1 }, heading.join(' | '));
  }
  for (const field of NEEDED) {
    if (found[field] !== undefined) continue;
    throw unreadableStatement(
      `No column is known to be the ${field === 'booked' ? 'day of booking' : field}: name it with --column ${field}=HEADING.`,
      { file, row: 1 },
      heading.join(' | '),
    );
  }
  return found;
}

function separatorOf(heading: string): string {
  const counts = [';', '\t', ','].map((mark) => [mark, heading.split(mark).length] as const);
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/** Cells by RFC 4180, with the physical row on which each record begins. */
function cellsOf(
  text: string,
  separator: string,
  file: string,
): { readonly cells: readonly string[]; readonly row: number }[] {
  const records: { cells: string[]; row: number }[] = [];
  let cells: string[] = [];
  let cell = '';
  let row = 1;
  let startRow = 1;
  let isQuoted = false;
  const endRecord = () => {
    records.push({ cells: [...cells, cell], row: startRow });
    cells = [];
    cell = '';
    startRow = row;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '\n') row += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') endRecord();
    else if (character !== '\r') cell += character;
  }
  if (isQuoted) throw unreadableStatement('The file ends within a quoted cell.', { file, row: startRow });
  if (cell !== '' || cells.length > 0) endRecord();
  return records;
}

/** The mark that every amount agrees on: the last of point and comma, where it is followed by other than three digits. */
function decimalMarkOf(texts: readonly string[], file: string): '.' | ',' {
  const marks = new Set(
    texts.flatMap((text) => {
      const match = /([.,])(\d*)\D*$/.exec(text.trim());
      return match?.[1] && match[2]?.length !== 3 ? [match[1] as '.' | ','] : [];
    }),
  );
  const thousands = texts.some((text) => /[.,]\d{3}\D*$/.test(text.trim()));
  if (marks.size > 1)
    throw unreadableStatement('Some amounts have a decimal point and others a decimal comma.', { file });
  const [mark] = marks;
  if (mark === undefined && thousands) {
    throw unreadableStatement(
      'Nothing tells whether the point or the comma of the amounts parts thousands or decimals.',
      { file },
    );
  }
  return mark ?? '.';
}

function amountIn(text: string, currency: string, mark: '.' | ',', place: Place) {
  const other = mark === '.' ? ',' : '.';
  const plain = text
    .replace(/[\s\u00a0']/g, '')
    .replaceAll(other, '')
    .replace(mark, '.')
    .replace(/^\((.*)\)$/, '-$1')
    .replace(/^(.*)-$/, '-$1');
  try {
    return parseMoney(plain, parseCurrencyCode(currency));
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    throw unreadableStatement(thrown.says, placeOf(place), text);
  }
}

function dayIn(text: string, days: CsvOptions['days'], place: Place): LocalDate {
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  const pointed = /^(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})$/.exec(text);
  const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text);
  const make = (year: string, month: string, day: string) =>
    `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (slashed && days === undefined) {
    throw unreadableStatement('The day can be read in two ways: say --days dmy or --days mdy.', placeOf(place), text);
  }
  const [, first = '', second = '', third = ''] = iso ?? pointed ?? slashed ?? [];
  const written = iso
    ? make(first, second, third)
    : pointed || days === 'dmy'
      ? make(third, second, first)
      : make(third, first, second);
  try {
    return parseLocalDate(written);
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    throw unreadableStatement(`${JSON.stringify(text)} is not a day.`, placeOf(place), text);
  }
}

function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}
