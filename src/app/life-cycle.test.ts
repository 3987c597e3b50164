import { describe, expect, it } from 'vitest';
import { assertMove, type Subject } from './life-cycle.ts';

const STATES: Readonly<Record<Subject, readonly string[]>> = {
  settlement: ['received', 'proven', 'proposed', 'quarantined'],
  entry: ['proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'],
};

// Written down a second time, as the picture in the architecture shows it, so that a change in one place is noticed.
const ALLOWED: Readonly<Record<Subject, readonly string[]>> = {
  settlement: [
    'received → proven',
    'received → quarantined',
    'proven → proposed',
    'proven → quarantined',
    'proven → received',
    'proposed → received',
    'proposed → quarantined',
    'quarantined → received',
  ],
  entry: [
    'proposed → approved',
    'proposed → posted',
    'approved → posted',
    'approved → proposed',
    'approved → sending',
    'approved → withdrawn',
    'sending → posted',
    'sending → rejected',
    'sending → approved',
    'sending → unknown',
    'unknown → posted',
    'unknown → approved',
    'rejected → approved',
    'rejected → withdrawn',
    'posted → reversed',
  ],
};

function isAllowed(subject: Subject, from: string, to: string): boolean {
  try {
    assertMove(subject, from, to);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'STATE_MOVE_IMPOSSIBLE', kind: 'conflict' });
    return false;
  }
}

describe.each(['settlement', 'entry'] as const)('%s', (subject) => {
  it('makes exactly the moves of the life cycle, of all pairs of states', () => {
    const states = STATES[subject];
    const found = states.flatMap((from) =>
      states.filter((to) => isAllowed(subject, from, to)).map((to) => `${from} → ${to}`),
    );
    expect(found.sort()).toEqual([...ALLOWED[subject]].sort());
  });

  it('knows no moves from or to a state that does not exist', () => {
    for (const state of STATES[subject]) {
      expect([isAllowed(subject, state, 'paid'), isAllowed(subject, 'paid', state)]).toEqual([false, false]);
      expect([isAllowed(subject, state, 'constructor'), isAllowed(subject, 'constructor', state)]).toEqual([
        false,
        false,
      ]);
    }
  });
});

it('an entry that was sent is never sent again before its outcome is known', () => {
  expect(isAllowed('entry', 'sending', 'sending')).toBe(false);
  expect(isAllowed('entry', 'unknown', 'sending')).toBe(false);
  expect(isAllowed('entry', 'posted', 'sending')).toBe(false);
  // control: an approved entry is.
  expect(isAllowed('entry', 'approved', 'sending')).toBe(true);
});

it('what is booked is only ever reversed', () => {
  expect(STATES.entry.filter((to) => isAllowed('entry', 'posted', to))).toEqual(['reversed']);
  expect(STATES.entry.filter((to) => isAllowed('entry', 'reversed', to))).toEqual([]);
});

it('a settlement that was held back is proven anew before it is proposed', () => {
  expect(STATES.settlement.filter((to) => isAllowed('settlement', 'quarantined', to))).toEqual(['received']);
});

it('a refusal names both states and where to look', () => {
  expect(() => assertMove('entry', 'posted', 'approved')).toThrow(/posted cannot become approved/);
});
