import {
  assert,
  DAY_MS,
  DAY_S,
  daysFromCivil,
  daysInMonth,
  epochSecondsOfUtcMidnight,
  formatInstant,
  type LocalDate,
  MINUTE_MS,
  SECOND_MS,
  type TimeZone,
} from '../../core/index.ts';

/** A moment in milliseconds since 1970 UTC. */
export type InstantMs = number;

/** Minutes since local midnight, 0 to 1440 (the end of the day). */
export type MinuteOfDay = number;

/** ISO: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

const formatters = new Map<TimeZone, Intl.DateTimeFormat>();

/** What the clocks of the zone show, as if they showed UTC. Whole seconds. */
export function wallTimeAt(at: InstantMs, timeZone: TimeZone): InstantMs {
  const second = Math.floor(at / SECOND_MS) * SECOND_MS;
  if (timeZone === 'UTC') return second;
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  const read: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(second)) read[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second: seconds = 0 } = read;
  return daysFromCivil(year, month, day) * DAY_MS + (hour * 60 + minute) * MINUTE_MS + seconds * SECOND_MS;
}

/** The calendar day that the clocks of the zone show. */
export function localDayAt(at: InstantMs, timeZone: TimeZone): LocalDate {
  return dayOfWall(wallTimeAt(at, timeZone));
}

/**
 * The moment at which the clocks of the zone show that time of that day. A time that a change of clocks skips is the first
 * moment after it; of a time that they show twice it is the first.
 */
export function momentOf(day: LocalDate, minute: MinuteOfDay, timeZone: TimeZone): InstantMs {
  const wall = epochSecondsOfUtcMidnight(day) * SECOND_MS + minute * MINUTE_MS;
  if (timeZone === 'UTC') return wall;
  // Zones lie within UTC-12 and UTC+14, and no zone changes its clocks twice in two days.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((at) => wallTimeAt(at, timeZone) - at);
  const first = wall - Math.max(...offsets);
  const last = wall - Math.min(...offsets);
  for (const candidate of [first, last]) if (wallTimeAt(candidate, timeZone) === wall) return candidate;
  let [before, after] = [first, last];
  while (after - before > SECOND_MS) {
    const middle = Math.floor((before + after) / 2 / SECOND_MS) * SECOND_MS;
    if (wallTimeAt(middle, timeZone) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/** That many days later, or before. */
export function addDays(day: LocalDate, days: number): LocalDate {
  return dayOfWall(epochSecondsOfUtcMidnight(day) * SECOND_MS + days * DAY_MS);
}

export function weekdayOf(day: LocalDate): Weekday {
  // 1970-01-01 was a Thursday.
  const days = epochSecondsOfUtcMidnight(day) / DAY_S;
  return (((((days + 3) % 7) + 7) % 7) + 1) as Weekday;
}

/** The day's number in its month, and how many that month has. */
export function placeInMonth(day: LocalDate): { day: number; days: number } {
  const [year, month, number] = day.split('-').map(Number) as [number, number, number];
  return { day: number, days: daysInMonth(year, month) };
}

function dayOfWall(wall: InstantMs): LocalDate {
  const text = formatInstant(Math.floor(wall / SECOND_MS)).slice(0, 10);
  assert(text.length === 10, `${wall} is no moment of a calendar`);
  return text as LocalDate;
}
