import { localDateAt, type TimeZone, type YearMonth, yearMonthOf } from '../../src/core/index.ts';
import type { WorldSettlement } from './close-periods.ts';
import { LEG_KINDS, type TruthClass } from './legs.ts';

/** What one class of one month really came to, inside one settlement. */
export interface TruthSum {
  readonly truthClass: TruthClass;
  /** Month of the event in the asked time zone. */
  readonly month: YearMonth;
  /** Minor units, positive is credit to the seller. */
  readonly minor: bigint;
  /** Rows of the file that make up the sum. */
  readonly rowCount: number;
}

/**
 * The exact sums of a settlement by truth class and month, ordered by month, then class. They come from the business
 * events, not from the printed file, so that a reader of the file can be audited against them.
 */
export function truthOf(settlement: WorldSettlement, timeZone: TimeZone): readonly TruthSum[] {
  const sums = new Map<string, TruthSum>();
  const months = new Map<number, YearMonth>();
  for (const event of settlement.events) {
    // Asking the calendar is slow, and no zone changes its month inside a quarter of an hour.
    const quarter = Math.floor(event.postedAt / 900);
    const month = months.get(quarter) ?? yearMonthOf(localDateAt(event.postedAt, timeZone));
    months.set(quarter, month);
    for (const leg of event.legs) {
      const truthClass = LEG_KINDS[leg.kind].truth;
      const key = `${month} ${truthClass}`;
      const known = sums.get(key);
      sums.set(key, {
        truthClass,
        month,
        minor: (known?.minor ?? 0n) + leg.minor,
        rowCount: (known?.rowCount ?? 0) + 1,
      });
    }
  }
  return [...sums.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, sum]) => sum);
}
