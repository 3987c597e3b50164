import type { BookingMove, MappingImpact, MappingVersion, NewBooking, UnknownValue } from '../app/index.ts';
import { formatMoney, type Money } from '../core/index.ts';
import type { RowChange } from '../mapping/index.ts';

/** A version of an account table, for programs: without its text. */
export function versionView(version: MappingVersion) {
  const { number, name, sha256, validFrom, author, reason, recordedAt, approval } = version;
  return {
    version: number,
    name,
    sha256,
    validFrom,
    author: author.name,
    reason,
    recordedAt,
    approvedBy: approval?.actor.name ?? null,
    approvedAt: approval?.at ?? null,
    approvalReason: approval?.reason ?? null,
  };
}

/** A row that is not as it was, for programs. */
export function changeView({ section, change, row, columns }: RowChange) {
  return { section, change, row, columns };
}

/** What a change of an account table would move, for programs; amounts are decimal text. */
export function impactView({ settlements, open, booked, bookings, stopped, problems }: MappingImpact) {
  return {
    settlements: settlements.map((each) => ({
      ...each,
      moves: each.moves.map(moveView),
      bookings: each.bookings.map(bookingView),
    })),
    open: open.map(moveView),
    booked: booked.map(moveView),
    bookings: bookings.map(bookingView),
    stopped: stopped.map((value) => ({ ...value, amounts: value.amounts.map(amountView) })),
    problems,
  };
}

function bookingView({ amount, ...booking }: NewBooking) {
  return { ...booking, ...amountView(amount) };
}

function amountView(amount: Money) {
  return { currency: amount.currency, amount: formatMoney(amount) };
}

function moveView({ debit, credit, ...move }: BookingMove) {
  return { ...move, currency: debit.currency, debit: formatMoney(debit), credit: formatMoney(credit) };
}

/** A value that holds settlements up, for programs. */
export function unknownView({ amounts, proposal, ...value }: UnknownValue) {
  const { row, ...rest } = proposal;
  return {
    ...value,
    amounts: amounts.map(amountView),
    proposal: { ...rest, row: row && { section: row.section, text: row.text, because: row.because } },
  };
}
