import { createHmac } from 'node:crypto';
import { sha256Of } from '../../src/core/index.ts';
import { type Answer, invalidInput } from './answers.ts';
import type { SellerContext } from './seller-context.ts';

/** Where a page begins. Every page of a list shows the world as it was at the list's first page. */
export interface PageStart {
  readonly asOfMs: number;
  readonly offset: number;
  /** The page before it was empty, so this one is not. */
  readonly isAfterEmpty: boolean;
}

/** How an operation pages. */
export interface Paging {
  readonly operation: string;
  /** The parameter that brings the token. */
  readonly tokenName: string;
  readonly tokenLifeMs: number;
}

interface Token extends PageStart {
  readonly issuedAtMs: number;
  /** Digest of the operation, the seller and every other parameter. */
  readonly boundTo: string;
}

/** The page asked for; a refusal when the token is too old, from another query, or none of ours. */
export function readPageStart(
  context: SellerContext,
  paging: Paging,
  query: URLSearchParams,
  isExpired: boolean,
): PageStart | Answer {
  const text = query.get(paging.tokenName);
  if (text === null) return { asOfMs: context.nowMs, offset: 0, isAfterEmpty: false };
  const [payload, signature] = text.split('.');
  if (!payload || signature !== sign(context, payload)) return invalidInput(`Invalid ${paging.tokenName}`);
  const token = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Token;
  if (token.boundTo !== bindingOf(context, paging, query)) {
    return invalidInput(`${paging.tokenName} belongs to a request with other parameters.`);
  }
  if (isExpired || context.nowMs >= token.issuedAtMs + paging.tokenLifeMs) {
    return invalidInput(`${paging.tokenName} has expired.`);
  }
  return token;
}

export function writePageToken(
  context: SellerContext,
  paging: Paging,
  query: URLSearchParams,
  { asOfMs, offset, isAfterEmpty }: PageStart,
): string {
  const boundTo = bindingOf(context, paging, query);
  const token: Token = { asOfMs, offset, isAfterEmpty, issuedAtMs: context.nowMs, boundTo };
  const payload = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${payload}.${sign(context, payload)}`;
}

function bindingOf({ reports }: SellerContext, paging: Paging, query: URLSearchParams): string {
  const others = [...query].filter(([name]) => name !== paging.tokenName).sort();
  return sha256Of(JSON.stringify([paging.operation, reports.world.sellerId, others])).slice(0, 24);
}

function sign(context: SellerContext, payload: string): string {
  return createHmac('sha256', context.secret).update(payload).digest('base64url').slice(0, 22);
}
