import type { SapAway } from '../app/index.ts';
import { PROXY_REASON } from './connect.ts';
import type { HttpAnswer, HttpLost, HttpNotSent } from './http.ts';
import { type ODataError, readODataError } from './odata-error.ts';
import { retryAfterMsOf, SapProblem, shorten } from './sap-problem.ts';
import { isCertificateCode, isProtocolCode } from './tls.ts';

/** Statuses after which the same request may succeed later. */
const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Why a request that books nothing got no answer. Whether it arrived does not matter, so it is `unavailable`, or
 * `rejected` when a certificate is refused and a person has to act.
 */
export function networkProblem(failure: HttpNotSent | HttpLost, whom = 'SAP'): SapProblem {
  if (failure.kind === 'not-sent' && failure.reason === 'TOO_LATE') return tooLateProblem(whom);
  if (failure.kind === 'not-sent' && failure.reason.startsWith(PROXY_REASON)) {
    return proxyProblem(failure.reason.slice(PROXY_REASON.length), whom);
  }
  if (isProtocolCode(failure.reason)) return protocolProblem(failure.reason, whom);
  // With TLS 1.3 a server refuses a client certificate only after the handshake, so the alert can also end a request.
  const isCertificate = failure.kind === 'not-sent' ? failure.isCertificate : isCertificateCode(failure.reason);
  if (isCertificate) {
    return new SapProblem({
      code: 'SAP_CERTIFICATE_REFUSED',
      kind: 'rejected',
      says: `No trusted connection to ${whom} came about: ${failure.reason}.`,
      next: 'If SAP uses a certificate of your own authority, add it as caPem; if it asks for a client certificate, check authentication.certPem and its key.',
      data: failure.reason,
    });
  }
  return new SapProblem({
    code: 'SAP_UNREACHABLE',
    kind: 'unavailable',
    says:
      failure.kind === 'not-sent'
        ? `No connection to ${whom} came about: ${failure.reason}.`
        : `The answer of ${whom} did not arrive: ${failure.reason}.`,
    next: 'Nothing to do: it is tried again. If it lasts, check host name, network and proxy, and the SAP system status.',
    data: failure.reason,
  });
}

/** `what` is the proxy's status, or why no connection to it came about. */
function proxyProblem(what: string, whom: string): SapProblem {
  const data = /^\d+$/.test(what) ? `HTTP ${what} of the proxy` : `${what}, proxy`;
  switch (what) {
    case 'TOKEN':
      return new SapProblem({
        code: 'SAP_CONNECTIVITY_REFUSED',
        kind: 'unavailable',
        says: 'The connectivity proxy of SAP BTP refused its token (HTTP 407); nothing was sent to SAP.',
        next: 'Nothing to do: it is tried again with a new token. If it lasts, bind the connectivity service anew.',
        data: 'HTTP 407 of the connectivity proxy',
      });
    case '407':
      return new SapProblem({
        code: 'SAP_PROXY_LOGIN_REFUSED',
        kind: 'rejected',
        says: `The proxy wants another log-on before it leads to ${whom} (HTTP 407); nothing was sent.`,
        next: 'Check sap.proxyUser and the stored secret sap.proxyPassword, or the secret sap.proxyAuthorization.',
        data,
      });
    case '502':
    case '503':
    case '504':
      return new SapProblem({
        code: 'SAP_PROXY_UNAVAILABLE',
        kind: 'unavailable',
        says: `The proxy answers, but cannot reach ${whom} (HTTP ${what}); nothing was sent.`,
        next: 'Nothing to do: it is tried again. If it lasts, ask whoever runs the proxy whether it may and can reach the host.',
        data,
      });
    default:
      if (/^\d+$/.test(what)) {
        return new SapProblem({
          code: 'SAP_PROXY_REFUSED',
          kind: 'rejected',
          says: `The proxy refuses to lead to ${whom} (HTTP ${what}); nothing was sent.`,
          next: 'Let the proxy pass CONNECT to the host and port of SAP, and check that sap.proxyUrl is an HTTP proxy.',
          data,
        });
      }
      return new SapProblem({
        code: 'SAP_PROXY_UNAVAILABLE',
        kind: 'unavailable',
        says: `No connection to the proxy before ${whom} came about: ${what}.`,
        next: 'Nothing to do: it is tried again. If it lasts, check sap.proxyUrl and that the proxy runs.',
        data,
      });
  }
}

function protocolProblem(reason: string, whom: string): SapProblem {
  return new SapProblem({
    code: 'SAP_TLS_REFUSED',
    kind: 'rejected',
    says: `${whom === 'SAP' ? 'SAP' : 'The token server'} does not speak TLS 1.2 or newer at this address (${reason}); nothing was sent.`,
    next: 'Check host and port. If they are right, have TLS 1.2 switched on there; older versions are not safe and are not used.',
    data: reason,
  });
}

function tooLateProblem(whom: string): SapProblem {
  return new SapProblem({
    code: 'SAP_SENT_TOO_LATE',
    kind: 'unavailable',
    says: `It took so long to get ready for ${whom} (log-on, session token, connection, or this program was paused) that the request was not sent any more.`,
    next: 'Nothing to do: it is tried again. If it lasts, check how long the token server and the SAP system take to answer.',
    data: 'TOO_LATE',
  });
}

/**
 * With these whoever answers says that he did not take the request and knows another address for it. Not 303, which sends
 * to the result of something that was done.
 */
export const REDIRECTS_UNDONE: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** An HTML page is a log-on or maintenance page, whatever its status says. */
export function isHtml(answer: HttpAnswer): boolean {
  return (
    /^\s*(text\/html|application\/xhtml\+xml)/i.test(answer.headers['content-type'] ?? '') ||
    /^\s*<(!doctype\s+html|html[\s>])/i.test(answer.text)
  );
}

/** Whether an answer to a write speaks of SAP as a whole: a web page, 503, or a time to wait may mean maintenance. */
export function awayOf(answer: HttpAnswer, nowMs: number): SapAway | null {
  const retryAfterMs = retryAfterMsOf(answer.headers['retry-after'], nowMs);
  return retryAfterMs !== null || answer.status === 503 || isHtml(answer) ? { retryAfterMs } : null;
}

export function htmlProblem(answer: HttpAnswer, nowMs: number): SapProblem {
  return new SapProblem(
    {
      code: 'SAP_HTML_PAGE',
      kind: 'unavailable',
      says: `SAP answered with a web page instead of data (HTTP ${answer.status}): a maintenance or log-on page.`,
      next: 'Nothing to do: it is tried again. If it lasts beyond the maintenance window, check baseUrl and the log-on.',
      data: `HTTP ${answer.status}`,
    },
    retryAfterMsOf(answer.headers['retry-after'], nowMs),
    true,
  );
}

/**
 * What a 401 refuses. `expired`: an access token that had worked, so a new one may help. `not-by-token`: this service takes
 * no access token, others do. `refused`: the log-on itself.
 */
export type LogOnRefusal = 'expired' | 'not-by-token' | 'refused';

/** Why SAP did not answer a read (or the fetch of a session token) with 2xx, in SAP's words. */
export function readProblem(answer: HttpAnswer, input: { refusal: LogOnRefusal; nowMs: number }): SapProblem {
  const { status } = answer;
  const error = readODataError(answer);
  const data = dataOf(status, error);
  if (status === 401) return logOnProblem(input.refusal, data);
  if (TRANSIENT_STATUSES.has(status)) {
    if (isHtml(answer)) return htmlProblem(answer, input.nowMs);
    return new SapProblem(
      {
        code: 'SAP_READ_UNAVAILABLE',
        kind: 'unavailable',
        says: `SAP cannot answer now (HTTP ${status}${ofService(answer)})${wordsOf(error)}.`,
        next: transactionHint(error) ?? 'Nothing to do: it is tried again.',
        data,
      },
      retryAfterMsOf(answer.headers['retry-after'], input.nowMs),
      status === 503,
    );
  }
  return refusedReadProblem(answer, error, data);
}

/** 401: `unavailable` when a token that had worked ran out, `rejected` when a person has to give another log-on. */
export function logOnProblem(refusal: LogOnRefusal, data: string): SapProblem {
  if (refusal === 'not-by-token') {
    return new SapProblem({
      code: 'SAP_OAUTH_NOT_TAKEN',
      kind: 'rejected',
      says: 'This service of SAP refuses the access token (HTTP 401) that another service takes; nothing was done.',
      next: 'The service may not take OAuth; the journal entry service advertises none. Log on by user and password or by client certificate (authentication type basic or certificate), or change the authentication of the destination.',
      data,
    });
  }
  if (refusal === 'expired') {
    return new SapProblem({
      code: 'SAP_TOKEN_EXPIRED',
      kind: 'unavailable',
      says: 'SAP no longer takes the access token (HTTP 401); nothing was done.',
      next: 'Nothing to do: it is tried again with a new token.',
      data,
    });
  }
  return new SapProblem({
    code: 'SAP_LOGIN_REFUSED',
    kind: 'rejected',
    says: 'SAP refused the log-on (HTTP 401).',
    next: 'Check user and password (or client id and secret) of the communication user, and that it is not locked.',
    data,
  });
}

/** 403 without a session token being asked for: the user may not do this. */
export function notAuthorisedProblem(what: string, data: string): SapProblem {
  return new SapProblem({
    code: 'SAP_NOT_AUTHORISED',
    kind: 'rejected',
    says: `The communication user may not ${what} (HTTP 403).`,
    next: 'Add the service to a communication arrangement of this communication user, or give the user the authorisation.',
    data,
  });
}

/**
 * SAP's gateway uses this one code, /IWFND/MED/170, for a service that is not activated or not in the arrangement; with
 * status 403 it looks like a wrong password but is not.
 */
export function serviceNotActiveProblem(answer: HttpAnswer, error: ODataError, data: string): SapProblem {
  const service = serviceNameOf(answer);
  return new SapProblem({
    code: 'SAP_SERVICE_NOT_ACTIVE',
    kind: 'rejected',
    says: `The OData service${service === null ? '' : ` ${service}`} is not active for this user (HTTP ${answer.status}, /IWFND/MED/170)${wordsOf(error)}.`,
    next: 'Add the service to a communication arrangement of the communication user; on-premise activate it in transaction /IWFND/MAINT_SERVICE. Password and user are not the cause.',
    data,
  });
}

function refusedReadProblem(answer: HttpAnswer, error: ODataError | null, data: string): SapProblem {
  const { status } = answer;
  if (error?.code === '/IWFND/MED/170') return serviceNotActiveProblem(answer, error, data);
  if (status === 403) {
    return notAuthorisedProblem(`read ${serviceNameOf(answer) ?? 'this service'}${wordsOf(error)}`, data);
  }
  if (status >= 300 && status < 400) return redirectedProblem(answer, 'baseUrl');
  return new SapProblem({
    code: 'SAP_READ_REFUSED',
    kind: 'rejected',
    says: `SAP refused to read (HTTP ${status}${ofService(answer)})${wordsOf(error)}.`,
    next:
      status === 404
        ? 'Check baseUrl and that the service is in the communication arrangement.'
        : (transactionHint(error) ?? 'Look SAP’s message up with the SAP administrator.'),
    data,
  });
}

/** Who answers with a redirect has done nothing himself. `setting` is the one that holds the address. */
export function redirectedProblem(answer: HttpAnswer, setting: 'baseUrl' | 'journalEntryUrl'): SapProblem {
  const { location = '' } = answer.headers;
  // The host alone: a log-on address may carry what logs on.
  const host = URL.canParse(location) ? ` to ${new URL(location).host}` : '';
  return new SapProblem({
    code: 'SAP_REDIRECTED',
    kind: 'rejected',
    says: `SAP redirects the request elsewhere (HTTP ${answer.status}), which is not followed; nothing was done.`,
    next:
      setting === 'baseUrl'
        ? 'Set baseUrl to the API host of the communication arrangement (the one with -api in its name).'
        : 'Copy journalEntryUrl from the communication arrangement of scenario SAP_COM_0002: its host has -api in its name.',
    data: `HTTP ${answer.status}${host}`,
  });
}

/** The OData service that was asked; `null` for another address. */
function serviceNameOf({ path }: HttpAnswer): string | null {
  return /\/sap\/opu\/odata\/sap\/([^/?]+)/.exec(path)?.[1] ?? null;
}

function ofService(answer: HttpAnswer): string {
  const service = serviceNameOf(answer);
  return service === null ? '' : `, service ${service}`;
}

/** SAP's own words, to end a sentence with. */
export function wordsOf(error: ODataError | null): string {
  return error === null || error.messages.length === 0 ? '' : `: ${shorten(error.messages.join('; '))}`;
}

function dataOf(status: number, error: ODataError | null): string {
  return [`HTTP ${status}`, error?.code, error?.transactionId && `transaction ${error.transactionId}`]
    .filter((part) => part)
    .join(', ');
}

function transactionHint(error: ODataError | null): string | undefined {
  return error?.transactionId
    ? `Give the SAP administrator transaction id ${error.transactionId} (transaction /IWFND/ERROR_LOG).`
    : undefined;
}
