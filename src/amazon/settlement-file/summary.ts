import { type CurrencyCode, type EpochSeconds, isCurrencyCode, money } from '../../core/index.ts';
import type { SettlementHeader, SettlementId } from '../../mapping/index.ts';
import { type AmountFormat, type AmountRefusal, parseAmount } from './amount.ts';
import type { Columns } from './columns.ts';
import { type DateReader, type DateRefusal, SECONDS_PER_DAY } from './date-time.ts';
import * as problems from './problems.ts';
import type { Row } from './row.ts';

/** Room for Amazon's numbers to grow, and all of it still fits every reference and text that carries it. */
const SETTLEMENT_ID_DIGITS_MAX = 16;

/** The summary's fields as written, kept until the whole file has shown how to read them. */
export interface SummaryTexts {
  readonly row: number;
  readonly settlementId: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly depositDate: string;
  readonly totalAmount: string;
  readonly currency: CurrencyCode;
}

/** Copies the summary out of its row. Its number and currency are checked at once, because everything hangs on them. */
export function takeSummary(row: Row, columns: Columns, file: string): SummaryTexts {
  const text = (column: number) => row.legible(column).trim();
  const place = (column: string) => ({ file, row: row.number, column });
  const settlementId = text(columns.settlementId);
  if (/^\d+$/.test(settlementId) && settlementId.length > SETTLEMENT_ID_DIGITS_MAX) {
    throw problems.settlementIdTooLong(place('settlement-id'), SETTLEMENT_ID_DIGITS_MAX, settlementId);
  }
  if (!/^\d+$/.test(settlementId)) throw problems.settlementIdUnreadable(place('settlement-id'), settlementId);
  const amount = text(columns.amount);
  if (amount !== '') throw problems.valueUnexpected(place('amount'), 'A summary row has no amount of its own', amount);
  const currency = text(columns.currency);
  if (!isCurrencyCode(currency)) throw problems.currencyUnknown(place('currency'), currency);
  return {
    row: row.number,
    settlementId,
    startDate: text(columns.startDate),
    endDate: text(columns.endDate),
    depositDate: text(columns.depositDate),
    totalAmount: row.legible(columns.totalAmount),
    currency,
  };
}

/** Reads the summary in the way the file writes amounts and dates. */
export function parseSummary(
  texts: SummaryTexts,
  format: AmountFormat,
  dates: DateReader,
  file: string,
): SettlementHeader {
  const place = (column: string) => ({ file, row: texts.row, column });
  const at = (text: string, column: string) => {
    if (text === '') throw problems.dateMissing(place(column));
    const bytes = Buffer.from(text);
    return requireDate(dates.read(bytes, 0, bytes.length), place(column), text);
  };
  const { currency, totalAmount } = texts;
  const total = requireAmount(parseAmount(totalAmount, format), place('total-amount'), {
    format,
    currency,
    text: totalAmount,
  });
  const startAt = at(texts.startDate, 'settlement-start-date');
  const endAt = at(texts.endDate, 'settlement-end-date');
  if (endAt < startAt) throw problems.periodReversed(place('settlement-end-date'), texts.startDate, texts.endDate);
  const depositAt = at(texts.depositDate, 'deposit-date');
  if (dayOf(depositAt) < dayOf(endAt)) {
    throw problems.depositBeforeEnd(place('deposit-date'), texts.endDate, texts.depositDate);
  }
  return {
    settlementId: texts.settlementId as SettlementId,
    startAt,
    endAt,
    depositAt,
    currency,
    total: money(currency, total),
    row: texts.row,
  };
}

function dayOf(at: EpochSeconds): number {
  return Math.floor(at / SECONDS_PER_DAY);
}

export function requireDate(result: EpochSeconds | DateRefusal, place: problems.Place, text: string): EpochSeconds {
  if (result === 'ambiguous') throw problems.dateAmbiguous(place, text);
  if (result === 'unreadable') throw problems.dateUnreadable(place, text);
  return result;
}

export function requireAmount(
  result: bigint | AmountRefusal,
  place: problems.Place,
  amount: { format: AmountFormat; currency: CurrencyCode; text: string },
): bigint {
  const { format, currency, text } = amount;
  if (result === 'ambiguous') throw problems.amountAmbiguous(place, format, currency, text);
  if (result === 'too-long') throw problems.amountTooLong(place, format, currency, text);
  if (result === 'too-precise') throw problems.amountTooPrecise(place, format, currency, text);
  if (result === 'unreadable') throw problems.amountUnreadable(place, format, currency, text);
  return result;
}
