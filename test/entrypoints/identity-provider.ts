import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'seller-ledger';
export const CLIENT_SECRET_TEXT = 'client secret 4711';

export interface IdentityProvider {
  readonly issuer: string;
  /** What it says of somebody by the name they give there. */
  readonly claims: Map<string, Record<string, unknown>>;
  /** Goes through its pages as a browser would, as this person, and gives the address it leads back to. */
  goThrough(address: string, login: string): Promise<string>;
  close(): Promise<void>;
}

/** A real OpenID provider on this machine, with its development pages, which let in whoever gives a name. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const claims = new Map<string, Record<string, unknown>>();
  server.on('request', providerOf(issuer, redirectUri, claims).callback());
  return {
    issuer,
    claims,
    goThrough: (address, login) => goThrough(issuer, address, login),
    close: () => closeServer(server),
  };
}

function providerOf(issuer: string, redirectUri: string, claims: Map<string, Record<string, unknown>>): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key: JsonWebKey = privateKey.export({ format: 'jwk' });
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET_TEXT,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: ['a key of the test'] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'], email: ['email'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...claims.get(accountId) }),
    }),
  });
}

const STEPS_MAX = 12;

async function goThrough(issuer: string, begin: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let address = begin;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const answer = await fetch(address, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    form = undefined;
    if (next) {
      address = new URL(next, address).href;
      if (!address.startsWith(issuer)) return address;
      continue;
    }
    const page = await answer.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (!prompt) throw new Error(`the provider shows no form at ${address}: ${answer.status} ${page.slice(0, 500)}`);
    form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'any' }) });
    address = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', address).href;
  }
  throw new Error('the provider does not come to an end');
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
