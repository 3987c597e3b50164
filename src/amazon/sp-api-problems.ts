import { Problem } from '../core/index.ts';
import type { SpApiOperation } from './exchange.ts';
import { readJson } from './read-json.ts';
import { redact } from './redact.ts';
import { errorListSchema, type WireError } from './wire.ts';

/**
 * The role an application needs for an operation, as Seller Central names it.
 * Source: developer-docs.amazon.com/sp-api/docs/roles-in-the-selling-partner-api.
 */
const FINANCE = 'Finance and Accounting';
const ORDERS = 'Inventory and Order Tracking';
const REPORTS = `${FINANCE} (for reports of orders ${ORDERS}, for VAT reports Tax Invoicing or Tax Remittance)`;
export const ROLES: Readonly<Record<SpApiOperation, string>> = {
  getReports: REPORTS,
  createReport: REPORTS,
  getReport: REPORTS,
  getReportDocument: REPORTS,
  getMarketplaceParticipations: FINANCE,
  searchOrders: ORDERS,
  getOrder: ORDERS,
  listTransactions: FINANCE,
  listSummary: FINANCE,
  listBalances: FINANCE,
  listPayouts: FINANCE,
  createRestrictedDataToken: 'Tax Invoicing or Tax Remittance (for buyers Direct-to-Consumer Shipping)',
};

/** What a 403 means. Amazon gives all of them the code `Unauthorized`; only its documented `details` tell them apart. */
export type Refusal = 'token-expired' | 'secret-expired' | 'denied';

export function readErrors(body: Uint8Array): readonly WireError[] {
  const reading = readJson(body, errorListSchema);
  return reading.ok ? reading.value.errors : [];
}

/** Source: developer-docs.amazon.com/sp-api/docs/lwa-credentials-faq for the two expiries. */
export function classifyRefusal(errors: readonly WireError[]): Refusal {
  const details = errors.map((error) => error.details ?? '');
  if (details.some((text) => /access token\b.*\bexpired/i.test(text))) return 'token-expired';
  if (details.some((text) => /LWA secret token\b.*\bexpired/i.test(text))) return 'secret-expired';
  return 'denied';
}

interface Answer {
  readonly operation: SpApiOperation;
  readonly status: number;
  readonly errors: readonly WireError[];
  readonly amazonRequestId: string | null;
  readonly secrets: readonly string[];
  /** It was sent with a restricted data token, which is not renewed. */
  readonly isRestricted?: boolean;
}

/** For a 4xx answer that no repetition will change. */
export function refusalProblem(answer: Answer): Problem {
  const { operation, status } = answer;
  const said = `${operation} (${status}${answer.amazonRequestId ? `, request ${answer.amazonRequestId}` : ''})`;
  const facts = { kind: 'rejected', ...quote(answer) } as const;
  if (status !== 401 && status !== 403)
    return new Problem({
      ...facts,
      code: 'AMAZON_REQUEST_REFUSED',
      says: `Amazon refused ${said}.`,
      next: 'Look at what Amazon says below. If it names nothing you can change, report it with the request id.',
    });
  const refusal = classifyRefusal(answer.errors);
  if (refusal === 'secret-expired')
    return new Problem({
      ...facts,
      code: 'AMAZON_CLIENT_SECRET_EXPIRED',
      says: `Amazon refused ${said}: the client secret was not rotated within its 180 days.`,
      next: 'In Seller Central, Develop Apps, rotate the LWA client secret and store the new one in the connection. The refresh token stays valid.',
    });
  if (refusal === 'token-expired' && answer.isRestricted)
    return new Problem({
      ...facts,
      code: 'AMAZON_TOKEN_REFUSED',
      says: `Amazon refused ${said}: the restricted data token has expired.`,
      next: 'Sync again: a new one is asked for.',
    });
  if (refusal === 'token-expired')
    return new Problem({
      ...facts,
      code: 'AMAZON_TOKEN_REFUSED',
      says: `Amazon refused ${said} twice: it holds a token for expired that Login with Amazon had just issued.`,
      next: 'Check the connection and the clock of this machine, then sync again.',
    });
  return new Problem({
    ...facts,
    code: 'AMAZON_ACCESS_DENIED',
    says: `Amazon denied ${said}.`,
    next: `Check in this order: the application has the role ${ROLES[operation]}; the connection names the region in which the seller authorised it; the seller authorised it after the role was added and within the last 365 days.`,
  });
}

export function throttledProblem(operation: SpApiOperation, attempts: number, amazonRequestId: string | null): Problem {
  return new Problem({
    code: 'AMAZON_THROTTLED',
    kind: 'unavailable',
    says: `Amazon answered 429 to ${operation} ${attempts} ${attempts === 1 ? 'time' : 'times'} although the published pace was kept${amazonRequestId ? `; last request ${amazonRequestId}` : ''}.`,
    next: 'Sync again later. If it stays so, another program uses the same application for this seller.',
  });
}

export function unavailableProblem(operation: SpApiOperation, attempts: number, reason: string): Problem {
  return new Problem({
    code: 'AMAZON_UNAVAILABLE',
    kind: 'unavailable',
    says: `Amazon did not answer ${operation} in ${attempts} ${attempts === 1 ? 'try' : 'tries'}; the last time: ${reason}.`,
    next: 'Sync again later. If it stays so, check that this machine reaches Amazon over https.',
  });
}

/** For a request that may have made something at Amazon, without an answer that says so. */
export function requestLostProblem(operation: SpApiOperation, reason: string): Problem {
  return new Problem({
    code: 'AMAZON_REQUEST_LOST',
    kind: 'unknown',
    says: `${operation} was sent to Amazon and its answer is lost: ${reason}.`,
    next: 'Nothing: whether Amazon took it is looked up before it is asked again.',
  });
}

export function unreadableProblem(operation: SpApiOperation, status: number, fault: string): Problem {
  return new Problem({
    code: 'AMAZON_ANSWER_UNREADABLE',
    kind: 'unavailable',
    says: `Amazon answered ${operation} with ${status} and a body that cannot be read: ${fault}.`,
    next: 'Check that the endpoint is right and that no proxy answers in its place, then sync again.',
  });
}

/** Amazon's own words, as offending data. */
function quote(answer: Answer): { readonly data?: string } {
  const words = answer.errors.map((error) =>
    [error.code, error.message, error.details].filter((text) => text).join(': '),
  );
  return words.length === 0 ? {} : { data: redact(words.join('; '), answer.secrets) };
}
