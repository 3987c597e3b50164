import { type Answer, errorAnswer, jsonAnswer } from './answers.ts';
import { parseObject } from './queries.ts';
import type { ApiOperation } from './quotas.ts';
import type { ApiRoute } from './routes.ts';

const ID_PARAMETERS: Readonly<Partial<Record<ApiOperation, string>>> = {
  getReport: 'reportId',
  getReportDocument: 'reportDocumentId',
  getOrder: 'orderId',
};

interface SandboxPair {
  readonly status: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly response: unknown;
}

/**
 * Amazon's static sandbox: a request that has every parameter of a published pair gets the pair's answer, any other is
 * refused. The pairs are handed in, by interface, operation and status; they are not part of this program.
 */
export class Sandbox {
  readonly #pairs = new Map<string, readonly SandboxPair[]>();

  constructor(cases: unknown) {
    for (const operations of Object.values(cases as Record<string, Record<string, Record<string, unknown[]>>>)) {
      for (const [name, byStatus] of Object.entries(operations)) {
        const pairs = Object.entries(byStatus).flatMap(([status, list]) => list.map((one) => pairOf(status, one)));
        // The pair that asks for most is the one that is meant.
        pairs.sort((left, right) => sizeOf(right) - sizeOf(left));
        this.#pairs.set(name.split(' ').at(-1) ?? name, pairs);
      }
    }
  }

  answer(route: ApiRoute, query: URLSearchParams, body: Uint8Array): Answer {
    const sent: Record<string, unknown> = Object.fromEntries(query);
    const idName = ID_PARAMETERS[route.operation];
    if (idName) sent[idName] = decodeURIComponent(route.id);
    sent.body = parseObject(body);
    const pair = this.#pairs
      .get(route.operation)
      ?.find(({ parameters }) => Object.entries(parameters).every(([name, value]) => isSame(sent[name], value)));
    if (pair) return jsonAnswer(pair.status, pair.response);
    return errorAnswer(400, { code: 'InvalidInput', message: 'The sandbox has no answer to this request.' });
  }
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
