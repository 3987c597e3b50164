import { daysFromCivil, type EpochSeconds } from '../../core/index.ts';
import type { SettlementFileFormat } from '../../mapping/index.ts';

/**
 * Reads Amazon's dates: four ways to write a day, alone or with a time. `2026/10/01` is year first everywhere, but
 * `03/04/2026` is two different days in two countries, so its order is learnt from the whole file or refused.
 */

export type DatePattern = SettlementFileFormat['datePattern'];
export type SlashOrder = 'MM/dd/yyyy' | 'dd/MM/yyyy';
export type DateRefusal = 'unreadable' | 'ambiguous';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const DAY_LENGTH = 10;
const SECOND_LENGTH = 19;
export const SECONDS_PER_DAY = 86_400;

/** The number written by `count` digits, or -1. */
function digitsAt(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** How the day at `from` is written, judged by its marks; `a/b/yyyy` still has two readings. */
function shapeAt(bytes: Uint8Array, from: number, to: number): DatePattern | 'slashes' | undefined {
  if (to - from < DAY_LENGTH) return undefined;
  const third = bytes[from + 2];
  const fifth = bytes[from + 4];
  if (fifth === HYPHEN && bytes[from + 7] === HYPHEN) return 'yyyy-MM-dd';
  if (fifth === SLASH && bytes[from + 7] === SLASH) return 'yyyy/MM/dd';
  if (third === DOT && bytes[from + 5] === DOT) return 'dd.MM.yyyy';
  if (third === SLASH && bytes[from + 5] === SLASH) return 'slashes';
  return undefined;
}

/** The order that `a/b/yyyy` proves by a number above 12. */
function slashOrderAt(bytes: Uint8Array, from: number): SlashOrder | undefined {
  const first = digitsAt(bytes, from, 2);
  const second = digitsAt(bytes, from + 3, 2);
  if (first > 12) return 'dd/MM/yyyy';
  if (second > 12) return 'MM/dd/yyyy';
  return undefined;
}

function dayAt(bytes: Uint8Array, from: number, pattern: DatePattern): number {
  if (pattern === 'yyyy-MM-dd' || pattern === 'yyyy/MM/dd') {
    return daysFromCivil(digitsAt(bytes, from, 4), digitsAt(bytes, from + 5, 2), digitsAt(bytes, from + 8, 2));
  }
  const first = digitsAt(bytes, from, 2);
  const second = digitsAt(bytes, from + 3, 2);
  const year = digitsAt(bytes, from + 6, 4);
  if (year < 0) return Number.NaN;
  return pattern === 'MM/dd/yyyy' ? daysFromCivil(year, first, second) : daysFromCivil(year, second, first);
}

/** Seconds after midnight of `HH:mm:ss`, or `NaN`. */
function timeAt(bytes: Uint8Array, from: number): number {
  const hour = digitsAt(bytes, from, 2);
  const minute = digitsAt(bytes, from + 3, 2);
  const second = digitsAt(bytes, from + 6, 2);
  const hasColons = bytes[from + 2] === 0x3a && bytes[from + 5] === 0x3a;
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return hasColons && isTime ? hour * 3600 + minute * 60 + second : Number.NaN;
}

/** Seconds to add to UTC of the zone written after a time, or `NaN`: a time without a zone is no moment. */
function zoneAt(bytes: Uint8Array, from: number, to: number): number {
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 12))).trim();
  if (text === 'UTC' || text === 'GMT' || text === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  const hours = Number(match?.[2]);
  const minutes = Number(match?.[3]);
  if (!match || hours > 14 || minutes > 59) return Number.NaN;
  return (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function isUtcSuffix(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from === 4 &&
    bytes[from] === SPACE &&
    bytes[from + 1] === 0x55 &&
    bytes[from + 2] === 0x54 &&
    bytes[from + 3] === 0x43
  );
}

/** What the dates of a file say about the order of day and month. */
export class DateEvidence {
  #hasSlashes = false;
  #order: SlashOrder | undefined;

  see(bytes: Uint8Array, from: number, to: number): void {
    if (shapeAt(bytes, from, to) !== 'slashes') return;
    this.#hasSlashes = true;
    this.#order ??= slashOrderAt(bytes, from);
  }

  /** Further dates would not change what is known. */
  get isConclusive(): boolean {
    return !this.#hasSlashes || this.#order !== undefined;
  }

  get order(): SlashOrder | undefined {
    return this.#order;
  }
}

/** The pattern of one date; `undefined` when it is none, or when day and month could be either. */
export function datePatternOf(bytes: Uint8Array, order: SlashOrder | undefined): DatePattern | undefined {
  const shape = shapeAt(bytes, 0, bytes.length);
  return shape === 'slashes' ? order : shape;
}

/** Reads dates of one file. A repeated date is recognised by its bytes and not read again. */
export class DateReader {
  #order: SlashOrder | undefined;
  readonly #lastBytes = new Uint8Array(40);
  #lastLength = 0;
  #lastAt: EpochSeconds = 0;

  constructor(order: SlashOrder | undefined) {
    this.#order = order;
  }

  /** A day without a time is its first second in UTC. */
  read(bytes: Uint8Array, from: number, to: number): EpochSeconds | DateRefusal {
    if (this.#isLast(bytes, from, to)) return this.#lastAt;
    const at = this.#parse(bytes, from, to);
    if (typeof at === 'number' && to - from <= this.#lastBytes.length) {
      for (let i = from; i < to; i++) this.#lastBytes[i - from] = bytes[i] as number;
      this.#lastLength = to - from;
      this.#lastAt = at;
    }
    return at;
  }

  #isLast(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from !== this.#lastLength || this.#lastLength === 0) return false;
    // Neighbouring dates differ at their end first.
    for (let i = this.#lastLength - 1; i >= 0; i--) if (bytes[from + i] !== this.#lastBytes[i]) return false;
    return true;
  }

  #parse(bytes: Uint8Array, from: number, to: number): EpochSeconds | DateRefusal {
    const shape = shapeAt(bytes, from, to);
    if (!shape) return 'unreadable';
    if (shape === 'slashes') this.#order ??= slashOrderAt(bytes, from);
    const pattern = shape === 'slashes' ? this.#order : shape;
    if (!pattern) return 'ambiguous';
    const midnight = dayAt(bytes, from, pattern) * SECONDS_PER_DAY;
    if (Number.isNaN(midnight)) return 'unreadable';
    if (to - from === DAY_LENGTH) return midnight;
    const separator = bytes[from + DAY_LENGTH];
    if ((separator !== SPACE && separator !== 0x54) || to - from < SECOND_LENGTH) return 'unreadable';
    const time = timeAt(bytes, from + DAY_LENGTH + 1);
    const zoneStart = from + SECOND_LENGTH;
    const zone = isUtcSuffix(bytes, zoneStart, to) ? 0 : zoneAt(bytes, zoneStart, to);
    const at = midnight + time - zone;
    return Number.isNaN(at) ? 'unreadable' : at;
  }
}
