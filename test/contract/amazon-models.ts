/**
 * Amazon's own machine-readable models, which are not part of this repository: what they have against a request, and the
 * answers of its static sandbox. Without a copy beside the repository the tests that need them are skipped and say so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import type { SpApiOperation } from '../../src/amazon/exchange.ts';

const MODELS = new URL('../../../shared/specs/amazon/', import.meta.url);
export const areModelsMissing = !existsSync(MODELS);
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly [keyword: string]: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
}

interface Model {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions?: object;
}

export interface SandboxCase {
  readonly request?: unknown;
  readonly response: unknown;
}

type Cases = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly SandboxCase[]>>>>>>;

export interface ModelPlace {
  readonly file: string;
  /** Its name in the collection of sandbox cases. */
  readonly api: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

const reports = { file: 'reports_2021-06-30.json', api: 'reports' } as const;
const orders = { file: 'orders_2026-01-01.json', api: 'orders2026' } as const;
const finances = { file: 'finances_2024-06-19.json', api: 'finances2024' } as const;
const get = { method: 'GET' } as const;

export const MODEL_OF: Readonly<Record<SpApiOperation, ModelPlace>> = {
  getReports: { ...reports, ...get, path: '/reports/2021-06-30/reports' },
  createReport: { ...reports, method: 'POST', path: '/reports/2021-06-30/reports' },
  getReport: { ...reports, ...get, path: '/reports/2021-06-30/reports/{reportId}' },
  getReportDocument: { ...reports, ...get, path: '/reports/2021-06-30/documents/{reportDocumentId}' },
  getMarketplaceParticipations: {
    file: 'sellers.json',
    api: 'sellers',
    ...get,
    path: '/sellers/v1/marketplaceParticipations',
  },
  searchOrders: { ...orders, ...get, path: '/orders/2026-01-01/orders' },
  getOrder: { ...orders, ...get, path: '/orders/2026-01-01/orders/{orderId}' },
  listTransactions: { ...finances, ...get, path: '/finances/2024-06-19/transactions' },
  listSummary: { ...finances, ...get, path: '/finances/2024-06-19/summary' },
  listBalances: { ...finances, ...get, path: '/finances/2024-06-19/balances' },
  listPayouts: {
    file: 'transfers_2024-06-01.json',
    api: 'transfers',
    ...get,
    path: '/finances/transfers/2024-06-01/payouts',
  },
  createRestrictedDataToken: {
    file: 'tokens_2021-03-01.json',
    api: 'tokens',
    method: 'POST',
    path: '/tokens/2021-03-01/restrictedDataToken',
  },
};

function readModel<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, MODELS), 'utf8')) as T;
}

export function operationOf(name: SpApiOperation): Operation {
  const { file, method, path } = MODEL_OF[name];
  const operation = readModel<Model>(file).paths[path]?.[method.toLowerCase()];
  if (operation?.operationId !== name) throw new Error(`the model has no ${name} at ${method} ${path}`);
  return operation;
}

/** The operation that a request belongs to, by method and path. */
export function operationAt(method: string, path: string): SpApiOperation | undefined {
  return (Object.keys(MODEL_OF) as SpApiOperation[]).find((name) => {
    const place = MODEL_OF[name];
    return place.method === method && new RegExp(`^${place.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
  });
}

/** What Amazon's model has against the query: unknown names, missing ones, values outside their definition. */
export function faultsOf(name: SpApiOperation, query: URLSearchParams): string[] {
  const parameters = operationOf(name).parameters.filter((parameter) => parameter.in === 'query');
  const properties = Object.fromEntries(
    parameters.map(({ name: key, in: _in, required: _required, ...schema }) => [key, schema]),
  );
  const values = Object.fromEntries(
    [...query].map(([key, text]) => {
      const type = properties[key]?.type;
      return [key, type === 'array' ? text.split(',') : type === 'integer' ? Number(text) : text];
    }),
  );
  const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  return faultsAgainst({ type: 'object', additionalProperties: false, properties, required }, values);
}

/** What Amazon's model has against the body of a POST; members it does not name are faults. */
export function bodyFaultsOf(name: SpApiOperation, body: unknown): string[] {
  const parameter = operationOf(name).parameters.find(({ in: place }) => place === 'body');
  if (!parameter) throw new Error(`${name} takes no body`);
  const { definitions = {} } = readModel<Model>(MODEL_OF[name].file);
  const known = JSON.parse(JSON.stringify({ ...(parameter.schema as object), definitions }), (_, value) =>
    typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value)
      ? { ...value, additionalProperties: false }
      : value,
  ) as object;
  return faultsAgainst(known, body);
}

function faultsAgainst(schema: object, value: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.validate(schema, value);
  return (ajv.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

/** The pairs of Amazon's static sandbox for an operation, by status. */
export function sandboxCases(name: SpApiOperation): Readonly<Record<string, readonly SandboxCase[]>> {
  const { api, method, path } = MODEL_OF[name];
  return readModel<Cases>('sandbox-cases.json')[api]?.[`${method} ${path} ${name}`] ?? {};
}
