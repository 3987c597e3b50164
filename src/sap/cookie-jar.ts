import type { Redactor } from './redact.ts';

const COOKIES_MAX = 50;

/** The cookies that one request carried, and the state of the jar they came from. */
export interface CarriedCookies {
  readonly cookies: ReadonlyMap<string, string>;
  readonly version: number;
}

/** The cookies of one host. Every one is kept and returned whatever its name: the names differ between SAP systems. */
export class CookieJar {
  readonly #redactor: Redactor;
  #cookies: ReadonlyMap<string, string> = new Map();
  #version = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** What a request takes along now. */
  carry(): CarriedCookies {
    return { cookies: this.#cookies, version: this.#version };
  }

  /**
   * Takes what an answer sets. A request that left before the jar last changed belongs to another session than the jar
   * does, so its cookies are not taken; except with the answer that brings the session token (`isTokenFetch`), which is
   * good only for the cookies that came along with it.
   */
  keep(setCookies: readonly string[], carried: CarriedCookies, isTokenFetch: boolean): void {
    if (setCookies.length === 0 || (carried.version !== this.#version && !isTokenFetch)) return;
    const cookies = new Map(carried.cookies);
    for (const line of setCookies) this.#take(cookies, line);
    this.#cookies = cookies;
    this.#version += 1;
  }

  #take(cookies: Map<string, string>, line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (equals < 1 || name === '') return;
    if (attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute))) {
      cookies.delete(name);
      return;
    }
    if (!cookies.has(name) && cookies.size >= COOKIES_MAX) return;
    cookies.set(name, value);
    this.#redactor.learn(value, 'session');
  }
}
