import type { SimResponse } from '../http-shell.ts';

/** One entry of Amazon's error list. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly details?: string;
}

/** An answer before the request id and the rate limit are added to it. */
export type Answer = Pick<SimResponse, 'status' | 'headers' | 'body'>;

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function errorAnswer(status: number, error: ApiError): Answer {
  return jsonAnswer(status, { errors: [error] });
}

export function invalidInput(message: string): Answer {
  return errorAnswer(400, { code: 'InvalidInput', message, details: '' });
}

export function notFound(message: string): Answer {
  return errorAnswer(404, { code: 'NotFound', message, details: '' });
}

/** Amazon says the same for a bad token, a missing role, a wrong region and a wrong path; only `details` differs. */
export function unauthorized(details: string): Answer {
  return errorAnswer(403, { code: 'Unauthorized', message: 'Access to requested resource is denied.', details });
}

export const ACCESS_TOKEN_EXPIRED = 'The access token you provided has expired.';
export const CLIENT_SECRET_EXPIRED = 'The LWA secret token you provided has expired.';

export function quotaExceeded(): Answer {
  return errorAnswer(429, {
    code: 'QuotaExceeded',
    message: 'You exceeded your quota for the requested resource.',
    details: '',
  });
}

export function serverFailure(status: 500 | 503): Answer {
  return status === 500
    ? errorAnswer(500, { code: 'InternalFailure', message: 'We encountered an internal error. Please try again.' })
    : errorAnswer(503, {
        code: 'ServiceUnavailable',
        message: 'Service is temporarily unavailable. Please try again.',
      });
}

/** The error shape of Login with Amazon. */
export function loginError(status: number, error: string, description: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache' },
    body: JSON.stringify({ error, error_description: description }),
  };
}

/** The error shape of the document store, which is not part of the Selling Partner API. */
export function storeError(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
