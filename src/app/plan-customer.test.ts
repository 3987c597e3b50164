import { describe, expect, it } from 'vitest';
import { planCustomer } from './plan-customer.ts';

/** What we wrote before is `old`. */
function plan(want: string, has: string | undefined, change: { overwrite?: boolean; wrote?: string } = {}) {
  const { overwrite = false, wrote } = { wrote: 'old', ...change };
  const { changes, edited, agreeing } = planCustomer({
    wanted: { field: want },
    inSap: has === undefined ? {} : { field: has },
    isOurs: (_field, value) => value === wrote,
    wasWritten: () => wrote !== undefined,
    overwrite,
  });
  return { changes, edited, agreeing };
}

const nothing = { changes: {}, edited: [], agreeing: [] };

describe('three versions of a field', () => {
  it('what SAP holds of ours is replaced by what is wanted, also by nothing', () => {
    expect(plan('new', 'old')).toEqual({ ...nothing, changes: { field: 'new' } });
    expect(plan('', 'old')).toEqual({ ...nothing, changes: { field: '' } });
  });

  it('what a person entered stays and is told; where we want nothing, it is not even told', () => {
    expect(plan('new', 'theirs')).toEqual({ ...nothing, edited: ['field'] });
    expect(plan('new', '')).toEqual({ ...nothing, edited: ['field'] });
    expect(plan('', 'theirs')).toEqual(nothing);
  });

  it('what is as wanted stays, whoever entered it', () => {
    expect(plan('new', 'new')).toEqual({ ...nothing, agreeing: ['field'] });
    expect(plan('old', 'old')).toEqual({ ...nothing, agreeing: ['field'] });
  });

  it('a place that SAP never had is added, and one that a person took away is not', () => {
    expect(
      planCustomer({
        wanted: { role: 'yes' },
        inSap: {},
        isOurs: () => false,
        wasWritten: () => false,
        overwrite: false,
      }).changes,
    ).toEqual({ role: 'yes' });
    expect(plan('yes', undefined)).toEqual({ ...nothing, edited: ['field'] });
    expect(plan('', undefined)).toEqual(nothing);
  });

  it('on a person’s word what is wanted goes first, but what is not wanted takes nothing away', () => {
    expect(plan('new', 'theirs', { overwrite: true })).toEqual({ ...nothing, changes: { field: 'new' } });
    expect(plan('yes', undefined, { overwrite: true })).toEqual({ ...nothing, changes: { field: 'yes' } });
    expect(plan('', 'theirs', { overwrite: true })).toEqual(nothing);
  });
});
