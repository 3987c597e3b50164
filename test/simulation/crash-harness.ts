import type { Books, ConnectionContext, GeneralLedger, SettlementReports } from '../../src/app/index.ts';

/** The process is gone: nothing it calls answers any more. */
export class Crash extends Error {}

/**
 * Counts every effect that passes a port and lets the process die right after a chosen one, before its caller learns of
 * it. From then on every port refuses, as those of a dead process do.
 */
export class Incarnation {
  #effects = 0;
  #isDead = false;
  readonly #dieAfter: number | undefined;
  readonly trace: string[] = [];

  /** Without a number it lives on. */
  constructor(dieAfter?: number) {
    this.#dieAfter = dieAfter;
  }

  get effects(): number {
    return this.#effects;
  }

  wrap<Port extends object>(port: Port, name: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          this.#call(`${name}.${String(key)}`, () => member.apply(target, args) as unknown);
      },
    });
  }

  #call(what: string, effect: () => unknown): unknown {
    if (this.#isDead) throw new Crash(what);
    const isIterable = what.endsWith('.list') || what.endsWith('.openEvidence');
    this.#effects += 1;
    const isLast = this.#effects === this.#dieAfter;
    this.trace.push(what);
    const result = effect();
    if (!isLast) return result;
    this.#isDead = true;
    if (isIterable) throw new Crash(what);
    return Promise.resolve(result).then(
      () => {
        throw new Crash(what);
      },
      () => {
        throw new Crash(what);
      },
    );
  }

  /** The context of one process life: every port it has is counted. */
  context(base: ConnectionContext): ConnectionContext {
    return {
      ...base,
      books: this.wrap<Books>(base.books, 'books'),
      reports: this.wrap<SettlementReports>(base.reports, 'reports'),
      ledger: this.wrap<GeneralLedger>(base.ledger, 'ledger'),
    };
  }
}
