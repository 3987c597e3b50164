import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LocalDate, parseLocalDate } from '../core/index.ts';
import { LINE_GROUPS } from './line-group.ts';
import { type LineKind, lineKindFacts, lineKinds } from './line-kind.ts';
import { marketplaces } from './marketplace.ts';
import { readAccountTable } from './read-account-table.ts';

const NAME = 'templates/ycoa.yaml';
const TABLE = readAccountTable({ name: NAME, text: readFileSync(new URL(`../../${NAME}`, import.meta.url), 'utf8') });
const TODAY: LocalDate = parseLocalDate('2026-11-23');
const PURPOSES = ['payout', 'closing-debt', 'carry-forward', 'cross-company', 'order-receivable'] as const;

function accountOf(kind: LineKind | (typeof PURPOSES)[number], marketplace = 'Amazon.de') {
  const assignment = TABLE.assign(kind, marketplace, TODAY);
  if (assignment === undefined) throw new Error(`${kind} has no account in ${marketplace}`);
  return assignment;
}

describe('the template', () => {
  it('every kind and every balancing line has an account in every marketplace, in a company code with a time zone', () => {
    for (const { name, currency } of marketplaces()) {
      const place = TABLE.marketplace(name);
      expect(place && TABLE.companyCode(place.companyCode)?.timeZone, name).toBeTruthy();
      expect(TABLE.marketplaceOfCurrency(currency), currency).toBeDefined();
      const missing = [...lineKinds(), ...PURPOSES].filter((kind) => !TABLE.assign(kind, name, TODAY));
      expect(missing, name).toEqual([]);
    }
    expect(lineKinds().length).toBeGreaterThan(100);
  });

  it('all 50 groups that can be booked are used', () => {
    const used = new Set(lineKinds().map((kind) => lineKindFacts(kind).group));
    expect([...used].sort((a, b) => a - b)).toEqual(Object.keys(LINE_GROUPS).map(Number));
    expect(used.size).toBe(50);
  });

  it('accounts lie in the range of YCOA that fits the nature of the kind', () => {
    const ranges = {
      revenue: /^4/,
      'contra-revenue': /^4/,
      expense: /^[56]/,
      'other-income': /^7/,
      tax: /^[12]/,
      'balance-sheet': /^[12]/,
    };
    const outside = lineKinds().filter((kind) => !ranges[lineKindFacts(kind).nature].test(accountOf(kind).glAccount));
    expect(outside).toEqual([]);
  });

  it('revenue carries a profit centre, cost a cost centre, and the balance sheet neither', () => {
    const objects = {
      revenue: [null, 'AMZDE'],
      'contra-revenue': [null, 'AMZDE'],
      'other-income': [null, 'AMZDE'],
      expense: ['AMZDE', null],
      tax: [null, null],
      'balance-sheet': [null, null],
    };
    for (const kind of lineKinds()) {
      const { costCenter, profitCenter } = accountOf(kind);
      expect([costCenter, profitCenter], kind).toEqual(objects[lineKindFacts(kind).nature]);
    }
  });

  it('accounts that must return to zero are shared by both movements', () => {
    expect(accountOf('closing-debt').glAccount).toBe(accountOf('opening-debt').glAccount);
    expect(accountOf('reserve-held').glAccount).toBe(accountOf('reserve-released').glAccount);
    expect(accountOf('facilitator-tax-withheld').glAccount).toBe(accountOf('sales-tax-collected').glAccount);
    expect(accountOf('promotion-tax').glAccount).toBe(accountOf('sales-tax-collected').glAccount);
    expect(accountOf('payout-returned').glAccount).toBe(accountOf('payout').glAccount);
    expect(accountOf('card-charge').glAccount).toBe(accountOf('card-charge-failed').glAccount);
  });

  it('profit-and-loss accounts belong to one group each, so that controllers see gross figures', () => {
    const groupsOfAccount = new Map<string, Set<number>>();
    for (const kind of lineKinds()) {
      const { glAccount } = accountOf(kind);
      if (!/^[4-7]/.test(glAccount)) continue;
      groupsOfAccount.set(glAccount, (groupsOfAccount.get(glAccount) ?? new Set()).add(lineKindFacts(kind).group));
    }
    expect([...groupsOfAccount].filter(([, groups]) => groups.size > 1)).toEqual([]);
    expect(groupsOfAccount.size).toBeGreaterThan(30);
  });

  it('no tax code is assumed', () => {
    expect(lineKinds().filter((kind) => accountOf(kind).taxCode !== null)).toEqual([]);
  });
});
