import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExchangeRecord } from '../app/index.ts';
import type { HttpRequest } from './http.ts';

/** One request to SAP and what came of it, for the audit log. Holds no body, no query, no header and no secret. */
export interface SapExchange {
  /** `token` and `csrf` prepare, `read` and `post` are what they say. */
  readonly purpose: HttpRequest['purpose'];
  readonly method: HttpRequest['method'];
  readonly host: string;
  /** Without keys of records; `null` for a token server, whose addresses are not ours to tell. */
  readonly path: string | null;
  /** answered: by whatever status. not-sent: certainly nothing left. lost: nobody knows what happened. */
  readonly outcome: 'answered' | 'not-sent' | 'lost';
  /** `null` when no answer arrived. */
  readonly status: number | null;
  readonly durationMs: number;
  /** `null` where a digest would help to guess a secret or a person: log-on and business partners. */
  readonly requestSha256: string | null;
  readonly responseSha256: string | null;
}

/** Awaited before anything else happens, so that a request that cannot be recorded is not followed by another. */
export type OnSapExchange = (exchange: SapExchange) => void | Promise<void>;

/** Connections share a way into SAP, so whose request it is follows from who waits for it. */
const listener = new AsyncLocalStorage<OnSapExchange>();

const WITH_PEOPLE = /business_?partner|customer/i;

/** Tells whoever waits for the request. */
export async function tellExchange(
  sent: HttpRequest,
  outcome: SapExchange['outcome'],
  record: ExchangeRecord,
): Promise<void> {
  const onExchange = listener.getStore();
  if (!onExchange) return;
  const { host, pathname } = new URL(sent.url);
  const isSecret = sent.purpose === 'token' || WITH_PEOPLE.test(pathname);
  await onExchange({
    purpose: sent.purpose,
    method: sent.method,
    host,
    path: sent.purpose === 'token' ? null : pathname.replace(/\([^)]*\)/g, '()'),
    outcome,
    status: record.httpStatus,
    durationMs: Math.round(record.durationMs),
    requestSha256: isSecret || sent.body === undefined ? null : record.requestSha256,
    responseSha256: isSecret ? null : record.responseSha256,
  });
}

/** The same object, with every request that its methods cause told to this listener. */
export function listened<Target extends object>(target: Target, onExchange: OnSapExchange): Target {
  return new Proxy(target, {
    get(object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result: unknown = listener.run(onExchange, () => Reflect.apply(member, object, args));
        return isIterable(result) ? iterated(result, onExchange) : result;
      };
    },
  });
}

/** The requests of a walk happen while it is walked. */
function iterated(source: AsyncIterable<unknown>, onExchange: OnSapExchange): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const steps = source[Symbol.asyncIterator]();
      const finish = steps.return?.bind(steps);
      return {
        next: () => listener.run(onExchange, () => steps.next()),
        ...(finish && { return: () => listener.run(onExchange, () => finish()) }),
      };
    },
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
