import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDayOf, type LocalDate, lastDayOf, localDateAt, yearMonthOf } from '../../src/core/index.ts';
import {
  assertBalanced,
  type CompanyCode,
  entryDigest,
  type JournalEntry,
  type JournalLine,
  mirrorEntry,
  type PostingKey,
} from '../../src/ledger/index.ts';
import { type Proposal, proposeEntries } from '../../src/mapping/index.ts';
import { arbitrarySettlement, companyPaidOut, worldTable } from './arbitrary-settlement.ts';
import { buildSettlement, type TestSettlement } from './build-settlement.ts';

const RUNS = { numRuns: 120 };
const SELLER = 'A1SELLER';

function propose(settlement: TestSettlement): Proposal {
  return proposeEntries({ ...buildSettlement(settlement, worldTable), table: worldTable, sellerAccount: SELLER });
}

const totalOf = (settlement: TestSettlement) => settlement.rows.reduce((sum, row) => sum + row.amount, 0n);
const sum = (lines: readonly JournalLine[]) => lines.reduce((total, line) => total + line.amount.minor, 0n);
const linesOf = (entries: readonly JournalEntry[], ...kinds: string[]) =>
  entries.flatMap((entry) => entry.lines).filter((line) => kinds.includes(line.kind));
const BALANCING = ['payout', 'closing-debt', 'carry-forward', 'cross-company', 'tax-residual', 'tax-residual-moved'];

/** The law for any settlement whose rows are all known. */
function always(law: (settlement: TestSettlement, proposal: Proposal) => void): void {
  fc.assert(
    fc.property(arbitrarySettlement, (settlement) => law(settlement, propose(settlement))),
    RUNS,
  );
}

describe('whatever rows a settlement has', () => {
  it('it is booked, every proof holds and no cent is lost: lines from rows come to its total', () => {
    always((settlement, { entries, proofs, quarantine, digest }) => {
      expect(quarantine).toEqual([]);
      expect(proofs.filter((proof) => !proof.ok)).toEqual([]);
      expect(digest).not.toBeNull();
      const fromRows = entries.flatMap((entry) => entry.lines).filter((line) => line.buckets.length > 0);
      expect(fromRows.filter((line) => BALANCING.includes(line.kind))).toEqual([]);
      expect(sum(fromRows)).toBe(-totalOf(settlement));
    });
  });

  it('every entry balances, with base and tax in each line', () => {
    always((_, { entries }) => {
      for (const entry of entries) expect(() => assertBalanced(entry)).not.toThrow();
    });
  });

  it('the payout or the debt is its total, in one line, and there is none for a total of zero', () => {
    always((settlement, { entries }) => {
      const total = totalOf(settlement);
      const expected = total === 0n ? [] : [[total > 0n ? 'payout' : 'closing-debt', total]];
      const closing = linesOf(entries, 'payout', 'closing-debt');
      expect(closing.map((line) => [line.kind, line.amount.minor])).toEqual(expected);
    });
  });

  it('carry-forward returns to zero in its company code, and every text on it clears by itself', () => {
    always((_, { entries }) => {
      for (const companyCode of new Set(entries.map((entry) => entry.companyCode))) {
        const own = linesOf(
          entries.filter((entry) => entry.companyCode === companyCode),
          'carry-forward',
        );
        for (const text of new Set(own.map((line) => line.text))) {
          expect(sum(own.filter((line) => line.text === text))).toBe(0n);
        }
      }
    });
  });

  it('tax that Amazon withheld and did not collect is on the residual account, order by order, and nowhere else', () => {
    always((settlement, { entries }) => {
      // Found by other means than the program's: by the words of the rows alone.
      const orders = new Map<string, { left: bigint; isWithheld: boolean }>();
      for (const { words, orderId = '', amount } of settlement.rows) {
        const [type = '', amountType, description] = words.split('|');
        const isWithheld = amountType === 'ItemWithheldTax';
        if (!isWithheld && description !== 'Tax') continue;
        const before = orders.get(`${type} ${orderId}`) ?? { left: 0n, isWithheld: false };
        orders.set(`${type} ${orderId}`, {
          left: before.left + amount,
          isWithheld: before.isWithheld || isWithheld,
        });
      }
      const left = [...orders.values()].reduce((total, order) => total + (order.isWithheld ? order.left : 0n), 0n);
      expect(sum(linesOf(entries, 'tax-residual'))).toBe(-left);
      expect(sum(linesOf(entries, 'tax-residual-moved'))).toBe(left);
    });
  });

  it('what company codes owe each other returns to zero for each pair', () => {
    always((_, { entries }) => {
      const cross = linesOf(entries, 'cross-company');
      for (const text of new Set(cross.map((line) => line.text))) {
        expect(sum(cross.filter((line) => line.text === text))).toBe(0n);
      }
    });
  });

  it('the order of its rows is irrelevant: same entries, same keys, same digest', () => {
    fc.assert(
      fc.property(
        arbitrarySettlement.chain((settlement) =>
          fc.tuple(
            fc.constant(settlement),
            fc.shuffledSubarray([...settlement.rows], {
              minLength: settlement.rows.length,
              maxLength: settlement.rows.length,
            }),
          ),
        ),
        ([settlement, rows]) => {
          const [first, shuffled] = [propose(settlement), propose({ ...settlement, rows })];
          expect(shuffled.digest).toBe(first.digest);
          expect(shuffled.entries.map(entryDigest)).toEqual(first.entries.map(entryDigest));
        },
      ),
      RUNS,
    );
  });

  it('control: one unit more in any row gives another digest', () => {
    fc.assert(
      fc.property(
        arbitrarySettlement.filter(({ rows }) => rows.length > 0),
        fc.nat(),
        (settlement, pick) => {
          const rows = settlement.rows.map((row, index) =>
            index === pick % settlement.rows.length ? { ...row, amount: row.amount + 1n } : row,
          );
          expect(propose({ ...settlement, rows }).digest).not.toBe(propose(settlement).digest);
        },
      ),
      RUNS,
    );
  });
});

describe('whatever its period is', () => {
  it('each row is in the entry of its own month in its company’s zone, kept within the months of who is paid out', () => {
    always((settlement, { entries }) => {
      const built = buildSettlement(settlement, worldTable);
      const links = built.buckets.bucketOfRow();
      const zoneOf = (code: string) => worldTable.companyCode(code as CompanyCode)!.timeZone;
      const main = zoneOf(companyPaidOut(settlement)!);
      const [first, final] = [settlement.startAt, settlement.endAt].map((at) => yearMonthOf(localDateAt(at, main)));
      settlement.rows.forEach((row, index) => {
        const bucket = links[index + 3];
        const entry = entries.find(({ lines }) => lines.some((line) => line.buckets.includes(bucket ?? -1)));
        const zone = zoneOf(entry!.companyCode);
        // Clamped moment by moment, while the program clamps slots of time.
        const moment = Math.min(Math.max(row.postedAt, settlement.startAt), settlement.endAt);
        const own = yearMonthOf(localDateAt(moment, zone));
        // The middle one of the three is the month brought between first and last.
        const month = [first!, own, final!].sort()[1]!;
        const end = localDateAt(settlement.endAt, zone);
        const last = month === yearMonthOf(end) ? end : lastDayOf(month);
        expect(entry!.postingDate).toBe(month > yearMonthOf(end) ? firstDayOf(month) : last);
      });
    });
  });

  it('the two sides of a pair between company codes are in the same month', () => {
    always((_, { entries }) => {
      const open = new Map<string, bigint>();
      for (const entry of entries) {
        for (const line of entry.lines.filter(({ kind }) => kind === 'cross-company')) {
          const key = `${yearMonthOf(entry.postingDate)} ${line.text}`;
          open.set(key, (open.get(key) ?? 0n) + line.amount.minor);
        }
      }
      expect([...open.values()].filter((minor) => minor !== 0n)).toEqual([]);
    });
  });

  it('each company code has at most one first part in a month, and every key is its own', () => {
    always((_, { entries }) => {
      const months = entries
        .filter((entry) => entry.part === 1)
        .map((entry) => `${entry.companyCode} ${yearMonthOf(entry.postingDate)}`);
      expect(new Set(months).size).toBe(months.length);
      expect(new Set(entries.map((entry) => entry.postingKey)).size).toBe(entries.length);
    });
  });

  it('texts and references keep within what SAP takes', () => {
    always((settlement, { entries }) => {
      for (const entry of entries) {
        expect(entry.headerText.length).toBeLessThanOrEqual(25);
        expect(entry.headerReference).toBe(settlement.settlementId);
        expect(entry.postingKey).toMatch(/^AMZ[A-Z2-7]{13}$/);
        for (const line of entry.lines) expect(line.text.length).toBeLessThanOrEqual(50);
      }
    });
  });
});

describe('the reversal of any entry', () => {
  it('annihilates it: per account and tax code both together are nothing, and twice is the entry again', () => {
    const postingKey = 'AMZREVERSALREVER' as PostingKey;
    const postingDate = '2027-03-01' as LocalDate;
    always((_, { entries }) => {
      for (const entry of entries) {
        const mirror = mirrorEntry(entry, { postingKey, postingDate });
        const totals = new Map<string, bigint>();
        const add = (key: string, minor: bigint) => totals.set(key, (totals.get(key) ?? 0n) + minor);
        for (const line of [...entry.lines, ...mirror.lines]) {
          add(`${line.glAccount} ${line.text}`, line.amount.minor);
          if (line.tax) add(`base ${line.tax.taxCode}`, line.tax.base.minor);
          if (line.tax) add(`tax ${line.tax.taxCode}`, line.tax.amount.minor);
        }
        expect([...totals.values()].every((minor) => minor === 0n)).toBe(true);
        const again = mirrorEntry(mirror, { postingKey: entry.postingKey, postingDate: entry.postingDate });
        expect(entryDigest(again)).toBe(entryDigest(entry));
        if (sum(entry.lines.filter((line) => line.amount.minor > 0n)) > 0n) {
          expect(entryDigest({ ...mirror, postingKey: entry.postingKey, postingDate: entry.postingDate })).not.toBe(
            entryDigest(entry),
          );
        }
      }
    });
  });
});

describe('the generated settlements', () => {
  it('control: reach what the laws are about: months, company codes, debts, zeros and rows outside the period', () => {
    const settlements = fc.sample(arbitrarySettlement, { numRuns: 200, seed: 1 });
    const proposals = settlements.map(propose);
    const count = (has: (entries: readonly JournalEntry[]) => boolean) =>
      proposals.filter(({ entries }) => has(entries)).length;
    const months = (entries: readonly JournalEntry[]) =>
      new Set(entries.map((entry) => yearMonthOf(entry.postingDate)));
    expect(count((entries) => months(entries).size >= 3)).toBeGreaterThan(20);
    expect(count((entries) => new Set(entries.map((entry) => entry.companyCode)).size === 3)).toBeGreaterThan(20);
    expect(count((entries) => linesOf(entries, 'carry-forward').length > 0)).toBeGreaterThan(20);
    expect(count((entries) => linesOf(entries, 'closing-debt').length > 0)).toBeGreaterThan(20);
    expect(count((entries) => linesOf(entries, 'payout', 'closing-debt').length === 0)).toBeGreaterThan(0);
    const early = settlements.filter(({ rows, startAt }) => rows.some((row) => row.postedAt < startAt));
    expect(early.length).toBeGreaterThan(20);
  });
});
