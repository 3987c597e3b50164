import {
  type CurrencyCode,
  currencyDecimals,
  daysFromCivil,
  isCurrencyCode,
  type LocalDate,
  type Money,
} from '../../core/index.ts';
import { type AmountFormat, parseAmount } from '../settlement-file/amount.ts';
import type { FlatFile, FlatRow } from './read-flat-file.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?\s*(Z|UTC|GMT|[+-](?:0\d|1[0-4]):?[0-5]\d)$/;

/**
 * The cells of one row as values. What cannot be read is `null` and remembered as a fault that names the column and never
 * its value; a row with faults is kept aside whole. An empty cell is `null` and no fault, and never zero.
 */
export class RowCells {
  readonly #row: FlatRow;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #formatOf: (decimals: number) => AmountFormat;
  readonly faults: string[] = [];

  constructor(row: FlatRow, file: FlatFile) {
    this.#row = row;
    this.#columns = file.header.columns;
    this.#formatOf = file.formatOf;
  }

  /** Trimmed. */
  text(column: string): string | null {
    const index = this.#columns.get(column);
    const text = index === undefined ? undefined : this.#row.cells[index]?.trim();
    return text === undefined || text === '' ? null : text;
  }

  needText(column: string): string {
    const text = this.text(column);
    if (text === null) this.#fault(`${column} is empty`);
    return text ?? '';
  }

  currency(column: string): CurrencyCode | null {
    const text = this.text(column);
    if (text === null || isCurrencyCode(text)) return text;
    return this.#fault(`${column} is not a currency this program knows`);
  }

  amount(column: string, currency: CurrencyCode | null): Money | null {
    const text = this.text(column);
    if (text === null) return null;
    if (currency === null) return this.#fault(`${column} has an amount without a currency`);
    const minor = parseAmount(text, this.#formatOf(currencyDecimals(currency)));
    if (typeof minor === 'bigint') return { currency, minor };
    return this.#fault(`${column} is not an amount in ${currency} (${minor})`);
  }

  /** A whole number of at most nine digits. */
  integer(column: string): number | null {
    const text = this.text(column);
    if (text === null) return null;
    return /^[+-]?\d{1,9}(\.0+)?$/.test(text) ? Number(text) : this.#fault(`${column} is not a whole number`);
  }

  needInteger(column: string): number {
    const value = this.integer(column);
    if (value === null && this.text(column) === null) this.#fault(`${column} is empty`);
    return value ?? 0;
  }

  /** ISO 8601 with its zone, as `2026-11-23T00:00:00.000Z`. */
  moment(column: string): string | null {
    const text = this.text(column);
    if (text === null) return null;
    return parseMoment(text) ?? this.#fault(`${column} is not a time with its zone`);
  }

  needMoment(column: string): string {
    const value = this.moment(column);
    if (value === null && this.text(column) === null) this.#fault(`${column} is empty`);
    return value ?? '';
  }

  /** Like `moment`; a day alone is its first second in UTC. */
  momentOrDay(column: string): string | null {
    const text = this.text(column);
    const day = text === null ? undefined : parseDay(text);
    return day === undefined ? this.moment(column) : `${day}T00:00:00.000Z`;
  }

  /** A day, alone or with a time behind it; what zone the time has does not change the day that is printed. */
  day(column: string): LocalDate | null {
    const text = this.text(column);
    if (text === null) return null;
    return parseDay(text.split(/[T ]/)[0] ?? '') ?? this.#fault(`${column} is not a day`);
  }

  /** `true` and `false` in any case; `null` for anything else. */
  flag(column: string): boolean | null {
    const text = this.text(column)?.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : null;
  }

  #fault(says: string): null {
    this.faults.push(says);
    return null;
  }
}

function parseMoment(text: string): string | undefined {
  const match = MOMENT.exec(text);
  if (!match) return undefined;
  const [, day = '', time = '', zone = ''] = match;
  if (Number.isNaN(daysFromCivil(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8)))))
    return undefined;
  if (!/[1-9]/.test(zone)) return `${day}T${time}.000Z`;
  const at = Date.parse(`${day}T${time}${zone.slice(0, 3)}:${zone.slice(-2)}`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** `2026-08-28`, `2026/08/28`, `28-08-2026`, `28.08.2026`, `28-Aug-2026`. With slashes only year first: else it could be two days. */
function parseDay(text: string): LocalDate | undefined {
  const iso = /^(\d{4})[-/](\d{2})[-/](\d{2})$/.exec(text);
  const european = /^(\d{2})[-.](\d{2})[-.](\d{4})$/.exec(text);
  const named = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  const [year, month, day] = iso
    ? [iso[1], iso[2], iso[3]]
    : european
      ? [european[3], european[2], european[1]]
      : [named?.[3], String(MONTHS.indexOf(named?.[2]?.toLowerCase() ?? '') + 1), named?.[1]];
  if (Number.isNaN(daysFromCivil(Number(year), Number(month), Number(day)))) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as LocalDate;
}
