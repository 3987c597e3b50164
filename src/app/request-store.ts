import type { Sha256 } from '../core/index.ts';

/** A write as it was asked for. */
export interface RequestedWrite {
  readonly userId: string;
  /** The caller's name of this one intention. */
  readonly key: string;
  /** Method and address. */
  readonly route: string;
  readonly bodySha256: Sha256;
}

/** Held by whoever does the work of a request. */
export interface RequestClaim extends Pick<RequestedWrite, 'userId' | 'key'> {
  readonly claim: number;
}

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly status: number;
  readonly isProblem: boolean;
  /** `null`: it is not kept, for example because it held a secret. */
  readonly body: string | null;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly claim: RequestClaim }
  | { readonly kind: 'runs' }
  | { readonly kind: 'other-request' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer; readonly finishedAt: string };

/** Writes by the keys of their callers. Times are those of the database, so that several processes agree. */
export interface RequestStore {
  /**
   * Takes the key before the work begins. One whose holder was not heard of for `leaseMs` may be taken again, one that is a
   * day old is forgotten.
   */
  claimRequest(request: RequestedWrite, leaseMs: number): Promise<ClaimResult>;
  /** Says that the work goes on. */
  renewRequest(claim: RequestClaim, leaseMs: number): Promise<void>;
  /** Keeps the answer for whoever asks again. */
  finishRequest(claim: RequestClaim, answer: KeptAnswer): Promise<void>;
  /** Forgets it: nothing was done, and the key may be used again. */
  releaseRequest(claim: RequestClaim): Promise<void>;
}
