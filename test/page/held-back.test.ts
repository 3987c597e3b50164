import { describe, expect, it } from 'vitest';
import { type EntryRecord, holdersOf } from '../../src/app/index.ts';
import { EntriesQuery } from '../../src/entrypoints/http/contract/entries.ts';
import { isHeldBack } from '../../web/src/pages/held-back.ts';

const STATES = EntriesQuery.shape.state.unwrap().options;

/** Whether the service would keep the others of the settlement back. */
function isHeldByService(state: string, isCurrent: boolean, isReversal: boolean): boolean {
  const entry = isReversal ? { reversal: {} } : {};
  const record = { state, isCurrent, entry, origin: { key: 'x' } } as unknown as EntryRecord;
  return holdersOf([record]).size > 0;
}

describe('the page', () => {
  for (const isCurrent of [true, false])
    for (const isReversal of [true, false])
      it(`offers to post beside an entry as the service does: ${isCurrent ? 'current' : 'replaced'}, ${isReversal ? 'a reversal' : 'no reversal'}`, () => {
        for (const state of STATES) {
          const found = isHeldBack([{ state, isCurrent, reverses: isReversal ? {} : null }]);
          expect([state, found]).toEqual([state, isHeldByService(state, isCurrent, isReversal)]);
        }
      });

  it('control: of one settlement some states hold the others back, and some do not', () => {
    expect(new Set(STATES.map((state) => isHeldByService(state, true, false)))).toEqual(new Set([true, false]));
  });
});
