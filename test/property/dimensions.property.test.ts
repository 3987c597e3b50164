import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry, JournalLine } from '../../src/ledger/index.ts';
import {
  type AccountTable,
  type LineKind,
  type Proposal,
  proposeEntries,
  readAccountTable,
} from '../../src/mapping/index.ts';
import { arbitrarySettlement } from './arbitrary-settlement.ts';
import { buildSettlement, type TestSettlement } from './build-settlement.ts';

/** An account is written with letters and digits alone. */
const accountNameOf = (name: string) => name.replaceAll('-', '').toUpperCase().slice(0, 10);

const RUNS = { numRuns: 40 };
/** Those that the rows of the settlements have. Reading a table is what takes the time here. */
const KINDS: readonly LineKind[] = [
  'product-sale',
  'shipping-income',
  'sales-tax-collected',
  'facilitator-tax-withheld',
  'referral-fee',
  'fba-fulfilment-fee',
  'product-refund',
  'refund-administration-fee',
  'fba-storage-fee',
  'reserve-held',
  'reserve-released',
  'mcf-fulfilment-fee',
  'mcf-order-value',
];
const COMPANIES: Readonly<Record<string, string>> = {
  'Amazon.com': '1710',
  'Amazon.de': '1010',
  'Amazon.co.jp': '1610',
  'Amazon.sg': '1610',
};

interface Rule {
  readonly marketplace: string;
  readonly channel: string;
  readonly sku: string;
  readonly companyCode: string;
}

/** A real table, read from its text: what rules do has to come from what an accountant writes. */
function tableWith(rules: readonly Rule[]): AccountTable {
  const row = (cells: Readonly<Record<string, string>>) =>
    `  - { ${Object.entries(cells)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(', ')} }\n`;
  const companies = [...new Set([...Object.values(COMPANIES), '1720'])];
  const dimensions = rules.map((rule, index) => row({ ...rule, costCenter: `CC${index}`, profitCenter: `PC${index}` }));
  const kinds = KINDS.map((kind) =>
    row({ kind, marketplace: 'any', glAccount: accountNameOf(kind), profitCenter: 'default', text: kind }),
  );
  const purposes = ['payout', 'closing-debt', 'carry-forward', 'cross-company', 'tax-residual'];
  return readAccountTable({
    name: 'rules',
    text: [
      'companyCodes:\n',
      ...companies.map((companyCode) =>
        row({ companyCode, timeZone: 'Europe/Berlin', documentType: 'SA', fiscalYear: 'calendar' }),
      ),
      'marketplaces:\n',
      ...Object.entries(COMPANIES).map(([name, companyCode]) =>
        row({ name, companyCode, costCenter: 'CC', profitCenter: 'PC' }),
      ),
      'currencies:\n',
      row({ currency: 'USD', marketplace: 'Amazon.com' }),
      row({ currency: 'EUR', marketplace: 'Amazon.de' }),
      row({ currency: 'JPY', marketplace: 'Amazon.co.jp' }),
      'taxCodes: []\n',
      ...(rules.length === 0 ? [] : ['dimensions:\n', ...dimensions]),
      'assignments:\n',
      ...kinds,
      'balances:\n',
      ...purposes.map((purpose) =>
        row({ purpose, marketplace: 'any', glAccount: accountNameOf(purpose), text: purpose }),
      ),
    ].join(''),
  });
}

/** Rules of which no two are the same, and whose patterns cannot tie. */
const rules: fc.Arbitrary<readonly Rule[]> = fc.uniqueArray(
  fc
    .record({
      marketplace: fc.constantFrom('any', 'Amazon.com', 'Amazon.de'),
      channel: fc.constantFrom('', 'AFN', 'MFN', 'MCF'),
      sku: fc.constantFrom('', 'A', 'A*', '?', 'B', '*'),
      companyCode: fc.constantFrom('', '1720', '1010'),
    })
    .filter(({ channel, sku, companyCode }) => companyCode === '' || channel !== '' || sku !== ''),
  { selector: ({ marketplace, channel, sku }) => [marketplace, channel, sku].join(), maxLength: 8 },
);

function propose(settlement: TestSettlement, table: AccountTable): Proposal {
  return proposeEntries({ ...buildSettlement(settlement, table), table, sellerAccount: 'A1SELLER' });
}

const linesOf = (entries: readonly JournalEntry[]) => entries.flatMap((entry) => entry.lines);
const sum = (lines: readonly JournalLine[]) => lines.reduce((total, line) => total + line.amount.minor, 0n);
const byKind = (entries: readonly JournalEntry[]) => {
  const sums = new Map<string, bigint>();
  for (const line of linesOf(entries)) {
    if (line.buckets.length > 0) sums.set(line.kind, (sums.get(line.kind) ?? 0n) + line.amount.minor);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
};

describe('whatever rules by channel and SKU a table has', () => {
  it('every row is booked once, every proof holds, and each kind comes to what it comes to without rules', () => {
    const plain = tableWith([]);
    fc.assert(
      fc.property(arbitrarySettlement, rules, (settlement, list) => {
        const ruled = propose(settlement, tableWith(list));
        expect(ruled.quarantine).toEqual([]);
        expect(ruled.proofs.filter((proof) => !proof.ok)).toEqual([]);
        expect(byKind(ruled.entries)).toEqual(byKind(propose(settlement, plain).entries));
        const cross = linesOf(ruled.entries).filter((line) => line.kind === 'cross-company');
        expect(sum(cross)).toBe(0n);
      }),
      RUNS,
    );
  });

  it('neither the order of the rows nor the order of the rules is of any matter', () => {
    const shuffled = <Value>(values: readonly Value[]) =>
      fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });
    fc.assert(
      fc.property(
        fc
          .tuple(arbitrarySettlement, rules)
          .chain(([settlement, list]) =>
            fc.tuple(fc.constant(settlement), fc.constant(list), shuffled(settlement.rows)),
          ),
        ([settlement, list, rows]) => {
          const table = tableWith(list);
          const one = propose(settlement, table);
          expect(propose({ ...settlement, rows }, table).digest).toBe(one.digest);
          // Cost objects are named by the place of their rule, so only what they have in common is compared.
          const turned = propose(settlement, tableWith([...list].reverse()));
          const brief = ({ entries }: Proposal) =>
            entries.map((entry) => [entry.companyCode, entry.postingDate, entry.lines.length, sum(entry.lines)].join());
          expect(brief(turned)).toEqual(brief(one));
        },
      ),
      RUNS,
    );
  });

  it('the row takes the rule that a person finds by going from the narrowest to the widest', () => {
    const matches = (rule: Rule, row: { marketplace: string; channel: string; sku: string }) =>
      (rule.marketplace === 'any' || rule.marketplace.toLowerCase() === row.marketplace.toLowerCase()) &&
      (rule.channel === '' || rule.channel === row.channel) &&
      (rule.sku === '' || new RegExp(`^${rule.sku.replace('*', '.*').replace('?', '.')}$`, 'i').test(row.sku));
    const ORDER = ['A', 'B', 'A*', '?', '*', ''];
    fc.assert(
      fc.property(
        rules,
        fc.record({
          marketplace: fc.constantFrom('Amazon.com', 'Amazon.de', 'Amazon.sg'),
          channel: fc.constantFrom('AFN', 'MFN', 'MCF'),
          sku: fc.constantFrom('A', 'a', 'AB', 'B', 'C', 'CD'),
        }),
        (list, row) => {
          const narrowest = list
            .map((rule, index) => ({ rule, index }))
            .filter(({ rule }) => matches(rule, row))
            .sort(
              (one, other) =>
                ORDER.indexOf(one.rule.sku) - ORDER.indexOf(other.rule.sku) ||
                Number(one.rule.channel === '') - Number(other.rule.channel === '') ||
                Number(one.rule.marketplace === 'any') - Number(other.rule.marketplace === 'any'),
            )[0];
          const table = tableWith(list);
          const place = table.placeOf(row.marketplace, '2026-10-31' as never, {
            channel: row.channel as 'AFN',
            skuPatterns: table.matchSku(row.sku),
          });
          expect(place?.profitCenter).toBe(narrowest ? `PC${narrowest.index}` : 'PC');
          expect(place?.companyCode).toBe(narrowest?.rule.companyCode || COMPANIES[row.marketplace]);
        },
      ),
    );
  });

  it('control: a rule does move what it names', () => {
    const rule = { marketplace: 'any', channel: 'MFN', sku: '', companyCode: '1720' };
    const row = {
      words: 'Order|ItemPrice|Principal',
      amount: 100n,
      postedAt: Date.UTC(2026, 9, 5) / 1000,
      marketplace: 'Amazon.com',
      channel: 'MFN',
    };
    const period = { startAt: row.postedAt - 86_400, endAt: row.postedAt + 86_400 };
    const { entries } = propose({ ...period, rows: [row] }, tableWith([rule]));
    expect(entries.map((entry) => entry.companyCode)).toEqual(['1710', '1720']);
  });
});
