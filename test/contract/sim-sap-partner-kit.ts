/** What the tests of the pretend business partner service share: a writer with its session, and one customer to create. */
import { expect } from 'vitest';
import type { SimResponse } from '../../sim/http-shell.ts';
import { odataPrefix, type PretendSapWorld } from '../../sim/sap/index.ts';
import { call, startMs } from './sim-sap-kit.ts';

export const root = `${odataPrefix}API_BUSINESS_PARTNER/`;

export type Row = Record<string, unknown>;

/** A writer with the session and the token that every write needs. */
export function openService(world: PretendSapWorld, nowMs = startMs) {
  const fetched = call(world, 'HEAD', root, { headers: { 'x-csrf-token': 'Fetch' }, nowMs });
  const cookies = (fetched.headers['set-cookie'] as string[]).map((cookie) => cookie.split(';')[0]).join('; ');
  const session = { 'x-csrf-token': String(fetched.headers['x-csrf-token']), cookie: cookies };
  const json = { accept: 'application/json', 'content-type': 'application/json' };
  return {
    send: (method: string, path: string, body: unknown, headers: Record<string, string> = {}, atMs = nowMs) =>
      call(world, method, root + path, {
        headers: { ...json, ...session, ...headers },
        body: JSON.stringify(body),
        nowMs: atMs,
      }),
    get: (path: string, atMs = nowMs) => call(world, 'GET', root + path, { headers: json, nowMs: atMs }),
  };
}

export function dOf(response: SimResponse): Row {
  return (JSON.parse(String(response.body)) as { d: Row }).d;
}

export function resultsOf(response: SimResponse): Row[] {
  expect(response.status).toBe(200);
  return dOf(response).results as Row[];
}

/** Status and every reason as `code`, without the generic last one. */
export function refusalOf(response: SimResponse): [number, ...string[]] {
  const { error } = JSON.parse(String(response.body)) as {
    error: { code: string; innererror: { errordetails: { code: string }[] } };
  };
  const details = error.innererror.errordetails.map(({ code }) => code);
  return [
    response.status,
    ...(details.length > 0 ? details.filter((code) => !code.startsWith('/IWBEP')) : [error.code]),
  ];
}

export const company = { CompanyCode: '1010', ReconciliationAccount: '12100000', PaymentTerms: '0004' };
export const address = {
  Country: 'DE',
  Language: 'EN',
  CityName: 'Munich',
  PostalCode: '80331',
  StreetName: 'Marienplatz 1',
};

export function marketplace(options: Row = {}): Row {
  return {
    BusinessPartnerCategory: '2',
    BusinessPartnerGrouping: 'BP02',
    OrganizationBPName1: 'Amazon.de',
    SearchTerm1: 'amz-de',
    BusinessPartnerIDByExtSystem: 'amzDE0001',
    to_BusinessPartnerAddress: { results: [address] },
    to_BusinessPartnerRole: { results: [{ BusinessPartnerRole: 'FLCU00' }] },
    to_Customer: { to_CustomerCompany: { results: [company] } },
    ...options,
  };
}
