import type { SimRequest } from '../http-shell.ts';
import { type Answer, errorAnswer, jsonAnswer } from './answers.ts';
import { parseObject } from './queries.ts';

interface SandboxPair {
  readonly status: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly response: unknown;
}

interface SandboxOperation {
  readonly method: string;
  /** With a group for each id in it. */
  readonly path: RegExp;
  readonly pairs: readonly SandboxPair[];
}

/**
 * Amazon's static sandbox: a request that has every parameter of a published pair gets the pair's answer, any other is
 * refused. The pairs are handed in, by interface, operation and status; they are not part of this program.
 */
export class Sandbox {
  readonly #operations: readonly SandboxOperation[];

  constructor(cases: unknown) {
    const interfaces = Object.values(cases as Record<string, Record<string, Record<string, unknown[]>>>);
    this.#operations = interfaces.flatMap((operations) =>
      Object.entries(operations).map(([name, byStatus]) => {
        const pairs = Object.entries(byStatus).flatMap(([status, list]) => list.map((one) => pairOf(status, one)));
        // The pair that asks for most is the one that is meant.
        return { ...placeOf(name), pairs: pairs.sort((left, right) => sizeOf(right) - sizeOf(left)) };
      }),
    );
  }

  answer(request: SimRequest): Answer {
    const address = new URL(request.url, 'http://sandbox');
    const operation = this.#operations.find(
      ({ method, path }) => method === request.method && path.test(address.pathname),
    );
    const sent: Readonly<Record<string, unknown>> = {
      ...Object.fromEntries(address.searchParams),
      ...operation?.path.exec(address.pathname)?.groups,
      body: parseObject(request.body),
    };
    const pair = operation?.pairs.find(({ parameters }) =>
      Object.entries(parameters).every(([name, value]) => isSame(sent[name], value)),
    );
    if (pair) return jsonAnswer(pair.status, pair.response);
    return errorAnswer(400, { code: 'InvalidInput', message: 'The sandbox has no answer to this request.' });
  }
}

/** Reads `GET /orders/{orderId} getOrder`. */
function placeOf(name: string): Pick<SandboxOperation, 'method' | 'path'> {
  const [method = '', template = ''] = name.split(' ');
  return { method, path: new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) };
}

function pairOf(status: string, one: unknown): SandboxPair {
  const { request, response } = one as {
    readonly request?: { readonly parameters?: Readonly<Record<string, { readonly value: unknown }>> };
    readonly response: unknown;
  };
  const parameters = Object.entries(request?.parameters ?? {}).map(([name, { value }]) => [name, value] as const);
  return { status: Number(status), parameters: Object.fromEntries(parameters), response };
}

function sizeOf(pair: SandboxPair): number {
  return Object.keys(pair.parameters).length;
}

/** Lists of a query are joined by commas; a body is the same when it says the same. */
function isSame(sent: unknown, wanted: unknown): boolean {
  if (typeof sent === 'string') return sent === (Array.isArray(wanted) ? wanted.join(',') : String(wanted));
  return sent !== undefined && canonical(sent) === canonical(wanted);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
