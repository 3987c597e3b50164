import type { SimRequest, SimResponse } from '../http-shell.ts';
import type { PretendSapWorld } from './world.ts';
import { escapeXml } from './xml.ts';

export interface ODataFailure {
  readonly status: number;
  /** `/IWFND/MED/170`, or the 32 hexadecimal digits that SAP gives to syntax errors. */
  readonly code: string;
  readonly says: string;
  /** Every reason, where there are several; SAP tells the first of them at the top too. */
  readonly details?: readonly ODataDetail[];
}

export interface ODataDetail {
  /** `R1/286`: message class and number. */
  readonly code: string;
  readonly says: string;
  /** Default `error`. */
  readonly severity?: 'error' | 'warning' | 'info';
}

/** Why a write is refused. */
export class WriteRefusal extends Error {
  override readonly name = 'WriteRefusal';
  readonly failure: ODataFailure;

  constructor(failure: ODataFailure) {
    super(failure.says);
    this.failure = failure;
  }
}

export const syntaxErrorCode = '005056A509B11EE1B9A8FEC11C21D78E';

/** The body that SAP Gateway sends with every failure: JSON when JSON was asked for, XML otherwise. */
export function odataError(
  request: SimRequest,
  world: PretendSapWorld,
  service: string,
  { status, code, says, details = [] }: ODataFailure,
): SimResponse {
  const transactionid = world.nextName('transaction').replace(/-/g, '').toUpperCase();
  const timestamp = `${new Date(request.nowMs).toISOString().replace(/\D/g, '').slice(0, 14)}.0000000`;
  if (!wantsJson(request)) {
    return {
      status,
      headers: { 'content-type': 'application/xml; charset=utf-8', dataserviceversion: '1.0' },
      body: `<?xml version="1.0" encoding="utf-8"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><code>${escapeXml(code)}</code><message xml:lang="en">${escapeXml(says)}</message><innererror><transactionid>${transactionid}</transactionid><timestamp>${timestamp}</timestamp></innererror></error>`,
    };
  }
  const error = {
    code,
    message: { lang: 'en', value: says },
    innererror: {
      application: { component_id: '', service_namespace: '/SAP/', service_id: service, service_version: '0001' },
      transactionid,
      timestamp,
      Error_Resolution: {
        SAP_Transaction:
          'For backend administrators: use ADT feed reader "SAP Gateway Error Log" or run /IWFND/ERROR_LOG',
        SAP_Note: 'See SAP Note 1797736 for error analysis (https://service.sap.com/sap/support/notes/1797736)',
        Batch_SAP_Note: 'See SAP Note 1869434 for details about working with $batch',
      },
      errordetails: details.map((detail) => ({
        code: detail.code,
        message: detail.says,
        longtext_url: '',
        propertyref: '',
        severity: detail.severity ?? 'error',
        target: '',
      })),
    },
  };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '1.0' },
    body: JSON.stringify({ error }),
  };
}

/** `$format=json` wins over the Accept header; without either SAP answers Atom XML. */
export function wantsJson(request: SimRequest): boolean {
  const format = new URL(request.url, 'http://pretend-sap').searchParams.get('$format');
  return format === null ? /application\/json/i.test(request.headers.accept ?? '') : format === 'json';
}
