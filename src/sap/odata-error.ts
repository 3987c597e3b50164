import type { HttpAnswer } from './http.ts';
import { shorten } from './sap-problem.ts';

/** SAP Gateway's error body (OData V2), reduced to what a person needs. */
export interface ODataError {
  /** `<class>/<number>` such as `/IWFND/MED/170` or `56/393`. */
  readonly code: string;
  /** The messages that say something, in SAP's words. */
  readonly messages: readonly string[];
  /** For the SAP administrator; `null` when SAP gave none. */
  readonly transactionId: string | null;
}

const DETAILS_MAX = 10;

/** `null` when the body is not SAP's error format (an HTML page, XML, nothing). */
export function readODataError(answer: HttpAnswer): ODataError | null {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    return null;
  }
  const error = member(body, 'error');
  const code = member(error, 'code');
  if (typeof code !== 'string') return null;
  const inner = member(error, 'innererror');
  const messageField = member(error, 'message');
  const message = typeof messageField === 'string' ? messageField : member(messageField, 'value');
  const details = readDetails(member(inner, 'errordetails'));
  const transactionId = member(inner, 'transactionid');
  const messages = details.length > 0 ? details : typeof message === 'string' && message ? [shorten(message)] : [];
  return {
    code: shorten(code, 60),
    messages,
    transactionId: typeof transactionId === 'string' && transactionId !== '' ? shorten(transactionId, 40) : null,
  };
}

/** Errors only, each once, without the generic exception lines that every SAP error carries. */
function readDetails(details: unknown): string[] {
  if (!Array.isArray(details)) return [];
  const texts = details
    .filter((detail: unknown) => member(detail, 'severity') === 'error')
    .filter((detail: unknown) => !String(member(detail, 'code') ?? '').startsWith('/IWBEP/CX_'))
    .map((detail: unknown) => member(detail, 'message'))
    .filter((text): text is string => typeof text === 'string' && text !== '');
  return [...new Set(texts.map((text) => shorten(text)))].slice(0, DETAILS_MAX);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
