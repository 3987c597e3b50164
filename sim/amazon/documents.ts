import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sha256Of } from '../../src/core/index.ts';
import type { SimRequest } from '../http-shell.ts';
import { type Answer, invalidInput, jsonAnswer, notFound, storeError, unauthorized } from './answers.ts';
import type { StoredDocument } from './listings.ts';
import { repeatedOrUnknown } from './queries.ts';
import type { SellerContext } from './seller-context.ts';

/** Amazon's addresses of documents work this long. */
export const addressSeconds = 300;
const documentsCachedMax = 32;

/** What a fault does to a download. */
export type DocumentDamage = 'truncated-gzip' | 'cut-rows' | 'wrong-charset';

/** The store that documents are downloaded from, on a host of its own. It knows no tokens, only signed addresses. */
export class DocumentStore {
  readonly #secret: string;
  readonly #cached = new Map<string, { readonly body: Uint8Array; readonly contentType: string }>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * Answers getReportDocument. `alreadyExpired` hands out an address whose five minutes are over; a restricted document
   * is described to the holder of a token for its path only.
   */
  describe(
    context: SellerContext,
    reportDocumentId: string,
    query: URLSearchParams,
    storeUrl: string,
    { alreadyExpired, isRestrictedToken }: { readonly alreadyExpired: boolean; readonly isRestrictedToken: boolean },
  ): Answer {
    const problem = repeatedOrUnknown(query, ['enableContentEncodingUrlHeader']);
    if (problem) return problem;
    const flag = query.get('enableContentEncodingUrlHeader') ?? 'false';
    if (flag !== 'true' && flag !== 'false') return invalidInput('Invalid input in enableContentEncodingUrlHeader');
    if (!/^amzn1\.spdoc\.[\w.-]+$/.test(reportDocumentId)) return invalidInput('Invalid input');
    const report = context.reports.byDocument(reportDocumentId, context.nowMs);
    if (!report) return notFound(`Report document ${reportDocumentId} was not found.`);
    if (report.isRestricted && !isRestrictedToken) return unauthorized('');
    const signedAtMs = context.nowMs - (alreadyExpired ? (addressSeconds + 1) * 1000 : 0);
    const path = `/${context.reports.world.sellerId}/${reportDocumentId}`;
    return jsonAnswer(200, {
      reportDocumentId,
      url: `${storeUrl}${path}?${this.#signedQuery(path, signedAtMs, flag === 'true' && report.isCompressed)}`,
      ...(report.isCompressed && { compressionAlgorithm: 'GZIP' }),
    });
  }

  /** Checks the address as the store does: its signature, its age, and that no other credentials come with it. */
  refuse(request: SimRequest): Answer | undefined {
    if (request.headers.authorization !== undefined || request.headers['x-amz-access-token'] !== undefined) {
      const says = 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or a header may be given';
      return storeError(400, 'InvalidArgument', says);
    }
    const address = new URL(request.url, 'http://store');
    const { searchParams: query } = address;
    const signature = query.get('X-Amz-Signature');
    query.delete('X-Amz-Signature');
    if (request.method !== 'GET' || signature !== this.#sign(address.pathname, query)) {
      return storeError(
        403,
        'SignatureDoesNotMatch',
        'The request signature does not match the signature you provided',
      );
    }
    const signedAtMs = Date.parse(longForm(query.get('X-Amz-Date') ?? ''));
    if (request.nowMs >= signedAtMs + addressSeconds * 1000) {
      return storeError(403, 'AccessDenied', 'Request has expired');
    }
    return undefined;
  }

  /** The document's bytes as stored, damaged if a fault says so. */
  deliver(report: StoredDocument, query: URLSearchParams, damage: DocumentDamage | undefined): Answer {
    const { body, contentType } = this.#documentOf(report, damage === 'cut-rows');
    const sent = damage === 'truncated-gzip' ? body.subarray(0, Math.floor(body.length * 0.6)) : body;
    return {
      status: 200,
      headers: {
        'content-type': damage === 'wrong-charset' ? wrongLabelFor(contentType) : contentType,
        'content-encoding': query.get('response-content-encoding') ?? 'identity',
        etag: `"${sha256Of(sent).slice(0, 32)}"`,
      },
      body: sent,
    };
  }

  #documentOf(report: StoredDocument, cutRows: boolean): { readonly body: Uint8Array; readonly contentType: string } {
    const key = `${report.reportDocumentId} ${cutRows}`;
    const known = this.#cached.get(key);
    if (known) return known;
    const { bytes, contentType } = report.print();
    const text = cutRows ? withoutLastRows(bytes) : bytes;
    const document = { body: report.isCompressed ? new Uint8Array(gzipSync(text)) : text, contentType };
    const oldest = this.#cached.keys().next().value;
    if (this.#cached.size >= documentsCachedMax && oldest !== undefined) this.#cached.delete(oldest);
    this.#cached.set(key, document);
    return document;
  }

  #signedQuery(path: string, signedAtMs: number, asGzipEncoding: boolean): URLSearchParams {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': new Date(signedAtMs).toISOString().replace(/[-:]|\.\d+/g, ''),
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Expires': String(addressSeconds),
      ...(asGzipEncoding && { 'response-content-encoding': 'gzip' }),
    });
    query.set('X-Amz-Signature', this.#sign(path, query));
    return query;
  }

  #sign(path: string, query: URLSearchParams): string {
    return createHmac('sha256', this.#secret).update(`${path}?${query}`).digest('hex');
  }
}

function longForm(shortMoment: string): string {
  return shortMoment.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z');
}

/** A file that ends after a whole row too early: only the sum can tell. */
function withoutLastRows(bytes: Uint8Array): Uint8Array {
  const cut = bytes.lastIndexOf(0x0a, Math.floor(bytes.length * 0.8));
  return bytes.subarray(0, cut + 1);
}

function wrongLabelFor(contentType: string): string {
  return contentType.includes('UTF-8') ? 'text/plain; charset=Shift_JIS' : 'text/plain; charset=UTF-8';
}
