/** Checks of single values of an account table. Lengths are those of the fields in SAP that take the values. */
import {
  type CurrencyCode,
  isCurrencyCode,
  isProblem,
  type LocalDate,
  parseLocalDate,
  parseTimeZone,
  type TimeZone,
} from '../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount } from '../ledger/index.ts';
import type { TaxCodeRule } from './account-table.ts';
import type { Cell, IssueList, Row } from './account-table-rows.ts';

export const GL_ACCOUNT_LENGTH_MAX = 10;
export const COST_OBJECT_LENGTH_MAX = 10;
export const CUSTOMER_LENGTH_MAX = 10;
export const TEXT_LENGTH_MAX = 50;

/** `default` takes the marketplace's own; `null` is none. */
export type CostObject = string | 'default' | null;

/** `default` takes the marketplace's own; `null` is none. */
export type CustomerChoice = CustomerNumber | 'default' | null;

/** What is wrong with a value. */
class Fault {
  readonly says: string;

  constructor(says: string) {
    this.says = says;
  }
}

/** Reads the cells of one row; what is wrong with a cell goes to the issues and gives `undefined`. */
export interface FieldReader {
  text(column: string): string | undefined;
  companyCode(column: string): CompanyCode | undefined;
  documentType(column: string): string | undefined;
  taxCode(column: string): string | undefined;
  glAccount(column: string): GlAccount | undefined;
  costObject(column: string): CostObject;
  customer(column: string): CustomerChoice;
  lineText(column: string): string | undefined;
  date(column: string): LocalDate | undefined;
  timeZone(column: string): TimeZone | undefined;
  currency(column: string): CurrencyCode | undefined;
  /** Percent with at most two decimals, as hundredths of a percent. */
  rate(column: string): bigint | undefined;
  oneOf<Value extends string>(column: string, values: readonly Value[]): Value | undefined;
}

export function readFields(row: Row, issues: IssueList): FieldReader {
  const read = <Value>(column: string, parse: (cell: Cell) => Value | Fault): Value | undefined => {
    const cell = row.cells.get(column);
    if (cell === undefined) return undefined;
    const value = parse(cell);
    if (!(value instanceof Fault)) return value;
    issues.add(cell, value.says);
    return undefined;
  };
  // SAP keeps all of these in upper case, so another case would be another value only here.
  const coded = <Value extends string>(column: string, lengthMax: number, what: string) =>
    read<Value>(column, ({ text }) => {
      if (text.length > lengthMax)
        return new Fault(`${what} ${text} has ${text.length} characters; at most ${lengthMax} fit`);
      return /^[A-Z0-9][A-Z0-9._/-]*$/.test(text)
        ? (text as Value)
        : new Fault(`${what} ${text} is not in upper-case letters and digits`);
    });
  return {
    text: (column) => row.cells.get(column)?.text,
    companyCode: (column) => coded<CompanyCode>(column, 4, 'company code'),
    documentType: (column) => coded<string>(column, 2, 'document type'),
    taxCode: (column) => coded<string>(column, 2, 'tax code'),
    glAccount: (column) => {
      const account = coded<GlAccount>(column, GL_ACCOUNT_LENGTH_MAX, 'G/L account');
      // A spreadsheet writes 41.000.000 or 41000000.0, which is no account but would travel as one.
      return read(column, ({ text }) =>
        account !== undefined && /[._/-]/.test(text)
          ? new Fault(`G/L account ${text} is not written with letters and digits alone`)
          : account,
      );
    },
    costObject: (column) => {
      const text = row.cells.get(column)?.text;
      if (text === undefined || text === 'none') return null;
      if (text === 'default') return text;
      const what = column === 'costCenter' ? 'cost centre' : 'profit centre';
      return coded<string>(column, COST_OBJECT_LENGTH_MAX, what) ?? null;
    },
    customer: (column) => {
      const text = row.cells.get(column)?.text;
      if (text === undefined || text === 'none') return null;
      if (text === 'default') return text;
      return coded<CustomerNumber>(column, CUSTOMER_LENGTH_MAX, 'customer') ?? null;
    },
    lineText: (column) =>
      read(column, ({ text }) => {
        if (text.length > TEXT_LENGTH_MAX) {
          return new Fault(`text has ${text.length} characters; at most ${TEXT_LENGTH_MAX} fit`);
        }
        return /\p{Cc}/u.test(text) ? new Fault('text has a line break or another control character') : text;
      }),
    date: (column) => read(column, ({ text }) => parsed(() => parseLocalDate(text))),
    timeZone: (column) => read(column, ({ text }) => parsed(() => parseTimeZone(text))),
    currency: (column) =>
      read(column, ({ text }) =>
        isCurrencyCode(text) ? text : new Fault(`${text} is not a currency code known to this program`),
      ),
    rate: (column) => read(column, ({ text }) => parseRate(text)),
    oneOf: (column, values) =>
      read(
        column,
        ({ text }) =>
          values.find((value) => value === text) ?? new Fault(`${column} is ${values.join(' or ')}, not ${text}`),
      ),
  };
}

function parsed<Value>(parse: () => Value): Value | Fault {
  try {
    return parse();
  } catch (thrown) {
    if (isProblem(thrown)) return new Fault(thrown.says.replace(/\.$/, ''));
    throw thrown;
  }
}

function parseRate(text: string): TaxCodeRule['rate'] | Fault {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text);
  const rate = match ? BigInt(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`) : -1n;
  return rate >= 0n && rate <= 10_000n
    ? rate
    : new Fault(`rate ${text} is not a percentage from 0 to 100 with at most two decimals`);
}
