import type { HttpAnswer } from './http.ts';
import { shorten } from './sap-problem.ts';

/** SAP Gateway's error body (OData V2), reduced to what a person needs. */
export interface ODataError {
  /** `<class>/<number>` such as `/IWFND/MED/170` or `56/393`. */
  readonly code: string;
  /** The messages that say something, in SAP's words. */
  readonly messages: readonly string[];
  /** Each error by itself, for whoever knows what to do about its code. Empty when SAP lists none. */
  readonly details: readonly ODataErrorDetail[];
  /** For the SAP administrator; `null` when SAP gave none. */
  readonly transactionId: string | null;
}

export interface ODataErrorDetail {
  /** `R1/286`, as SAP writes it. */
  readonly code: string;
  readonly text: string;
  /** The field it is about; blank when SAP names none. */
  readonly target: string;
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
  const texts = [...new Set(details.map(({ text }) => text))];
  const messages = texts.length > 0 ? texts : typeof message === 'string' && message ? [shorten(message)] : [];
  return {
    code: shorten(code, 60),
    messages,
    details,
    transactionId: typeof transactionId === 'string' && transactionId !== '' ? shorten(transactionId, 40) : null,
  };
}

/** Errors only, each once, without the generic exception lines that every SAP error carries. */
function readDetails(list: unknown): ODataErrorDetail[] {
  if (!Array.isArray(list)) return [];
  const details = list
    .filter((detail: unknown) => member(detail, 'severity') === 'error')
    .filter((detail: unknown) => !String(member(detail, 'code') ?? '').startsWith('/IWBEP/CX_'))
    .map((detail: unknown) => ({
      code: shorten(textMember(detail, 'code'), 60),
      text: shorten(textMember(detail, 'message')),
      target: shorten(textMember(detail, 'propertyref') || textMember(detail, 'target'), 120),
    }))
    .filter(({ text }) => text !== '');
  const isFirst = ({ code, text }: ODataErrorDetail, index: number) =>
    index === details.findIndex((other) => other.code === code && other.text === text);
  return details.filter(isFirst).slice(0, DETAILS_MAX);
}

function textMember(value: unknown, name: string): string {
  const text = member(value, name);
  return typeof text === 'string' ? text : '';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
