import { expect, it } from 'vitest';
import type { EntryRecord, SettlementRecord } from '../../app/index.ts';
import { heldFaults, settlementWithProgress } from './views.ts';

const settlement = {
  key: 'a',
  state: 'proposed',
  header: { startAt: 0, endAt: 0, depositAt: 0, currency: 'EUR', total: { currency: 'EUR', minor: 0n } },
  proofs: [],
} as never as SettlementRecord;

it.each([
  [{ proposed: 2 }, 0, '0 of 2 posted'],
  [{ posted: 1, rejected: 1 }, 0, '1 of 2 posted, 1 rejected'],
  [{ posted: 1, unknown: 1 }, 0, '1 of 2 posted, 1 unknown'],
  [{ proposed: 2 }, 2, '0 of 2 posted, held: 2 faults'],
  [{ proposed: 2 }, 1, '0 of 2 posted, held: 1 fault'],
])('a settlement that stands still says why: %o with %d faults', (counts, faults, progress) => {
  expect(settlementWithProgress(settlement, counts, faults)).toMatchObject({ progress });
});

it('the faults that hold a settlement are those of its current entries', () => {
  const problem = { code: 'SIMULATION_FAILED', data: 'one\ntwo' };
  const entries = [
    { origin: { key: 'a' }, isCurrent: true, problem },
    { origin: { key: 'a' }, isCurrent: true, problem: { ...problem, data: 'three' } },
    { origin: { key: 'b' }, isCurrent: false, problem },
    { origin: { key: 'c' }, isCurrent: true, problem: { code: 'SAP_UNREACHABLE' } },
  ] as never as EntryRecord[];
  expect([...heldFaults(entries)]).toEqual([['a', 3]]);
});
