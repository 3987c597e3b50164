import type { EntryItem } from '../../../src/entrypoints/http/contract/entries.ts';

type Sibling = Pick<EntryItem, 'state' | 'isCurrent'> & { readonly reverses: unknown };

/** Whether one of the entries of a settlement or accrual keeps the approved ones from being sent, as the service has it. */
export function isHeldBack(entries: readonly Sibling[]): boolean {
  return entries.some(
    ({ state, isCurrent, reverses }) =>
      isCurrent && state !== 'withdrawn' && (reverses !== null || ['proposed', 'rejected', 'reversed'].includes(state)),
  );
}
