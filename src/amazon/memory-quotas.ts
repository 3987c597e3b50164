import type { QuotaState, QuotaStore } from '../app/index.ts';
import type { Clock } from '../core/index.ts';

/** Allowances of this process by its clock, full at its start: for a single process without a database, and for tests. */
export function createMemoryQuotas(clock: Clock): QuotaStore {
  const states = new Map<string, QuotaState>();
  return {
    async update(key, change) {
      const name = JSON.stringify([key.application, key.region, key.sellerAccount, key.operation]);
      const { state, result } = change(states.get(name), clock.nowMs());
      states.set(name, state);
      return result;
    },
  };
}
