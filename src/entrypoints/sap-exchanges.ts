import type { Actor, Books, Connection } from '../app/index.ts';
import type { OnSapExchange, SapExchange } from '../sap/index.ts';

/** What one use of a connection asked of SAP, as the audit log keeps it. */
export interface SapExchanges {
  readonly onExchange: OnSapExchange;
  /** Records how often was read what has no event of its own. */
  finish(): Promise<void>;
}

interface Repeated {
  readonly facts: Pick<SapExchange, 'purpose' | 'method' | 'host' | 'path' | 'status'>;
  count: number;
}

/**
 * Every write and everything that failed is an event of its own. Of what was read well, and of log-ons, the first of each kind is
 * one, and the number of the others is told at the end: a list of a thousand pages is two events.
 */
export function recordSapExchanges(
  books: Pick<Books, 'record'>,
  connection: Pick<Connection, 'id'>,
  actor: Actor,
): SapExchanges {
  const repeated = new Map<string, Repeated>();
  const subject = `connection/${connection.id}` as const;
  return {
    async onExchange(exchange) {
      const { purpose, method, host, path, status, outcome } = exchange;
      const isPlain = purpose !== 'post' && outcome === 'answered' && status !== null && status < 400;
      if (isPlain) {
        const key = JSON.stringify([purpose, method, host, path, status]);
        const known = repeated.get(key);
        if (known) {
          known.count += 1;
          return;
        }
        repeated.set(key, { facts: { purpose, method, host, path, status }, count: 0 });
      }
      const why = `request to SAP answered ${status ?? `nothing (${outcome})`}`;
      await books.record({ actor, action: `sap.${purpose}`, subject, why, after: { ...exchange } });
    },

    async finish() {
      const more = [...repeated.values()].filter(({ count }) => count > 0);
      repeated.clear();
      if (more.length === 0) return;
      const after = { requests: more.map(({ facts, count }) => ({ ...facts, count })) };
      await books.record({
        actor,
        action: 'sap.more',
        subject,
        why: 'further requests to SAP of the same kinds',
        after,
      });
    },
  };
}
