/** A question of a month end is done only when its number says so; what nobody looked at is never taken for done. */
import { describe, expect, it } from 'vitest';
import {
  checksFrom,
  closePack,
  cutOffCheck,
  type MonthFacts,
  recordedChecks,
  sectionsOf,
} from '../../src/app/index.ts';
import { money, type YearMonth } from '../../src/core/index.ts';

const MONTH = '2026-10' as YearMonth;
const usd = (minor: bigint) => money('USD' as never, minor);
const at = (text: string) => Date.parse(text) / 1000;

const settlement = {
  settlementId: '1',
  state: 'proposed',
  header: { startAt: at('2026-10-01T00:00:00Z'), endAt: at('2026-11-03T00:00:00Z'), total: usd(1n) },
  lineCount: 1,
  proofs: [{ name: 'rows-equal-total', ok: true, expected: '1', actual: '1', says: '' }],
  quarantine: [],
  problem: null,
};
const entry = {
  state: 'posted',
  problem: null,
  updatedAt: '2026-11-03T10:00:00Z',
  origin: { kind: 'settlement', key: 'k', name: '1' },
  entry: { postingKey: 'AMZ1', companyCode: '1710', postingDate: '2026-10-31', currency: 'USD', lines: [] },
};
const verified = {
  action: 'sap.verify',
  at: '2026-11-03T11:00:00Z',
  why: 'posting dates from 2026-10-01 to 2026-10-31 are proven',
  after: { from: '2026-10-01', to: '2026-10-31', isProven: true },
};
const FACTS = {
  connection: { id: 'c', name: 'acme' },
  month: MONTH,
  settlements: [settlement],
  progress: new Map(),
  entries: [entry],
  verifications: [verified],
  chain: { ok: true, eventCount: 9, chains: [], firstBroken: null },
};
const accrual = { key: 'a', asOf: '2026-11-01T00:00:00Z', sourceCount: 3 };
const group = { expected: usd(5n), booked: usd(5n) };
const CHECK = { holds: true, rows: [group], isClosed: true, accrual, accrualBefore: null, unbooked: [] };

type Change = Record<string, unknown>;
const statesOf = (facts: Change = {}, check: Change = {}) => {
  const checks = recordedChecks({ ...FACTS, ...facts } as never as MonthFacts, { ...CHECK, ...check } as never);
  return Object.fromEntries(checks.map(({ key, state }) => [key, state]));
};
const ALL_DONE = statesOf();

describe('the questions of a month end', () => {
  it('are all done for a month that is settled, posted, accrued, closed and compared', () => {
    expect(new Set(Object.values(ALL_DONE))).toEqual(new Set(['done']));
    expect(Object.keys(ALL_DONE)).toHaveLength(10);
  });

  const stopped = { ...settlement, state: 'quarantined', quarantine: [item(2), item(3)] };
  function item(count: number) {
    return {
      code: 'LINE_KIND_UNKNOWN',
      transactionType: 'a',
      amountType: 'b',
      amountDescription: 'c',
      marketplace: '',
      count,
      amount: usd(1n),
      firstRow: 2,
      says: '',
      next: '',
    };
  }

  const cases: readonly (readonly [string, string, Change, Change])[] = [
    ['settled', 'open', { settlements: [] }, { accrual: null }],
    [
      'settled',
      'open',
      { settlements: [{ ...settlement, header: { ...settlement.header, endAt: at('2026-10-20T00:00:00Z') } }] },
      { accrual: null },
    ],
    ['quarantine', 'open', { settlements: [stopped] }, {}],
    ['proofs', 'open', { settlements: [{ ...settlement, proofs: [{ ...settlement.proofs[0], ok: false }] }] }, {}],
    ['proofs', 'not checked', { settlements: [{ ...settlement, proofs: [] }] }, {}],
    ['posted', 'open', { entries: [{ ...entry, state: 'approved' }] }, {}],
    ['posted', 'not checked', { entries: [] }, {}],
    ['troubles', 'open', { entries: [{ ...entry, state: 'rejected', problem: { says: 'no' } }] }, {}],
    ['accrued', 'not checked', {}, { accrual: null }],
    ['accrued', 'open', {}, { unbooked: [{ origin: { key: 'a' } }] }],
    ['closed', 'open', {}, { isClosed: false }],
    ['identity', 'open', {}, { holds: false, rows: [{ expected: usd(5n), booked: usd(4n) }] }],
    ['verified', 'not checked', { verifications: [] }, {}],
    [
      'verified',
      'not checked',
      { verifications: [{ ...verified, after: { ...verified.after, to: '2026-10-30' } }] },
      {},
    ],
    ['verified', 'open', { verifications: [{ ...verified, after: { ...verified.after, isProven: false } }] }, {}],
    ['verified', 'open', { entries: [{ ...entry, updatedAt: '2026-11-03T12:00:00Z' }] }, {}],
    [
      'chain',
      'open',
      { chain: { ...FACTS.chain, ok: false, firstBroken: { chain: 'c', sequence: 3, says: 'Event 3 was changed.' } } },
      {},
    ],
  ];

  it.each(cases.map(([key, state, ...changes], index) => ({ key, state, changes, number: index + 1 })))(
    '$key is $state in case $number, and says what to do',
    ({ key, state, changes: [facts, check] }) => {
      expect(statesOf(facts, check)[key]).toBe(state);
      const checks = recordedChecks({ ...FACTS, ...facts } as never, { ...CHECK, ...check } as never);
      const found = checks.find((each) => each.key === key);
      if (state === 'open') expect(found?.next).toMatch(/^seller-ledger /);
    },
  );

  it('add up unknown values over all settlements that wait', () => {
    const checks = recordedChecks({ ...FACTS, settlements: [stopped, stopped] } as never, CHECK as never);
    const [section] = checks.find(({ key }) => key === 'quarantine')?.sections ?? [];
    expect(section?.rows).toEqual([expect.objectContaining({ settlements: 4, count: 10, amount: usd(4n) })]);
  });
});

describe('the pack', () => {
  const checks = recordedChecks(FACTS as never, CHECK as never);
  const other = checksFrom({
    prefix: 'reconcile',
    title: 'Reconciliation',
    next: 'seller-ledger reconcile month acme 2026-10',
    checks: [
      { name: 'ledgers', state: 'done', count: 0, compared: { count: 2, of: 2 }, says: 'Nothing is open.' },
      { name: 'payouts', state: 'open', count: 2, compared: { count: 2, of: 3 }, says: 'Two are late.' },
    ],
    sections: [{ key: 'payouts', title: 'Payouts', columns: [], rows: [] }],
  });

  it('is complete only when no question is open, and counts those that nobody looked at', () => {
    const pack = (all: typeof checks) => closePack({ connection: 'acme', month: MONTH, checks: all, sections: [] });
    expect(pack(checks).isComplete).toBe(true);
    const { report, isComplete } = pack([...checks, ...other]);
    expect(isComplete).toBe(false);
    expect(report.facts.slice(2)).toEqual([
      { title: 'questions', value: 12 },
      { title: 'open', value: 1 },
      { title: 'not checked', value: 0 },
    ]);
    expect(report.sections[0]?.rows.at(-1)).toMatchObject({
      title: 'Reconciliation: payouts',
      value: '2',
      state: 'open',
    });
  });

  it('has no two tables with one key, and lists rows of other months for a person to read', () => {
    const late = cutOffCheck([{ count: 3 }] as never, [{ key: 'rows', title: 'Rows', columns: [], rows: [] }]);
    expect(late).toMatchObject({
      state: 'done',
      number: '3',
      sections: [{ key: 'cutOffRows', title: 'Cut-off: Rows' }],
    });
    const extra = sectionsOf('month', 'Month', [{ key: 'entries', title: 'Entries', columns: [], rows: [] }]);
    const { report } = closePack({
      connection: 'acme',
      month: MONTH,
      checks: [...checks, late, ...other],
      sections: extra,
    });
    const keys = report.sections.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
