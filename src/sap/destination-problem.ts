import { Problem } from '../core/index.ts';
import { SapProblem, shorten } from './sap-problem.ts';

const BIND =
  'Bind an instance of the destination service to the program, or store its service key as authentication.bindings.';

/** The destination service has no destination of that name. */
export function destinationUnknown(name: string): SapProblem {
  return new SapProblem({
    code: 'SAP_DESTINATION_UNKNOWN',
    kind: 'rejected',
    says: `The destination service of SAP BTP has no destination ${name}.`,
    next: 'Check authentication.name against the destinations of the subaccount; it distinguishes capital letters.',
    data: name,
  });
}

/** No service binding tells where the destination service is. */
export function destinationUnbound(): Problem {
  return new Problem({
    code: 'SAP_DESTINATION_UNBOUND',
    kind: 'invalid',
    says: 'Nothing says where the destination service of SAP BTP is: neither VCAP_SERVICES nor authentication.bindings holds a binding of it.',
    next: BIND,
  });
}

/** The secret `bindings` is neither the text of VCAP_SERVICES nor a service key. */
export function bindingsUnreadable(): Problem {
  return new Problem({
    code: 'SAP_DESTINATION_BINDINGS_UNREADABLE',
    kind: 'invalid',
    says: 'The stored secret authentication.bindings cannot be read.',
    next: 'Store the JSON text of VCAP_SERVICES, or of a service key of the destination service.',
  });
}

/** The destination is there, but says something this program cannot follow. */
export function destinationUnusable(name: string, why: string): SapProblem {
  return new SapProblem({
    code: 'SAP_DESTINATION_UNUSABLE',
    kind: 'rejected',
    says: `Destination ${name} of SAP BTP cannot be used: ${shorten(why)}`,
    next: 'Correct the destination: type HTTP, authentication BasicAuthentication, OAuth2ClientCredentials, ClientCertificateAuthentication or NoAuthentication, because nobody is logged on here whose identity could be passed on.',
    data: name,
  });
}

/** A token that the destination should have brought along could not be had. */
export function destinationTokenRefused(name: string, why: string): SapProblem {
  return new SapProblem({
    code: 'SAP_DESTINATION_REFUSED',
    kind: 'rejected',
    says: `SAP BTP could not log on for destination ${name}: ${shorten(why)}`,
    next: 'Check client id, secret and token address kept in the destination; "Check Connection" in the BTP cockpit shows the same.',
    data: name,
  });
}

/**
 * Why SAP's library could not give a destination. Told by the status or network code within, which its security library
 * keeps in a sentence only. Nothing was written to SAP whatever is concluded here.
 */
export function destinationFailure(name: string, error: unknown): SapProblem {
  const { codes, status, words } = readFailure(error);
  if (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return new SapProblem({
      code: 'SAP_DESTINATION_REFUSED',
      kind: 'rejected',
      says: `SAP BTP refused to give destination ${name} (HTTP ${status}): ${shorten(words)}`,
      next: `Check that the binding is still valid and belongs to the subaccount of the destination. ${BIND}`,
      data: `HTTP ${status}`,
    });
  }
  if (status !== null || codes.length > 0) {
    const reason = status === null ? (codes[0] ?? '') : `HTTP ${status}`;
    return new SapProblem({
      code: 'SAP_DESTINATION_UNAVAILABLE',
      kind: 'unavailable',
      says: `The destination service of SAP BTP cannot be asked for destination ${name} now (${reason}).`,
      next: 'Nothing to do: it is tried again. If it lasts, check the status of SAP BTP and the network.',
      data: reason,
    });
  }
  return destinationUnusable(name, words);
}

interface Failure {
  readonly status: number | null;
  /** Of the network: `ECONNREFUSED`, `ETIMEDOUT`. */
  readonly codes: readonly string[];
  readonly words: string;
}

const CAUSES_MAX = 8;

/** Errors of the library are wrapped several times; the innermost knows. */
function readFailure(error: unknown): Failure {
  let status: number | null = null;
  const codes: string[] = [];
  let words = '';
  let at: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX && isObject(at); depth += 1) {
    if (typeof at.message === 'string' && at.message !== '') words = at.message;
    const response = isObject(at.response) ? at.response : null;
    for (const value of [response?.status, at.responseStatusCode, at.statusCode, at.status]) {
      if (typeof value === 'number' && value >= 100) status = value;
    }
    if (typeof at.message === 'string') {
      status ??= statusWithin(at.message);
      codes.push(...networkCodeWithin(at.message));
    }
    if (typeof at.code === 'string' && /^E[A-Z]+$|^UND_ERR|^ERR_(NETWORK|SSL|TLS)/.test(at.code)) codes.push(at.code);
    at = at.cause ?? (Array.isArray(at.errors) ? at.errors[0] : undefined);
  }
  return { status, codes, words };
}

/** `HTTP response from https://… was 401: …`, or `Request failed with status code 401`. */
function statusWithin(message: string): number | null {
  const match = /\bHTTP response from \S+ was (\d{3})\b|\bstatus code (\d{3})\b/.exec(message);
  return match ? Number(match[1] ?? match[2]) : null;
}

/** `HTTP request … could not be sent due to: FetchError: … connect ECONNREFUSED 127.0.0.1:9.` */
function networkCodeWithin(message: string): string[] {
  if (!message.includes(' could not be sent due to: ')) return [];
  return [/\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? 'NOT_SENT'];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
