/** Security sessions with their CSRF token, as an SAP gateway keeps them: the token counts only with every cookie. */

interface Session {
  readonly user: string;
  readonly csrfToken: string;
  /** Every cookie of the session, by name; all of them must come back with a write. */
  readonly cookies: ReadonlyMap<string, string>;
  lastUsedAtMs: number;
}

export interface SessionStore {
  readonly lifetimeMs: number;
  readonly byId: Map<string, Session>;
}

const sessionsMax = 1000;
const sessionCookie = 'SAP_SESSIONID_XXX_100';

export function createSessionStore(lifetimeMs: number): SessionStore {
  return { lifetimeMs, byId: new Map() };
}

/** The caller's living session, if its session cookie names one that is theirs. Using it keeps it alive. */
export function findSession(
  store: SessionStore,
  user: string,
  cookieHeader: string | undefined,
  nowMs: number,
): Session | undefined {
  const id = parseCookies(cookieHeader).get(sessionCookie);
  const session = id === undefined ? undefined : store.byId.get(id);
  if (id === undefined || session?.user !== user) return undefined;
  if (nowMs - session.lastUsedAtMs >= store.lifetimeMs) {
    store.byId.delete(id);
    return undefined;
  }
  session.lastUsedAtMs = nowMs;
  return session;
}

export function openSession(
  store: SessionStore,
  user: string,
  nowMs: number,
  nextName: (purpose: string) => string,
): Session {
  for (const [id, session] of store.byId) {
    if (nowMs - session.lastUsedAtMs >= store.lifetimeMs) store.byId.delete(id);
  }
  const oldest = store.byId.keys().next().value;
  if (store.byId.size >= sessionsMax && oldest !== undefined) store.byId.delete(oldest);
  const id = nextName('session');
  const session: Session = {
    user,
    csrfToken: Buffer.from(nextName('csrf')).toString('base64url'),
    cookies: new Map([
      ['sap-usercontext', 'sap-client=100'],
      [sessionCookie, id],
      ['BIGipServerpretend-sap', nextName('node')],
    ]),
    lastUsedAtMs: nowMs,
  };
  store.byId.set(id, session);
  return session;
}

/** `set-cookie` values. Without `secure`, because the pretend SAP speaks plain HTTP. */
export function cookieHeaders(session: Session): readonly string[] {
  return [...session.cookies].map(([name, value]) => `${name}=${value}; path=/; HttpOnly`);
}

/** A write is allowed only with the session's own token and every one of its cookies. */
export function isWriteAllowed(
  session: Session | undefined,
  token: string | undefined,
  cookieHeader: string | undefined,
): boolean {
  if (!session || token !== session.csrfToken) return false;
  const sent = parseCookies(cookieHeader);
  return [...session.cookies].every(([name, value]) => sent.get(name) === value);
}

export type { Session };

function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) cookies.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return cookies;
}
