import { createHash } from 'node:crypto';

export interface Token {
  readonly text: string;
  readonly renewAtMs: number;
}

/** One token, and the renewal of it that is under way. */
export interface TokenEntry {
  token: Token | undefined;
  underWay: TokenFetch | undefined;
}

export interface TokenFetch {
  readonly promise: Promise<Token>;
  /** Aborted when the connection that fetches was closed: then the next caller fetches. */
  readonly signal: AbortSignal;
}

/**
 * The access tokens of a process. Connections that share one share a token for each client and refresh token, and one
 * renewal of it. Its contents are private: printing it shows nothing.
 */
export class TokenCache {
  readonly #entries = new Map<string, TokenEntry>();

  /** The same entry for the same facts. They are hashed, so that no key holds a secret. */
  entryOf(facts: { readonly lwaUrl: string; readonly clientId: string; readonly grant: string }): TokenEntry {
    const key = createHash('sha256')
      .update(JSON.stringify([facts.lwaUrl, facts.clientId, facts.grant]))
      .digest('hex');
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { token: undefined, underWay: undefined };
      this.#entries.set(key, entry);
    }
    return entry;
  }
}

/** One per process. */
export function createTokenCache(): TokenCache {
  return new TokenCache();
}
