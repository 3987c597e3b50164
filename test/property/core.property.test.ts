import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocateMoney,
  type CurrencyCode,
  canonicalJson,
  daysFromCivil,
  epochSecondsOfUtcMidnight,
  formatMoney,
  type LocalDate,
  localDateAt,
  money,
  parseCurrencyCode,
  parseLocalDate,
  parseMoney,
  parseTimeZone,
  startOfLocalDate,
  toBase32,
} from '../../src/core/index.ts';

const currency: fc.Arbitrary<CurrencyCode> = fc.constantFrom('EUR', 'JPY', 'KWD').map(parseCurrencyCode);
const minor = fc.oneof(fc.bigInt({ min: -200n, max: 200n }), fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }));

describe('money', () => {
  it('printed and read again is the same', () => {
    fc.assert(
      fc.property(currency, minor, (code, value) => {
        expect(parseMoney(formatMoney(money(code, value)), code)).toEqual(money(code, value));
      }),
    );
  });

  it('allocated by any weights conserves every unit, and no part is a unit away from its share', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 30 })
      .filter((list) => list.some((weight) => weight > 0n));
    fc.assert(
      fc.property(currency, minor, weights, (code, value, list) => {
        const parts = allocateMoney(money(code, value), list);
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(value);
        parts.forEach((part, index) => {
          const error = part.minor * total - value * list[index]!;
          expect(error < total && error > -total).toBe(true);
        });
      }),
    );
  });
});

describe('dates', () => {
  const zones = [
    'UTC',
    'America/Los_Angeles',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
  ];
  const day = fc
    .integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2045, 0, 1) })
    .map((ms) => new Date(ms).toISOString().slice(0, 10) as LocalDate);

  it('begin at the first second of their day in any zone', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...zones), (date, name) => {
        const zone = parseTimeZone(name);
        const start = startOfLocalDate(date, zone);
        expect(localDateAt(start, zone)).toBe(date);
        expect(localDateAt(start - 1, zone) < date).toBe(true);
      }),
    );
  });

  it('count days as the clock of the runtime does', () => {
    fc.assert(
      fc.property(day, (date) => {
        const [year, month, dayOfMonth] = date.split('-').map(Number) as [number, number, number];
        expect(daysFromCivil(year, month, dayOfMonth) * 86_400).toBe(Date.UTC(year, month - 1, dayOfMonth) / 1000);
        expect(epochSecondsOfUtcMidnight(parseLocalDate(date))).toBe(Date.parse(`${date}T00:00:00Z`) / 1000);
      }),
    );
  });

  it('control: the second before a day begins belongs to another day, also where clocks change', () => {
    const zone = parseTimeZone('America/Sao_Paulo');
    const start = startOfLocalDate('2018-11-04' as LocalDate, zone);
    expect(start).not.toBe(epochSecondsOfUtcMidnight('2018-11-04' as LocalDate) + 2 * 3600);
  });
});

describe('canonical text', () => {
  it('reads back as the value and does not depend on the order of members', () => {
    const safe = fc.object({
      values: [fc.string(), fc.boolean(), fc.maxSafeInteger(), fc.constant(null)],
      maxDepth: 3,
    });
    fc.assert(
      fc.property(safe, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as { [key: string]: string };
        const turned = Object.fromEntries(Object.entries(plain).reverse());
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        expect(canonicalJson(turned)).toBe(canonicalJson(plain));
      }),
    );
  });

  it('in base 32 tells bytes of the same length apart', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, flip) => {
        const other = given.slice();
        const index = where % given.length;
        other[index] = (other[index] ?? 0) ^ flip;
        expect(toBase32(other)).not.toBe(toBase32(given));
        expect(toBase32(given)).toHaveLength(Math.ceil((given.length * 8) / 5));
      }),
    );
  });
});
